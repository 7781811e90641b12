import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OperationContext } from '../../feature.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { closeLoop, contentOf, eventually, signSlip, until } from '../../testing/referral.ts'
import { localDay } from '../directory/index.ts'
import { gather } from '../reporting/department.ts'
import { departmentTable } from '../reporting/figures.ts'
import { tellCounts } from '../reporting/node.ts'
import { hubOperations } from './hub-operations.ts'

const DAY_MS = 86_400_000

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

interface NodeRow {
  facility: string
  cursorLag: number | null
}

async function nodes(): Promise<Map<string, number | null>> {
  const operation = hubOperations.find((o) => o.name === '$nodes') ?? assert.fail('no $nodes')
  const answer = await operation.handle({ site: p.hub.site } as unknown as OperationContext)
  return new Map((answer.json as { rows: NodeRow[] }).rows.map((r) => [r.facility, r.cursorLag]))
}

test('what a closed facility has not taken counts for it alone; a facility nothing concerns has no backlog', async () => {
  const [receiver, other] = [p.receiver.settings.facility.code, p.other.settings.facility.code]
  await p.receiver.close()
  await p.other.close()
  const slip = await p.slip(p.sender, 97)
  await signSlip(p.sender, slip.id)
  await until(p.sender, slip.number, 'sent')
  const closed = await nodes()
  assert.equal(closed.get(other), 0)
  assert.ok((closed.get(receiver) ?? 0) > 0)
  await p.receiver.open()
  await until(p.receiver, slip.number, 'delivered')
})

/** The row of a facility in the health department's table of the days up to today. */
async function figuresOf(code: string) {
  const until = localDay(p.hub.site.clock.now())
  const table = departmentTable(await gather(p.hub.site, { kind: 'days', from: localDay(new Date(Date.now() - 300 * DAY_MS)), until }))
  return table.rows.find((r) => r.code === code) ?? assert.fail(`no row ${code}`)
}

test('the health department sees slips counted from XML13 by the facility and from the threads by the hub, as they come and go', async () => {
  const { sender, other, hub } = p
  const [here, silent] = [sender.settings.facility.code, other.settings.facility.code]
  const start = localDay(new Date(Date.now() - 20 * DAY_MS))
  const one = await p.slip(sender, 98, { start })
  const two = await p.slip(sender, 99, { start })
  const day = (await contentOf(sender, one.id)).departure.slice(0, 10)
  await tellCounts(sender.site, sender.hub())
  const told = await hub.sql<{ records: number; slips: number }>(
    'select records, slips from reporting_count where facility = $1 and day = $2',
    [here, day],
  )
  assert.ok((told[0]?.slips ?? 0) >= 1 && (told[0]?.records ?? 0) >= (told[0]?.slips ?? 9))
  const before = await figuresOf(here)
  assert.ok((before.issued ?? 0) >= 2)
  assert.ok(before.lastFile && before.lastContact && before.connectedSince)
  assert.deepEqual([(await figuresOf(silent)).issued, (await figuresOf(silent)).share], [null, null], 'who told nothing is not known')

  // Sent, then answered: the hub counts by its own threads.
  await signSlip(sender, one.id)
  await until(sender, one.number, 'delivered')
  const sent = await eventually(
    () => figuresOf(here),
    (r) => r.exchanged === before.exchanged + 1,
    'the slip is counted at the hub',
  )
  assert.equal(sent.answered, before.answered)
  await closeLoop(p.receiver, await until(p.receiver, one.number, 'delivered'))
  await eventually(
    () => figuresOf(here),
    (r) => r.answered === before.answered + 1,
    'its outcome is counted',
  )

  // A record taken back takes its slip along; the hub that lost what it was told is told everything again.
  const desk = await sender.at('vanthu')
  const maLk = two.answer.records[0]?.maLk ?? ''
  const undone = await desk.post('/fhir/$undo-claim', { record: maLk, why: 'wrong-person', reason: 'Nhầm người bệnh.' })
  assert.equal(undone.status, 200, JSON.stringify(undone.json))
  await hub.sql('delete from reporting_count')
  await tellCounts(sender.site, sender.hub())
  assert.equal((await figuresOf(here)).issued, (before.issued ?? 0) - 1)
})
