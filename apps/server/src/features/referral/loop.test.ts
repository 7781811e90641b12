import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addProgram } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { assertOneEffect, closeLoop, rowOf, signSlip, until } from '../../testing/referral.ts'
import type { ReferralView, SlipStateAnswer } from './contract.ts'

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
  await programsLearnIt(slip.number)
})

/** The HIS of each side asks by the number on the slip; it is told no patient, and nothing of a slip that is not here. */
async function programsLearnIt(number: string): Promise<void> {
  for (const [node, direction] of [[p.sender, 'sent'] as const, [p.receiver, 'received'] as const]) {
    const { token } = await addProgram(node.site.store.sql, { id: 'his', name: 'HIS bệnh viện' }, new Date())
    const ask = (query: string) =>
      fetch(`${node.settings.baseUrl}/fhir/Task/$slip-state?${query}`, { headers: { authorization: `Bearer ${token}` } })
    const answer = await ask(`number=${encodeURIComponent(number)}&issuer=24997`)
    assert.equal(answer.status, 200)
    const text = await answer.text()
    const said = JSON.parse(text) as SlipStateAnswer
    assert.deepEqual(
      [said.direction, said.state, said.ended, said.outcome, said.confirmed, said.steps.at(-1)?.state],
      [direction, 'completed', true, true, true, 'completed'],
    )
    const { patient } = (await rowOf(await node.at('vanthu'), number)) ?? assert.fail('the slip is in the list')
    assert.ok(!text.includes(patient.name) && !text.includes(patient.citizenId ?? patient.birthDate), 'no patient')
    assert.equal((await ask('number=khong-co&issuer=24997')).status, 404)
    assert.equal((await ask('number=')).status, 400)
  }
}
