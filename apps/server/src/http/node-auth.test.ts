/** Attacks on the way nodes are known: assertions, proofs, tokens, clocks. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { deactivateNode, nodeClients, registerNode } from '../access/index.ts'
import { type Attacker, attacker, ecKeys, jws, publicJwk, type Said, thumbprint } from '../testing/attacker.ts'
import { type TestSite, testSite } from '../testing/site.ts'

let t: TestSite
let node: Attacker
const registered = ecKeys('P-384')
const ASK = '/fhir/Organization?name=x'

before(async () => {
  t = await testSite()
  await registerNode(t.site.store.sql, '24998', { ...publicJwk(registered), kid: 'k1' } as JWK, new Date())
  node = attacker(t.url, '24998', 'k1', registered.privateKey)
})
after(() => t.close())

function refused(answer: Said, code: string, why: string): void {
  assert.deepEqual([answer.status, answer.code], [401, code], `${why}: ${answer.text.slice(0, 200)}`)
}

test('an ES384 assertion buys a token of five minutes that names the facility and is bound to the key of the proof', async () => {
  const answer = await node.token()
  assert.equal(answer.status, 200)
  assert.deepEqual([answer.json.expires_in, answer.json.token_type], [300, 'DPoP'])
  const token: string = answer.json.access_token
  assert.equal((await node.call('GET', ASK, { token })).status, 200)
  assert.ok(t.logLines.some((l) => l.includes('"by":"node"') && l.includes('"caller":"24998"')))
  // What people may do, a node may not.
  assert.equal((await node.call('GET', '/fhir/Practitioner/$users', { token })).status, 403)
  t.clock.forward(301_000)
  refused(await node.call('GET', ASK, { token }), 'invalid-token', 'run out')
  t.clock.forward(-301_000)
})

test('a stolen token is worth nothing without its key', async () => {
  const token = await node.good()
  const thief = ecKeys()
  refused(await node.call('GET', ASK, { token, scheme: 'Bearer', proof: null }), 'invalid-token', 'as bearer')
  refused(await node.call('GET', ASK, { token, proof: null }), 'invalid-proof', 'without proof')
  refused(await node.call('GET', ASK, { token, by: thief }), 'invalid-proof', 'proof of another key')
  const claimed = { jwk: publicJwk(node.keys) }
  refused(
    await node.call('GET', ASK, { token, by: thief, proofHeader: claimed }),
    'invalid-proof',
    'another key that claims to be the first',
  )
  assert.equal((await node.call('GET', ASK, { token })).status, 200)
})

test('a request that was seen on its way cannot be sent again or bent to another', async () => {
  const headers = await node.headers('GET', ASK)
  const send = async (path = ASK, method = 'GET') => (await fetch(t.url + path, { method, headers })).status
  assert.equal(await send(), 200)
  const again = await fetch(t.url + ASK, { headers })
  assert.equal(again.status, 401)
  assert.match(await again.text(), /proof-replayed/)
  const fresh = await node.headers('GET', ASK)
  const bent = await fetch(`${t.url}/fhir/Practitioner?name=x`, { headers: fresh })
  assert.match(await bent.text(), /invalid-proof/)
  for (const [why, claims] of [
    ['of another token', { ath: 'x' }],
    ['for another method', { htm: 'POST' }],
    ['for another site', { htu: 'https://elsewhere.example/fhir/Organization' }],
    ['without an id', { jti: '' }],
  ] as const) {
    refused(await node.call('GET', ASK, { proofClaims: claims }), 'invalid-proof', why)
  }
})

test('a body that is not the one the sender vouched for is refused before anybody reads it', async () => {
  const body = 'name=x'
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const headers = { ...(await node.headers('POST', '/fhir/Organization/_search', { body })), ...form }
  const altered = await fetch(`${t.url}/fhir/Organization/_search`, { method: 'POST', headers, body: `${body}y` })
  assert.equal(altered.status, 422)
  assert.match(await altered.text(), /content-digest-mismatch/)
  const bare = { ...(await node.headers('POST', '/fhir/Organization/_search', {})), ...form }
  const unproven = await fetch(`${t.url}/fhir/Organization/_search`, { method: 'POST', headers: bare, body })
  assert.match(await unproven.text(), /invalid-proof/)
})

test('proofs are checked for everything but their date', async () => {
  const other = ecKeys('P-384')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const forged = (header: Record<string, unknown>, key: Parameters<typeof jws>[2]) => ({
    proof: jws({ typ: 'dpop+jwt', jwk: publicJwk(node.keys), ...header }, { jti: randomUUID(), htm: 'GET', htu: t.url }, key),
  })
  for (const [why, bend] of [
    ['none', forged({ alg: 'none' }, null)],
    ['HS256', forged({ alg: 'HS256' }, node.keys.privateKey)],
    ['RS256', forged({ alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }, rsa.privateKey)],
    ['a curve that is not of the algorithm', forged({ alg: 'ES256', jwk: publicJwk(other) }, other.privateKey)],
    ['a private key inside', forged({ alg: 'ES256', jwk: node.keys.privateKey.export({ format: 'jwk' }) }, node.keys.privateKey)],
    ['another type', forged({ alg: 'ES256', typ: 'JWT' }, node.keys.privateKey)],
    ['no JWT', { proof: 'a.b.c' }],
    ['a giant', { proof: 'x'.repeat(8000) }],
  ] as const) {
    refused(await node.call('GET', ASK, bend), 'invalid-proof', why)
  }
  for (const iat of [0, 1, 9_999_999_999]) assert.equal((await node.call('GET', ASK, { proofClaims: { iat } })).status, 200)
})

test('a changed token is refused, and so is one of before the last start', async () => {
  const token = await node.good()
  const [head, body = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const forged = [head, Buffer.from(JSON.stringify({ ...claims, sub: '01929' })).toString('base64url'), signature].join('.')
  for (const bad of [forged, 'none', token.slice(0, -4)]) refused(await node.call('GET', ASK, { token: bad }), 'invalid-token', 'changed')
  const t2 = await testSite()
  try {
    await registerNode(t2.site.store.sql, '24998', { ...publicJwk(registered), kid: 'k1' } as JWK, new Date())
    const elsewhere = attacker(t2.url, '24998', 'k1', registered.privateKey)
    refused(await elsewhere.call('GET', ASK, { token }), 'invalid-token', 'token of another site')
  } finally {
    await t2.close()
  }
})

test('an assertion works once, and only for the key it names', async () => {
  const jti = randomUUID()
  assert.equal((await node.token({ claims: { jti } })).status, 200)
  refused(await node.token({ claims: { jti } }), 'invalid-client', 'replayed')
  const again = randomUUID()
  const answers = await Promise.all([node.token({ claims: { jti: again } }), node.token({ claims: { jti: again } })])
  assert.deepEqual(answers.map((a) => a.status).toSorted(), [200, 401])
  // Somebody caught an assertion on its way and brings a proof of a key of their own.
  const thief = ecKeys()
  const claims = { jti: randomUUID(), htm: 'POST', htu: `${t.url}/auth/token` }
  const proof = jws({ typ: 'dpop+jwt', alg: 'ES256', jwk: publicJwk(thief) }, claims, thief.privateKey)
  refused(await node.token({ proof }), 'invalid-client', 'proof of a thief')
  refused(await node.token({ proof: null }), 'invalid-proof', 'no proof')
  assert.notEqual(thumbprint(publicJwk(thief)), thumbprint(publicJwk(node.keys)))
})

test('everything else about an assertion is checked', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const stranger = ecKeys('P-384').privateKey
  const now = Math.floor(Date.now() / 1000)
  const cases: [string, Parameters<Attacker['token']>[0]][] = [
    ['RS256', { header: { alg: 'RS256' }, by: rsa }],
    ['none', { header: { alg: 'none' }, by: null }],
    ['HS256 over the public key', { header: { alg: 'HS256' } }],
    ['foreign key', { by: stranger }],
    ['audience', { claims: { aud: 'https://elsewhere.example/auth/token' } }],
    ['subject', { claims: { sub: '01929' } }],
    ['unknown node', { claims: { iss: '01929', sub: '01929' } }],
    ['no facility code', { claims: { iss: "x' or 1=1 --", sub: "x' or 1=1 --" } }],
    ['U+0000 as facility', { claims: { iss: '\0', sub: '\0' } }],
    ['unknown key', { header: { kid: 'k9' } }],
    ['U+0000 as key id', { header: { kid: 'k\0' } }],
    ['key id that is a path', { header: { kid: '../../../../etc/passwd' } }],
    ['key id that is an object', { header: { kid: { a: 1 } } }],
    ['own key in the header', { header: { jwk: publicJwk(ecKeys('P-384')) }, by: stranger }],
    ['message id with U+0000', { claims: { jti: '\0' } }],
    ['no message id', { claims: { jti: undefined } }],
    ['no end', { claims: { exp: undefined } }],
    ['grant', { form: { grant_type: 'password' } }],
    ['format', { form: { client_assertion: 'not.a.jwt' } }],
  ]
  for (const [why, bend] of cases) {
    const answer = await node.token(bend)
    refused(answer, 'invalid-client', why)
    assert.equal(answer.json.error, 'invalid_client')
  }
  for (const exp of [now - 120, now + 900]) refused(await node.token({ claims: { exp } }), 'clock-skew', `exp ${exp - now}`)
})

test('F10: a node whose clock is ten minutes off is told so, with the time here, once its signature holds', async () => {
  for (const minutes of [10, -10]) {
    const answer = await node.token({ skew: minutes * 60_000 })
    refused(answer, 'clock-skew', `${minutes} minutes`)
    const here = Date.parse(answer.headers.get('x-server-time') ?? '')
    assert.ok(Math.abs(here - Date.now()) < 60_000)
    assert.ok(answer.text.includes(answer.json.serverTime))
    // With the time learnt it is let in; its own idea of now (iat) is no reason to refuse.
    const claims = { exp: Math.floor(here / 1000) + 60 }
    assert.equal((await node.token({ skew: minutes * 60_000, claims })).status, 200)
  }
  const stranger = await node.token({ skew: 600_000, by: ecKeys('P-384').privateKey })
  refused(stranger, 'invalid-client', 'who is not known is told nothing but the time')
})

test('only P-384 keys are registered, and a node that left gets no token', async () => {
  const p256: JWK = { ...(await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey)), kid: 'k2' }
  await assert.rejects(async () => registerNode(t.site.store.sql, '01929', p256, new Date()))
  assert.deepEqual(
    (await nodeClients(t.site.store.sql)).map((c) => c.facility),
    ['24998'],
  )
  await deactivateNode(t.site.store.sql, '24998')
  refused(await node.token(), 'invalid-client', 'left')
})

test('the SMART configuration names the token address and the algorithms', async () => {
  const configuration = (await (await fetch(`${t.url}/.well-known/smart-configuration`)).json()) as Record<string, unknown>
  assert.equal(configuration.token_endpoint, `${t.url}/auth/token`)
  assert.deepEqual(configuration.token_endpoint_auth_signing_alg_values_supported, ['ES384'])
  assert.deepEqual(configuration.dpop_signing_alg_values_supported, ['ES256', 'ES384'])
})
