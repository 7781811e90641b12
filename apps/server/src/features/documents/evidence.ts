/**
 * Evidence at hand for one paper, as its verification takes it, and what is still to be asked. Nothing here goes out:
 * a person who opens a paper never waits for an authority.
 */
import { createHash } from 'node:crypto'
import { jwsCertificates, jwsStamped, type Lacking, type SignatureVerdict, type TimeProof, type TrustContext } from '@yba/signing'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import type { CarriedSignature } from '../exchange/contract.ts'
import { judgesRevocation, revocationServices, timestampServices } from './services.ts'
import { evidenceAbout, noteUses, type UseRow, usesOf, type WantRow, want, wants } from './tables/evidence.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Signatures wait so long for an answer before they are called open. */
export const OVERDUE_MS = 48 * 3_600_000
/** So many answers that were none, and it is no accident. */
const UNUSABLE_ANSWERS = 3

const WAITING: ReadonlySet<string> = new Set([
  'revocation-awaited',
  'revocation-evidence-older',
  'revocation-overdue',
  'revocation-answer-unusable',
])

const REVOKED: ReadonlySet<string> = new Set(['certificate-revoked', 'certificate-revoked-since', 'certificate-revoked-later'])

/** What a paper's signatures are judged with: trust, the evidence kept so far, and why there is none. */
export async function trustContext(site: Site, document: string, acts: readonly CarriedSignature[]): Promise<TrustContext> {
  const at = site.clock.now()
  const plain: TrustContext = { trust: site.keys.trust, at }
  const carried = carriedProofs(acts)
  if (!judgesRevocation(site)) return { ...plain, timeProofs: (stamped) => carried.get(sha256(stamped)) ?? [] }
  const uses = await usesOf(site.store, document)
  const pairs = acts.flatMap((a) => jwsCertificates(a.jws) ?? [])
  const certificates = [...new Set([...uses.map((u) => u.certificate), ...pairs.map((p) => sha256(p.certificate))])]
  const issuers = [...new Set([...uses.map((u) => u.issuer), ...pairs.map((p) => sha256(p.issuer))])]
  const signedAt = Math.min(
    at.getTime(),
    ...uses.map((u) => u.signed_at.getTime()),
    ...acts.map((a) => Date.parse(a.signedAt) || at.getTime()),
  )
  const leaves = [...new Set([...uses.map((u) => u.leaf), ...carried.keys()])]
  const rows = await evidenceAbout(site.store, { certificates, issuers, leaves }, new Date(signedAt))
  const bytes = await Promise.all(rows.map((r) => site.store.blobs.get(r.blob)))
  const of = (kind: string): Buffer[] => bytes.filter((_, i) => rows[i]?.kind === kind)
  const proofs = new Map<string, TimeProof[]>(carried)
  for (const [i, row] of rows.entries()) {
    const token = bytes[i]
    if (row.kind !== 'timestamp' || !token) continue
    proofs.set(row.about, [...(proofs.get(row.about) ?? []), { token, ...(row.path ? { path: row.path } : {}) }])
  }
  const asked = new Map((await wants(site.store, certificates)).map((w) => [w.about, w]))
  const issuerOf = new Map(pairs.map((p) => [sha256(p.certificate), p.issuer]))
  return {
    ...plain,
    ocsp: of('ocsp'),
    crls: of('crl'),
    timeProofs: (stamped) => proofs.get(sha256(stamped)) ?? [],
    lacking: (certificate) => lackOf(site, certificate, issuerOf.get(sha256(certificate)), asked.get(sha256(certificate)), at),
  }
}

/** Tokens that came with the signatures. */
function carriedProofs(acts: readonly CarriedSignature[]): Map<string, TimeProof[]> {
  return new Map(
    acts.flatMap((a) => (a.timestamp ? [[sha256(jwsStamped(a.jws)), [{ token: Buffer.from(a.timestamp, 'base64') }]] as const] : [])),
  )
}

function lackOf(site: Site, certificate: Buffer, issuer: Buffer | undefined, asked: WantRow | undefined, at: Date): Lacking {
  if (issuer) {
    const services = revocationServices(site, certificate, issuer)
    if (services.ocsp.length + services.crl.length === 0) return 'no-service'
  }
  if (!asked) return 'awaited'
  if (asked.unusable >= UNUSABLE_ANSWERS) return 'unusable'
  return at.getTime() - asked.since.getTime() > OVERDUE_MS ? 'overdue' : 'awaited'
}

/** A signature with the role it is filed under. */
export interface Judged {
  role: string
  verdict: SignatureVerdict
}

/** What signatures rest on, and the questions they leave: to be written in one transaction, uses first. */
export interface EvidenceNotes {
  uses: UseRow[]
  wants: { kind: WantRow['kind']; about: string[] }[]
}

/** Collects the notes of one paper; the bytes of its certificates are kept. */
export async function evidenceNotes(site: Site, document: string, judged: readonly Judged[]): Promise<EvidenceNotes> {
  if (!judgesRevocation(site)) return { uses: [], wants: [] }
  const uses: UseRow[] = []
  const bare = new Set<string>()
  for (const { role, verdict: v } of judged) {
    if (!v.certificate || !v.issuer || !v.stamped || !v.signedAt || !v.serial) continue
    const [certificate, issuer] = await Promise.all([site.store.blobs.put(v.certificate), site.store.blobs.put(v.issuer)])
    const leaf = sha256(v.stamped)
    if (!v.timestampedAt) bare.add(leaf)
    uses.push({
      document,
      kind: v.kind,
      role,
      leaf,
      stamped: v.stamped,
      certificate,
      issuer,
      serial: v.serial,
      signed_at: new Date(v.signedAt),
      settled: !v.reasons.some((r) => WAITING.has(r.code)),
      revoked: v.reasons.some((r) => REVOKED.has(r.code)),
    })
  }
  const open = uses.filter((u) => !u.settled).map((u) => u.certificate)
  return {
    uses,
    wants: [
      { kind: 'revocation', about: [...new Set(open)] },
      { kind: 'list', about: [...new Set(uses.map((u) => u.issuer))] },
      { kind: 'timestamp', about: timestampServices(site).length > 0 ? [...bare] : [] },
    ],
  }
}

/** Writes the notes. */
export async function noteEvidence(tx: Transaction, notes: EvidenceNotes, now: Date): Promise<void> {
  await noteUses(tx, notes.uses)
  await Promise.all(notes.wants.map(({ kind, about }) => want(tx, kind, about, now)))
}

/** Whether they leave a question. */
export const asksSomething = (notes: EvidenceNotes): boolean => notes.wants.some((w) => w.about.length > 0)
