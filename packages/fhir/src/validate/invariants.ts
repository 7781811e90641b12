/**
 * The R4 invariants that are written by hand: those of the types every chart has, where a closure is faster than the
 * published expression, and those whose expression leaves something open. All others run as published (`constraints.ts`).
 * A rule sees values that the structure check may already have refused,
 * so each reads what it needs without trusting it. Keys are those of the R4 definitions (HL7 FHIR 4.0.1).
 */
import type { Context, Json } from './context.ts'
import { ADMINISTRATIVE } from './invariants-administrative.ts'
import { CLINICAL } from './invariants-clinical.ts'
import { DATATYPES } from './invariants-datatypes.ts'
import { BUNDLES } from './invariants-documents.ts'
import type { RuleTexts } from './rules.ts'

export interface Invariant extends RuleTexts {
  holds: (value: Json, c: Context) => boolean
}

/** Type or backbone path → its rules. `DomainResource` stands for every resource type. */
export const INVARIANTS: Record<string, Invariant[]> = { ...DATATYPES, ...BUNDLES, ...CLINICAL, ...ADMINISTRATIVE }
