/**
 * Where the source package departs from HL7 FHIR R4 (4.0.1), or R4 from what it means: elements it adds for its own server or takes from R5.
 * Found by comparing every element with the published R4 type definitions; `src/definitions.test.ts` repeats the comparison.
 */
import type { ElementRow, SearchRow, TypeTable } from '../src/definitions.ts'

/** Type → elements that R4 does not have. */
const ADDED: Record<string, string[]> = {
  Meta: ['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment', 'deleted'],
  Binary: ['url'],
  DeviceDefinition: ['classification', 'bodySite'],
  HealthcareService: ['offeredIn'],
  ObservationDefinition: ['publisher'],
  ResearchStudy: [
    'name',
    'label',
    'studyDesign',
    'region',
    'descriptionSummary',
    'classifier',
    'associatedParty',
    'progressStatus',
    'whyStopped',
    'recruitment',
    'comparisonGroup',
    'outcomeMeasure',
    'result',
  ],
  'ResearchStudy.objective': ['description'],
}

/** Backbones that stand in the source in their R5 form, as R4 has them. */
const REPLACED: TypeTable = {
  'EvidenceVariable.characteristic': [
    { n: 'id', min: 0, max: 1, t: ['string'] },
    { n: 'extension', min: 0, max: 0, t: ['Extension'] },
    { n: 'modifierExtension', min: 0, max: 0, t: ['Extension'], s: 1, m: 1 },
    { n: 'description', min: 0, max: 1, t: ['string'] },
    {
      n: 'definition',
      min: 1,
      max: 1,
      t: ['Reference', 'canonical', 'CodeableConcept', 'Expression', 'DataRequirement', 'TriggerDefinition'],
      x: 1,
      s: 1,
      ref: ['Group'],
    },
    { n: 'usageContext', min: 0, max: 0, t: ['UsageContext'] },
    { n: 'exclude', min: 0, max: 1, t: ['boolean'] },
    { n: 'participantEffective', min: 0, max: 1, t: ['dateTime', 'Period', 'Duration', 'Timing'], x: 1 },
    { n: 'timeFromStart', min: 0, max: 1, t: ['Duration'] },
    { n: 'groupMeasure', min: 0, max: 1, t: ['code'], b: 'http://hl7.org/fhir/ValueSet/group-measure' },
  ],
}

/** Bindings whose value set stands in the source in its R5 form, with the set that has the same codes in R4. */
export const REBOUND: Record<string, string> = {
  'http://hl7.org/fhir/ValueSet/detectedissue-status': 'http://hl7.org/fhir/ValueSet/observation-status',
}

/** Rules on elements that R4 does not have. */
export const ADDED_RULES = new Set(['evv-1'])

/** Elements of one type or backbone as R4 has them; undefined for a backbone that R4 does not have. */
export function corrected(path: string, rows: ElementRow[]): ElementRow[] | undefined {
  const parent = path.slice(0, path.lastIndexOf('.'))
  for (const [type, names] of Object.entries(ADDED)) {
    if (names.some((name) => path === `${type}.${name}` || path.startsWith(`${type}.${name}.`))) return undefined
  }
  if (REPLACED[parent] && path !== parent) return undefined
  const replacement = REPLACED[path]
  if (replacement) return replacement
  const added = ADDED[path]
  const out = added ? rows.filter((row) => !added.includes(row.n)) : rows
  if (path !== 'EvidenceVariable') return out
  return out.map((row) => (row.n === 'characteristic' ? { ...row, min: 1 } : row))
}

/** Search parameters whose published expression names no type: `Type.code` → expression. */
const EXPRESSIONS: Record<string, string> = {
  'InsurancePlan.name': 'InsurancePlan.name | InsurancePlan.alias',
}

/**
 * Composites whose published expressions do not fit the parameters they name: `Type.code` → part → expression. In
 * `relationship` the two stand the wrong way round; of `code-value-date` a type is misspelt.
 */
const PARTS: Record<string, Record<string, string>> = {
  'DocumentReference.relationship': { relatesto: 'target', relation: 'code' },
  'Observation.code-value-date': { 'value-date': 'value.ofType(dateTime) | value.ofType(Period)' },
}

/** A search parameter of a type as it was meant. */
export function correctedSearch(type: string, row: SearchRow): SearchRow {
  const name = `${type}.${row.c}`
  const expression = EXPRESSIONS[name]
  const parts = PARTS[name]
  return {
    ...row,
    ...(expression === undefined ? {} : { e: expression, g: 2 as const }),
    ...(row.parts && parts ? { parts: row.parts.map((part) => ({ ...part, e: parts[part.c] ?? part.e })) } : {}),
  }
}
