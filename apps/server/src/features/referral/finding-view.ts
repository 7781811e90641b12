import { definedOutcomes, type Finding, finding, findingText } from '@yba/fhir'
import type { FindingView } from './contract.ts'

/** A finding as screens and reports show it: both languages, with its cure. */
export function findingView(f: Finding): FindingView {
  return findingText(f)
}

/** The words of a code that was kept alone; undefined for what is no outcome, or needs values that were not kept. */
export function viewOfCode(code: string): FindingView | undefined {
  const known = definedOutcomes().find((d) => d.code === code)
  return known && !known.vi.includes('{') ? findingText(finding(known)) : undefined
}
