/** Three doors, one referral, in some orders of every shape; `orders.long.ts` plays all of them. */
import { after, before, test } from 'node:test'
import { closeStage, openStage, orders, playAll, type Voice } from '../../testing/orders.ts'

before(openStage)
after(closeStage)

/** One of seven: in these each of the voices comes first, last, and before and after each other one. */
const some = (all: Iterable<Voice[]>): Voice[][] => [...all].filter((_, i) => i % 7 === 3)

test('slip, check-in, claim, corrected claim, cancelling: whatever the order one referral, one number, nothing lost, what differs told', async () => {
  await playAll(some(orders<Voice>(['slip', 'checkIn', 'claim', 'correction', 'cancel'])))
})

test('the HIS takes its slip back by file: told on the slip it had named, and nothing is void by itself', async () => {
  await playAll(some(orders<Voice>(['slip', 'claim', 'correction', 'withdrawal'])))
})
