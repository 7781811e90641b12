import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import type { DemoSwitches } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince({ online: true })
})
after(() => p.close())

test('a desk presses the switches; each press is in the audit, what is no switch is refused by name', async () => {
  const desk = await p.sender.at('vanthu')
  const press = (body: object) => desk.post('/fhir/$demo-switch', body)
  const at = async () => (await desk.get('/fhir/$demo-switches')).json as DemoSwitches
  assert.deepEqual((await at()).services.ocsp, { mode: 'normal' })
  for (const [body, shown] of [
    [
      { service: 'ocsp', mode: 'slow', seconds: 7 },
      { mode: 'slow', seconds: 7 },
    ],
    [{ service: 'crl', mode: 'down' }, { mode: 'down' }],
    [
      { service: 'tsa', mode: 'wrong', how: 'nonce' },
      { mode: 'wrong', how: 'nonce' },
    ],
    [{ service: 'signer', mode: 'down' }, { mode: 'down' }],
    [{ service: 'signer', mode: 'normal' }, { mode: 'normal' }],
  ] as const) {
    assert.equal((await press(body)).status, 200)
    assert.deepEqual((await at()).services[body.service], shown)
  }
  const [own] = (await at()).certificates
  assert.ok(own && (await at()).certificates.every((c) => c.site === 'sender'), 'a site sees its own certificates')
  assert.equal((await press({ revoke: own.serial })).status, 200)
  assert.ok((await at()).certificates.find((c) => c.serial === own.serial)?.revokedAt)
  for (const bad of [
    {},
    { service: 'dns', mode: 'down' },
    { service: 'ocsp', mode: 'wrong', how: 'x' },
    { service: 'signer', mode: 'wrong' },
    { revoke: 'ab' },
  ]) {
    const answer = await press(bad)
    assert.deepEqual([answer.status, answer.code], [422, 'demo-switch-unknown'], JSON.stringify(bad))
  }
  const rows = await p.sender.sql<{ n: string }>(`select count(*) as n from audit where action = 'demo-switch'`)
  assert.equal(Number(rows[0]?.n), 6)
  assert.equal((await (await p.sender.at('bs.mot')).get('/fhir/$demo-switches')).code, 'not-permitted')
})

test('a site that has no demo authority has no switches', async () => {
  const { demoAuthority } = p.other.site.settings
  delete p.other.site.settings.demoAuthority
  const answer = await (await p.other.at('vanthu')).get('/fhir/$demo-switches')
  p.other.site.settings.demoAuthority = demoAuthority
  assert.deepEqual([answer.status, answer.code], [403, 'demo-only'])
})
