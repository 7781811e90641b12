import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import fc from 'fast-check'
import { byteDigest, contentDigest } from './content-digest.ts'
import { makeSlip, newSlipKey, type Slip, type SlipPublicKey, verifySlip } from './slip.ts'
import { readSlipCode, slipCode } from './slip-code.ts'
import { newMasterKey, unwrapKey, wrapKey } from './wrap.ts'

const refusal = (code: string) => (e: unknown) => e instanceof OutcomeError && e.code === code
const slip: Slip = {
  number: '000123/2026/GCT',
  issuer: '24998',
  validFrom: '2026-10-05',
  validUntil: '2026-10-19',
  digest: byteDigest(Buffer.from('phiếu')),
  birthYear: 1957,
  sex: 'female',
}

const codeOf = (token: string, keys: SlipPublicKey[]): string => {
  const v = verifySlip(token, keys)
  return v.ok ? 'genuine' : v.finding.definition.code
}
const encode = (v: unknown): string => Buffer.from(JSON.stringify(v)).toString('base64url')

test('a slip token is read back offline, and names why a bad one is refused', async () => {
  const { key, publicKey } = await newSlipKey('24998', 'k1')
  const token = makeSlip(slip, key)
  assert.deepEqual(verifySlip(token, [publicKey]), { ok: true, slip, kid: 'k1' })
  assert.ok(token.length < 400, `${token.length} characters fit a printed QR code`)
  const [h, p, s = ''] = token.split('.')
  const payload = JSON.parse(Buffer.from(p ?? '', 'base64url').toString()) as object
  assert.equal(codeOf(`${h}.${encode({ ...payload, y: 1958 })}.${s}`, [publicKey]), 'slip-altered')
  assert.equal(codeOf(`${encode({ alg: 'none', typ: 'yba-slip', kid: 'k1' })}.${p}.`, [publicKey]), 'slip-altered')
  assert.equal(codeOf(`${h}.${encode({ ...payload, i: '24997' })}.${s}`, [publicKey]), 'slip-key-unknown')
  assert.equal(codeOf(token, [{ ...publicKey, issuer: '01929' }]), 'slip-key-unknown')
  for (const nonsense of [{ n: 'a\u202eb' }, { n: '' }, { i: '<b>' }, { d: 'x' }, { y: '1957' }, { u: 'mai' }])
    assert.equal(codeOf(`${h}.${encode({ ...payload, ...nonsense })}.${s}`, [publicKey]), 'slip-mangled', JSON.stringify(nonsense))
  assert.equal(codeOf('https://example.invalid/qr', [publicKey]), 'slip-mangled')
})

test('a replaced key judges the slips of its time; a stolen one proves nothing any more', async () => {
  const { key, publicKey } = await newSlipKey('24998', 'k1')
  const dated = (validFrom: string, more: Partial<SlipPublicKey>) =>
    codeOf(makeSlip({ ...slip, validFrom }, key), [{ ...publicKey, ...more }])
  assert.equal(dated('2026-10-05', { from: '2026-01-01', until: '2026-10-05' }), 'genuine')
  assert.equal(dated('2026-10-06', { until: '2026-10-05' }), 'slip-key-out-of-time')
  assert.equal(dated('2025-12-31', { from: '2026-01-01' }), 'slip-key-out-of-time')
  assert.equal(dated('2026-10-05', { revoked: '2026-11-01' }), 'slip-key-revoked')
})

test('a code is read as address, digits or token; what a keyboard spoiled is said to be spoiled', async () => {
  const { key, publicKey } = await newSlipKey('24998', 'k1')
  const token = makeSlip(slip, key)
  const code = slipCode('https://lienthong.example', token)
  assert.match(code, /^https:\/\/lienthong\.example\/p#\d+$/)
  const digits = code.split('#')[1] ?? ''
  const spoiled = (text: string) => {
    const read = readSlipCode(text)
    return 'token' in read ? read.token === token : read.finding.definition.code
  }
  for (const good of [
    code,
    `${code}\r\n`,
    digits,
    // Telex, VNI or another layout in the address before the digits
    code.replace('https', 'httpss').replace('#', '£'),
    code.replace('lienthong', 'lienthông'),
    code.toUpperCase(),
    token,
    `https://lienthong.example/p#${token}`,
    token.replace(/.{60}/g, '$&\n'),
    [...token].map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join(''),
  ])
    assert.equal(spoiled(good), true, good)
  assert.equal(spoiled(digits.slice(1)), 'slip-mangled')
  const cut = readSlipCode(digits.slice(0, -40))
  assert.equal('token' in cut && codeOf(cut.token, [publicKey]), 'slip-mangled', 'a scan that ended too early is no forgery')
  assert.equal(spoiled(digits.slice(0, 200)), 'slip-mangled')
  assert.equal(spoiled(digits.replaceAll('5', 'ă')), 'slip-mangled')
  assert.equal(spoiled(token.toUpperCase()), 'slip-mangled')
  assert.equal(spoiled(token.replace(/[dD]/g, 'đ')), 'slip-mangled')
  for (const other of ['', '42/2026/GCT', 'https://example.invalid/', '000199000001||THỬ VĂN MẪU|01011990|Nam||'])
    assert.equal(spoiled(other), 'slip-not-a-code', other)
})

test('any text at all is read or refused by name', () => {
  const code = (text: string) => {
    const read = readSlipCode(text)
    return 'token' in read ? codeOf(read.token, []) : read.finding.definition.code
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 600 }), fc.base64String({ maxLength: 600 })), (text) =>
      code(text).startsWith('slip-'),
    ),
  )
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
