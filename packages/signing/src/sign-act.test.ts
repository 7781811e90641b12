import assert from 'node:assert/strict'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { flattenedVerify } from 'jose'
import { JWS_ROLE, verifyJws } from './jws.ts'
import { finishAct, prepareAct, restoreAct, signAct, storeAct } from './sign-act.ts'
import { isRetryable, type Signer, type SignRequest, signerPending, signerRefused, signerUnavailable } from './signer.ts'
import { act, authority, basePdf, DOCUMENT, HOSPITAL, NOW, person, seal } from './testing/fixtures.ts'
import { verifyPdf } from './verify/pdf.ts'

const trusting = async () => ({ trust: [(await authority()).rootCert], at: NOW })
const options = {
  bytes: DOCUMENT,
  field: { page: 1, x: 50, y: 50, width: 170, height: 60 },
  fieldName: 'ky-0',
  role: 'author',
  at: NOW,
  description: 'Phiếu chuyển',
}

test('one act is one call to the signer and gives a JWS and a PAdES revision that both verify', async () => {
  for (const [n, made] of [await person(), await seal()].entries()) {
    const calls: SignRequest[][] = []
    const counting: Signer = {
      certificate: made.signer.certificate,
      sign: (requests) => {
        calls.push(requests)
        return made.signer.sign(requests)
      },
    }
    const done = await act(await basePdf(), n, counting)
    assert.deepEqual(
      calls.map((c) => c.length),
      [2],
    )
    assert.ok(calls[0]?.every((r) => r.hash.length === 32 && r.description !== ''))
    const jws = verifyJws(DOCUMENT, done.jws, await trusting())
    const [pades] = verifyPdf(done.pdf, await trusting())
    assert.deepEqual([jws.verdict, pades?.verdict], ['valid', 'valid'])
    assert.deepEqual([jws.by, jws.role, jws.serial], [pades?.by, pades?.role, pades?.serial])
    assert.equal(jws.signedAt, NOW.toISOString())
    assert.equal(done.serial, made.issued.serialHex)
  }
})

test('an independent JOSE implementation accepts the detached signature', async () => {
  const { signer } = await person()
  const done = await act(await basePdf(), 0, signer)
  const [header = '', , signature = ''] = done.jws.split('.')
  const key = createPublicKey(new X509Certificate(done.certificate).publicKey.export({ type: 'spki', format: 'pem' }))
  const result = await flattenedVerify({ protected: header, payload: DOCUMENT, signature }, key, { crit: { sigT: true } })
  assert.equal(result.protectedHeader?.[JWS_ROLE], 'author')
  await assert.rejects(
    flattenedVerify({ protected: header, payload: Buffer.concat([DOCUMENT, Buffer.from(' ')]), signature }, key, { crit: { sigT: true } }),
  )
})

test('a JWS fails by name: other document, changed header, changed value, foreign certificate, unknown crit', async () => {
  const done = await act(await basePdf(), 0, (await person()).signer)
  const context = await trusting()
  const codes = (bytes: Buffer, jws: string): string[] => verifyJws(bytes, jws, context).reasons.map((r) => r.code)
  const [header = '', , value = ''] = done.jws.split('.')
  const json = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as Record<string, unknown>
  const withHeader = (change: Record<string, unknown>): string =>
    `${Buffer.from(JSON.stringify({ ...json, ...change })).toString('base64url')}..${value}`
  assert.equal(codes(Buffer.from('{}'), done.jws)[0], 'content-changed')
  assert.equal(codes(DOCUMENT, withHeader({ [JWS_ROLE]: 'approver' }))[0], 'signature-value-wrong')
  const flipped = `${header}..${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`
  assert.equal(codes(DOCUMENT, flipped)[0], 'signature-value-wrong')
  const other = await person()
  assert.ok(codes(DOCUMENT, withHeader({ x5c: [other.issued.certificateDer.toString('base64')] })).includes('signing-certificate-mismatch'))
  assert.deepEqual(codes(DOCUMENT, withHeader({ crit: ['b64', 'exp'], exp: 1 })), ['signature-malformed'])
  assert.deepEqual(codes(DOCUMENT, withHeader({ alg: 'none' })), ['signature-malformed'])
  assert.deepEqual(codes(DOCUMENT, 'rác'), ['signature-malformed'])
  assert.ok([flipped, 'rác', withHeader({ alg: 'HS256' })].every((jws) => verifyJws(DOCUMENT, jws, context).verdict === 'invalid'))
})

test('a signer that answers later: the same prepared act is finished when its values come', async () => {
  const { signer } = await person()
  const prepared = await prepareAct({ ...options, pdf: await basePdf() }, await signer.certificate())
  assert.equal(new Set(prepared.requests.map((r) => r.reference)).size, 2)
  const again = await prepareAct({ ...options, pdf: await basePdf() }, await signer.certificate())
  assert.deepEqual(
    again.requests.map((r) => r.reference),
    prepared.requests.map((r) => r.reference),
  )
  const restored = restoreAct(storeAct(prepared), DOCUMENT)
  assert.deepEqual(restored, prepared)
  const done = finishAct(restored, await signer.sign(prepared.requests))
  assert.equal(verifyPdf(done.pdf, await trusting())[0]?.verdict, 'valid')
})

test('signers fail by name, and a value of another key never reaches a file', async () => {
  const { signer } = await person()
  const other = await person()
  for (const [error, retry] of [
    [signerUnavailable(), true],
    [signerPending(), true],
    [signerRefused(), false],
  ] as const) {
    const failing: Signer = { certificate: signer.certificate, sign: () => Promise.reject(error) }
    await assert.rejects(signAct({ ...options, pdf: await basePdf(), signer: failing }), (e) => e === error && isRetryable(e) === retry)
  }
  const swapped: Signer = { certificate: signer.certificate, sign: other.signer.sign }
  const unusable = (e: unknown): boolean => e instanceof OutcomeError && e.code === 'signature-unusable'
  await assert.rejects(signAct({ ...options, pdf: await basePdf(), signer: swapped }), unusable)
})

test('fields: taken name, missing page, unreadable file are refused by name', async () => {
  const { signer } = await person()
  const done = await act(await basePdf(), 0, signer)
  const refusal = (code: string) => (e: unknown) => e instanceof OutcomeError && e.code === code
  await assert.rejects(act(done.pdf, 0, signer), refusal('pdf-field-taken'))
  await assert.rejects(act(done.pdf, 1, signer, { field: { page: 2, x: 0, y: 0, width: 1, height: 1 } }), refusal('pdf-page-missing'))
  await assert.rejects(act(Buffer.from('không phải PDF'), 1, signer), refusal('pdf-unreadable'))
  await assert.rejects(act(done.pdf.subarray(0, done.pdf.length - 20), 1, signer), refusal('pdf-unreadable'))
})

test('signing adds a small revision and leaves the earlier bytes alone', async () => {
  const base = await basePdf()
  const one = await act(base, 0, (await person()).signer)
  const two = await act(one.pdf, 2, (await seal()).signer)
  assert.ok(one.pdf.subarray(0, base.length).equals(base))
  assert.ok(two.pdf.subarray(0, one.pdf.length).equals(one.pdf))
  assert.ok(one.pdf.length - base.length < 40_000, String(one.pdf.length - base.length))
  assert.equal(verifyPdf(two.pdf, await trusting()).at(-1)?.by, HOSPITAL)
})
