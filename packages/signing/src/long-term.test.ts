/** The copy that proves itself: the same file and its evidence; judged long after, with nobody left to ask. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Authority, createAuthority, revoke } from './authority.ts'
import { crl, ocspRequest, ocspResponse, timestampToken } from './authority-answers.ts'
import { longTermCopy } from './long-term.ts'
import { merkleBatch } from './merkle.ts'
import { appendEvidence, readEvidence, type SignatureEvidence } from './pdf/evidence.ts'
import { openPdf } from './pdf/file.ts'
import { finishAct, prepareAct, stampedValues } from './sign-act.ts'
import { basePdf, DOCUMENT, person, type TestSigner } from './testing/fixtures.ts'
import { verifyPdf } from './verify/pdf.ts'
import type { SignatureVerdict, TimeProof, TrustContext } from './verify/verdict.ts'
import { sha } from './x509/certificate.ts'

const SIGNED = new Date('2026-10-05T03:04:05Z')
const YEARS_LATER = new Date('2061-03-01T00:00:00Z')
const minutes = (n: number): Date => new Date(SIGNED.getTime() + n * 60_000)

interface Signed {
  authority: Authority
  signers: TestSigner[]
  pdf: Buffer
  /** All that was kept about it. */
  context: TrustContext
}

/** Two signatures: the first with its token inside, the second stamped later together with others. */
async function sign(packed: boolean): Promise<Signed> {
  let now = SIGNED
  const authority = await createAuthority({ clock: () => now })
  const signers = [await person({}, authority), await person({ commonName: 'Trần Văn Hữu' }, authority)]
  let pdf = await basePdf(packed)
  const stamped: Buffer[] = []
  for (const [n, { signer }] of signers.entries()) {
    const field = { page: 1, x: 50 + n * 170, y: 600, width: 160, height: 64 }
    const role = ['author', 'approver'][n] ?? ''
    const options = { bytes: DOCUMENT, pdf, field, fieldName: `ky-${n}`, role, at: SIGNED }
    const prepared = await prepareAct(options, await signer.certificate())
    const values = await signer.sign(prepared.requests)
    const value = stampedValues(prepared, values).pdf
    stamped.push(value)
    pdf = finishAct(prepared, values, n === 0 ? timestampToken(authority, sha(256, value)) : undefined).pdf
  }
  now = minutes(10)
  const batch = merkleBatch([Buffer.from('another'), stamped[1] ?? Buffer.alloc(0), Buffer.from('a third')])
  const beside: TimeProof = { token: timestampToken(authority, sha(256, batch.root)), path: batch.paths[1] ?? [] }
  const ocsp = [ocspResponse(authority, ocspRequest(signers[0]?.issued.certificateDer ?? Buffer.alloc(0), authority.issuingCert))]
  now = minutes(12)
  const context: TrustContext = {
    trust: [authority.rootCert],
    at: minutes(20),
    ocsp,
    crls: [crl(authority)],
    timeProofs: (value) => (stamped[1]?.equals(value) ? [beside] : []),
    lacking: () => 'awaited',
  }
  return { authority, signers, pdf, context }
}

const made = new Map<boolean, Promise<Signed>>()
/** Made once per form: what a test changes it changes in a copy. */
function signed(packed: boolean): Promise<Signed> {
  const one = made.get(packed) ?? sign(packed)
  made.set(packed, one)
  return one
}

const bare = (s: Signed, at = YEARS_LATER): TrustContext => ({ trust: [s.authority.rootCert], at, lacking: () => 'overdue' })
const told = (v: SignatureVerdict[]): string[] => v.map((one) => [one.verdict, ...one.reasons.map((r) => r.code)].join(' '))

function copyOf(s: Signed, context = s.context): Buffer {
  const copy = longTermCopy(s.pdf, context)
  assert.ok(copy, 'the evidence is whole')
  return copy
}

for (const packed of [true, false]) {
  test(`judged by what stands in it alone, long after every certificate has ended (${packed ? 'stream' : 'table'})`, async () => {
    const s = await signed(packed)
    const copy = copyOf(s)
    assert.ok(copy.subarray(0, s.pdf.length).equals(s.pdf), 'the signed revisions are untouched')
    assert.ok(copy.length - s.pdf.length < 20_000, `${copy.length - s.pdf.length} bytes of evidence`)
    assert.ok(copyOf(s).equals(copy), 'the same evidence gives the same bytes')
    assert.deepEqual(told(verifyPdf(s.pdf, bare(s))), [
      'indeterminate revocation-overdue',
      'indeterminate certificate-expired-since revocation-overdue',
    ])
    const later = verifyPdf(copy, bare(s))
    assert.deepEqual(told(later), ['valid', 'valid'])
    assert.deepEqual(
      later.map((v) => v.timestampedAt),
      [SIGNED.toISOString(), minutes(10).toISOString()],
    )
    assert.ok(later.every((v) => v.embedded?.length))
    assert.deepEqual(told(verifyPdf(copy, s.context)), ['valid', 'valid'], 'and today as the original is')
    assert.equal(longTermCopy(copy, s.context), null, 'a copy is not copied')
  })
}

test('without whole evidence there is no copy', async () => {
  const s = await signed(false)
  assert.equal(longTermCopy(s.pdf, { ...s.context, timeProofs: () => [] }), null, 'no time for the second')
  assert.equal(longTermCopy(s.pdf, { ...s.context, ocsp: [], crls: [] }), null, 'no word on revocation')
  assert.equal(longTermCopy(s.pdf, { ...s.context, trust: [] }), null, 'no trust')
  assert.equal(longTermCopy(await basePdf(), s.context), null, 'no signature')
})

test('revoked after the proven time: the copy says so, and stays valid as of signing', async () => {
  const s = await signed(false)
  const first = s.signers[0]?.issued
  assert.ok(first)
  const later = { ...s.authority, revoked: [], clock: () => minutes(16) }
  revoke(later, first.serialHex, minutes(15))
  const revoked = ocspResponse(later, ocspRequest(first.certificateDer, s.authority.issuingCert))
  const copy = copyOf(s, { ...s.context, ocsp: [revoked, ...(s.context.ocsp ?? [])] })
  assert.deepEqual(told(verifyPdf(copy, bare(s))), ['valid certificate-revoked-later', 'valid'])
})

/** The file with a store that holds this about every signature. */
function withStore(pdf: Buffer, evidence: Partial<SignatureEvidence>): Buffer {
  const names = verifyPdf(pdf, { trust: [], at: YEARS_LATER }).map((v) => v.evidenceName ?? '')
  const empty = { certificates: [], ocsp: [], crls: [], times: [] }
  return appendEvidence(
    openPdf(pdf),
    names.map((name) => ({ ...empty, ...evidence, name })),
  )
}

test('foreign and forged evidence in a file changes no verdict, whoever judges and when', async () => {
  const s = await signed(false)
  // An authority of the same names and serial numbers, whose clock and word are the forger's.
  const forger = await createAuthority({ clock: () => minutes(30) })
  const asked = s.signers.map(({ issued }) => ocspRequest(issued.certificateDer, s.authority.issuingCert))
  const relabelled = (other: Authority): Authority => ({ ...other, issuingCert: s.authority.issuingCert })
  const good = asked.map((q) => ocspResponse(relabelled(forger), q))
  for (const { issued } of s.signers) revoke(forger, issued.serialHex, minutes(-60))
  const revoked = asked.map((q) => ocspResponse(relabelled(forger), q))
  const foreign = ocspResponse(forger, ocspRequest((await person({}, forger)).issued.certificateDer, forger.issuingCert))
  const flipped = Buffer.from(s.context.ocsp?.[0] ?? Buffer.alloc(0))
  flipped[120] = (flipped[120] ?? 0) ^ 1
  const stores: Partial<SignatureEvidence>[] = [
    { ocsp: [...good, foreign, flipped, Buffer.from('rubbish')] },
    { ocsp: revoked, crls: [crl(forger), Buffer.from([0x30, 0x80])] },
    { certificates: [forger.issuingCert, forger.rootCert, forger.timestampCert, Buffer.alloc(3)] },
    { times: [{ token: timestampToken(forger, sha(256, Buffer.from('x'))) }, { token: Buffer.from('no token'), path: [] }] },
    { ocsp: Array.from({ length: 200 }, (_, i) => Buffer.from(`answer ${i}`)), crls: [Buffer.alloc(3_000_000)] },
  ]
  const judges: TrustContext[] = [s.context, bare(s), bare(s, minutes(20)), { trust: [s.authority.rootCert], at: minutes(20) }]
  const before = judges.map((judge) => told(verifyPdf(s.pdf, judge)))
  for (const [i, store] of stores.entries()) {
    const file = withStore(s.pdf, store)
    for (const [j, judge] of judges.entries()) assert.deepEqual(told(verifyPdf(file, judge)), before[j], `store ${i}, judge ${j}`)
  }
})

test('a token of one signature proves nothing for the other', async () => {
  const s = await signed(false)
  const beside = s.context.timeProofs?.(verifyPdf(s.pdf, s.context)[1]?.stamped ?? Buffer.alloc(0)) ?? []
  assert.equal(beside.length, 1)
  const swapped = withStore(s.pdf, { times: beside.map((t) => ({ ...t, path: t.path?.toReversed() ?? [] })) })
  assert.deepEqual(
    verifyPdf(swapped, bare(s)).map((v) => v.timestampedAt),
    [SIGNED.toISOString(), undefined],
  )
})

const installed = (program: string, argument: string): boolean => spawnSync(program, [argument]).error === undefined

test('other programs find the copy sound: pdfsig, qpdf, openssl', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'yba-long-term-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const put = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(dir, name), bytes)
    return join(dir, name)
  }
  const s = await signed(true)
  const copy = put('copy.pdf', copyOf(s))
  const run = (program: string, ...args: string[]): string => {
    const done = spawnSync(program, args, { encoding: 'utf8' })
    assert.equal(done.status, 0, `${program}: ${done.stdout}${done.stderr}`)
    return done.stdout + done.stderr
  }
  if (installed('pdfsig', '-v')) assert.equal(run('pdfsig', '-nocert', copy).match(/Signature is Valid/g)?.length, 2)
  if (installed('qpdf', '--version')) assert.match(run('qpdf', '--check', copy), /No syntax or stream encoding errors/)
  if (!installed('openssl', 'version')) return
  const store = readEvidence(openPdf(copyOf(s)))
  // Lines joined, not ended: an empty line, where the last one is full, is no PEM to openssl.
  const linesOf = (der: Uint8Array): string =>
    (
      Buffer.from(der)
        .toString('base64')
        .match(/.{1,64}/g) ?? []
    ).join('\n')
  const pem = (der: Uint8Array): string => `-----BEGIN CERTIFICATE-----\n${linesOf(der)}\n-----END CERTIFICATE-----\n`
  const trust = put('trust.pem', pem(s.authority.issuingCert) + pem(s.authority.rootCert))
  const at = ['-attime', String(minutes(20).getTime() / 1000)]
  for (const [i, list] of store.crls.entries())
    assert.match(run('openssl', 'crl', '-in', put(`crl${i}`, list), '-inform', 'DER', '-noout', '-CAfile', trust), /verify OK/)
  const cert = put('cert.pem', pem(s.signers[0]?.issued.certificateDer ?? Buffer.alloc(0)))
  const issuer = put('issuer.pem', pem(s.authority.issuingCert))
  assert.equal(store.ocsp.length, 1)
  const answer = put('ocsp', store.ocsp[0] ?? Buffer.alloc(0))
  const said = run('openssl', 'ocsp', '-respin', answer, '-issuer', issuer, '-cert', cert, '-CAfile', trust, '-verify_other', issuer, ...at)
  assert.match(said, /Response verify OK/)
  assert.match(said, /\bgood$/m)
  const held = store.certificates.map((c) => sha(256, c).toString('hex'))
  for (const c of [
    s.authority.rootCert,
    s.authority.issuingCert,
    s.authority.timestampCert,
    ...s.signers.map((x) => x.issued.certificateDer),
  ])
    assert.ok(held.includes(sha(256, c).toString('hex')), 'every certificate stands in the store')
})
