/**
 * The road in: claim files that every Vietnamese HIS makes (QĐ 130 as amended by 4750, or 3176). A record with an
 * error writes nothing and says everything wrong with it at once; a good one becomes the chart in one transaction.
 */
import { codeSystemUrl, defineOutcome, type Finding, facilitySystem, finding, OutcomeError, refuse, SYSTEM } from '@yba/fhir'
import { type ClaimRecord, claimToFhir, type PaperContent, refuses, timesAhead, visitOfNumber } from '@yba/vietnam'
import type { DocumentReference, Encounter, Patient } from 'fhir/r4.d.ts'
import type { Caller } from '../../access/caller.ts'
import { listUsers, onBehalf } from '../../access/index.ts'
import { faultPoint } from '../../faults.ts'
import type { Site } from '../../site.ts'
import { willPass } from '../../storage-fault.ts'
import type { FhirResource, Stored, Transaction } from '../../store/types.ts'
import { ACCEPTED_WITH_ISSUES, keepIssues, worthKeeping } from '../documents/index.ts'
import { judge, personFacts } from '../person-index/index.ts'
import {
  AHEAD_MS,
  findingView,
  findReferral,
  followFile,
  type KnownStay,
  lockRecord,
  type Origin,
  openReferral,
  tieStay,
  withdrawnByFile,
} from '../referral/index.ts'
import { HIS, saidBy } from './arrival.ts'
import type { ImportedRecord, Issue } from './contract.ts'
import { noteRecord } from './files/tables.ts'
import { isCheckIn, passedOver } from './passed-over.ts'
import { keyOf, plannedId, planWrites } from './plan-writes.ts'
import { slipOf } from './record-slip.ts'
import { type ClaimRow, rememberRecord, settleIssues, takenOver, wasTakenBack } from './tables.ts'

const OTHER_FACILITY = defineOutcome({
  code: 'claim-other-facility',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Hồ sơ của cơ sở {found}, không phải của {expected}.',
  en: 'The record belongs to facility {found}, not to {expected}.',
  cure: { vi: 'Nhập tệp tại đúng cơ sở đã lập hồ sơ.', en: 'Import the file at the facility that made it.' },
})

const OTHER_PERSON = defineOutcome({
  code: 'claim-other-person',
  http: 422,
  severity: 'error',
  issue: 'conflict',
  vi: 'MA_LK {maLk} đã được nhập cho một người bệnh khác; hồ sơ này ghi MA_BN {mrn}.',
  en: 'MA_LK {maLk} was already imported for another person; this record says MA_BN {mrn}.',
  cure: {
    vi: 'Kiểm tra MA_LK và MA_BN trong phần mềm nguồn. Mỗi đợt khám có một MA_LK riêng; hồ sơ của người kia giữ nguyên.',
    en: 'Check MA_LK and MA_BN in the source system. Every stay has a MA_LK of its own; the other person’s record stays as it is.',
  },
})

const TAKEN_BACK = defineOutcome({
  code: 'claim-taken-back',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Đúng nội dung này của đợt {maLk} đã bị hủy vì nhầm; không nhập lại.',
  en: 'Exactly this content of stay {maLk} was taken back as mistaken; it is not taken again.',
  cure: { vi: 'Sửa hồ sơ trong phần mềm nguồn rồi gửi lại.', en: 'Correct the record in the source system and send it again.' },
})

const DAY_MS = 86_400_000

/** The place of a record: which file brought it, at which of its rows. Files are numbered in the order they came. */
export interface RecordPlace {
  file: string
  row: number
}

/** A claim knows who acted by licence only; the people of this site have names. */
export async function namesByLicence(site: Site): Promise<ReadonlyMap<string, string>> {
  const users = await listUsers(site.store.sql, site.clock.now())
  return new Map(users.flatMap((u) => (u.licence ? [[u.licence, u.name] as const] : [])))
}

export interface Read {
  record: ClaimRecord
  found: readonly Finding[]
  names: ReadonlyMap<string, string>
}

function findingsOf(site: Site, record: ClaimRecord, found: readonly Finding[]): Finding[] {
  const findings = [...found, ...timesAhead(record, new Date(site.clock.now().getTime() + AHEAD_MS))]
  const here = site.settings.facility.code
  if (record.facility !== here)
    findings.push(finding(OTHER_FACILITY, { found: record.facility || '—', expected: here }, 'XML1[1].MA_CSKCB'))
  return findings
}

/**
 * Takes one record over, or refuses it with everything wrong about it. What became of it is noted at its place in the same
 * transaction: a file that is read again after a death goes on behind it.
 */
export async function importRecord(
  site: Site,
  caller: Caller,
  { record, found, names }: Read,
  place: RecordPlace,
): Promise<ImportedRecord> {
  const findings = findingsOf(site, record, found)
  const none = { created: 0, updated: 0, unchanged: 0, removed: 0 }
  const said = { maLk: record.maLk, findings: findings.map(findingView) }
  const refused = async (findings: ImportedRecord['findings']): Promise<ImportedRecord> => {
    const answer: ImportedRecord = { ...said, result: 'refused', resources: none, findings }
    await noteRecord(site.store, place.file, place.row, answer)
    return answer
  }
  if (findings.some(refuses)) return refused(said.findings)
  try {
    const plan = claimToFhir(record, { facility: site.settings.facility, nameOf: (licence) => names.get(licence) })
    const raw = await site.store.blobs.put(Buffer.from(JSON.stringify(record.raw), 'utf8'))
    const kept = worthKeeping(said.findings)
    const imported = await site.store.as(onBehalf(caller)).transact(async (tx) => {
      const written = await writeRecord(site, tx, { record, plan, raw, kept, file: place.file })
      const all = written.passedOver ? written.imported : await withReferrals(site, tx, caller, record, plan, written)
      const answer: ImportedRecord = { ...said, ...all, findings: [...said.findings, ...all.findings] }
      await noteRecord(tx, place.file, place.row, answer)
      faultPoint(site, 'import.before-commit')
      return answer
    })
    faultPoint(site, 'import.after-commit')
    return imported
  } catch (error) {
    if (!(error instanceof OutcomeError)) throw error
    // Said of no record: whoever judges the file tries again.
    if (willPass(error)) throw Object.assign(new Error(error.code, { cause: error }), { code: error.code })
    return refused([...said.findings, ...error.findings.map(findingView)])
  }
}

type Imported = Omit<ImportedRecord, 'maLk'>

interface Written {
  imported: Imported
  /** The stay as written, of a person who was known before: only such a one can have a slip from before it. */
  stay?: KnownStay
  /** It came in an older file than the one the record stands as, or is a check-in after it: what follows from the record stands. */
  passedOver?: true
}

/** One record on its way into the chart. */
interface OnItsWay {
  record: ClaimRecord
  plan: ReturnType<typeof claimToFhir>
  /** Digest of the record verbatim. */
  raw: string
  kept: readonly Issue[]
  file: string
}

/** What the record says of the slip its patient came with, also of one that came after it was first sent; then its own slip. */
async function withReferrals(
  site: Site,
  tx: Transaction,
  caller: Caller,
  record: ClaimRecord,
  plan: ReturnType<typeof claimToFhir>,
  { imported, stay }: Written,
): Promise<Imported> {
  const said = saidBy(caller, record, plan, imported)
  const { findings, cameWith } = said ? await followFile(site, tx, said) : { findings: [] }
  const followed = { ...imported, findings: [...imported.findings, ...findings.map(findingView)] }
  // A slip the stay has not got, for another stay has its number: asked again, for that one may have been taken back.
  const waits = plan.papers.some((p) => p.kind === 'referral') && !imported.referral
  if ((imported.result === 'unchanged' && !waits) || !imported.patient || !imported.encounter) return followed
  const told = stay ? await tieStay(tx, stay) : []
  const { code: issuer, managingBody } = site.settings.facility
  const of = { patient: `Patient/${imported.patient.id}`, encounter: imported.encounter }
  const opened = await openPapers(tx, plan.papers, {
    ...of,
    ...(managingBody ? { managingBody } : {}),
    ...(cameWith ? { cameWith } : {}),
    by: { id: caller.id, display: caller.kind === 'system' ? HIS : caller.display },
  })
  if (opened) told.push(...opened.findings)
  else if (imported.result === 'updated' && !isCheckIn(record) && !record.tables.XML13?.length)
    told.push(...(await withdrawnByFile(tx, { ...of, issuer, maLk: record.maLk }, caller.id)))
  const referral = opened && opened.result !== 'other-stay' ? { referral: { id: opened.id, number: opened.number } } : {}
  return { ...followed, ...referral, findings: [...followed.findings, ...told.map(findingView)] }
}

async function writeRecord(site: Site, tx: Transaction, way: OnItsWay): Promise<Written> {
  const { record, plan, raw, kept, file } = way
  const facility = site.settings.facility.code
  await lockRecord(tx, record.maLk)
  const last = await takenOver(tx, record.maLk)
  // A HIS that sends everything again every night must not bring back what a person took back.
  if (last && (await wasTakenBack(tx, record.maLk, record.digest))) throw refuse(TAKEN_BACK, { maLk: record.maLk })
  const before = last?.undone ? null : last
  const generation = last?.generation ?? 0
  const planned = plan.resources.find((r) => r.resource.resourceType === 'Patient')?.resource as unknown as Patient
  const known = await findPatient(site, tx, planned)
  const checkIn = isCheckIn(record)
  const head = checkIn ? 'XML0' : 'XML1'
  const patientFacts = { id: '', name: planned.name?.[0]?.text ?? '', mrn: record.tables[head]?.[0]?.MA_BN ?? '' }
  const settled = before && (await nothingNew(tx, before, way, patientFacts))
  if (settled) return settled
  const { writes, references, patient, encounter } = planWrites(plan, facility, known, { thin: checkIn, generation })
  // Else the lines of one person's stay would be taken away and written to another's chart.
  if (before && before.patient !== patient) throw refuse(OTHER_PERSON, { maLk: record.maLk, mrn: patientFacts.mrn }, `${head}[1].MA_LK`)
  const gone = (before?.resources ?? []).filter((r) => !references.includes(r) && !r.startsWith('Patient/'))
  const results = await tx.write(writes)
  if (gone.length > 0) await tx.write(gone.map((r) => ({ kind: 'delete', type: r.split('/')[0] ?? '', id: r.split('/')[1] ?? '' })))
  const document = plannedId(facility, keyOf(`claim/${record.maLk}`, generation))
  const filed = { raw, patient, encounter, facility, issues: kept.length }
  await tx.write([{ kind: 'update', upsert: true, ifChanged: true, id: document, resource: rawDocument(record, filed) }])
  await keepIssues(tx, raw, kept)
  const stay = results.find((r) => r.type === 'Encounter')
  await grantCare(site, tx, patient, record, stay)
  await rememberRecord(
    tx,
    {
      ma_lk: record.maLk,
      digest: record.digest,
      patient,
      encounter,
      resources: references,
      layout: record.layout,
      head,
      document,
      issues: kept.length,
      raw,
      file,
      ...slipOf(record),
    },
    tx.now,
  )
  tx.emit({ kind: 'claim.imported', thread: patient, patient: patient.split('/')[1] ?? '', payload: { maLk: record.maLk } })
  const changed = results.filter((r) => r.changed)
  const imported: Imported = {
    result: before ? 'updated' : 'created',
    patient: { ...patientFacts, id: patient.split('/')[1] ?? '' },
    encounter,
    resources: {
      created: changed.filter((r) => r.versionId === 1).length,
      updated: changed.filter((r) => r.versionId > 1).length,
      unchanged: results.length - changed.length,
      removed: gone.length,
    },
    findings: [],
  }
  return { imported, ...(stay && known ? { stay: stayFacts(record.maLk, facility, patient, stay) } : {}) }
}

function stayFacts(maLk: string, issuer: string, patient: string, stay: Stored): KnownStay {
  const { period } = stay.resource() as unknown as Encounter
  const ended = period?.end ? { ended: period.end } : {}
  return { patient, encounter: `Encounter/${stay.id}`, issuer, maLk, admitted: period?.start ?? '', ...ended }
}

/** What changes nothing: the same record again, and one that is passed over (`passed-over.ts`). */
async function nothingNew(
  tx: Transaction,
  before: ClaimRow,
  { record, plan, kept, file }: OnItsWay,
  facts: NonNullable<ImportedRecord['patient']>,
): Promise<Written | null> {
  if (before.digest === record.digest) return { imported: await sameAgain(tx, before, plan, facts, kept) }
  const said = await passedOver(tx, before, record, file)
  if (!said) return null
  return { imported: { ...(await sameAgain(tx, before, plan, facts, kept)), findings: [findingView(said)] }, passedOver: true }
}

/** The same record again changes nothing; when nothing is odd about it any more, that is settled. */
async function sameAgain(
  tx: Transaction,
  before: ClaimRow,
  plan: ReturnType<typeof claimToFhir>,
  facts: NonNullable<ImportedRecord['patient']>,
  kept: readonly Issue[],
): Promise<Imported> {
  if (kept.length === 0) await settleIssues(tx, before.ma_lk)
  const resources = { created: 0, updated: 0, unchanged: before.resources.length, removed: 0 }
  const patient = { ...facts, id: before.patient.split('/')[1] ?? '' }
  const paper = plan.papers.find((p) => p.kind === 'referral')
  const referral = paper ? await findReferral(tx, paper, before.encounter) : undefined
  return { result: 'unchanged', patient, encounter: before.encounter, resources, ...(referral ? { referral } : {}), findings: [] }
}

/** The facility's own number first (rule D4); else the citizen id, or a card, where the rules of the person index are certain. */
async function findPatient(site: Site, tx: Transaction, planned: Patient): Promise<Stored | null> {
  const facility = site.settings.facility.code
  const values = (system: string) => (planned.identifier ?? []).filter((i) => i.system === system).map((i) => i.value ?? '')
  const [mrn] = values(facilitySystem.mrn(facility))
  const own = mrn ? await tx.findByIdentifier('Patient', facilitySystem.mrn(facility), mrn, { lock: true }) : null
  if (own) return own
  const me = { ...personFacts(planned as unknown as FhirResource), facility: 'incoming' }
  for (const system of [SYSTEM.cccd, SYSTEM.bhyt]) {
    for (const value of values(system)) {
      const other = await tx.findByIdentifier('Patient', system, value, { lock: true })
      if (!other) continue
      const verdict = judge(me, { ...personFacts(other.resource()), facility: 'known' }, site.settings.environment === 'demo')
      if (verdict.verdict === 'certain') return other
    }
  }
  return null
}

/**
 * The record verbatim: every table as it came, also those that do not become FHIR. It names no custodian: a paper that
 * names this facility is open to each of its doctors, and this one is the whole chart, for those who care only.
 */
function rawDocument(
  record: ClaimRecord,
  { raw, patient, encounter, facility, issues }: { raw: string; patient: string; encounter: string; facility: string; issues: number },
): FhirResource {
  const resource: DocumentReference = {
    resourceType: 'DocumentReference',
    ...(issues > 0 ? { extension: [{ url: ACCEPTED_WITH_ISSUES, valueInteger: issues }] } : {}),
    identifier: [{ system: `${facilitySystem.encounter(facility)}/claim`, value: record.maLk }],
    status: 'current',
    type: { text: 'Hồ sơ XML của HIS' },
    category: [{ coding: [{ system: codeSystemUrl('paper-kind'), code: 'claim' }] }],
    subject: { reference: patient },
    content: [
      {
        attachment: {
          contentType: 'application/json',
          url: `Binary/${raw}`,
          title: `${record.layout} · ${Object.keys(record.raw).join(', ')}`,
        },
      },
    ],
    context: { encounter: [{ reference: encounter }] },
  }
  return resource as unknown as FhirResource
}

/** Departments of the stay, and the doctors named in it, care for the patient while it lasts and some time after. */
async function grantCare(site: Site, tx: Transaction, patient: string, record: ClaimRecord, stay: Stored | undefined): Promise<void> {
  const one = record.tables.XML1?.[0]
  const period = (stay?.resource() as unknown as Encounter | undefined)?.period
  const from = period?.start ? new Date(period.start) : tx.now
  const to = period?.end ? new Date(new Date(period.end).getTime() + site.settings.careDaysAfterStay * DAY_MS) : undefined
  const id = patient.split('/')[1] ?? ''
  for (const department of (one?.MA_KHOA ?? '')
    .split(';')
    .map((d) => d.trim())
    .filter(Boolean)) {
    await tx.grantCare({ patient: id, department, from, ...(to ? { to } : {}), basis: `claim:${record.maLk}` })
  }
}

async function openPapers(tx: Transaction, papers: readonly PaperContent[], origin: Origin) {
  const referral = papers.find((p) => p.kind === 'referral')
  const summary = papers.find((p) => p.kind === 'summary')
  // The finding of the check says what to do; the exchange would refuse such a number once it is signed.
  if (!referral || visitOfNumber(referral.numbers.slip) !== undefined) return undefined
  return openReferral(tx, referral, { ...origin, ...(summary ? { summary } : {}) })
}
