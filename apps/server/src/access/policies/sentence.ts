/** The words a policy is written in. A policy is a list of sentences: what a role may do, and what it may see. */
import type { Grant, GrantAction, GrantScope, Purpose } from '../caller.ts'
import type { Permission, Role } from '../permissions.ts'

export type Sentence = { may: readonly Permission[] } | { grant: Omit<Grant, 'purpose'> }

export interface Policy {
  role: Role
  purpose: Purpose
  permissions: readonly Permission[]
  grants: readonly Grant[]
}

export const NORMAL = 0
export const RESTRICTED = 1
export const VERY_RESTRICTED = 2

/** "may …": named permissions. */
export const may = (...permissions: Permission[]): Sentence => ({ may: permissions })

/** "can read and search … of the patients in …, up to sensitivity …". */
export const can = (
  actions: readonly GrantAction[],
  types: readonly string[] | '*',
  scope: GrantScope,
  maxSensitivity = NORMAL,
  shows?: Grant['shows'],
): Sentence => ({
  grant: { actions, types, scope, maxSensitivity, ...(shows ? { shows } : {}) },
})

export const READ: readonly GrantAction[] = ['read', 'search', 'history']
export const WRITE: readonly GrantAction[] = ['read', 'search', 'history', 'write']

/** Who the patient is and how to reach them; needed at every desk. */
export const DEMOGRAPHICS = ['Patient', 'RelatedPerson', 'Coverage'] as const

/**
 * What a desk that takes people in, and an operator who looks after their way, need of a referral and of a stay: who,
 * from where, to where, when, which slip, how long it holds, which department. Not why: no diagnosis, reason or note.
 */
export const WITHOUT_THE_WHY: NonNullable<Grant['shows']> = {
  Task: [
    'extension',
    'identifier',
    'partOf',
    'status',
    'businessStatus',
    'intent',
    'priority',
    'code',
    'for',
    'encounter',
    'authoredOn',
    'lastModified',
    'requester',
    'owner',
    'restriction',
  ],
  Encounter: ['identifier', 'status', 'class', 'type', 'serviceType', 'subject', 'period', 'location', 'serviceProvider', 'partOf'],
}

/** The chart. */
export const CLINICAL = [
  'Encounter',
  'EpisodeOfCare',
  'Condition',
  'AllergyIntolerance',
  'Procedure',
  'Observation',
  'DiagnosticReport',
  'Specimen',
  'ImagingStudy',
  'Medication',
  'MedicationRequest',
  'MedicationStatement',
  'MedicationDispense',
  'MedicationAdministration',
  'Immunization',
  'ServiceRequest',
  'CarePlan',
  'CareTeam',
  'Goal',
  'ClinicalImpression',
  'FamilyMemberHistory',
  'RiskAssessment',
  'Flag',
  'List',
  'Composition',
  'QuestionnaireResponse',
  'Appointment',
  'Communication',
  'Claim',
  'ExplanationOfBenefit',
] as const

/** Papers and what is said about them. */
export const PAPERS = ['DocumentReference', 'Provenance', 'Bundle', 'Binary', 'Composition'] as const

/** Who works where; nothing about patients. */
export const DIRECTORY = [
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Location',
  'HealthcareService',
  'Endpoint',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'StructureDefinition',
  'SearchParameter',
  'OperationDefinition',
  'CapabilityStatement',
  'Questionnaire',
] as const

/** Puts the sentences of a role together. */
export function policy(role: Role, purpose: Purpose, sentences: readonly Sentence[]): Policy {
  return {
    role,
    purpose,
    permissions: sentences.flatMap((s) => ('may' in s ? s.may : [])),
    grants: sentences.flatMap((s) => ('grant' in s ? [{ ...s.grant, purpose }] : [])),
  }
}
