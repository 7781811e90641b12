import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { type Authority, createAuthority, exportAuthority, importAuthority, issueCertificate, revoke } from './authority.ts'
import { crl, ocspRequest, ocspResponse, timestampToken } from './authority-answers.ts'
import { cmsSignatureValue } from './cms.ts'
import { finishAct, prepareAct } from './sign-act.ts'
import { act, basePdf, DOCUMENT, NOW, person } from './testing/fixtures.ts'
import { signedBy } from './verify/links.ts'
import { verifyPdf } from './verify/pdf.ts'
import { responderCertificates } from './verify/responders.ts'
import { readCertificate, sha } from './x509/certificate.ts'
import { nameAttribute, nameText } from './x509/names.ts'

test('Vietnamese names survive, in UTF8String, one attribute per RDN', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  const issued = await issueCertificate(authority, {
    commonName: 'Nguyễn Thị Ánh Tuyết'.normalize('NFD'),
    organization: 'Trung tâm Y tế Lục Nam',
    title: 'Bác sĩ',
    serialNumber: 'CCCD:000190000001',
    kind: 'person',
  })
  const read = readCertificate(issued.certificateDer)
  assert.equal(
    nameText(read.parsed.subject),
    'CN=Nguyễn Thị Ánh Tuyết, serialNumber=CCCD:000190000001, T=Bác sĩ, O=Trung tâm Y tế Lục Nam, C=VN',
  )
  assert.equal(nameAttribute(read.parsed.issuer, 'locality'), 'Hà Nội')
  const foreign = new X509Certificate(issued.certificateDer)
  assert.match(foreign.subject, /^C=VN\n/)
  assert.equal(foreign.subject.split('\n').length, 5)
  assert.ok(foreign.verify(new X509Certificate(authority.issuingCert).publicKey))
  assert.ok(new X509Certificate(authority.issuingCert).verify(new X509Certificate(authority.rootCert).publicKey))
})

test('an authority is stored and comes back able to issue; the root key is not in the export', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  revoke(authority, 'ab12', NOW, 1)
  const text = JSON.stringify(exportAuthority(authority))
  const back = importAuthority(JSON.parse(text), () => NOW)
  assert.deepEqual({ ...back, clock: 0 }, { ...authority, clock: 0 })
  assert.doesNotMatch(text, /rootKey/)
  const { issued } = await person({}, back)
  assert.ok(signedBy(readCertificate(issued.certificateDer), readCertificate(authority.issuingCert)))
})

async function signedWith(authority: Authority, at: Date) {
  const made = await person({}, authority)
  const done = await act(await basePdf(), 0, made.signer, { at })
  return { made, pdf: done.pdf }
}

test('revocation is judged as of signing, from CRL and from OCSP', async () => {
  let now = NOW
  const authority = await createAuthority({ clock: () => now })
  const { made, pdf } = await signedWith(authority, NOW)
  const { certificateDer, serialHex } = made.issued
  const judge = (more: object) => {
    const [v] = verifyPdf(pdf, { trust: [authority.rootCert], at: now, ...more })
    return [v?.verdict, v?.reasons.map((r) => r.code).join()]
  }
  const request = ocspRequest(certificateDer, authority.issuingCert)
  now = new Date(NOW.getTime() + 60_000)
  assert.deepEqual(judge({ crls: [crl(authority)] }), ['valid', ''])
  assert.deepEqual(judge({ ocsp: [ocspResponse(authority, request)] }), ['valid', ''])
  const stranger = await createAuthority({ clock: () => now })
  assert.deepEqual(judge({ crls: [crl(stranger)], ocsp: [Buffer.from('x')] }), ['indeterminate', 'revocation-unknown'])

  revoke(authority, serialHex, now)
  now = new Date(now.getTime() + 60_000)
  for (const evidence of [{ crls: [crl(authority)] }, { ocsp: [ocspResponse(authority, request)] }]) {
    assert.deepEqual(judge(evidence), ['indeterminate', 'certificate-revoked-since'])
    assert.deepEqual(judge({ ...evidence, existedAt: new Date(NOW.getTime() + 1000) }), ['valid', 'certificate-revoked-later'])
  }
  const after = await act(await basePdf(), 0, made.signer, { at: now })
  const [v] = verifyPdf(after.pdf, { trust: [authority.rootCert], at: now, crls: [crl(authority)] })
  assert.deepEqual([v?.verdict, v?.reasons[0]?.code], ['invalid', 'certificate-revoked'])
})

test('a timestamp tells by whose certificate it was made, and until when that holds', async () => {
  const authority = await createAuthority({ clock: () => NOW })
  const { certificateDer } = await issueCertificate(authority, { kind: 'person', commonName: 'Nguyễn Thị Ánh' })
  const token = timestampToken(authority, sha(256, Buffer.from('giờ')))
  const [service, ...others] = responderCertificates('timestamp', token)
  assert.ok(service && service.validTo > NOW && !service.isCa)
  assert.equal(others.length, 0)
  // This authority signs its answers itself: they name no service of its own.
  assert.deepEqual(responderCertificates('ocsp', ocspResponse(authority, ocspRequest(certificateDer, authority.issuingCert))), [])
  for (const kind of ['ocsp', 'timestamp'] as const) assert.deepEqual(responderCertificates(kind, Buffer.from('không phải')), [])
})

test('a timestamp proves the time; a foreign or wrong one proves nothing', async () => {
  let now = NOW
  const authority = await createAuthority({ clock: () => now })
  const made = await person({ validTo: new Date(NOW.getTime() + 60_000) }, authority)
  const prepared = await prepareAct(
    {
      bytes: DOCUMENT,
      pdf: await basePdf(),
      field: { page: 1, x: 0, y: 0, width: 0, height: 0 },
      fieldName: 'a',
      role: 'author',
      at: NOW,
      description: 'x',
    },
    await made.signer.certificate(),
  )
  const values = await made.signer.sign(prepared.requests)
  const stamped = sha(256, cmsSignatureValue(prepared.pdf.certificate, values[1] ?? Buffer.alloc(0)))
  const good = finishAct(prepared, values, timestampToken(authority, stamped))
  const wrong = finishAct(prepared, values, timestampToken(authority, sha(256, Buffer.from('khác'))))
  const foreign = finishAct(prepared, values, timestampToken(await createAuthority({ clock: () => NOW }), stamped))
  now = new Date(NOW.getTime() + 3_600_000)
  const judge = (pdf: Buffer) => verifyPdf(pdf, { trust: [authority.rootCert], at: now })[0]
  assert.deepEqual([judge(good.pdf)?.verdict, judge(good.pdf)?.timestampedAt], ['valid', NOW.toISOString()])
  for (const act of [wrong, foreign]) {
    assert.equal(judge(act.pdf)?.verdict, 'indeterminate')
    assert.ok(judge(act.pdf)?.reasons.some((r) => r.code === 'timestamp-wrong'))
  }
})
