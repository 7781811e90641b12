/**
 * A mistaken record of the HIS (wrong person, wrong stay) is taken back by a person, with a reason: what it wrote is marked as
 * entered in error, what it told the exchange is undone as far as the table allows. The right record then works.
 */
import { createHash } from 'node:crypto'
import { codeSystemUrl, defineOutcome, type Finding, finding, refuse } from '@yba/fhir'
import type { Patient } from 'fhir/r4.d.ts'
import type { Caller } from '../../access/caller.ts'
import { onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { FhirResource, Store, Stored, Transaction } from '../../store/types.ts'
import { findingView, lockRecord, undoFile } from '../referral/index.ts'
import type { UndoAnswer, UndoPreview, UndoRequest } from './contract.ts'
import { enteredInError } from './mistaken.ts'
import { rememberUndo, sharedWith, spokenOf, type TakenRecord, takenOver } from './tables.ts'

const RECORD_UNKNOWN = defineOutcome({
  code: 'claim-record-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có hồ sơ {maLk} đang có hiệu lực.',
  en: 'There is no record {maLk} that stands.',
  cure: { vi: 'Tải lại danh sách; có thể hồ sơ đã được hủy.', en: 'Load the list again; it may have been taken back already.' },
})

const REASON_NEEDED = defineOutcome({
  code: 'claim-undo-reason',
  http: 422,
  severity: 'error',
  issue: 'required',
  vi: 'Hủy hồ sơ cần chọn vì sao và ghi lý do (tối đa 500 ký tự).',
  en: 'Taking back a record needs a cause and a reason (500 characters at most).',
  cure: {
    vi: 'Chọn nhầm người, nhầm đợt hoặc lý do khác và ghi rõ.',
    en: 'Choose wrong person, wrong stay or another cause, and say more.',
  },
})

const PERSON_KEPT = defineOutcome({
  code: 'claim-undo-person-kept',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Thông tin hành chính của người bệnh trở lại như trước hồ sơ này.',
  en: 'The particulars of the person are as before this record.',
  cure: { vi: 'Kiểm tra nếu cần.', en: 'Check them if need be.' },
})

const UNDO_CHANGED = defineOutcome({
  code: 'claim-undo-changed',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Từ lúc bạn mở hồ sơ {maLk} đã có thay đổi; chưa hủy gì.',
  en: 'Something changed since you opened record {maLk}; nothing was taken back.',
  cure: { vi: 'Xem lại những gì sẽ bị hủy rồi xác nhận lại.', en: 'See again what would be taken back, then confirm it.' },
})

const UNDO_REASONS: readonly UndoRequest['why'][] = ['wrong-person', 'wrong-stay', 'other']
const LONGEST_REASON = 500

function checked(json: unknown): UndoRequest {
  const { record, why, reason, seen } = (json ?? {}) as Partial<Record<keyof UndoRequest, unknown>>
  const words = typeof reason === 'string' ? reason.normalize('NFC').trim() : ''
  if (typeof record !== 'string' || record === '') throw refuse(RECORD_UNKNOWN, { maLk: '—' })
  if (!UNDO_REASONS.includes(why as UndoRequest['why']) || words === '' || words.length > LONGEST_REASON) throw refuse(REASON_NEEDED)
  return { record, why: why as UndoRequest['why'], reason: words, seen: typeof seen === 'string' ? seen : '' }
}

/** POST /fhir/$undo-claim. Throws `claim-record-unknown`, `claim-undo-reason`, `claim-undo-changed`. */
async function undo({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const request = checked(json)
  const { record: maLk, why, reason } = request
  const store = site.store.as(onBehalf({ ...caller, reason }))
  const answer = await store.transact(async (tx) => {
    const { seen, patient: _patient, ...done } = await takeBack(site, store, tx, caller, request)
    if (seen !== request.seen) throw refuse(UNDO_CHANGED, { maLk })
    return done
  })
  await site.store.audit.record({ ...caller, reason }, { action: 'undo-claim', outcome: 'ok', detail: `${maLk}: ${why}` })
  return { json: answer satisfies UndoAnswer }
}

/** Carries what taking back would do out of its transaction, which ends with it. */
class Foreseen extends Error {
  readonly preview: UndoPreview
  constructor(preview: UndoPreview) {
    super('not to be kept')
    this.preview = preview
  }
}

/**
 * GET /fhir/$undo-claim-preview?record=: what taking it back would do as things stand, found by doing it and keeping nothing.
 * Throws `claim-record-unknown`.
 */
async function preview({ site, caller, query }: OperationContext): Promise<OperationAnswer> {
  const maLk = query.get('record') ?? ''
  const store = site.store.as(onBehalf(caller))
  const tried = store.transact(async (tx) => {
    const { patient, ...done } = await takeBack(site, store, tx, caller, { record: maLk, why: 'other', reason: '–' })
    const person = (await tx.read('Patient', patient))?.resource() as unknown as Patient | undefined
    throw new Foreseen({ ...done, patient: { id: patient, name: person?.name?.[0]?.text ?? '' } })
  })
  const seen = await tried.catch((error: unknown) => {
    if (error instanceof Foreseen) return error.preview
    throw error
  })
  await site.store.audit.record(caller, {
    action: 'read',
    type: 'Patient',
    patients: [seen.patient.id],
    outcome: 'ok',
    detail: `undo ${maLk}`,
  })
  return { json: seen satisfies UndoPreview }
}

type Wanted = Pick<UndoRequest, 'record' | 'why' | 'reason'>

/** Takes the record back. `seen` names what that did: as long as it is the same, nothing that matters has changed. */
async function takeBack(site: Site, store: Store, tx: Transaction, caller: Caller, { record: maLk, why, reason }: Wanted) {
  await lockRecord(tx, maLk)
  const record = await takenOver(tx, maLk)
  if (!record || record.undone) throw refuse(RECORD_UNKNOWN, { maLk })
  const patient = record.patient.split('/')[1] ?? ''
  const marked = await markLines(tx, record)
  const person = await restorePerson(site, store, tx, record)
  await tx.endCare(patient, `claim:${maLk}`)
  const followed = await undoFile(site, tx, caller, {
    record: maLk,
    encounter: record.encounter,
    reason,
    wrongPatient: why === 'wrong-person',
  })
  await rememberUndo(tx, record, { marked, why, reason, by: { id: caller.id, name: caller.display } }, tx.now)
  tx.emit({ kind: 'claim.undone', thread: record.patient, patient, payload: { maLk } })
  const findings = [...person, ...followed].map(findingView)
  const seen = createHash('sha256')
    .update(JSON.stringify([record.digest, record.generation, marked, findings]))
    .digest('hex')
  return { record: maLk, patient, marked, findings, seen }
}

/** Marks every line of the record that no other record speaks of, and the record's own text. Gives how many. */
async function markLines(tx: Transaction, record: TakenRecord): Promise<number> {
  const shared = await sharedWith(tx, record)
  const own = [...record.resources.filter((r) => !shared.has(r)), `DocumentReference/${record.document}`]
  const found = await tx.readMany(own)
  const writes = [...found.values()].flatMap((stored) => {
    const resource = enteredInError(stored.resource())
    return resource ? [{ kind: 'update' as const, id: stored.id, ifMatch: stored.versionId, resource }] : []
  })
  return (await tx.write(writes)).filter((r) => r.changed).length
}

/**
 * The person as before the record: as the last version that was not this record's, or, when there is none and nobody else
 * speaks of them, not in use any more.
 */
async function restorePerson(site: Site, store: Store, tx: Transaction, record: TakenRecord): Promise<Finding[]> {
  const id = record.patient.split('/')[1] ?? ''
  const now = await tx.read('Patient', id, { lock: true })
  const mine = `urn:yba:claim:${site.settings.facility.code}:${encodeURIComponent(record.ma_lk)}#`
  const isMine = (stored: Stored) => (stored.resource().meta as { source?: string } | undefined)?.source?.startsWith(mine) ?? false
  if (!now || !isMine(now)) return []
  const before = (await store.history('Patient', id)).find((version) => !isMine(version))
  if (before) {
    await tx.write([{ kind: 'update', id, ifMatch: now.versionId, resource: before.resource() }])
    return [finding(PERSON_KEPT)]
  }
  const others = await spokenOf(tx, record.patient, record.ma_lk)
  const slips = (await tx.search('Task', `patient=${record.patient}&_count=1`)).entries.length
  if (others || slips > 0) return []
  const meta = { ...(now.resource().meta as object), tag: [{ system: codeSystemUrl('registration'), code: 'mistaken' }] }
  await tx.write([{ kind: 'update', id, ifMatch: now.versionId, resource: { ...now.resource(), meta, active: false } as FhirResource }])
  return []
}

export const undoOperations: readonly Operation[] = [
  { name: '$undo-claim', level: 'system', method: 'POST', permission: 'claim.undo', body: 'json', handle: undo },
  { name: '$undo-claim-preview', level: 'system', method: 'GET', permission: 'claim.undo', body: 'none', handle: preview },
]
