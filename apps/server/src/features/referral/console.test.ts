import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localDay } from '@yba/vietnam'
import { addUser } from '../../access/index.ts'
import type { OperationContext } from '../../feature.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { closeLoop, contentOf, eventually, signSlip, until } from '../../testing/referral.ts'
import { TEST_PASSWORD } from '../../testing/site.ts'
import { publicStatus } from '../exchange/index.ts'
import { gather } from '../reporting/department.ts'
import { departmentTable } from '../reporting/figures.ts'
import { tellCounts } from '../reporting/node.ts'
import { hubOperations } from './hub-operations.ts'

const DAY_MS = 86_400_000

let p: TestProvince
before(async () => {
  p = await testProvince()
  const operator = { login: 'vanhanh', name: 'Người thử', role: 'hub-operator', departments: [], password: TEST_PASSWORD } as const
  await addUser(p.hub.site.store.sql, operator, new Date())
})
after(() => p.close())

interface NodeRow {
  facility: string
  suspended: boolean
  cursorLag: number | null
}

async function nodeRows(): Promise<NodeRow[]> {
  const operation = hubOperations.find((o) => o.name === '$nodes') ?? assert.fail('no $nodes')
  const answer = await operation.handle({ site: p.hub.site } as unknown as OperationContext)
  return (answer.json as { rows: NodeRow[] }).rows
}

const nodes = async (): Promise<Map<string, number | null>> => new Map((await nodeRows()).map((r) => [r.facility, r.cursorLag]))

test('a facility whose line the operator closed is shown as suspended, never as connected, until it is lifted', async () => {
  const operator = await p.hub.at('vanhanh')
  const facility = p.other.settings.facility.code
  const shown = async () => (await nodeRows()).filter((r) => r.suspended).map((r) => r.facility)
  assert.deepEqual(await shown(), [])
  const said = { facility, reason: 'Gửi nhiều gói sai chữ ký.' }
  assert.equal((await operator.post('/fhir/Organization/$suspend', said)).status, 200)
  assert.deepEqual(await shown(), [facility])
  assert.deepEqual((await publicStatus(p.hub.site)).nodes?.filter((n) => n.state === 'suspended').length, 1)
  assert.equal((await operator.post('/fhir/Organization/$lift-suspension', { facility, reason: 'Đã gọi, đã sửa.' })).status, 200)
  assert.deepEqual(await shown(), [])
})

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
  const { seen } = (await desk.get(`/fhir/$undo-claim-preview?record=${maLk}`)).json
  const undone = await desk.post('/fhir/$undo-claim', { record: maLk, why: 'wrong-person', reason: 'Nhầm người bệnh.', seen })
  assert.equal(undone.status, 200, JSON.stringify(undone.json))
  await hub.sql('delete from reporting_count')
  await tellCounts(sender.site, sender.hub())
  assert.equal((await figuresOf(here)).issued, (before.issued ?? 0) - 1)
})
