import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { OperationContext } from '../../feature.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { signSlip, until } from '../../testing/referral.ts'
import { hubOperations } from './hub-operations.ts'

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
