/** Independent programs judge what we make: poppler's pdfsig and openssl, where they are installed. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { revoke } from '../authority.ts'
import { crl, ocspRequest, ocspResponse, timestampResponse } from '../authority-answers.ts'
import { authority, HOSPITAL, person, threeSignatures } from '../testing/fixtures.ts'

const installed = (program: string, argument: string): boolean => spawnSync(program, [argument]).error === undefined
const has = { pdfsig: installed('pdfsig', '-v'), openssl: installed('openssl', 'version') }
const skip = (program: keyof typeof has) => (has[program] ? false : `${program} is not installed: its judgement is left out`)

function folder(t: { after(f: () => void): void }): (name: string, bytes: Uint8Array | string) => string {
  const dir = mkdtempSync(join(tmpdir(), 'yba-signing-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return (name, bytes) => {
    const path = join(dir, name)
    writeFileSync(path, bytes)
    return path
  }
}
const pem = (...ders: Buffer[]): string =>
  ders
    .map(
      (d) =>
        `-----BEGIN CERTIFICATE-----\n${d
          .toString('base64')
          .match(/.{1,64}/g)
          ?.join('\n')}\n-----END CERTIFICATE-----\n`,
    )
    .join('')

function run(program: string, ...args: string[]): string {
  const done = spawnSync(program, args, { encoding: 'utf8' })
  assert.equal(done.status, 0, `${program} ${args.join(' ')}: ${done.stdout}${done.stderr}`)
  return done.stdout + done.stderr
}

for (const packed of [true, false]) {
  test(`pdfsig finds three valid signatures (${packed ? 'cross-reference stream' : 'table'})`, { skip: skip('pdfsig') }, async (t) => {
    const put = folder(t)
    const { pdf } = await threeSignatures(packed)
    const said = run('pdfsig', '-nocert', put('a.pdf', pdf))
    assert.equal(said.match(/Signature is Valid/g)?.length, 3, said)
    assert.match(said, /Nguyễn Thị Ánh Tuyết/)
    assert.ok(said.includes(HOSPITAL))
    const broken = Buffer.from(pdf)
    const digit = broken.indexOf('%%EOF') - 2
    broken[digit] = broken[digit] === 0x39 ? 0x38 : 0x39
    assert.equal(spawnSync('pdfsig', ['-nocert', put('b.pdf', broken)], { encoding: 'utf8' }).stdout.match(/Signature is Valid/g), null)
  })
}

test('openssl verifies each CMS as CAdES up to the root', { skip: skip('openssl') }, async (t) => {
  const put = folder(t)
  const { pdf } = await threeSignatures()
  const root = put('root.pem', pem((await authority()).rootCert))
  const ranges = [...pdf.toString('latin1').matchAll(/\/ByteRange \[0 (\d+)\s+(\d+)\s+(\d+)\s*\]/g)]
  assert.equal(ranges.length, 3)
  for (const [n, [, b, c, d]] of ranges.entries()) {
    const [end, start, length] = [Number(b), Number(c), Number(d)]
    const cms = Buffer.from(pdf.toString('latin1', end + 1, start - 1), 'hex')
    const exact = cms.subarray(0, cms.readUInt16BE(2) + 4)
    const content = put(`content-${n}`, Buffer.concat([pdf.subarray(0, end), pdf.subarray(start, start + length)]))
    const said = run(
      ...([
        'openssl',
        'cms',
        '-verify',
        '-cades',
        '-binary',
        '-inform',
        'DER',
        '-in',
        put(`cms-${n}`, exact),
        '-content',
        content,
      ] as const),
      ...['-CAfile', root, '-attime', String(Date.parse('2026-10-05T04:00:00Z') / 1000), '-out', put(`out-${n}`, '')],
    )
    assert.match(said, /successful/)
  }
})

test('openssl accepts the revocation list, the OCSP answers and the timestamps', { skip: skip('openssl') }, async (t) => {
  const put = folder(t)
  const a = { ...(await authority()), clock: () => new Date(), revoked: [] }
  const both = put('both.pem', pem(a.issuingCert, a.rootCert))
  const issuing = put('issuing.pem', pem(a.issuingCert))
  const [good, bad] = [(await person()).issued, (await person()).issued]
  revoke(a, bad.serialHex)
  assert.match(run('openssl', 'crl', '-in', put('crl', crl(a)), '-inform', 'DER', '-noout', '-CAfile', both), /verify OK/)
  for (const [issued, status] of [
    [good, /: good/],
    [bad, /: revoked/],
  ] as const) {
    const answer = put('ocsp', ocspResponse(a, ocspRequest(issued.certificateDer, a.issuingCert)))
    const cert = put('cert.pem', pem(issued.certificateDer))
    const said = run('openssl', 'ocsp', '-respin', answer, '-issuer', issuing, '-cert', cert, '-CAfile', both, '-verify_other', issuing)
    assert.match(said, status)
    assert.match(said, /Response verify OK/)
  }
  const query = put('query', '')
  run('openssl', 'ts', '-query', '-digest', 'ab'.repeat(32), '-sha256', '-cert', '-out', query)
  const answer = put('answer', timestampResponse(a, readFileSync(query)))
  assert.match(run('openssl', 'ts', '-verify', '-queryfile', query, '-in', answer, '-CAfile', both), /Verification: OK/)
})
