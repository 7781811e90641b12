/**
 * The paper a claim row is: a Composition with the person, stay, cards and codes as the paper names them contained in
 * it. The chart's own Patient and Encounter come from XML1; a paper says what stood on it that day.
 */

import type * as fhir4 from 'fhir/r4.d.ts'

export interface FormDraft {
  /** Facility that issues the paper. */
  facility: string
  composition: fhir4.Composition
  patient: fhir4.Patient
  encounter: fhir4.Encounter
  coverages: fhir4.Coverage[]
  conditions: fhir4.Condition[]
  relatives: fhir4.RelatedPerson[]
  /** XML13: the referral the slip asks for. */
  request?: fhir4.ServiceRequest
  /** XML14: the appointment the slip gives; a resource of its own beside the Composition. */
  appointment?: fhir4.Appointment
}

/**
 * Where a column stands in FHIR. `put` gets a filled value and may leave what it cannot hold exactly: `take` then gives
 * something else, and the difference is kept as written (see `form.ts`).
 */
export interface Place {
  put(draft: FormDraft, value: string): void
  take(draft: FormDraft): string | undefined
}

/** Title and id of the section that holds what is contained. */
export const PERSON_SECTION = 'Người bệnh và đợt điều trị'

const held = (draft: FormDraft): fhir4.FhirResource[] => [
  draft.patient,
  draft.encounter,
  ...draft.coverages,
  ...draft.conditions,
  ...draft.relatives,
  ...(draft.request ? [draft.request] : []),
]

/** Puts what a draft holds into its Composition. */
export function closeDraft(draft: FormDraft): fhir4.Composition {
  const contained = held(draft)
  const entry = contained.map((r) => ({ reference: `#${r.id}` }))
  const person: fhir4.CompositionSection = { title: PERSON_SECTION, entry }
  const { section = [], ...rest } = draft.composition
  return { ...rest, contained, section: [...section, person] }
}

/** The draft a Composition was made of; what is not there is empty. */
export function openDraft(composition: fhir4.Composition, appointment: fhir4.Appointment | undefined): FormDraft {
  const all = composition.contained ?? []
  const of = <T extends fhir4.FhirResource['resourceType']>(type: T) =>
    all.filter((r): r is Extract<fhir4.FhirResource, { resourceType: T }> => r.resourceType === type)
  return {
    facility: '',
    composition,
    patient: of('Patient')[0] ?? { resourceType: 'Patient' },
    encounter: of('Encounter')[0] ?? { resourceType: 'Encounter', status: 'unknown', class: {} },
    coverages: of('Coverage'),
    conditions: of('Condition'),
    relatives: of('RelatedPerson'),
    request: of('ServiceRequest')[0],
    appointment,
  }
}
