/** What the cases of the published rules share. */
export type Json = Record<string, unknown>

/** A rule, a resource it lets pass, one that breaks it, and where that is told. */
export type RuleCase = [key: string, valid: object, broken: object, path: string]

export const URL = 'https://example.org/x'

/** What a profile on Patient says of its targets. */
export const TARGET = ['http://hl7.org/fhir/StructureDefinition/Patient']
