import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually, signSlip, until } from '../../testing/referral.ts'

let p: TestProvince
before(async () => {
  p = await testProvince({ online: true })
})
after(() => p.close())

test('a question that was lost on the way is asked again: no signature waits for ever', async () => {
  const slip = await p.slip(p.sender, 421)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const uses = () =>
    p.receiver.sql<{ all: number; open: number }>(
      'select count(*)::int as all, count(*) filter (where not settled)::int as open from signature_use',
    )
  // Slip and summary: four acts, each as JWS and in the print.
  const settled = () => eventually(uses, ([n]) => n?.all === 8 && n.open === 0, 'every signature is judged')
  await settled()
  // As a process leaves it that dies after the answer and before the verdict: the evidence is kept, the question struck off.
  await p.receiver.sql(`delete from evidence_want where kind = 'revocation'`)
  const waiting = await p.receiver.sql('update signature_use set settled = false returning leaf')
  assert.equal(waiting.length, 8)
  await settled()
})
