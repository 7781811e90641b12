/** What a file of codes says, before anything is compared or written. */
import { type Designation, type Finding, finding, type OutcomeDefinition, type OutcomeValues, type PropertyValue } from '@yba/fhir'
import type { CatalogueName } from '@yba/vietnam'
import { CATALOGUE_CODE_UNFIT, CATALOGUE_CODES_FOREIGN, CATALOGUE_NAME_MISSING } from '../outcomes.ts'

/** One code as a list says it. */
export interface ConceptFacts {
  code: string
  display: string
  parent?: string
  /** A chapter or block: there to be looked under, not to code with. */
  abstract?: true
  inactive?: true
  also?: readonly Designation[]
  props?: Readonly<Record<string, PropertyValue>>
}

export interface DraftConcept extends ConceptFacts {
  /** Line of the file, for findings. */
  line: number
}

export interface DraftCatalogue {
  /** Undefined for a list whose facts the command gives. */
  name?: CatalogueName
  /** The file the codes came from, for findings. */
  file: string
  /** Further files that say something of them. */
  parts?: readonly string[]
  concepts: DraftConcept[]
}

export type Equivalence = 'wider' | 'inexact' | 'relatedto'

/** Codes of one list beside those of another. */
export interface DraftMap {
  name: 'communes' | 'services-icd9cm'
  title: string
  file: string
  copyright?: string
  /** The list it maps from and to: the version that is in force on that day. */
  from: { system: string; day: string }
  to: { system: string; day: string }
  rows: { code: string; target: string; equivalence: Equivalence }[]
}

export interface Draft {
  catalogues: DraftCatalogue[]
  maps: DraftMap[]
  findings: Finding[]
}

export type Say = (line: number | undefined, definition: OutcomeDefinition, values?: OutcomeValues) => void

/** Collects findings of one file; each is told with the file and the line. */
export function sayer(file: string, findings: Finding[]): Say {
  return (line, definition, values = {}) => findings.push(finding(definition, values, line === undefined ? file : `${file} line ${line}`))
}

/** A code and its name, or a finding for what is wrong with either. */
export function coded(code: string, display: string, form: RegExp, line: number, say: Say): DraftConcept {
  if (!form.test(code)) say(line, CATALOGUE_CODE_UNFIT, { code: code.slice(0, 40) })
  else if (display === '') say(line, CATALOGUE_NAME_MISSING, { code })
  return { code, display, line }
}

/** Tells, in one finding, which codes a part names that the list itself has not. */
export function sayForeign(codes: ReadonlySet<string>, say: Say): void {
  if (codes.size === 0) return
  const some = [...codes].slice(0, 8).join(', ')
  say(undefined, CATALOGUE_CODES_FOREIGN, { count: codes.size, codes: codes.size > 8 ? `${some}, …` : some })
}
