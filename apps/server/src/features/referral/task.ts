/** A referral as the store knows it: one Task per slip number, owned by this feature. */
import { codeSystemUrl, extensionUrl, facilitySystem, SYSTEM } from '@yba/fhir'
import { type FacilityRef, type PaperPatient, type ReferralContent, type ReferralValidity, referralValidity, slipKey } from '@yba/vietnam'
import type { Task } from 'fhir/r4.d.ts'
import type { FhirResource } from '../../store/types.ts'
import type { CarriedDocument, Priority } from '../exchange/contract.ts'
import { localDateTime } from './local-time.ts'
import { type ReferralState, STATES } from './transitions.ts'

const STATE_SYSTEM = codeSystemUrl('referral-state')
const TASK_SYSTEM = codeSystemUrl('task-kind')
const PERSON_URL = extensionUrl('paper-person')
const CORRECTIONS_URL = extensionUrl('corrections')
const DEPARTURE_URL = extensionUrl('departure')
const USE_URL = extensionUrl('referral-use')
const WITHDRAWN_URL = extensionUrl('withdrawn')

export interface PersonFacts {
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  mrn: string
  citizenId?: string
  card?: string
  phone?: string
}

export interface ReferralTask {
  issuer: FacilityRef
  number: string
  /** Numbers the HIS gave to the same slip, where it was written here first. */
  aliases?: string[]
  to: FacilityRef
  state: ReferralState
  person: PersonFacts
  /** Local patient and encounter, once there are. */
  patient?: string
  encounter?: string
  diagnosis: string
  departure?: string
  /** How long the slip holds, from its signing; a computed fact, never a state. */
  validity?: ReferralValidity
  /** Of a visit: the how-manieth with this slip. */
  use?: number
  /** The slip says "chuyển cấp cứu": every message of the thread overtakes the others. */
  stat?: boolean
  authoredOn: string
  /** DocumentReference ids: what the sender sent, what the receiver answered. */
  input: string[]
  output: string[]
  /** The outcome that stands takes the one before it back and says no more. */
  outcomeWithdrawn?: boolean
  /** How often each paper was corrected after it was issued. */
  corrections?: { referral?: number; outcome?: number }
  /** The first thread of the slip, when this is a later visit or the way on to a third facility. */
  partOf?: { issuer: string; number: string }
}

/** A paper slip whose message has not come: the thread is there, its slip is not. */
export const isShadow = (t: ReferralTask): boolean => t.input.length === 0 && !STATES[t.state].local

/** Whether an answer stands: one that was taken back is none. */
export const hasOutcome = (t: Pick<ReferralTask, 'output' | 'outcomeWithdrawn'>): boolean => t.output.length > 0 && !t.outcomeWithdrawn

/** TT 01/2025/TT-BYT Art. 12: a slip of one year serves many visits. */
export const isOneYear = (t: ReferralTask): boolean => t.validity?.basis === 'one-year'

/** A slip holds from the day its facility sealed it; while the seal is pending, from the last word that is there. */
export function validityOf(content: ReferralContent, slip: Pick<CarriedDocument, 'signatures'>, otherwise: string): ReferralValidity {
  const signed = slip.signatures.find((s) => s.role === 'seal') ?? slip.signatures.at(-1)
  return referralValidity({ signedOn: localDateTime(new Date(signed?.signedAt ?? otherwise)), oneYear: content.oneYear })
}
/** What a message of the thread says about its hurry. */
export const priorityOf = (t: Pick<ReferralTask, 'stat'>): { priority?: Priority } => (t.stat ? { priority: 'stat' } : {})

/** Search for the Tasks a facility sent (`requester`) or is to receive (`owner`). */
export const facilitySearch = (side: 'requester' | 'owner', code: string): string =>
  `${side}:identifier=${encodeURIComponent(`${SYSTEM.facility}|${code}`)}`

export const taskIdentifierSystem = facilitySystem.referral
export const slipKeySystem = facilitySystem.referralKey

/** The person of a paper in the few facts that worklists and the person index need. */
export function personOf(patient: PaperPatient): PersonFacts {
  const card = patient.cards.at(-1)?.number
  return {
    name: patient.name,
    birthDate: patient.birthDate,
    sex: patient.sex,
    mrn: patient.mrn,
    ...(patient.citizenId ? { citizenId: patient.citizenId } : {}),
    ...(card ? { card } : {}),
    ...(patient.phone ? { phone: patient.phone } : {}),
  }
}

/** A new referral's facts from its content; the caller adds patient and encounter. */
export function taskFromContent(content: ReferralContent, state: ReferralState, authoredOn: string): ReferralTask {
  return {
    issuer: content.from,
    number: content.numbers.slip,
    to: content.to,
    state,
    person: personOf(content.patient),
    diagnosis: content.diagnosisText,
    departure: content.departure,
    ...(content.emergency ? { stat: true } : {}),
    authoredOn,
    input: [],
    output: [],
  }
}

const facility = (f: FacilityRef) => ({ identifier: { system: SYSTEM.facility, value: f.code }, ...(f.name ? { display: f.name } : {}) })

/** Facts → Task resource (without id). */
export function taskResource(t: ReferralTask): FhirResource {
  const documents = (ids: string[], text: string) =>
    ids.map((id) => ({ type: { text }, valueReference: { reference: `DocumentReference/${id}` } }))
  const resource: Task = {
    resourceType: 'Task',
    extension: [
      { url: PERSON_URL, valueString: JSON.stringify(t.person) },
      ...(t.corrections ? [{ url: CORRECTIONS_URL, valueString: JSON.stringify(t.corrections) }] : []),
      ...(t.departure ? [{ url: DEPARTURE_URL, valueDateTime: t.departure }] : []),
      ...(t.use ? [{ url: USE_URL, valuePositiveInt: t.use }] : []),
      ...(t.outcomeWithdrawn ? [{ url: WITHDRAWN_URL, valueBoolean: true }] : []),
    ],
    identifier: [
      { system: taskIdentifierSystem(t.issuer.code), value: t.number },
      ...(t.aliases ?? []).map((value) => ({ use: 'secondary' as const, system: taskIdentifierSystem(t.issuer.code), value })),
      ...(t.partOf ? [] : keysOf(t)),
    ],
    ...(t.partOf ? { partOf: [{ identifier: { system: taskIdentifierSystem(t.partOf.issuer), value: t.partOf.number } }] } : {}),
    status: (hasOutcome(t) && STATES[t.state].withOutcome) || STATES[t.state].taskStatus,
    businessStatus: { coding: [{ system: STATE_SYSTEM, code: t.state, display: STATES[t.state].vi }] },
    intent: 'order',
    priority: t.stat ? 'stat' : 'routine',
    code: { coding: [{ system: TASK_SYSTEM, code: 'referral', display: 'Phiếu chuyển cơ sở KBCB' }] },
    ...(t.diagnosis ? { description: t.diagnosis } : {}),
    // Until the person is known here a file of the HIS finds the slip by the citizen's number.
    for: {
      ...(t.patient ? { reference: t.patient } : {}),
      ...(t.person.citizenId ? { identifier: { system: SYSTEM.cccd, value: t.person.citizenId } } : {}),
      display: t.person.name,
    },
    ...(t.encounter ? { encounter: { reference: t.encounter } } : {}),
    authoredOn: t.authoredOn,
    // R4: `repetitions` bounds how often it may be used, and a slip of one year has no such bound.
    ...(t.validity
      ? {
          restriction: {
            ...(isOneYear(t) ? {} : { repetitions: 1 }),
            period: { start: t.validity.from, end: t.validity.until },
          },
        }
      : {}),
    requester: facility(t.issuer),
    // A draft from the chart has no receiver yet, and FHIR knows no empty value.
    ...(t.to.code ? { owner: facility(t.to) } : {}),
    ...(t.input.length ? { input: documents(t.input, 'referral') } : {}),
    ...(t.output.length ? { output: documents(t.output, 'outcome') } : {}),
  }
  return resource as unknown as FhirResource
}

/** Keys of those numbers that are typed in another way; a visit is found by its slip. */
const keysOf = (t: ReferralTask) =>
  [...new Set([t.number, ...(t.aliases ?? [])].filter((number) => slipKey(number) !== number).map(slipKey))].map((value) => ({
    use: 'secondary' as const,
    system: slipKeySystem(t.issuer.code),
    value,
  }))

const idOf = (reference: string | undefined): string => reference?.split('/').at(-1) ?? ''

/** Task resource → facts; the inverse of `taskResource`. */
export function taskFacts(resource: FhirResource): ReferralTask {
  const t = resource as unknown as Task
  const extension = (url: string) => t.extension?.find((e) => e.url === url)
  const party = (p: Task['requester']): FacilityRef => ({ code: p?.identifier?.value ?? '', name: p?.display ?? '' })
  const corrections = extension(CORRECTIONS_URL)?.valueString
  const departure = extension(DEPARTURE_URL)?.valueDateTime
  const use = extension(USE_URL)?.valuePositiveInt
  const { period, repetitions } = t.restriction ?? {}
  const basis = repetitions ? 'ten-working-days' : 'one-year'
  const parent = t.partOf?.[0]?.identifier?.value
  const issuer = party(t.requester)
  const aliases = (t.identifier ?? []).slice(1).filter((i) => i.system !== slipKeySystem(issuer.code))
  return {
    issuer,
    number: t.identifier?.[0]?.value ?? '',
    ...(aliases.length > 0 ? { aliases: aliases.map((i) => i.value ?? '') } : {}),
    to: party(t.owner),
    state: (t.businessStatus?.coding?.[0]?.code ?? 'draft') as ReferralState,
    person: JSON.parse(extension(PERSON_URL)?.valueString ?? '{}') as PersonFacts,
    ...(t.for?.reference ? { patient: t.for.reference } : {}),
    ...(t.encounter?.reference ? { encounter: t.encounter.reference } : {}),
    diagnosis: t.description ?? '',
    ...(departure ? { departure } : {}),
    ...(period?.start && period.end ? { validity: { from: period.start, until: period.end, basis } } : {}),
    ...(use ? { use } : {}),
    ...(t.priority === 'stat' ? { stat: true } : {}),
    authoredOn: t.authoredOn ?? '',
    ...(corrections ? { corrections: JSON.parse(corrections) as NonNullable<ReferralTask['corrections']> } : {}),
    input: (t.input ?? []).map((i) => idOf(i.valueReference?.reference)),
    output: (t.output ?? []).map((o) => idOf(o.valueReference?.reference)),
    ...(extension(WITHDRAWN_URL)?.valueBoolean ? { outcomeWithdrawn: true } : {}),
    ...(parent ? { partOf: { issuer: party(t.requester).code, number: parent } } : {}),
  }
}
