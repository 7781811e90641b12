/** A policy as somebody sends it: read strictly, and what is wrong with it by name. */
import { type Finding, finding, refuse } from '@yba/fhir'
import { departmentName } from '@yba/vietnam'
import { isDay } from '../real-time.ts'
import type { AcceptancePolicy, AcceptanceRow, DiagnosisRoute } from './contract.ts'
import { ACCEPTANCE_DIAGNOSES_TWICE, ACCEPTANCE_ROW_NEVER, ACCEPTANCE_ROW_TWICE, ACCEPTANCE_UNREADABLE } from './outcomes.ts'
import { claimedTwice, DIAGNOSES, inOrder, neverMet } from './policy.ts'

const MOST_ROWS = 400
const MOST_ROUTES = 100
const MOST_DIAGNOSES = 200

type Loose = Record<string, unknown>

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value)

function listOf(value: unknown, most: number, what: string): Loose[] {
  if (!Array.isArray(value) || value.length > most || !value.every(isObject)) throw refuse(ACCEPTANCE_UNREADABLE, { what }, what)
  return value
}

/**
 * The policy in its own order, with nothing in it but what it may hold. Throws `acceptance-unreadable` with the place.
 */
export function readPolicy(given: unknown): AcceptancePolicy {
  if (!isObject(given)) throw refuse(ACCEPTANCE_UNREADABLE, { what: 'policy' })
  const routes = listOf(given.routes, MOST_ROUTES, 'routes').map(readRoute)
  return { routes, rows: inOrder(listOf(given.rows, MOST_ROWS, 'rows').map(readRow)) }
}

function readRoute(given: Loose, i: number): DiagnosisRoute {
  const where = `routes[${i + 1}]`
  const { diagnoses } = given
  const listed = Array.isArray(diagnoses) ? diagnoses.map((d) => String(d).trim().toUpperCase()) : []
  const readable = listed.length > 0 && listed.length <= MOST_DIAGNOSES && listed.every((d) => DIAGNOSES.test(d) && inRange(d))
  if (!readable) throw refuse(ACCEPTANCE_UNREADABLE, { what: `${where}.diagnoses` }, where)
  return { department: department(given.department, where), diagnoses: [...new Set(listed)] }
}

const inRange = (diagnoses: string): boolean => {
  const [first = '', last = first] = diagnoses.split('-')
  return first <= last
}

function readRow(given: Loose, i: number): AcceptanceRow {
  const where = `rows[${i + 1}]`
  const { decision, urgency, setting, from, until } = given
  const one = <T extends string>(value: unknown, of: readonly T[], what: string): T | undefined => {
    if (value === undefined || value === null || value === '') return undefined
    const found = of.find((o) => o === value)
    if (!found) throw refuse(ACCEPTANCE_UNREADABLE, { what: `${where}.${what}` }, where)
    return found
  }
  const day = (value: unknown, what: string): string | undefined => {
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string' || !isDay(value)) throw refuse(ACCEPTANCE_UNREADABLE, { what: `${where}.${what}` }, where)
    return value
  }
  const decided = one(decision, ['auto', 'desk', 'doctor'], 'decision')
  if (!decided) throw refuse(ACCEPTANCE_UNREADABLE, { what: `${where}.decision` }, where)
  const asked = { urgency: one(urgency, ['stat', 'routine'], 'urgency'), setting: one(setting, ['inpatient', 'outpatient'], 'setting') }
  const days = { from: day(from, 'from'), until: day(until, 'until') }
  if (days.from && days.until && days.until < days.from) throw refuse(ACCEPTANCE_UNREADABLE, { what: `${where}.until` }, where)
  return {
    ...(given.department ? { department: department(given.department, where) } : {}),
    ...(asked.urgency ? { urgency: asked.urgency } : {}),
    ...(asked.setting ? { setting: asked.setting } : {}),
    decision: decided,
    ...(days.from ? { from: days.from } : {}),
    ...(days.until ? { until: days.until } : {}),
  }
}

function department(value: unknown, where: string): string {
  const code = typeof value === 'string' ? value.trim().toUpperCase() : ''
  if (!/^K\d{2}(\.[0-9A-Z]{1,6})?$/.test(code)) throw refuse(ACCEPTANCE_UNREADABLE, { what: `${where}.department` }, where)
  return code
}

/** Everything wrong with a readable policy, at once. */
export function faultsOf(policy: AcceptancePolicy, today: string): Finding[] {
  const twice = claimedTwice(policy.routes).map(({ diagnoses, departments }) =>
    finding(ACCEPTANCE_DIAGNOSES_TWICE, { diagnoses, departments: departments.join(', ') }, 'routes'),
  )
  const rows = inOrder(policy.rows)
  const same = rows.flatMap((row, i) =>
    rows.slice(0, i).some((other) => sameSlips(other, row)) ? [finding(ACCEPTANCE_ROW_TWICE, names(row), `rows[${i + 1}]`)] : [],
  )
  const doubled = new Set(same.map((f) => f.path))
  const never = neverMet(policy, today)
    .filter(({ row }) => !doubled.has(`rows[${row}]`))
    .map(({ row, behind }) => neverFinding(rows, row, behind, policy, today))
  return [...twice, ...same, ...never]
}

const sameSlips = (a: AcceptanceRow, b: AcceptanceRow): boolean =>
  a.department === b.department && a.urgency === b.urgency && a.setting === b.setting && (a.from ?? '') === (b.from ?? '')

function neverFinding(
  rows: readonly AcceptanceRow[],
  at: number,
  behind: readonly number[],
  policy: AcceptancePolicy,
  today: string,
): Finding {
  const row = rows[at - 1] ?? { decision: 'desk' as const }
  const [because, becauseEn] =
    row.until !== undefined && row.until < today
      ? ['đã hết hạn', 'it is over']
      : row.department && !policy.routes.some((r) => r.department === row.department)
        ? ['khoa này chưa có mã bệnh nào', 'its department takes no diagnosis']
        : [`dòng ${behind.join(', ')} luôn đứng trước`, `row ${behind.join(', ')} always comes first`]
  return finding(ACCEPTANCE_ROW_NEVER, { row: at, ...names(row), because, becauseEn }, `rows[${at}]`)
}

function names(row: AcceptanceRow): { name: string; nameEn: string } {
  const { department: code, urgency, setting } = row
  const vi = [
    code ? (departmentName(code) ?? code) : 'mọi khoa',
    urgency ? (urgency === 'stat' ? 'cấp cứu' : 'thường') : '',
    setting ? (setting === 'inpatient' ? 'nội trú' : 'ngoại trú') : '',
  ]
  return {
    name: vi.filter(Boolean).join(', '),
    nameEn: [code ?? 'all departments', urgency ?? '', setting ?? ''].filter(Boolean).join(', '),
  }
}
