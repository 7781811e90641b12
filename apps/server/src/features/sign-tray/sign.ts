/**
 * One signing act: a JWS over the paper's bytes and a PAdES revision of its PDF, by one key. The signer may be slow or
 * missing; the request then waits ("chờ ký") and nothing else does. Roles sign in order; the facility's seal is the
 * last and needs no person.
 */
import { refuse } from '@yba/fhir'
import { isRetryable, type SignatureField, signAct } from '@yba/signing'
import type { PaperKind, SigningRole } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { addSignatures, type DocumentFacts, documentFacts, documentReference, signerFor } from '../documents/index.ts'
import { DOCUMENT_MOVED_ON } from './outcomes.ts'
import {
  failRequest,
  finishRequest,
  keepLease,
  LEASE_SECONDS,
  leaseRequest,
  postponeRequest,
  requestsOf,
  type SignatureRequest,
  startSigning,
} from './tables.ts'

/** What follows a recorded signature, in the same transaction. */
export type AfterSigned = (
  tx: Transaction,
  done: { task: string; document: string; kind: PaperKind; role: SigningRole; remaining: SigningRole[] },
) => Promise<void>

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
export async function signNext(site: Site, after: AfterSigned, key?: { document: string; role: SigningRole }): Promise<SignResult> {
  const request = await leaseRequest(site.store, site.clock.now(), key)
  if (!request) return 'none'
  const renewal = setInterval(() => {
    keepLease(site.store, request, site.clock.now()).catch((error: unknown) => site.log.warn({ err: error }, 'lease not kept'))
  }, LEASE_SECONDS * 333)
  try {
    const act = await makeAct(site, request)
    faultPoint(site, 'sign.before-record')
    await recordAct(site, request, act, after)
    faultPoint(site, 'sign.after-record')
    return 'signed'
  } catch (error) {
    const code = (error as { code?: string }).code ?? 'exception'
    site.log.warn({ document: request.document, role: request.role, code, attempts: request.attempts }, 'signature not made')
    if (isRetryable(error) || !('findings' in (error as object)) || code === DOCUMENT_MOVED_ON.code) {
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

interface Act {
  base: DocumentFacts
  pdf: string
  jws: string
  serial: string
  signedAt: string
}

async function makeAct(site: Site, request: SignatureRequest): Promise<Act> {
  const store = site.store.as(systemCaller('sign-tray', site.settings.facility.code))
  const base = documentFacts((await store.read('DocumentReference', request.document)).resource())
  const signer = await signerFor(site, request.signer ?? 'seal')
  const fields = (base.fields ?? []) as (SignatureField & { role: SigningRole })[]
  const field = fields.find((f) => f.role === request.role)
  if (!base.pdf || !field) throw refuse(DOCUMENT_MOVED_ON, { document: request.document })
  const signed = await signAct({
    bytes: await site.store.blobs.get(base.digest),
    pdf: await site.store.blobs.get(base.pdf),
    field,
    fieldName: `${base.kind}-${request.role}`,
    role: request.role,
    roleText: ROLE_TEXT[request.role],
    signerName: request.signer_name ?? site.settings.facility.name,
    title: request.signer_title ?? '',
    reason: base.title,
    signer,
    at: site.clock.now(),
    reference: `${base.digest}:${request.role}`,
  })
  return { base, pdf: await site.store.blobs.put(signed.pdf), jws: signed.jws, serial: signed.serial, signedAt: signed.signedAt }
}

async function recordAct(site: Site, request: SignatureRequest, act: Act, after: AfterSigned): Promise<void> {
  await site.store.as(systemCaller('sign-tray', site.settings.facility.code)).transact(async (tx) => {
    const stored = await tx.read('DocumentReference', request.document, { lock: true })
    const now = stored ? documentFacts(stored.resource()) : null
    // Another role signed the same PDF meanwhile: its revision would be lost, so sign the new one instead.
    if (!stored || !now || now.pdf !== act.base.pdf) throw refuse(DOCUMENT_MOVED_ON, { document: request.document })
    if (!(await finishRequest(tx, request, tx.now))) return
    const [updated] = await tx.write([
      { kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: documentReference({ ...now, pdf: act.pdf }) },
    ])
    if (!updated) throw new Error('the store answered no document')
    await addSignatures(tx, updated, [
      {
        role: request.role,
        jws: act.jws,
        signedAt: act.signedAt,
        by: request.signer_name ?? site.settings.facility.name,
        ...(request.signer_title ? { title: request.signer_title } : {}),
        serial: act.serial,
      },
    ])
    const open = (await requestsOf(tx, request.task)).filter((r) => r.document === request.document && r.state !== 'done')
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
