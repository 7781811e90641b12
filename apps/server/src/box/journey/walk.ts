/** The journey itself: one referral from the HIS's file to the outcome filed in the sender's chart, by people at desks. */
import { setTimeout as delay } from 'node:timers/promises'
import type { OutcomeContent, ReferralContent } from '@yba/vietnam'
import type { ImportAnswer } from '../../features/insurance/contract.ts'
import type { ReferralRow, ReferralView, SaveDraftAnswer, WorklistAnswer } from '../../features/referral/contract.ts'
import type { ReferralState } from '../../features/referral/transitions.ts'
import { type Person, StepFailed } from './person.ts'

export interface Cast {
  /** Sender. */
  senderDesk: Person
  doctors: readonly Person[]
  signer: Person
  /** Receiver. */
  receiverDesk: Person
  reception: Person
  receiverDoctor: Person
}

export interface Walked {
  imported: ImportAnswer
  /** Undefined when the file was refused. */
  sent?: ReferralView
  received?: ReferralView
  timings: Record<string, number>
}

const PATIENCE_MS = 60_000

/** Waits until the list at a desk shows the referral in one of the states. */
async function until(person: Person, list: string, number: string, states: readonly ReferralState[]): Promise<ReferralRow> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await person.get<WorklistAnswer>(`/fhir/Task/$worklist?list=${list}&q=${encodeURIComponent(number)}`)
    const row = answer.rows.find((r) => r.number === number)
    if (row && states.includes(row.state) && !row.proposed) return row
    if (Date.now() > end)
      throw new StepFailed(`${person.login}: ${number} stays ${row?.state ?? 'unseen'}, wanted ${states.join('/')}`, 504, row)
    await delay(50)
  }
}

/** Walks it. `to`: receiver of a slip that is composed because the file holds no XML13. */
export async function walk(cast: Cast, claim: Uint8Array, to: string): Promise<Walked> {
  const timings: Record<string, number> = {}
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await work()
    timings[name] = Math.round(performance.now() - start)
    return result
  }
  const imported = await timed(
    'importMs',
    async () => (await cast.senderDesk.upload<ImportAnswer>('/fhir/$import-claim', claim, 'application/xml')).json,
  )
  const record = imported.records?.find((r) => r.result !== 'refused' && r.patient)
  if (!record?.patient || imported.records.some((r) => r.result === 'refused')) return { imported, timings }
  const task = record.referral?.id ?? (await timed('composeMs', () => compose(cast, record.patient?.id ?? '', record.encounter, to)))
  const slip = await cast.senderDesk.get<ReferralView>(`/fhir/Task/${task}/$view`)
  await timed('signMs', () => signSlip(cast, task))
  const row = await timed('sendToVisibleMs', () =>
    until(cast.receiverDesk, 'received', slip.number, ['sent', 'delivered', 'accepted', 'arrived', 'in-care', 'completed']),
  )
  await timed('receiveMs', () => receive(cast, row))
  const received = await timed('outcomeMs', () => answer(cast, row))
  await timed('closeMs', () => until(cast.senderDesk, 'sent', slip.number, ['completed']))
  const sent = await settledView(cast.senderDesk, task)
  return { imported, sent, received: await cast.receiverDesk.get<ReferralView>(`/fhir/Task/${received.id}/$view`), timings }
}

/** No XML13: the doctor composes from the chart and fills what only a person knows. */
async function compose(cast: Cast, patient: string, encounter: string | undefined, to: string): Promise<string> {
  const doctor = cast.doctors[0]
  if (!doctor) throw new Error('a journey without a doctor')
  const { id } = await doctor.post<{ id: string }>('/fhir/Task/$compose', {
    patient,
    to,
    ...(encounter ? { encounter: encounter.split('/').at(-1) } : {}),
  })
  const view = await doctor.get<ReferralView>(`/fhir/Task/${id}/$view`)
  const draft = view.draft
  if (!draft) throw new Error('a composed slip without its draft')
  const content: ReferralContent = {
    ...draft.content,
    signs: draft.content.signs || 'Tỉnh, tiếp xúc tốt, mạch và huyết áp ổn định.',
    history: draft.content.history || 'Diễn biến theo hồ sơ đợt điều trị.',
    results: draft.content.results || 'Kết quả xét nghiệm kèm theo.',
    condition: draft.content.condition || 'Ổn định, đủ điều kiện vận chuyển.',
    direction: draft.content.direction || 'Khám và điều trị chuyên khoa theo khả năng của cơ sở nhận.',
    transport: draft.content.transport || 'Xe cứu thương',
    reason: draft.content.reason || '2',
    treatment: { ...draft.content.treatment, method: draft.content.treatment.method || 'Nội khoa' },
  }
  await doctor.post<SaveDraftAnswer>(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content, draftVersion: draft.draftVersion })
  return id
}

/** The doctor named on the slip signs, then the authorised signer; the seal follows by itself. */
async function signSlip(cast: Cast, task: string): Promise<void> {
  for (const doctor of cast.doctors) {
    try {
      await doctor.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'doctor' })
      break
    } catch (error) {
      // The slip names one doctor; the others are refused by name.
      if (!(error instanceof StepFailed) || error.status !== 403 || doctor === cast.doctors.at(-1)) throw error
    }
  }
  await signedBy(cast.signer, task, 'doctor')
  await cast.signer.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'authorised' })
}

async function signedBy(person: Person, task: string, role: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const view = await person.get<ReferralView>(`/fhir/Task/${task}/$view`)
    if (!view.waitingFor.some((w) => w.role === role)) return
    if (Date.now() > end) throw new StepFailed(`signature of ${role} does not come`, 504, view.waitingFor)
    await delay(100)
  }
}

/** The desk accepts what nobody has accepted, reception registers the arrival, the doctor starts care. */
async function receive(cast: Cast, row: ReferralRow): Promise<void> {
  const step = (person: Person, event: string) =>
    person.post(`/fhir/Task/${row.id}/$transition`, { event, occurredAt: new Date().toISOString() })
  await cast.receiverDesk.post(`/fhir/Task/${row.id}/$mark-read`)
  // A slip from a visit is accepted by the receiver's policy, perhaps in this very moment.
  await step(cast.receiverDesk, 'accept').catch((error: unknown) => {
    if (!(error instanceof StepFailed) || error.status !== 409) throw error
  })
  await step(cast.reception, 'arrive')
  await step(cast.receiverDoctor, 'start-care')
}

/** The receiver's doctor writes and signs the outcome; the facility seals it. */
async function answer(cast: Cast, row: ReferralRow): Promise<ReferralView> {
  const doctor = cast.receiverDoctor
  const view = await doctor.post<ReferralView>(`/fhir/Task/${row.id}/$start-outcome`)
  const draft = view.outcomeDraft
  if (!draft) throw new StepFailed('no draft of the outcome', 500, view)
  const content: OutcomeContent = {
    ...draft.content,
    course: 'Người bệnh vào viện theo phiếu chuyển, được khám, hội chẩn và điều trị; đáp ứng tốt.',
    results: 'Xét nghiệm và chẩn đoán hình ảnh trong giới hạn theo dõi, cải thiện so với lúc vào.',
    treatment: 'Điều trị nội khoa theo phác đồ của bệnh viện.',
    outcome: '2',
    plan: 'Tiếp tục theo dõi tại cơ sở gửi, khám lại sau 01 tháng.',
  }
  await doctor.post<SaveDraftAnswer>(`/fhir/Task/${row.id}/$save-draft`, { kind: 'outcome', content, draftVersion: draft.draftVersion })
  return doctor.post<ReferralView>(`/fhir/Task/${row.id}/$sign`, { kind: 'outcome', role: 'doctor' })
}

const SETTLED_MS = 30_000

/** The referral once every verdict rests on an answer of the authority, or after half a minute as it is. */
async function settledView(person: Person, task: string): Promise<ReferralView> {
  const end = performance.now() + SETTLED_MS
  for (;;) {
    const view = await person.get<ReferralView>(`/fhir/Task/${task}/$view`)
    const pending = view.documents.some((d) => d.signatures.some((s) => s.verdict === 'pending'))
    if (!pending || performance.now() > end) return view
    await delay(200)
  }
}
