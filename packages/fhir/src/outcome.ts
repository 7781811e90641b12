/**
 * Named outcomes: every refusal and every finding of the system is one of these.
 * `code` is stable and documented; `vi` and `en` say what is wrong, `cure` says what to do.
 */

import { codeSystemUrl } from './canonical.ts'

export type Severity = 'fatal' | 'error' | 'warning' | 'information'

export interface Bilingual {
  vi: string
  en: string
}

/** What is written once, beside the place that throws it. */
export interface OutcomeDefinition {
  /** Stable, kebab-case, unique in the code base. */
  code: string
  /** HTTP status when it is thrown through the API. */
  http: number
  severity: Severity
  /** FHIR issue type (http://hl7.org/fhir/issue-type). */
  issue: string
  vi: string
  en: string
  cure: Bilingual
}

/** Values for `{name}` places in the texts. Never put clinical text or names of persons in here: they reach logs. */
export type OutcomeValues = Record<string, string | number>

/** One finding: a definition with its values and the place it speaks of. */
export interface Finding {
  definition: OutcomeDefinition
  values: OutcomeValues
  /** FHIRPath-like or claim path, for instance `Patient.identifier[0].value` or `XML2[3].SO_LUONG`. */
  path?: string
}

const registry = new Map<string, OutcomeDefinition>()

/** Registers a definition under its code; two definitions under one code are a programming error. */
export function defineOutcome(definition: OutcomeDefinition): OutcomeDefinition {
  const known = registry.get(definition.code)
  if (known && known !== definition) throw new Error(`outcome ${definition.code} is defined twice`)
  registry.set(definition.code, definition)
  return definition
}

/** All outcomes defined so far, for documentation and the test that checks both languages. */
export function definedOutcomes(): OutcomeDefinition[] {
  return [...registry.values()]
}

function fill(text: string, values: OutcomeValues): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Builds a finding: an expected problem as a value, not thrown. */
export function finding(definition: OutcomeDefinition, values: OutcomeValues = {}, path?: string): Finding {
  return path === undefined ? { definition, values } : { definition, values, path }
}

/** A finding's texts with its values filled in. */
export function findingText(f: Finding): { code: string; severity: Severity; path?: string; vi: string; en: string; cure: Bilingual } {
  const d = f.definition
  return {
    code: d.code,
    severity: d.severity,
    ...(f.path === undefined ? {} : { path: f.path }),
    vi: fill(d.vi, f.values),
    en: fill(d.en, f.values),
    cure: { vi: fill(d.cure.vi, f.values), en: fill(d.cure.en, f.values) },
  }
}

/** A refusal that ends the request: one or more findings, the first decides the HTTP status. */
export class OutcomeError extends Error {
  readonly findings: Finding[]
  /** Extra members for the answer, such as the current state of a Task. Never logged. */
  readonly extra: Record<string, unknown>

  constructor(findings: Finding[], extra: Record<string, unknown> = {}) {
    super(findings.map((f) => f.definition.code).join(', '))
    this.name = 'OutcomeError'
    this.findings = findings
    this.extra = extra
  }

  get code(): string {
    return this.findings[0]?.definition.code ?? 'exception'
  }

  get http(): number {
    return this.findings[0]?.definition.http ?? 500
  }
}

/** Throws nothing itself: makes the error to throw, `throw refuse(notFound, { id })`. */
export function refuse(
  definition: OutcomeDefinition,
  values: OutcomeValues = {},
  path?: string,
  extra?: Record<string, unknown>,
): OutcomeError {
  return new OutcomeError([finding(definition, values, path)], extra)
}

/** FHIR coding system of our outcome codes, used in OperationOutcome.issue.details. */
export const OUTCOME_SYSTEM = codeSystemUrl('outcome')

/** The same text in another language, as FHIR says it (extension `translation` of a primitive). */
export interface Translated {
  extension: { url: string; extension: [{ url: 'lang'; valueCode: string }, { url: 'content'; valueString: string }] }[]
}

const translated = (lang: string, text: string): Translated => ({
  extension: [
    {
      url: 'http://hl7.org/fhir/StructureDefinition/translation',
      extension: [
        { url: 'lang', valueCode: lang },
        { url: 'content', valueString: text },
      ],
    },
  ],
})

/**
 * Renders findings as a FHIR R4 OperationOutcome: `details.text` is the message, `diagnostics` the cure, in the asked
 * language; the other language travels beside each as its translation.
 */
export function operationOutcome(
  findings: Finding[],
  lang: 'vi' | 'en' = 'vi',
): {
  resourceType: 'OperationOutcome'
  issue: {
    severity: Severity
    code: string
    details: { coding: { system: string; code: string }[]; text: string; _text: Translated }
    diagnostics: string
    _diagnostics: Translated
    expression?: string[]
  }[]
} {
  const other = lang === 'vi' ? 'en' : 'vi'
  return {
    resourceType: 'OperationOutcome',
    issue: findings.map((f) => {
      const text = findingText(f)
      return {
        severity: text.severity,
        code: f.definition.issue,
        details: { coding: [{ system: OUTCOME_SYSTEM, code: text.code }], text: text[lang], _text: translated(other, text[other]) },
        diagnostics: text.cure[lang],
        _diagnostics: translated(other, text.cure[other]),
        ...(f.path === undefined ? {} : { expression: [f.path] }),
      }
    }),
  }
}
