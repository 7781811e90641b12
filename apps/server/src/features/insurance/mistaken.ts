/** Marking what a mistaken record wrote: never erased, shown nowhere as true. */
import type { Identifier } from 'fhir/r4.d.ts'
import type { FhirResource } from '../../store/types.ts'

const CONDITION_VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status'

const CANCELLED_IN_ERROR = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason', code: 'oth-err' }],
  text: 'entered-in-error',
}

interface Marked {
  identifier?: Identifier | Identifier[]
  [member: string]: unknown
}

/**
 * The resource as entered in error. Its identifiers become old ones, so that the right record can have them. A type that
 * cannot say so of itself (a person) gives null.
 */
export function enteredInError(resource: FhirResource): FhirResource | null {
  const { clinicalStatus: _clinical, ...rest } = resource as unknown as Marked
  const old = (i: Identifier): Identifier => ({ ...i, use: 'old' })
  const { identifier } = rest
  const own = identifier ? { identifier: Array.isArray(identifier) ? identifier.map(old) : old(identifier) } : {}
  if (resource.resourceType === 'Condition') {
    const verificationStatus = { coding: [{ system: CONDITION_VERIFICATION, code: 'entered-in-error' }] }
    return { ...rest, ...own, verificationStatus } as unknown as FhirResource
  }
  if (typeof rest.status !== 'string') return null
  // R4 (app-3) knows no appointment in error without an hour.
  if (resource.resourceType === 'Appointment' && rest.start === undefined)
    return { ...rest, ...own, status: 'cancelled', cancelationReason: CANCELLED_IN_ERROR } as unknown as FhirResource
  return { ...rest, ...own, status: 'entered-in-error' } as unknown as FhirResource
}
