/**
 * One signing act: a JWS over the paper's bytes and a PAdES revision of its PDF, by one key. The signer may be slow or
 * missing; the request then waits ("chờ ký") and nothing else does. Roles sign in order; the facility's seal is the
 * last and needs no person.
 */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import {
  finishAct,
  isRetryable,
  type PreparedAct,
  prepareAct,
  restoreAct,
  SIGNATURE_UNUSABLE,
  SIGNER_REFUSED,
  type SignatureField,
  type Signer,
  stampedValues,
  statedMandate,
  storeAct,
} from '@yba/signing'
import { type Mandate, type PaperKind, readMandate, type SigningRole, signingLines } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { authorityKey, mandateAt, NO_SIGNING_AUTHORITY } from '../delegation/index.ts'
import { addSignatures, type DocumentFacts, documentFacts, documentReference, signerFor, stampNow } from '../documents/index.ts'
import { DOCUMENT_MOVED_ON } from './outcomes.ts'
import {
  dropAct,
  failRequest,
  finishRequest,
  keepLease,
  LEASE_SECONDS,
  leaseRequest,
  loadAct,
  postponeRequest,
  requestsOf,
  type SignatureRequest,
  saveAct,
  startSigning,
} from './tables.ts'

/** What follows a recorded signature, in the same transaction. */
export type AfterSigned = (
  tx: Transaction,
  done: { task: string; document: string; kind: PaperKind; role: SigningRole; remaining: SigningRole[] },
) => Promise<void>

/** Where a person's (or the facility's, `seal`) signer comes from. */
export type SignerOf = (site: Site, id: string) => Promise<Signer>

export type SignResult = 'none' | 'signed' | 'postponed' | 'failed'

const ROLE_TEXT: Record<SigningRole, string> = {
  doctor: 'Bác sĩ điều trị',
  authorised: 'Người có thẩm quyền',
  seal: 'Cơ sở khám bệnh, chữa bệnh',
}
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 300_000

function pause(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10))
}

/** Works on one due request (or on the named one); gives what became of it. Safe to call from several processes. */
export async function signNext(
  site: Site,
  after: AfterSigned,
  key?: { document: string; role: SigningRole },
  signerOf: SignerOf = signerFor,
): Promise<SignResult> {
  const request = await leaseRequest(site.store, site.clock.now(), key)
  if (!request) return 'none'
  const renewal = setInterval(() => {
    keepLease(site.store, request, site.clock.now()).catch((error: unknown) => site.log.warn({ err: error }, 'lease not kept'))
  }, LEASE_SECONDS * 333)
  try {
    const act = await makeAct(site, request, signerOf)
    faultPoint(site, 'sign.before-record')
    await recordAct(site, request, act, after)
    faultPoint(site, 'sign.after-record')
    return 'signed'
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'exception'
    site.log.warn({ document: request.document, role: request.role, code, attempts: request.attempts }, 'signature not made')
    if (code === NO_SIGNING_AUTHORITY.code) await dropAct(site.store, request)
    if (mayAskAgain(error, code, request.attempts)) {
      const next = new Date(site.clock.now().getTime() + (code === DOCUMENT_MOVED_ON.code ? 0 : pause(request.attempts)))
      await postponeRequest(site.store, request, next, code)
      return 'postponed'
    }
    await failRequest(site.store, request, code)
    return 'failed'
  } finally {
    clearInterval(renewal)
  }
}

/** A value that did not fit may have been for a certificate that was renewed meanwhile: asked anew, but not for ever. */
function mayAskAgain(error: unknown, code: string, attempts: number): boolean {
  if (code === SIGNATURE_UNUSABLE.code) return attempts < 3
  return isRetryable(error) || !('findings' in (error as object)) || code === DOCUMENT_MOVED_ON.code
}

interface Act {
  base: DocumentFacts
  pdf: string
  jws: string
  serial: string
  signedAt: string
  /** The register's id of the authority it states. */
  mandate: string | null
  timestamp?: string
}

/** Errors after which the same act must not be asked for again: the person said no, or the value does not fit it. */
const SPENT = new Set<string>([SIGNER_REFUSED.code, SIGNATURE_UNUSABLE.code])

async function makeAct(site: Site, request: SignatureRequest, signerOf: SignerOf): Promise<Act> {
  const store = site.store.as(systemCaller('sign-tray', site.settings.facility.code))
  const base = documentFacts((await store.read('DocumentReference', request.document)).resource())
  if (!base.pdf) throw refuse(DOCUMENT_MOVED_ON, { document: request.document })
  const signer = await signerOf(site, request.signer ?? 'seal')
  const bytes = await site.store.blobs.get(base.digest)
  const { prepared, mandate } = (await resumed(site, request, base.pdf, bytes)) ?? (await prepare(site, request, base, bytes, signer))
  faultPoint(site, 'sign.after-prepare')
  try {
    const values = await signer.sign(prepared.requests)
    // With the time proven where its service answers at once; without where it does not: a token is then added beside.
    const stamps = await stampNow(site, stampedValues(prepared, values))
    const signed = finishAct(prepared, values, stamps.pdf)
    const { jws, serial, signedAt } = signed
    const timestamp = stamps.jws ? { timestamp: stamps.jws.toString('base64') } : {}
    return { base, pdf: await site.store.blobs.put(signed.pdf), jws, serial, signedAt, mandate, ...timestamp }
  } catch (error) {
    if (SPENT.has((error as { code?: string }).code ?? '')) await dropAct(site.store, request)
    throw error
  }
}

interface Asked {
  prepared: PreparedAct
  mandate: string | null
}

/**
 * What the signer was asked for before, unless another signature was added to the PDF since, another person signs, or
 * the authority it states is no longer theirs: a remote signer is never asked for two signatures of one act.
 */
async function resumed(site: Site, request: SignatureRequest, pdf: string, bytes: Uint8Array): Promise<Asked | null> {
  const known = await loadAct(site.store, request)
  if (!known || known.base !== pdf || known.signer !== (request.signer ?? 'seal')) return null
  if (known.mandate !== null && known.mandate !== (await mandateOf(site, request, site.clock.now()))?.id) return null
  return { prepared: restoreAct(known.act, bytes), mandate: known.mandate }
}

async function prepare(site: Site, request: SignatureRequest, base: DocumentFacts, bytes: Uint8Array, signer: Signer): Promise<Asked> {
  const fields = (base.fields ?? []) as (SignatureField & { role: SigningRole })[]
  const field = fields.find((f) => f.role === request.role)
  if (!base.pdf || !field) throw refuse(DOCUMENT_MOVED_ON, { document: request.document })
  const at = site.clock.now()
  const authority = await mandateOf(site, request, at)
  const prepared = await prepareAct(
    {
      bytes,
      pdf: await site.store.blobs.get(base.pdf),
      field,
      fieldName: `${base.kind}-${request.role}`,
      role: request.role,
      signerName: request.signer_name ?? site.settings.facility.name,
      reason: base.title,
      at,
      // New for each preparation: a value made for other bytes must never be taken for this one.
      reference: randomUUID(),
      ...(authority
        ? { mandate: authority.mandate, capacity: signingLines(authority.mandate), title: '' }
        : { roleText: ROLE_TEXT[request.role], title: request.signer_title ?? '' }),
    },
    await signer.certificate(),
  )
  const row = { signer: request.signer ?? 'seal', base: base.pdf, mandate: authority?.id ?? null, act: storeAct(prepared) }
  await saveAct(site.store, request, row, at)
  return { prepared, mandate: row.mandate }
}

/** By what the authorised signer signs, at an instant; a doctor and the seal sign in their own name. */
async function mandateOf(site: Site, request: SignatureRequest, at: Date): Promise<{ id: string; mandate: Mandate } | null> {
  if (request.role !== 'authorised') return null
  const store = site.store.as(systemCaller('sign-tray', site.settings.facility.code))
  const { kind } = documentFacts((await store.read('DocumentReference', request.document)).resource())
  return mandateAt(site.store, request.signer ?? '', kind, at)
}

/** The line that was drawn above the signature, else the person's own title. */
function signerTitle(jws: string, request: SignatureRequest): string | undefined {
  const mandate = readMandate(statedMandate(jws))
  return mandate ? signingLines(mandate).join(' / ') : (request.signer_title ?? undefined)
}

async function recordAct(site: Site, request: SignatureRequest, act: Act, after: AfterSigned): Promise<void> {
  await site.store.as(systemCaller('sign-tray', site.settings.facility.code)).transact(async (tx) => {
    const stored = await tx.read('DocumentReference', request.document, { lock: true })
    const now = stored ? documentFacts(stored.resource()) : null
    // Another role signed the same PDF meanwhile: its revision would be lost, so sign the new one instead.
    if (!stored || !now || now.pdf !== act.base.pdf) throw refuse(DOCUMENT_MOVED_ON, { document: request.document })
    // Revoked while the signer was asked: what was signed under it is not used.
    if (act.mandate !== null) {
      await tx.lockKey(authorityKey(request.signer ?? ''))
      if ((await mandateAt(tx, request.signer ?? '', now.kind, tx.now)).id !== act.mandate) throw refuse(NO_SIGNING_AUTHORITY)
    }
    if (!(await finishRequest(tx, request, tx.now))) return
    await dropAct(tx, request)
    const [updated] = await tx.write([
      { kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: documentReference({ ...now, pdf: act.pdf }) },
    ])
    if (!updated) throw new Error('the store answered no document')
    const title = signerTitle(act.jws, request)
    await addSignatures(tx, updated, [
      {
        role: request.role,
        jws: act.jws,
        signedAt: act.signedAt,
        by: request.signer_name ?? site.settings.facility.name,
        ...(title ? { title } : {}),
        serial: act.serial,
        ...(act.timestamp ? { timestamp: act.timestamp } : {}),
      },
    ])
    const open = (await requestsOf(tx, request.task)).filter(
      (r) => r.document === request.document && r.state !== 'done' && r.state !== 'withdrawn',
    )
    const next = open[0]
    if (next?.role === 'seal' && next.state === 'open') {
      await startSigning(tx, next, { id: 'seal', name: site.settings.facility.name, title: 'Dấu cơ sở' }, tx.now)
    }
    tx.emit({
      kind: 'document.signed',
      thread: `DocumentReference/${stored.id}`,
      payload: { document: stored.id, task: request.task, role: request.role },
    })
    await after(tx, { task: request.task, document: stored.id, kind: now.kind, role: request.role, remaining: open.map((r) => r.role) })
  })
}
