/**
 * GET /fhir/Patient/{id}/$everything (FHIR R4): a searchset with the patient first, then what the chart shows, newest
 * first. Each resource goes out as the store keeps it. Throws `not-found` for missing and forbidden alike.
 */
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Stored } from '../../store/types.ts'

/** What a chart is made of; signatures, tasks and the like have operations of their own. */
const TYPES = [
  'Patient',
  'Coverage',
  'AllergyIntolerance',
  'Encounter',
  'Condition',
  'MedicationRequest',
  'DiagnosticReport',
  'Observation',
  'Procedure',
  'ClinicalImpression',
  'Composition',
  'Appointment',
  'DocumentReference',
] as const

async function everything({ store, id }: OperationContext): Promise<OperationAnswer> {
  const all = await store.everything(id, { types: TYPES })
  const isPatient = (s: Stored): boolean => s.type === 'Patient' && s.id === id
  const ordered = [...all.filter(isPatient), ...all.filter((s) => !isPatient(s))]
  const entries = ordered.map((s) => `{"resource":${s.text},"search":{"mode":"${isPatient(s) ? 'match' : 'include'}"}}`)
  const text = `{"resourceType":"Bundle","type":"searchset","entry":[${entries.join(',')}]}`
  return { bytes: Buffer.from(text), contentType: 'application/fhir+json; charset=utf-8' }
}

export const everythingOperation: Operation = {
  name: 'everything',
  level: 'instance',
  type: 'Patient',
  method: 'GET',
  // Desks and the auditor see who the patient is; the grants of the caller decide on everything else.
  permission: ['chart.read', 'patient.find'],
  body: 'none',
  handle: everything,
}
