import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { deactivateNode, nodeClients, registerNode } from '../access/index.ts'
import { type TestSite, testSite } from '../testing/site.ts'

let t: TestSite
let key: CryptoKey
let other: CryptoKey

before(async () => {
  t = await testSite()
  const pair = await generateKeyPair('ES384', { extractable: true })
  key = pair.privateKey
  other = (await generateKeyPair('ES384')).privateKey
  await registerNode(t.site.store.sql, '24998', { ...(await exportJWK(pair.publicKey)), kid: 'k1' }, new Date())
})
after(() => t.close())

interface Claims {
  iss?: string
  sub?: string
  aud?: string
  jti?: string
  seconds?: number
  kid?: string
  alg?: string
  by?: CryptoKey
}

async function assertion(c: Claims = {}): Promise<string> {
  return new SignJWT({})
    .setProtectedHeader({ alg: c.alg ?? 'ES384', kid: c.kid ?? 'k1' })
    .setIssuer(c.iss ?? '24998')
    .setSubject(c.sub ?? '24998')
    .setAudience(c.aud ?? `${t.url}/auth/token`)
    .setJti(c.jti ?? randomUUID())
    .setExpirationTime(Math.floor(Date.now() / 1000) + (c.seconds ?? 60))
    .sign(c.by ?? key)
}

const ask = (client_assertion: string, grant_type = 'client_credentials') =>
  fetch(`${t.url}/auth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    }),
  })

async function refused(answer: Response, why: string): Promise<void> {
  assert.equal(answer.status, 401, why)
  const body = (await answer.json()) as { error: string; issue: { details: { coding: { code: string }[]; text: string } }[] }
  assert.equal(body.error, 'invalid_client')
  assert.equal(body.issue[0]?.details.coding[0]?.code, 'invalid-client')
}

test('an ES384 assertion buys a token of five minutes that names the facility', async () => {
  const answer = await ask(await assertion())
  assert.equal(answer.status, 200)
  const token = (await answer.json()) as { access_token: string; expires_in: number; token_type: string }
  assert.equal(token.expires_in, 300)
  const use = () => fetch(`${t.url}/fhir/Organization?name=x`, { headers: { authorization: `Bearer ${token.access_token}` } })
  assert.equal((await use()).status, 200)
  assert.ok(t.logLines.some((l) => l.includes('"by":"node"') && l.includes('"caller":"24998"')))
  // What people may do, a node may not.
  const people = await fetch(`${t.url}/fhir/Practitioner/$users`, { headers: { authorization: `Bearer ${token.access_token}` } })
  assert.equal(people.status, 403)
  t.clock.forward(301_000)
  assert.equal((await use()).status, 401)
  t.clock.forward(-301_000)
})

test('a changed token is refused', async () => {
  const { access_token } = (await (await ask(await assertion())).json()) as { access_token: string }
  const [head, body = '', signature] = access_token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const forged = [head, Buffer.from(JSON.stringify({ ...claims, sub: '01929' })).toString('base64url'), signature].join('.')
  for (const token of [forged, 'none', access_token.slice(0, -4)]) {
    assert.equal((await fetch(`${t.url}/fhir/Organization`, { headers: { authorization: `Bearer ${token}` } })).status, 401)
  }
})

test('an assertion works once', async () => {
  const one = await assertion()
  assert.equal((await ask(one)).status, 200)
  await refused(await ask(one), 'replayed')
  const jti = randomUUID()
  const answers = await Promise.all([ask(await assertion({ jti })), ask(await assertion({ jti }))])
  assert.deepEqual(answers.map((a) => a.status).toSorted(), [200, 401])
})

test('everything else about an assertion is checked', async () => {
  const rsa = (await generateKeyPair('RS256')).privateKey
  await refused(await ask(await assertion({ alg: 'RS256', by: rsa })), 'RS256')
  await refused(await ask(await assertion({ by: other })), 'foreign key')
  await refused(await ask(await assertion({ seconds: -120 })), 'expired')
  await refused(await ask(await assertion({ seconds: 900 })), 'lives too long')
  await refused(await ask(await assertion({ aud: 'https://elsewhere.example/auth/token' })), 'audience')
  await refused(await ask(await assertion({ sub: '01929' })), 'subject')
  await refused(await ask(await assertion({ iss: '01929', sub: '01929' })), 'unknown node')
  await refused(await ask(await assertion({ kid: 'k9' })), 'unknown key')
  await refused(await ask('not.a.jwt'), 'format')
  await refused(await ask(await assertion(), 'password'), 'grant')
  const none = `${Buffer.from('{"alg":"none","kid":"k1"}').toString('base64url')}.${(await assertion()).split('.')[1]}.`
  await refused(await ask(none), 'none')
})

test('only P-384 keys are registered, and a node that left gets no token', async () => {
  const p256: JWK = { ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)), kid: 'k2' }
  await assert.rejects(async () => registerNode(t.site.store.sql, '01929', p256, new Date()))
  assert.deepEqual(
    (await nodeClients(t.site.store.sql)).map((c) => c.facility),
    ['24998'],
  )
  await deactivateNode(t.site.store.sql, '24998')
  await refused(await ask(await assertion()), 'left')
})

test('the SMART configuration names the token address and the one algorithm', async () => {
  const configuration = (await (await fetch(`${t.url}/.well-known/smart-configuration`)).json()) as Record<string, unknown>
  assert.equal(configuration.token_endpoint, `${t.url}/auth/token`)
  assert.deepEqual(configuration.token_endpoint_auth_signing_alg_values_supported, ['ES384'])
})
