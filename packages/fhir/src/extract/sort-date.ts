/** The date by which a chart orders a resource. */
import { DEFAULT_ZONE, startOf } from './dates.ts'

type Json = Record<string, unknown>

/** Elements in order of preference; `a.b` goes one level down. The first that holds a date wins. */
const ELEMENTS: Record<string, string[]> = {
  AllergyIntolerance: ['recordedDate', 'onsetDateTime'],
  Appointment: ['start', 'created'],
  AuditEvent: ['recorded'],
  Bundle: ['timestamp'],
  CarePlan: ['period.start', 'created'],
  Claim: ['created'],
  ClinicalImpression: ['effectiveDateTime', 'effectivePeriod.start', 'date'],
  Communication: ['sent', 'received'],
  Composition: ['date'],
  Condition: ['onsetDateTime', 'onsetPeriod.start', 'recordedDate'],
  Consent: ['dateTime'],
  Coverage: ['period.start'],
  DeviceRequest: ['authoredOn'],
  DiagnosticReport: ['effectiveDateTime', 'effectivePeriod.start', 'issued'],
  DocumentReference: ['date', 'context.period.start'],
  Encounter: ['period.start'],
  EpisodeOfCare: ['period.start'],
  ImagingStudy: ['started'],
  Immunization: ['occurrenceDateTime', 'recorded'],
  Invoice: ['date'],
  List: ['date'],
  Media: ['createdDateTime', 'createdPeriod.start', 'issued'],
  MedicationAdministration: ['effectiveDateTime', 'effectivePeriod.start'],
  MedicationDispense: ['whenHandedOver', 'whenPrepared'],
  MedicationRequest: ['authoredOn'],
  MedicationStatement: ['effectiveDateTime', 'effectivePeriod.start', 'dateAsserted'],
  NutritionOrder: ['dateTime'],
  Observation: ['effectiveDateTime', 'effectivePeriod.start', 'effectiveInstant', 'issued'],
  Procedure: ['performedDateTime', 'performedPeriod.start'],
  Provenance: ['occurredDateTime', 'occurredPeriod.start', 'recorded'],
  QuestionnaireResponse: ['authored'],
  ServiceRequest: ['authoredOn', 'occurrenceDateTime', 'occurrencePeriod.start'],
  Slot: ['start'],
  Specimen: ['collection.collectedDateTime', 'collection.collectedPeriod.start', 'receivedTime'],
  Task: ['authoredOn', 'lastModified'],
}

const paths = new Map<string, string[][]>(Object.entries(ELEMENTS).map(([type, list]) => [type, list.map((p) => p.split('.'))]))

function at(resource: Json, path: string[]): unknown {
  let value: unknown = resource
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Json)[name]
  }
  return value
}

/** Element names of a search expression: `Observation.effective` gives `effective`. */
const elementsIn = (expression: string, type: string): string[] =>
  [...expression.matchAll(/\b([A-Z]\w+)\.(\w+)/g)].filter((m) => m[1] === type).map((m) => m[2] ?? '')

/** Whether a date parameter, by its expression, looks at the element that decides where a chart puts the type's resources. */
export function looksAtSortDate(type: string, expression: string): boolean {
  const [first] = ELEMENTS[type]?.[0]?.split('.') ?? []
  if (first === undefined) return false
  // A choice element stands in the resource with its type behind its name.
  return elementsIn(expression, type).some(
    (name) => first === name || (/^(?:DateTime|Period|Instant)$/.test(first.slice(name.length)) && first.startsWith(name)),
  )
}

/**
 * The clinically relevant moment of a resource in milliseconds (start of a period, start of a partial date in `zone`);
 * without one meta.lastUpdated; null when there is neither.
 */
export function sortDate(resource: object, zone: string = DEFAULT_ZONE): number | null {
  const body = resource as Json
  for (const path of paths.get(String(body.resourceType)) ?? []) {
    const date = startOf(at(body, path), zone)
    if (date !== undefined) return date
  }
  return startOf(at(body, ['meta', 'lastUpdated']), zone) ?? null
}
