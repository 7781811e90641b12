/** How figures of the table are written and chosen; what they are is counted by the hub. */
import type { DepartmentTable, FacilityRow } from '../../data/contracts.ts'
import { currentLanguage } from '../../text/index.ts'
import { fold } from '../../ui/format.ts'

const shares = {
  vi: new Intl.NumberFormat('vi-VN', { style: 'percent', maximumFractionDigits: 1 }),
  en: new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 }),
}

export const percent = (share: number): string => shares[currentLanguage()].format(share)

/** Below this share a facility is worth a call. */
export const LOW = 0.8
const SILENT_MS = 86_400_000

export const FILTERS = ['all', 'never', 'silent', 'unknown', 'partial', 'low', 'waiting'] as const
export type Filter = (typeof FILTERS)[number]

/** Silence is measured to the moment the table was made: a frozen one does not change with the clock on the wall. */
export const isSilent = (row: FacilityRow, asOf: string): boolean =>
  row.lastContact !== undefined && Date.parse(asOf) - Date.parse(row.lastContact) > SILENT_MS

const FITS: Record<Filter, (row: FacilityRow, asOf: string) => boolean> = {
  all: () => true,
  never: (row) => row.lastContact === undefined,
  silent: isSilent,
  unknown: (row) => row.issued === null,
  partial: (row) => row.issued !== null && row.daysReported < row.days,
  low: (row) => row.share !== null && row.share < LOW,
  waiting: (row) => row.queue !== undefined && row.queue.oldest !== null,
}

export function chosenRows(table: DepartmentTable, filter: Filter, typed: string): FacilityRow[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  return table.rows.filter((row) => {
    const text = fold([row.code, ...row.formerCodes, row.name, row.nameToday].join(' '))
    return FITS[filter](row, table.asOf) && words.every((word) => text.includes(word))
  })
}

const DAY_MS = 86_400_000
const ZONE_MS = 7 * 3_600_000

/** Whether the period was over when the table was made: only then can it be frozen. */
export const isOver = (table: Pick<DepartmentTable, 'asOf' | 'until'>): boolean =>
  new Date(Date.parse(table.asOf) + ZONE_MS).toISOString().slice(0, 10) > table.until

/** The first day of the period before or after, from which the hub finds the rest. */
export function neighbour(kind: 'week' | 'month', from: string, way: -1 | 1): string {
  if (kind === 'week') return new Date(Date.parse(from) + way * 7 * DAY_MS).toISOString().slice(0, 10)
  const [year = 0, month = 1] = from.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + way, 1)).toISOString().slice(0, 10)
}
