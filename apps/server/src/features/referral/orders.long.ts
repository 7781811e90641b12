/** Three doors, one referral: every order of what may come. */
import { after, before, test } from 'node:test'
import { closeStage, openStage, orders, playAll, type Voice } from '../../testing/orders.ts'

before(openStage)
after(closeStage)

test('slip, check-in, claim, corrected claim, cancelling: all 120 orders', async () => {
  await playAll([...orders<Voice>(['slip', 'checkIn', 'claim', 'correction', 'cancel'])])
})

test('slip, claim, corrected claim, and the HIS takes its slip back by file: all 24 orders', async () => {
  await playAll([...orders<Voice>(['slip', 'claim', 'correction', 'withdrawal'])])
})
