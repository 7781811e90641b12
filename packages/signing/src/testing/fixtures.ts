/** What the tests share: one authority, signers with Vietnamese names, a small PDF. Not part of the package's door. */
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib'
import { type Authority, type CertificateRequest, createAuthority, type IssuedCertificate, issueCertificate } from '../authority.ts'
import { type SignActOptions, type SignedAct, signAct } from '../sign-act.ts'
import { keyFileSigner, type Signer } from '../signer.ts'

export const NOW = new Date('2026-10-05T03:04:05Z')
export const HOSPITAL = 'Bệnh viện Đa khoa tỉnh Bắc Giang'
export const DOCUMENT = Buffer.from('{"resourceType":"Bundle","type":"document","total":36.50,"note":"Phiếu chuyển"}', 'utf8')

let shared: Promise<Authority> | undefined
/** One authority for all tests of a file. */
export function authority(): Promise<Authority> {
  shared ??= createAuthority({ clock: () => NOW })
  return shared
}

export interface TestSigner {
  signer: Signer
  issued: IssuedCertificate
}

export async function person(request: Partial<CertificateRequest> = {}, from?: Authority): Promise<TestSigner> {
  const issued = await issueCertificate(from ?? (await authority()), {
    commonName: 'Nguyễn Thị Ánh Tuyết',
    organization: HOSPITAL,
    title: 'Bác sĩ CKII',
    serialNumber: 'CCCD:000190000001',
    kind: 'person',
    ...request,
  })
  return { issued, signer: keyFileSigner({ pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer }) }
}

export const seal = (): Promise<TestSigner> =>
  person({ commonName: HOSPITAL, kind: 'facility', title: undefined, serialNumber: 'MST:0000000000' })

/** A one-page PDF, with cross-reference stream and object streams or with a plain table. */
export async function basePdf(useObjectStreams = true): Promise<Buffer> {
  const doc = await PDFDocument.create()
  doc.setCreationDate(NOW)
  doc.setModificationDate(NOW)
  const page = doc.addPage([595, 842])
  page.drawText('PHIEU CHUYEN CO SO KHAM BENH, CHUA BENH', { x: 80, y: 700, size: 16, font: await doc.embedFont(StandardFonts.TimesRoman) })
  return Buffer.from(await doc.save({ useObjectStreams }))
}

/** One act in the n-th of three boxes. */
export function act(pdf: Buffer, n: number, signer: Signer, more: Partial<SignActOptions> = {}): Promise<SignedAct> {
  return signAct({
    bytes: DOCUMENT,
    pdf,
    field: { page: 1, x: 50 + n * 170, y: 600, width: 160, height: 64 },
    fieldName: `ky-${n}`,
    role: ['author', 'approver', 'seal'][n] ?? 'witness',
    roleText: ['Bác sĩ điều trị', 'Người có thẩm quyền', 'Cơ sở KBCB'][n] ?? 'Người chứng kiến',
    at: NOW,
    description: 'Phiếu chuyển cơ sở KBCB',
    signer,
    ...more,
  })
}

const signedOnce = new Map<boolean, ReturnType<typeof signThree>>()

/** A PDF with three signatures: two persons (P-256, RSA), one facility seal. Made once per form and file of tests. */
export function threeSignatures(useObjectStreams = true): ReturnType<typeof signThree> {
  const made = signedOnce.get(useObjectStreams) ?? signThree(useObjectStreams)
  signedOnce.set(useObjectStreams, made)
  return made
}

async function signThree(useObjectStreams: boolean): Promise<{ pdf: Buffer; acts: SignedAct[] }> {
  const signers = [await person(), await person({ commonName: 'Trần Văn Hữu', keyAlgorithm: 'RSA-2048' }), await seal()]
  let pdf = await basePdf(useObjectStreams)
  const acts: SignedAct[] = []
  for (const [n, { signer }] of signers.entries()) {
    const done = await act(pdf, n, signer)
    pdf = done.pdf
    acts.push(done)
  }
  return { pdf, acts }
}
