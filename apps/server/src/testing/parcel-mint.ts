/**
 * Parcels as a hospital sends them: a slip composed and signed by doctor, authorised signer and seal (JWS over its bytes),
 * with its print, 100 kB together. Prints are rendered once and carry each paper's own digest in the place of the first
 * one's: what the hub looks at when it takes a parcel in is real; only the verifier behind it finds prints without PAdES.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { composeDocument, renderPdf } from '@yba/forms'
import {
  type Authority,
  contentDigest,
  finishJws,
  issueCertificate,
  keyFileSigner,
  prepareJws,
  readCertificate,
  type Signer,
  signRequest,
} from '@yba/signing'
import type { ReferralContent } from '@yba/vietnam'
import type { CarriedSignature, Parcel } from '../features/exchange/contract.ts'
import { enqueue, type StoredParcel } from '../features/exchange/index.ts'
import type { Blobs } from '../store/types.ts'

/** The slip that the form's own folder shows. */
export function exampleSlip(): ReferralContent {
  const file = new URL('../../../../packages/forms/src/referral/example.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as ReferralContent
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Hand {
  role: CarriedSignature['role']
  by: string
  signer: Signer
  serial: string
}

/** What a hospital signs with, as it may be handed to another process. */
export interface MintKey {
  role: Hand['role']
  by: string
  serial: string
  key: { pkcs8: Uint8Array; certificate: Uint8Array; chain: Uint8Array[] }
}

async function keyOf(authority: Authority, role: Hand['role'], by: string, organization: string, serialNumber: string): Promise<MintKey> {
  const kind = role === 'seal' ? 'facility' : 'person'
  const issued = await issueCertificate(authority, { kind, commonName: by, organization, serialNumber })
  const key = { pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer }
  return { role, by, key, serial: readCertificate(issued.certificateDer).serialHex }
}

export interface MintOptions {
  stat?: boolean
  oneYear?: boolean
  /** The version this one corrects. */
  corrects?: { version: number; digest: string; at: string; reason: string }
}

export interface Mint {
  make(number: string, options?: MintOptions): Promise<Parcel & { documents: [Parcel['documents'][number]] }>
  /** Whom the slip of this number is about. */
  person(number: string): { mrn: string; name: string; birthDate: string; sex: '1' | '2' | '3'; citizenId: string }
  /** Bytes of paper and print of one parcel. */
  bytes: number
}

/** An invented record and citizen number, the same for the same slip. */
function somebody(code: string, number: string): { mrn: string; citizenId: string; cards: [] } {
  const digits = BigInt(`0x${sha256(Buffer.from(`${code} ${number}`)).slice(0, 14)}`) % 1_000_000_000n
  return { mrn: `BN-${number}`, citizenId: `000${digits.toString().padStart(9, '0')}`, cards: [] }
}

/** Keys of a doctor, an authorised signer and the seal of one facility. */
export async function mintKeys(authority: Authority, { code, name }: { code: string; name: string }): Promise<MintKey[]> {
  return Promise.all([
    keyOf(authority, 'doctor', 'Nguyễn Thị Ánh', name, `CCCD:0001${code}01`),
    keyOf(authority, 'authorised', 'Đỗ Thị Quỳnh', name, `CCCD:0001${code}02`),
    keyOf(authority, 'seal', name, name, `MST:000${code}`),
  ])
}

/** Parcels of one facility, with keys of its own. */
export async function mintOf(authority: Authority, base: ReferralContent, facility: { code: string; name: string }): Promise<Mint> {
  return mintWith(await mintKeys(authority, facility), base, facility)
}

/** Parcels of one facility, signed with these keys. */
export function mintWith(keys: readonly MintKey[], base: ReferralContent, { code, name }: { code: string; name: string }): Mint {
  const hands: Hand[] = keys.map(({ role, by, serial, key }) => ({ role, by, serial, signer: keyFileSigner(key) }))
  const from: ReferralContent = { ...base, from: { code, name } }
  const compose = (content: ReferralContent, { corrects }: MintOptions = {}) =>
    composeDocument(content, {
      bundleId: randomUUID(),
      compositionId: randomUUID(),
      at: new Date().toISOString(),
      version: (corrects?.version ?? 0) + 1,
      ...(corrects
        ? {
            replaces: { version: corrects.version, digest: corrects.digest },
            correction: { count: corrects.version, reason: corrects.reason, replacedAt: corrects.at },
          }
        : {}),
    })
  const first = compose(from).text
  const model = Buffer.from(renderPdf(first, {}).pdf).toString('latin1')
  const firstDigest = sha256(Buffer.from(first, 'utf8'))
  if (!model.includes(firstDigest)) throw new Error('the print does not carry the digest in the open')

  return {
    bytes: first.length + model.length,
    person(number) {
      const { name: called, birthDate, sex } = from.patient
      const { mrn, citizenId } = somebody(code, number)
      return { mrn, name: called, birthDate, sex, citizenId }
    },
    async make(number, options = {}) {
      const { stat = false, oneYear = from.oneYear, corrects } = options
      // Somebody else each time: the hub takes one person's papers in one after the other.
      const patient = { ...from.patient, ...somebody(code, number) }
      const numbers = { ...from.numbers, slip: number }
      const content = { ...from, patient, oneYear, numbers, ...(stat ? { emergency: true } : {}) }
      const composed = compose(content, options)
      const bytes = Buffer.from(composed.text, 'utf8')
      const digest = sha256(bytes)
      const pdf = Buffer.from(model.replaceAll(firstDigest, digest), 'latin1')
      const signatures: CarriedSignature[] = []
      for (const one of hands) signatures.push(await act(one, bytes))
      return {
        thread: { issuer: code, number },
        to: content.to.code,
        patient: { mrn: patient.mrn, name: patient.name, birthDate: patient.birthDate, sex: patient.sex, cards: [] },
        documents: [
          {
            kind: 'referral',
            title: composed.title,
            issuer: code,
            number,
            version: (corrects?.version ?? 0) + 1,
            digest,
            contentDigest: contentDigest(composed.text),
            pdf: sha256(pdf),
            signatures,
            bytesBase64: bytes.toString('base64'),
            pdfBase64: pdf.toString('base64'),
          },
        ],
        occurredAt: new Date().toISOString(),
        by: { id: 'seal', display: name, role: 'system' },
        ...(stat ? { priority: 'stat' as const } : {}),
      }
    },
  }
}

/** One signing act over the paper's bytes. */
async function act(one: Hand, bytes: Buffer): Promise<CarriedSignature> {
  const certificate = await one.signer.certificate()
  const at = new Date()
  const prepared = prepareJws({ bytes, certificate, at, role: one.role })
  const [value] = await one.signer.sign([signRequest(prepared.tbs, certificate, 'slip', randomUUID())])
  if (!value) throw new Error('no signature')
  return { role: one.role, jws: finishJws(prepared, value), signedAt: at.toISOString(), by: one.by, serial: one.serial }
}

/** Puts a signed parcel into an outbox, as the transaction of its last signature does: bytes are blobs, the row names them. */
export async function queueParcel(db: Parameters<typeof enqueue>[0], blobs: Blobs, parcel: Parcel, now: Date): Promise<void> {
  const { documents, ...cover } = parcel
  const stored: StoredParcel = { ...cover, documents: [] }
  for (const { bytesBase64, pdfBase64, ...document } of documents) {
    await blobs.put(Buffer.from(bytesBase64, 'base64'))
    if (pdfBase64) await blobs.put(Buffer.from(pdfBase64, 'base64'))
    stored.documents.push(document)
  }
  await enqueue(db, randomUUID(), 'parcel', parcel.thread, stored, now)
}
