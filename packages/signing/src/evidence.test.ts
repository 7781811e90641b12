import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Authority, createAuthority, issueCertificate, revoke } from './authority.ts'
import { crl, ocspResponse, timestampResponse } from './authority-answers.ts'
import { CRL_LIES, lyingCrl, lyingOcsp, lyingTimestamp, OCSP_LIES, TIMESTAMP_LIES } from './authority-lies.ts'
import { checkCrl, checkOcsp, checkTimestamp, ocspQuestion, servicesNamed, timestampQuestion } from './evidence.ts'
import { verifyJws } from './jws.ts'
import { merkleBatch, merkleRoot } from './merkle.ts'
import { act, basePdf, DOCUMENT, NOW, person } from './testing/fixtures.ts'
import { verifyPdf } from './verify/pdf.ts'
import type { Lacking, TrustContext } from './verify/verdict.ts'

const MINUTE = 60_000
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * MINUTE)

async function asked(authority: Authority) {
  const { certificateDer, serialHex } = await issueCertificate(authority, { kind: 'person', commonName: 'Nguyễn Thị Ánh' })
  const { request, nonce } = ocspQuestion(certificateDer, authority.issuingCert)
  const about = { certificate: certificateDer, issuer: authority.issuingCert, nonce, requireNonce: true, at: authority.clock() }
  return { request, about, serialHex }
}

test('an honest answer is evidence: good, then revoked; one without a nonce counts where the service sends none', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  const { request, about, serialHex } = await asked(authority)
  assert.deepEqual(checkOcsp(ocspResponse(authority, request), about), {
    status: 'good',
    thisUpdate: NOW,
    nextUpdate: new Date(NOW.getTime() + 12 * 60 * MINUTE),
  })
  revoke(authority, serialHex)
  const revoked = checkOcsp(ocspResponse(authority, request), about)
  assert.ok(typeof revoked === 'object' && revoked.status === 'revoked')
  const list = checkCrl(crl(authority), { issuer: authority.issuingCert, at: NOW })
  assert.ok(typeof list === 'object')
  assert.deepEqual([list.number, [...list.revoked.keys()]], [1n, [serialHex]])
})

test('every wrong OCSP answer is a fault by its own name', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  const { request, about, serialHex } = await asked(authority)
  revoke(authority, serialHex)
  const said: Record<string, unknown> = {}
  for (const lie of OCSP_LIES) said[lie] = checkOcsp(await lyingOcsp(authority, request, lie), about)
  assert.deepEqual(said, {
    'other-certificate': 'ocsp-other-certificate',
    stranger: 'ocsp-signature-wrong',
    stale: 'ocsp-stale',
    replayed: 'ocsp-replayed',
    unknown: 'ocsp-unknown',
    malformed: 'ocsp-unreadable',
  })
  const early = checkOcsp(ocspResponse({ ...authority, clock: () => at(60) }, request), about)
  assert.equal(early, 'ocsp-future')
  for (const rubbish of [Buffer.alloc(0), Buffer.from('<html>'), Buffer.from([0x30, 3, 0x0a, 1, 6])]) {
    assert.match(String(checkOcsp(rubbish, about)), /^ocsp-(unreadable|refused)$/)
  }
})

test('every wrong list is a fault by its own name', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  authority.crlNumber = 41
  const issuer = authority.issuingCert
  const newest = checkCrl(crl(authority), { issuer, at: NOW })
  assert.ok(typeof newest === 'object')
  const said: Record<string, unknown> = {}
  for (const lie of CRL_LIES) said[lie] = checkCrl(await lyingCrl(authority, lie), { issuer, at: NOW, newest: newest.number })
  assert.deepEqual(said, { stale: 'crl-stale', stranger: 'crl-signature-wrong', replayed: 'crl-replayed', malformed: 'crl-unreadable' })
})

test('every wrong timestamp is a fault by its own name', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  const value = Buffer.from('giá trị chữ ký')
  const { request, nonce } = timestampQuestion(value)
  const about = { value, nonce, trust: [authority.rootCert], at: NOW }
  const good = checkTimestamp(timestampResponse(authority, request), about)
  assert.ok(typeof good === 'object')
  assert.equal(good.at.toISOString(), NOW.toISOString())
  const said: Record<string, unknown> = {}
  for (const lie of TIMESTAMP_LIES) said[lie] = checkTimestamp(await lyingTimestamp(authority, request, lie), about)
  assert.deepEqual(said, {
    'other-digest': 'timestamp-other-digest',
    nonce: 'timestamp-nonce-wrong',
    stranger: 'timestamp-other-digest',
    'time-off': 'timestamp-time-off',
    malformed: 'timestamp-unreadable',
  })
  assert.equal(checkTimestamp(Buffer.from([0x30, 5, 0x30, 3, 2, 1, 2]), about), 'timestamp-refused')
})

test('one token stands for a whole batch, and for nothing that was not in it', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 80 }), { minLength: 1, maxLength: 40 }), (values) => {
      const { root, paths } = merkleBatch(values)
      for (const [i, value] of values.entries()) assert.ok(merkleRoot(value, paths[i] ?? []).equals(root))
      assert.ok(!merkleRoot(Buffer.from('giá trị không có trong cây'), paths[0] ?? []).equals(root))
      assert.ok(paths.every((p) => p.length <= Math.ceil(Math.log2(Math.max(values.length, 2)))))
    }),
    { numRuns: 40 },
  )
  const made = await person({ validTo: at(30) }, authority)
  const done = await act(await basePdf(), 0, made.signer)
  const judge = (more: Partial<TrustContext>) => verifyJws(DOCUMENT, done.jws, { trust: [authority.rootCert], at: at(60), ...more })
  const stamped = judge({}).stamped ?? Buffer.alloc(0)
  const { root, paths } = merkleBatch([Buffer.from('một'), stamped, Buffer.from('hai')])
  const { request, nonce } = timestampQuestion(root)
  const answer = checkTimestamp(timestampResponse(authority, request), { value: root, nonce, trust: [authority.rootCert], at: NOW })
  assert.ok(typeof answer === 'object')
  assert.equal(judge({}).verdict, 'indeterminate')
  const proofs = (path = paths[1]) => ({ timeProofs: () => [{ token: answer.token, ...(path ? { path } : {}) }] })
  assert.deepEqual([judge(proofs()).verdict, judge(proofs()).timestampedAt], ['valid', NOW.toISOString()])
  assert.equal(judge(proofs(paths[0])).verdict, 'indeterminate')
})

test('judged strictly, a signature waits for evidence from after it; each lack has its verdict', async () => {
  let now = NOW
  const authority = await createAuthority({ clock: () => now })
  const made = await person({}, authority)
  const before = ocspResponse(authority, ocspQuestion(made.issued.certificateDer, authority.issuingCert).request)
  now = at(1)
  const { pdf, jws } = await act(await basePdf(), 0, made.signer, { at: now })
  const judge = (lack: Lacking, ocsp: Buffer[]) => {
    const context = { trust: [authority.rootCert], at: at(2), ocsp, lacking: () => lack }
    const both = [verifyJws(DOCUMENT, jws, context), ...verifyPdf(pdf, context)].map((v) => `${v.verdict} ${v.reasons.map((r) => r.code)}`)
    assert.equal(new Set(both).size, 1, 'JWS and PDF agree')
    return both[0]
  }
  assert.equal(judge('awaited', []), 'pending revocation-awaited')
  assert.equal(judge('awaited', [before]), 'pending revocation-evidence-older')
  assert.equal(judge('overdue', [before]), 'indeterminate revocation-overdue')
  assert.equal(judge('unusable', []), 'indeterminate revocation-answer-unusable')
  assert.equal(judge('no-service', []), 'indeterminate revocation-no-service')
  now = at(2)
  const fresh = ocspResponse(authority, ocspQuestion(made.issued.certificateDer, authority.issuingCert).request)
  assert.equal(judge('unusable', [before, fresh]), 'valid ')
  revoke(authority, made.issued.serialHex, now)
  const revoked = ocspResponse(authority, ocspQuestion(made.issued.certificateDer, authority.issuingCert).request)
  assert.equal(judge('awaited', [before, fresh, revoked]), 'indeterminate certificate-revoked-since')
})

test('certificates name the services of their authority', async () => {
  const authority = await createAuthority({ clock: () => NOW, ocspUrl: 'http://ca.example/ocsp', crlUrl: 'http://ca.example/crl' })
  const { issued } = await person({}, authority)
  assert.deepEqual(servicesNamed(issued.certificateDer), { ocsp: ['http://ca.example/ocsp'], crl: ['http://ca.example/crl'] })
  assert.deepEqual(servicesNamed(authority.rootCert), { ocsp: [], crl: [] })
})

const hasOpenssl = spawnSync('openssl', ['version']).error === undefined
test('openssl accepts the token that is kept, over the value it stamps', {
  skip: hasOpenssl ? false : 'openssl is not installed',
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'yba-evidence-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const put = (name: string, bytes: Uint8Array | string): string => {
    writeFileSync(join(dir, name), bytes)
    return join(dir, name)
  }
  const authority = await createAuthority({ clock: () => new Date() })
  const { root } = merkleBatch([Buffer.from('một'), Buffer.from('hai'), Buffer.from('ba')])
  const { request, nonce } = timestampQuestion(root)
  const about = { value: root, nonce, trust: [authority.rootCert], at: new Date() }
  const answer = checkTimestamp(timestampResponse(authority, request), about)
  assert.ok(typeof answer === 'object')
  const pem = [authority.issuingCert, authority.rootCert]
    .map(
      (d) =>
        `-----BEGIN CERTIFICATE-----\n${d
          .toString('base64')
          .match(/.{1,64}/g)
          ?.join('\n')}\n-----END CERTIFICATE-----\n`,
    )
    .join('')
  const args = [
    'ts',
    '-verify',
    '-data',
    put('root.bin', root),
    '-in',
    put('token.der', answer.token),
    '-token_in',
    '-CAfile',
    put('ca.pem', pem),
  ]
  const said = spawnSync('openssl', args, { encoding: 'utf8' })
  assert.match(said.stdout + said.stderr, /Verification: OK/)
})
