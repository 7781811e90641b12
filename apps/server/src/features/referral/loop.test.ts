import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { assertOneEffect, closeLoop, signSlip, until } from '../../testing/referral.ts'
import type { ReferralView } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

/** A paper is read by the people of the facility it is addressed to, before any relation of care exists there. */
async function everybodyReadsThePapers(task: string): Promise<void> {
  const doctor = await p.receiver.at('bs.hai')
  const view = (await doctor.get(`/fhir/Task/${task}/$view`)).json as ReferralView
  assert.ok(view.documents.length >= 2)
  for (const document of view.documents) {
    for (const address of [document.bytes, document.pdf ?? '']) assert.equal((await doctor.get(address)).status, 200, address)
  }
}

test('a slip walks from the tray to the filed outcome; each step once, each paper once, each role signed once', async () => {
  const slip = await p.slip(p.sender, 1)
  await signSlip(p.sender, slip.id)
  const received = await until(p.receiver, slip.number, 'delivered')
  await everybodyReadsThePapers(received)
  await closeLoop(p.receiver, received)
  await until(p.sender, slip.number, 'completed')
  await until(p.receiver, slip.number, 'completed')
  const sites = [p.hub, p.sender, p.receiver].map((n) => ({ name: n.settings.name, sql: n.sql }))
  await assertOneEffect(sites, '24997', slip.number)
})
