/** What an import would change, told before anything is written. Pure. */
import { type Finding, finding } from '@yba/fhir'
import { CATALOGUE_CODE_DOUBLED } from './outcomes.ts'
import type { ConceptFacts, DraftCatalogue } from './read/draft.ts'

export interface Change {
  code: string
  before: ConceptFacts
  now: ConceptFacts
}

export interface Difference {
  added: ConceptFacts[]
  changed: Change[]
  gone: ConceptFacts[]
  unchanged: number
}

/** The codes of a draft that have a name, each once: of a doubled code the first row stands, and a finding says so. */
export function singled({ concepts, file }: DraftCatalogue): { concepts: ConceptFacts[]; findings: Finding[] } {
  const lines = new Map<string, number>()
  const findings: Finding[] = []
  const kept: ConceptFacts[] = []
  for (const { line, ...concept } of concepts) {
    if (concept.display === '') continue
    const first = lines.get(concept.code)
    if (first === undefined) kept.push(concept)
    else findings.push(finding(CATALOGUE_CODE_DOUBLED, { code: concept.code, line: first }, `${file} line ${line}`))
    lines.set(concept.code, first ?? line)
  }
  return { concepts: kept, findings }
}

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  )
}

const sameFacts = (a: ConceptFacts, b: ConceptFacts): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** Two versions of a list, code by code. */
export function difference(before: readonly ConceptFacts[], now: readonly ConceptFacts[]): Difference {
  const stood = new Map(before.map((c) => [c.code, c]))
  const stands = new Set(now.map((c) => c.code))
  const out: Difference = { added: [], changed: [], gone: before.filter((c) => !stands.has(c.code)), unchanged: 0 }
  for (const concept of now) {
    const old = stood.get(concept.code)
    if (!old) out.added.push(concept)
    else if (sameFacts(old, concept)) out.unchanged++
    else out.changed.push({ code: concept.code, before: old, now: concept })
  }
  return out
}
