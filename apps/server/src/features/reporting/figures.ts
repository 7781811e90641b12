/** From the days of the facilities to the table: nothing is guessed, and what is not known stays so. Pure. */
import type { DayBasis, DepartmentTable, FacilityRow, Listed, TableBasis, TableTotals } from './contract.ts'
import { daysBetween } from './days.ts'

const ratio = (part: number, whole: number | null): number | null => (whole === null || whole === 0 ? null : part / whole)
const later = (a: string | undefined, b: string | undefined): string | undefined => (a === undefined || (b !== undefined && b > a) ? b : a)
const earliest = (a: string, b: string | undefined): string => (b !== undefined && b < a ? b : a)

/** The table of what was gathered. The same basis gives the same table at any time. */
export function departmentTable(basis: TableBasis): DepartmentTable {
  const { kind, from, until, asOf, listImported } = basis
  const counted = earliest(until, dayOfInstant(asOf))
  const byCode = Map.groupBy(basis.days, (d) => d.facility)
  const rows = basis.listed.map((one) =>
    rowOf(
      one,
      one.codes.flatMap((code) => byCode.get(code) ?? []),
      from,
      counted,
    ),
  )
  return { kind, from, until, asOf, listImported, counted, rows, totals: totalsOf(rows), outside: outsideOf(basis) }
}

/** Slips whose facility is in no row: told apart, never spread over the others. */
function outsideOf({ listed, days }: TableBasis): DepartmentTable['outside'] {
  const inside = new Set(listed.flatMap((one) => one.codes))
  const others = days.filter((d) => !inside.has(d.facility) && d.exchanged > 0)
  return { facilities: new Set(others.map((d) => d.facility)).size, exchanged: sum(others, (d) => d.exchanged) }
}

const dayOfInstant = (iso: string): string => new Date(Date.parse(iso) + 7 * 3_600_000).toISOString().slice(0, 10)

function rowOf(one: Listed, all: readonly DayBasis[], from: string, counted: string): FacilityRow {
  const { codes, ...listed } = one
  const first = one.from > from ? one.from : from
  const last = earliest(counted, one.until)
  const days = all.filter((d) => d.day >= first && d.day <= last)
  const reported = days.filter((d) => d.records !== undefined && d.records > 0)
  const issued = reported.length > 0 ? sum(reported, (d) => d.slips ?? 0) : null
  const onReported = new Set(reported.map((d) => d.day))
  const exchanged = sum(days, (d) => d.exchanged)
  const exchangedReported = sum(
    days.filter((d) => onReported.has(d.day)),
    (d) => d.exchanged,
  )
  const answered = sum(days, (d) => d.answered)
  const reportedAt = reported.reduce<string | undefined>((at, d) => later(at, d.reportedAt), undefined)
  return {
    ...listed,
    formerCodes: codes.filter((code) => code !== one.code),
    days: daysBetween(first, last),
    daysReported: onReported.size,
    ...(reportedAt ? { reportedAt } : {}),
    issued,
    exchanged,
    exchangedReported,
    share: ratio(exchangedReported, issued),
    answered,
    answeredShare: ratio(answered, exchanged),
  }
}

const sum = <T>(list: readonly T[], of: (one: T) => number): number => list.reduce((total, one) => total + of(one), 0)

function totalsOf(rows: readonly FacilityRow[]): TableTotals {
  const reporting = rows.filter((r) => r.issued !== null)
  const issued = reporting.length > 0 ? sum(reporting, (r) => r.issued ?? 0) : null
  const exchanged = sum(rows, (r) => r.exchanged)
  const exchangedReported = sum(rows, (r) => r.exchangedReported)
  const answered = sum(rows, (r) => r.answered)
  return {
    facilities: rows.length,
    connected: rows.filter((r) => r.lastContact !== undefined).length,
    reporting: reporting.length,
    days: sum(rows, (r) => r.days),
    daysReported: sum(rows, (r) => r.daysReported),
    issued,
    exchanged,
    exchangedReported,
    share: ratio(exchangedReported, issued),
    answered,
    answeredShare: ratio(answered, exchanged),
  }
}

/** Codes of facilities whose figures are not the same in two tables of one period. */
export function changedRows(before: DepartmentTable, now: DepartmentTable): string[] {
  const figures = (table: DepartmentTable): Map<string, string> =>
    new Map(
      table.rows.map((r) => [r.code, [r.name, r.days, r.daysReported, r.issued, r.exchanged, r.exchangedReported, r.answered].join('|')]),
    )
  const [then, today] = [figures(before), figures(now)]
  return [...new Set([...then.keys(), ...today.keys()])].filter((code) => then.get(code) !== today.get(code))
}
