import { type Finding, findingText } from '@yba/fhir'
import type { FindingView } from './contract.ts'

/** A finding as screens and reports show it: both languages, with its cure. */
export function findingView(f: Finding): FindingView {
  return findingText(f)
}
