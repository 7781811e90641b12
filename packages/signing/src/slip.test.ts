import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import fc from 'fast-check'
import { byteDigest, contentDigest } from './content-digest.ts'
import { makeSlip, newSlipKey, type Slip, verifySlip } from './slip.ts'
import { newMasterKey, unwrapKey, wrapKey } from './wrap.ts'

const refusal = (code: string) => (e: unknown) => e instanceof OutcomeError && e.code === code
const slip: Slip = {
  number: '000123/2026/GCT',
  issuer: '24998',
  validUntil: '2026-10-19',
  digest: byteDigest(Buffer.from('phiếu')),
  birthYear: 1957,
  sex: 'female',
}

test('a slip token is read back offline, and names why a bad one is refused', async () => {
  const { key, publicKey } = await newSlipKey('24998', 'k1')
  const token = makeSlip(slip, key)
  assert.deepEqual(verifySlip(token, [publicKey]), { ok: true, slip })
  assert.ok(token.length < 400, `${token.length} characters fit a printed QR code`)
  const detail = (t: string, keys = [publicKey]): unknown => {
    const v = verifySlip(t, keys)
    return v.ok ? null : v.finding.values.detail
  }
  const [h, p, s = ''] = token.split('.')
  const payload = JSON.parse(Buffer.from(p ?? '', 'base64url').toString()) as object
  const encode = (v: unknown): string => Buffer.from(JSON.stringify(v)).toString('base64url')
  assert.equal(detail(`${h}.${encode({ ...payload, y: 1958 })}.${s}`), 'signature')
  assert.equal(detail(`${encode({ alg: 'none', typ: 'yba-slip', kid: 'k1' })}.${p}.`), 'header')
  assert.equal(detail(`${h}.${encode({ ...payload, i: '24997' })}.${s}`), 'unknown key')
  assert.equal(detail(token, [{ ...publicKey, issuer: '01929' }]), 'unknown key')
  assert.equal(detail('https://example.invalid/qr'), 'format')
})

test('keys are wrapped under a name, and any changed byte, name or key is refused', () => {
  const master = newMasterKey()
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (secret, where) => {
      const wrapped = wrapKey(secret, master, 'user/anh')
      assert.deepEqual(new Uint8Array(unwrapKey(wrapped, master, 'user/anh')), secret)
      const bad = Buffer.from(wrapped, 'base64')
      const at = where % bad.length
      bad[at] = (bad[at] ?? 0) ^ 1
      assert.throws(() => unwrapKey(bad.toString('base64'), master, 'user/anh'), refusal('key-unwrap-failed'))
      assert.throws(() => unwrapKey(wrapped, master, 'user/hoa'), refusal('key-unwrap-failed'))
      assert.throws(() => unwrapKey(wrapped, newMasterKey(), 'user/anh'), refusal('key-unwrap-failed'))
    }),
    { numRuns: 30 },
  )
  assert.throws(() => unwrapKey('AAAA', master), refusal('key-unwrap-failed'))
})

test('the content digest ignores spacing, order, id and meta of the Bundle, and nothing else', () => {
  const a = '{"resourceType":"Bundle","id":"1","meta":{"versionId":"3"},"entry":[{"resource":{"id":"p","v":1.50,"n":"Ánh"}}]}'
  const b = '{ "entry":[{"resource":{"v":1.5,"id":"p","n":"Ánh"}}], "resourceType":"Bundle" }'
  assert.equal(contentDigest(a), contentDigest(b))
  assert.notEqual(contentDigest(a), contentDigest(b.replace('"p"', '"q"')))
  assert.notEqual(byteDigest(Buffer.from(a)), byteDigest(Buffer.from(b)))
  assert.equal(byteDigest(Buffer.from('')), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  for (const bad of ['', '[]', '"x"', '{"a":', '{"a":"\\ud800"}']) assert.throws(() => contentDigest(bad), refusal('content-not-json'), bad)
})
