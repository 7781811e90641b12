/**
 * The acceptance policy of a receiver (exchange.md, amendment 6): who decides about a slip that arrives. Pure.
 *
 * A row names any of department, urgency and kind of stay; what it does not name it takes all of. Of the rows that fit a
 * slip on a day the most specific decides: department before urgency before kind of stay, then the one that began last.
 * Where no row fits, the desk decides. A slip names no department of its receiver (TT 01/2025 Annex VI), so the policy
 * also says which of our departments takes which main diagnosis.
 */
import type { AcceptanceCell, AcceptancePolicy, AcceptanceRow, Decision, DiagnosisRoute } from './contract.ts'

/** What the policy asks about a slip. */
export interface SlipCase {
  /** Of ours, by the main diagnosis; absent where no department takes it. */
  department?: string
  /** Main diagnosis, ICD-10. */
  diagnosis?: string
  urgency: 'stat' | 'routine'
  setting: 'inpatient' | 'outpatient'
}

export interface Decided {
  decision: Decision
  /** Place of the row that decided, from 1; absent where none fits. */
  row?: number
}

/** In force until somebody writes another: routine outpatients come without a click, of the rest the desk is asked. */
export const DEFAULT_POLICY: AcceptancePolicy = {
  routes: [],
  rows: [{ urgency: 'routine', setting: 'outpatient', decision: 'auto' }],
}

const weight = (row: AcceptanceRow): number => (row.department ? 4 : 0) + (row.urgency ? 2 : 0) + (row.setting ? 1 : 0)

/** The most specific first, of equal ones that which began last. */
const before = (a: AcceptanceRow, b: AcceptanceRow): number =>
  weight(b) - weight(a) || (b.from ?? '').localeCompare(a.from ?? '') || (a.department ?? '').localeCompare(b.department ?? '')

/** Rows in the order in which they are asked; the order a version keeps, so that a row has a number. */
export const inOrder = (rows: readonly AcceptanceRow[]): AcceptanceRow[] => rows.toSorted(before)

const holds = (row: AcceptanceRow, day: string): boolean => (row.from ?? '') <= day && day <= (row.until ?? '9999-12-31')

const fits = (row: AcceptanceRow, slip: SlipCase): boolean =>
  (row.department === undefined || row.department === slip.department) &&
  (row.urgency === undefined || row.urgency === slip.urgency) &&
  (row.setting === undefined || row.setting === slip.setting)

/**
 * Who decides about a slip on a day.
 * @param rows in the order of `inOrder`
 */
export function decide(rows: readonly AcceptanceRow[], slip: SlipCase, day: string): Decided {
  const at = rows.findIndex((row) => holds(row, day) && fits(row, slip))
  const row = rows[at]
  return row ? { decision: row.decision, row: at + 1 } : { decision: 'desk' }
}

const URGENCIES = ['routine', 'stat'] as const
const SETTINGS = ['outpatient', 'inpatient'] as const

const departmentsOf = (policy: AcceptancePolicy): string[] =>
  [...new Set([...policy.routes.map((r) => r.department), ...policy.rows.flatMap((r) => r.department ?? [])])].toSorted()

function casesOf(departments: readonly (string | undefined)[]): SlipCase[] {
  return departments.flatMap((department) =>
    URGENCIES.flatMap((urgency) => SETTINGS.map((setting) => ({ ...(department ? { department } : {}), urgency, setting }))),
  )
}

/** What every slip there can be would meet on a day: a line for slips of no department, then one for each department. */
export function matrix(policy: AcceptancePolicy, day: string): AcceptanceCell[] {
  const rows = inOrder(policy.rows)
  return casesOf([undefined, ...departmentsOf(policy)]).map((slip) => ({ ...slip, ...decide(rows, slip, day) }))
}

const nextDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)

/**
 * Rows that no slip can meet from a day on: of a department that takes no diagnosis, over by then, or hidden by other rows
 * on each of their days. Gives places from 1, each with the rows that stand before it.
 */
export function neverMet(policy: AcceptancePolicy, today: string): { row: number; behind: number[] }[] {
  const rows = inOrder(policy.rows)
  const routed = [...new Set(policy.routes.map((r) => r.department))]
  const cases = casesOf([undefined, ...routed])
  // Between two borders of periods nothing changes: one day of each stretch is enough.
  const days = [...new Set([today, ...rows.flatMap((r) => [...(r.from ? [r.from] : []), ...(r.until ? [nextDay(r.until)] : [])])])]
  const met = new Set<number>()
  const hiding = new Map<number, Set<number>>()
  for (const day of days.filter((d) => d >= today)) {
    for (const slip of cases) {
      const fitting = rows.flatMap((row, i) => (holds(row, day) && fits(row, slip) ? [i + 1] : []))
      const [first, ...others] = fitting
      if (first === undefined) continue
      met.add(first)
      for (const other of others) hiding.set(other, (hiding.get(other) ?? new Set()).add(first))
    }
  }
  return rows.flatMap((_, i) => (met.has(i + 1) ? [] : [{ row: i + 1, behind: [...(hiding.get(i + 1) ?? [])].toSorted((a, b) => a - b) }]))
}

const CATEGORY = /^[A-Z]\d\d/
const RANGE = /^([A-Z]\d\d)-([A-Z]\d\d)$/

/** ICD-10 as a person writes it in a table: a letter, a category, a code, or a range of categories. */
export const DIAGNOSES = /^([A-Z]|[A-Z]\d\d(\.\d{1,2})?|[A-Z]\d\d-[A-Z]\d\d)$/

const place = (category: string): number => category.charCodeAt(0) * 100 + Number(category.slice(1, 3))

/** How many categories a pattern spans; a code within a category spans less than one. Null where the code is not in it. */
function span(pattern: string, code: string): number | null {
  const [, first, last] = RANGE.exec(pattern) ?? []
  if (first && last) {
    const inside = CATEGORY.test(code) && place(first) <= place(code) && place(code) <= place(last)
    return inside ? place(last) - place(first) + 1 : null
  }
  if (!code.startsWith(pattern)) return null
  return pattern.length === 1 ? 100 : 1 / Math.max(1, pattern.length - 2)
}

/** The department that takes a main diagnosis: the narrowest pattern that holds it. */
export function departmentFor(routes: readonly DiagnosisRoute[], diagnosis: string | undefined): string | undefined {
  if (!diagnosis) return undefined
  const code = diagnosis.toUpperCase()
  let best: { department: string; span: number } | undefined
  for (const { department, diagnoses } of routes) {
    for (const pattern of diagnoses) {
      const found = span(pattern, code)
      if (found !== null && (best === undefined || found < best.span)) best = { department, span: found }
    }
  }
  return best?.department
}

/** Patterns that two departments claim in the same words: the second would never be asked. */
export function claimedTwice(routes: readonly DiagnosisRoute[]): { diagnoses: string; departments: string[] }[] {
  const by = new Map<string, string[]>()
  for (const { department, diagnoses } of routes) for (const d of diagnoses) by.set(d, [...(by.get(d) ?? []), department])
  return [...by].flatMap(([diagnoses, departments]) => (departments.length > 1 ? [{ diagnoses, departments }] : []))
}

/** A start for who has no table yet: chapters of ICD-10 and the departments of QĐ 5937/2021 that usually take them. */
export const SUGGESTED_ROUTES: readonly DiagnosisRoute[] = [
  { department: 'K04', diagnoses: ['I'] },
  { department: 'K05', diagnoses: ['K'] },
  { department: 'K06', diagnoses: ['M'] },
  { department: 'K07', diagnoses: ['N'] },
  { department: 'K08', diagnoses: ['E'] },
  { department: 'K11', diagnoses: ['A00-B99'] },
  { department: 'K13', diagnoses: ['L'] },
  { department: 'K14', diagnoses: ['G'] },
  { department: 'K15', diagnoses: ['F'] },
  { department: 'K18', diagnoses: ['P'] },
  { department: 'K24', diagnoses: ['S00-T98'] },
  { department: 'K27', diagnoses: ['O'] },
  { department: 'K28', diagnoses: ['H60-H95'] },
  { department: 'K30', diagnoses: ['H00-H59'] },
  { department: 'K33', diagnoses: ['C00-D48'] },
]
