/** How a joining stands, and what a request proves: no site is needed. The whole story runs in exchange/client-key.test.ts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { type ActKind, TESTS } from './contract.ts'
import { fingerprintOf, readKeyRequest, sameFingerprint, signKeyRequest } from './key-request.ts'
import { type Act, progressOf, storyOf } from './progress.ts'

const AT = new Date('2026-11-20T02:00:00Z')
const act = (kind: ActKind, facts: Record<string, unknown> = {}): Act => ({ act: kind, facts, by: 'Đinh Quốc Liên', at: AT })
const good = TESTS.map((name) => ({ name, ok: true, detail: '' }))
const AGREED = act('agreement', { number: '12/TT', signedOn: '2026-11-01', contact: 'Vũ Thị Nối, 0900' })
const KEYED = act('key', { kid: 'k1', notAfter: '2027-11-20T00:00:00Z', jwk: {} })
const CONFIRMED = act('key-confirmed', { fingerprint: 'aa', compared: 'Vũ Thị Nối' })
const TESTED = act('tested', { tests: good })

test('each step opens the next; a new key asks for new tests; a withdrawn facility begins anew', () => {
  const next = (...acts: Act[]) => progressOf(acts)?.next
  assert.equal(progressOf([]), undefined)
  assert.equal(next(act('open')), 'agreement')
  assert.equal(next(act('open'), AGREED), 'key')
  assert.equal(next(act('open'), AGREED, KEYED), 'key')
  assert.equal(next(act('open'), AGREED, KEYED, CONFIRMED), 'tests')
  assert.equal(next(act('open'), AGREED, KEYED, CONFIRMED, act('tested', { tests: good.slice(1) })), 'tests')
  assert.equal(next(act('open'), AGREED, KEYED, CONFIRMED, TESTED), 'decision')
  // Without a seal it may receive: that is for the decision, which is warned, not for the tests.
  const noSeal = act('tested', { tests: good.map((t) => (t.name === 'seal' ? { ...t, ok: false, detail: 'seal-missing' } : t)) })
  assert.equal(next(act('open'), AGREED, KEYED, CONFIRMED, noSeal), 'decision')
  assert.equal(next(act('open'), AGREED, KEYED, CONFIRMED, TESTED, KEYED), 'key')
  const live = progressOf([act('open'), AGREED, KEYED, CONFIRMED, TESTED, act('live', { reason: 'Đã họp' })])
  assert.deepEqual([live?.state, live?.done.length, live?.next], ['live', 5, undefined])
  const again = [act('open'), AGREED, act('withdraw', { reason: 'Sáp nhập' }), act('open')]
  assert.deepEqual([progressOf(again)?.state, progressOf(again)?.done], ['joining', ['facility']])
  assert.deepEqual(
    storyOf(again).map((one) => [one.act, one.words]),
    [
      ['open', ''],
      ['agreement', '12/TT'],
      ['withdraw', 'Sáp nhập'],
      ['open', ''],
    ],
    'nothing that was done is forgotten',
  )
})

test('a request proves its key: of another facility, changed, signed by another key or run out it is refused', async () => {
  const pair = async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES384', { extractable: true })
    return { privateKey: privateKey as never, jwk: { ...(await exportJWK(publicKey)), kid: 'kid-00000001' } }
  }
  const [mine, other] = [await pair(), await pair()]
  const request = { facility: '24998', jwk: mine.jwk, notAfter: '2027-01-01T00:00:00Z' }
  const signed = await signKeyRequest(request, { kid: 'kid-00000001', privateKey: mine.privateKey })
  const wrapped = signed.replace(/(.{60})/g, '$1\r\n')
  assert.deepEqual((await readKeyRequest(wrapped, '24998', AT)).jwk, mine.jwk, 'a mail may break the line')
  const by = await signKeyRequest(request, { kid: 'kid-00000001', privateKey: other.privateKey })
  const token = await new CompactSign(Buffer.from(JSON.stringify(request))).setProtectedHeader({ alg: 'ES384' }).sign(mine.privateKey)
  const cases: [string, string, Date, string][] = [
    [signed, '24997', AT, '24998 ≠ 24997'],
    [by, '24998', AT, 'signature'],
    [signed, '24998', new Date('2027-02-01T00:00:00Z'), 'notAfter'],
    [`${signed}x`, '24998', AT, 'signature'],
    [token, '24998', AT, 'type'],
    ['not a request', '24998', AT, 'form'],
  ]
  for (const [text, facility, now, what] of cases) {
    const refused = await readKeyRequest(text, facility, now).catch((error: unknown) => error)
    assert.ok(refused instanceof OutcomeError, what)
    assert.deepEqual([refused.code, refused.findings[0]?.values.what], ['joining-key-unfit', what])
  }
  const known = await fingerprintOf(mine.jwk)
  assert.match(known, /^[0-9a-f]{4}( [0-9a-f]{4}){3}$/)
  assert.ok(sameFingerprint(known.toUpperCase().replaceAll(' ', '-'), known))
  assert.ok(!sameFingerprint(await fingerprintOf(other.jwk), known))
  assert.ok(!sameFingerprint(known.slice(0, 14), known))
})
