/**
 * Ownership: resource type (× category) → owning care area → how plain FHIR writes are taken.
 * open: by permission · guarded: the owner's checks run inside the write · command: only through the owner's operations.
 * The capability statement and the documents are made from this table. A bare site has no care areas: there every type
 * of R4 is open and no gate is asked.
 */
import { type Finding, finding } from '@yba/fhir'
import type { FhirResource, Write } from '../store/types.ts'
import type { Caller } from './caller.ts'
import { notPermitted, useOperation } from './outcomes.ts'

export type Mode = 'open' | 'guarded' | 'command'

export interface Owned {
  type: string
  /** Limits the row to resources it answers true for; the first fitting row counts. */
  when?: { category: string; fits(resource: FhirResource): boolean }
  owner: string
  mode: Mode
  /** Operations to use instead, for `command`. */
  operations?: readonly string[]
}

const open = (owner: string, ...types: string[]): Owned[] => types.map((type) => ({ type, owner, mode: 'open' }))
const command = (owner: string, operations: readonly string[], ...types: string[]): Owned[] =>
  types.map((type) => ({ type, owner, mode: 'command', operations }))

const REFERRAL = ['POST /fhir/Task/$compose', 'POST /fhir/Task/{id}/$sign', 'POST /fhir/Task/{id}/$transition']
const SIGNING = ['POST /fhir/Task/{id}/$sign']

export const OWNERSHIP: readonly Owned[] = [
  ...command('referral', REFERRAL, 'Task'),
  ...command('documents', SIGNING, 'DocumentReference', 'Provenance', 'Binary'),
  {
    type: 'Bundle',
    when: { category: 'document', fits: (r) => r.type === 'document' },
    owner: 'documents',
    mode: 'command',
    operations: SIGNING,
  },
  ...command('audit', ['GET /fhir/AuditEvent/$list'], 'AuditEvent'),
  ...command('directory', ['GET /fhir/$directory'], 'Endpoint'),
  ...open('registration', 'Patient', 'RelatedPerson', 'Coverage', 'Person'),
  ...open('encounter', 'Encounter', 'EpisodeOfCare'),
  ...open('charting', 'Condition', 'AllergyIntolerance', 'Procedure', 'Observation', 'ClinicalImpression', 'FamilyMemberHistory', 'Flag'),
  ...open('charting', 'CarePlan', 'CareTeam', 'Goal', 'RiskAssessment', 'List', 'Composition', 'QuestionnaireResponse', 'Communication'),
  ...open('laboratory', 'DiagnosticReport', 'Specimen'),
  ...open('imaging', 'ImagingStudy'),
  ...open(
    'medication',
    'Medication',
    'MedicationRequest',
    'MedicationStatement',
    'MedicationDispense',
    'MedicationAdministration',
    'Immunization',
  ),
  ...open('orders', 'ServiceRequest'),
  ...open('scheduling', 'Appointment', 'Schedule', 'Slot'),
  ...open('insurance', 'Claim', 'ExplanationOfBenefit'),
  ...open('directory', 'Organization', 'Practitioner', 'PractitionerRole', 'Location', 'HealthcareService'),
  ...open('catalogue', 'ValueSet', 'CodeSystem', 'ConceptMap', 'Questionnaire', 'Group', 'Basic', 'Consent'),
  ...open('archive', 'Bundle'),
]

/** The row a resource falls under, or undefined for a type nobody owns: it is open, and the grants decide. */
export function ownerOf(type: string, resource?: FhirResource): Owned | undefined {
  return OWNERSHIP.find((o) => o.type === type && (o.when === undefined || (resource !== undefined && o.when.fits(resource))))
}

/**
 * The gate for plain FHIR writes (REST, transaction, import); commands do not pass it.
 * `current`: the stored resource for update and delete, so that a category cannot be written away.
 * Undefined = may pass to the store, which applies the grants.
 */
export function gate(write: Write, caller: Caller, current?: FhirResource): Finding | undefined {
  if (!caller.permissions.has('fhir.write')) return finding(notPermitted, { permission: 'fhir.write' })
  const type = write.kind === 'delete' ? write.type : write.resource.resourceType
  const candidates = [write.kind === 'delete' ? undefined : write.resource, current]
  const rows = candidates.map((resource) => ownerOf(type, resource))
  const closed = rows.find((row) => row?.mode === 'command')
  if (!closed) return undefined
  return finding(useOperation, { type, owner: closed.owner, operations: (closed.operations ?? []).join(', ') })
}
