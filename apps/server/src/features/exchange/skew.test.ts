/** F10: whole sites with wrong clocks, ten minutes ahead and ten behind: a referral goes through, the hub's own clock is the record. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { signSlip, takeIn, until } from '../../testing/referral.ts'

const TEN_MINUTES = 600
let p: TestProvince
before(async () => {
  p = await testProvince({ clockOffset: { sender: TEN_MINUTES, receiver: -TEN_MINUTES } })
})
after(() => p.close())

test('sender ten minutes ahead, receiver ten behind: signed, delivered, accepted, arrived; the skew of each is noted', async () => {
  assert.ok(p.sender.site.clock.now().getTime() - p.receiver.site.clock.now().getTime() > 1_100_000)
  const slip = await p.slip(p.sender, 401)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  await takeIn(p.receiver, there)
  await until(p.sender, slip.number, 'in-care')
  const clocks = await p.hub.sql<{ facility: string; skew_ms: string }>('select facility, skew_ms from node_clock order by facility')
  const skew = (code: string) => Number(clocks.find((c) => c.facility === code)?.skew_ms)
  assert.ok(Math.abs(skew('24997') - 600_000) < 60_000, String(skew('24997')))
  assert.ok(Math.abs(skew('01929') + 600_000) < 60_000, String(skew('01929')))
  assert.ok(Math.abs(skew('24998')) < 60_000)
  const story = await p.hub.sql<{ event: string; occurred: string; recorded: string }>(
    `select entry->>'event' as event, entry->>'occurredAt' as occurred, entry->>'recordedAt' as recorded from referral_history
     where number = $1 and scope = 'hub' order by seq`,
    [slip.number],
  )
  for (const { recorded } of story) assert.ok(Math.abs(Date.parse(recorded) - Date.now()) < 300_000)
  // What the node says of when it happened stays as it said it: nobody shifts a clinical time.
  const accepted = story.find((s) => s.event === 'accept')
  assert.ok(accepted && Date.parse(accepted.recorded) - Date.parse(accepted.occurred) > 500_000)
})
