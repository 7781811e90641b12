import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { assertOneEffect, closeLoop, signSlip, until } from '../../testing/referral.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

test('a slip walks from the tray to the filed outcome; each step once, each paper once, each role signed once', async () => {
  const slip = await p.slip(p.sender, 1)
  await signSlip(p.sender, slip.id)
  const received = await until(p.receiver, slip.number, 'delivered')
  await closeLoop(p.receiver, received)
  await until(p.sender, slip.number, 'completed')
  await until(p.receiver, slip.number, 'completed')
  const sites = [p.hub, p.sender, p.receiver].map((n) => ({ name: n.settings.name, sql: n.sql }))
  await assertOneEffect(sites, '24997', slip.number)
})
