/**
 * The table as a workbook (ECMA-376): the rows, what each number says, and the days everything was counted from. Text is
 * written as text, never as a formula, whatever a name begins with; numbers are numbers and times are times, in Vietnam's
 * hours, for a workbook knows no zones.
 */
import writeXlsxFile, { type Cell, type Row, type Sheet } from 'write-excel-file/node'
import type { DayBasis, Definition, DepartmentTable, FacilityRow, SnapshotHead, TableBasis } from './contract.ts'
import { daysBetween } from './days.ts'
import { WORDS, type Words } from './workbook-words.ts'

const ZONE_MS = 7 * 3_600_000
const HEAD = {
  fontWeight: 'bold',
  wrap: true,
  alignVertical: 'center',
  backgroundColor: '#E7F2EC',
  borderStyle: 'thin',
  borderColor: '#B9CFC4',
} as const
const LINE = { alignVertical: 'top', borderStyle: 'thin', borderColor: '#DDE3E8' } as const
const BOLD = { fontWeight: 'bold' } as const
type Style = Record<string, string | boolean | number>

/** Controls and halves of letters: no XML may hold them, and one in a name would make the whole workbook unreadable. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\ufffe\uffff]/gu

const text = (value: string, style: Style = LINE): Cell => ({ value: value.replace(UNPRINTABLE, ' '), type: String, ...style })
const number = (value: number, style: Style = LINE): Cell => ({ value, type: Number, format: '#,##0', ...style })
const share = (value: number | null, w: Words, style: Style = LINE): Cell =>
  value === null ? text(w.unknown, { ...style, align: 'right' }) : { value, type: Number, format: '0.0%', ...style }
const day = (value: string | undefined, style: Style = LINE): Cell =>
  value && /^\d{4}-\d{2}-\d{2}$/.test(value) ? { value: new Date(value), type: Date, format: 'dd/mm/yyyy', ...style } : text('', style)
const moment = (iso: string | undefined, absent: string): Cell =>
  iso ? { value: new Date(Date.parse(iso) + ZONE_MS), type: Date, format: 'dd/mm/yyyy hh:mm', ...LINE } : text(absent)
const known = (value: number | null, w: Words, style: Style = LINE): Cell =>
  value === null ? text(w.unknown, { ...style, align: 'right' }) : number(value, style)

interface Column {
  head: keyof Words['columns']
  width: number
  of(row: FacilityRow, w: Words): Cell
  total?(table: DepartmentTable, w: Words): Cell
}

const TOTAL = { ...LINE, ...BOLD }

const COLUMNS: readonly Column[] = [
  { head: 'code', width: 9, of: (r) => text(r.code), total: () => text('', TOTAL) },
  {
    head: 'name',
    width: 42,
    of: (r) => text(r.name, { ...LINE, wrap: true }),
    total: ({ totals }, w) => text(w.totals(totals), TOTAL),
  },
  { head: 'nameToday', width: 34, of: (r) => text(r.nameToday, { ...LINE, wrap: true }) },
  {
    head: 'note',
    width: 18,
    of: (r, w) => text([r.demoCode ? w.demoCode : '', ...r.formerCodes.map(w.formerly)].filter(Boolean).join('; ')),
  },
  { head: 'listedFrom', width: 12, of: (r) => day(r.from) },
  { head: 'listedUntil', width: 12, of: (r) => day(r.until) },
  { head: 'connectedSince', width: 16, of: (r, w) => moment(r.connectedSince, r.lastContact ? w.unknown : w.never) },
  { head: 'lastFile', width: 16, of: (r, w) => moment(r.lastFile, w.unknown) },
  { head: 'issued', width: 12, of: (r, w) => known(r.issued, w), total: ({ totals }, w) => known(totals.issued, w, TOTAL) },
  { head: 'daysReported', width: 10, of: (r) => number(r.daysReported), total: ({ totals }) => number(totals.daysReported, TOTAL) },
  { head: 'days', width: 10, of: (r) => number(r.days), total: ({ totals }) => number(totals.days, TOTAL) },
  { head: 'reportedAt', width: 16, of: (r, w) => moment(r.reportedAt, w.unknown) },
  { head: 'exchanged', width: 12, of: (r) => number(r.exchanged), total: ({ totals }) => number(totals.exchanged, TOTAL) },
  {
    head: 'exchangedReported',
    width: 14,
    of: (r) => number(r.exchangedReported),
    total: ({ totals }) => number(totals.exchangedReported, TOTAL),
  },
  { head: 'share', width: 12, of: (r, w) => share(r.share, w), total: ({ totals }, w) => share(totals.share, w, TOTAL) },
  { head: 'answered', width: 12, of: (r) => number(r.answered), total: ({ totals }) => number(totals.answered, TOTAL) },
  {
    head: 'answeredShare',
    width: 12,
    of: (r, w) => share(r.answeredShare, w),
    total: ({ totals }, w) => share(totals.answeredShare, w, TOTAL),
  },
  { head: 'oldestUnsent', width: 16, of: (r, w) => (r.queue ? moment(r.queue.oldest ?? undefined, w.nothingWaits) : text(w.unknown)) },
  { head: 'lastContact', width: 16, of: (r, w) => moment(r.lastContact, w.never) },
]

function tableSheet(table: DepartmentTable, w: Words, head?: SnapshotHead): Sheet<Buffer> {
  const title: Row[] = [
    [text(w.title(table), { fontWeight: 'bold', fontSize: 14 })],
    [text(w.asOf(table, head), {})],
    [text([head ? w.edition(head) : w.live, table.listImported ? '' : w.noList, w.outside(table.outside)].filter(Boolean).join(' '), {})],
  ]
  const heads = COLUMNS.map((c) => text(w.columns[c.head], HEAD))
  const rows = table.rows.map((row) => COLUMNS.map((c) => c.of(row, w)))
  const totals = COLUMNS.map((c) => c.total?.(table, w) ?? text('', TOTAL))
  return {
    sheet: w.sheets.table,
    data: [...title, heads, ...rows, totals],
    columns: COLUMNS.map(({ width }) => ({ width })),
    orientation: 'landscape',
    stickyRowsCount: title.length + 1,
    stickyColumnsCount: 2,
  }
}

function definitionsSheet(definitions: readonly Definition[], w: Words, lang: 'vi' | 'en'): Sheet<Buffer> {
  const wide = { ...LINE, wrap: true }
  const rows = definitions.map((d) => [
    text(d.name[lang], { ...wide, ...BOLD }),
    text(d.counted[lang], wide),
    text(d.source[lang], wide),
    text(d.until[lang], wide),
  ])
  return {
    sheet: w.sheets.definitions,
    data: [w.definitionHeads.map((one) => text(one, HEAD)), ...rows],
    columns: [{ width: 24 }, { width: 70 }, { width: 50 }, { width: 32 }],
    stickyRowsCount: 1,
  }
}

/** Above this many days the third sheet speaks of months. */
const MOST_DAYS = 92

/** The days a table was counted from; of a long period, months: a year of a province would be twenty thousand lines. */
function daysSheet(basis: TableBasis, w: Words): Sheet<Buffer> {
  const long = daysBetween(basis.from, basis.until) > MOST_DAYS
  const [heads, rows] = long ? [w.monthHeads, monthRows(basis.days, w)] : [w.dayHeads, basis.days.map((d) => dayRow(d, w))]
  return {
    sheet: long ? w.sheets.months : w.sheets.days,
    data: [heads.map((one) => text(one, HEAD)), ...rows],
    columns: [9, 12, 12, 14, 16, 12, 12, 12].map((width) => ({ width })),
    stickyRowsCount: 1,
  }
}

function dayRow(d: DayBasis, w: Words): Row {
  const told =
    d.records === undefined
      ? [text(w.unknown), text(w.unknown), text(w.unknown), number(0)]
      : [number(d.records), number(d.slips ?? 0), moment(d.reportedAt, w.unknown), number(d.corrections ?? 0)]
  return [text(d.facility), day(d.day), ...told, number(d.exchanged), number(d.answered)]
}

function monthRows(days: readonly DayBasis[], w: Words): Row[] {
  const months = Map.groupBy(days, (d) => `${d.facility} ${d.day.slice(0, 7)}`)
  return [...months].map(([key, list]) => {
    const [facility = '', month = ''] = key.split(' ')
    const told = list.filter((d) => d.records !== undefined)
    const sum = (of: (d: DayBasis) => number): number => list.reduce((total, d) => total + of(d), 0)
    const figure = (of: (d: DayBasis) => number): Cell => known(told.length > 0 ? sum(of) : null, w)
    return [
      text(facility),
      text(month.split('-').reverse().join('/')),
      figure((d) => d.records ?? 0),
      figure((d) => d.slips ?? 0),
      number(told.length),
      number(sum((d) => d.exchanged)),
      number(sum((d) => d.answered)),
    ]
  })
}

export interface WorkbookParts {
  table: DepartmentTable
  basis: TableBasis
  definitions: readonly Definition[]
  snapshot?: SnapshotHead
}

/** The workbook's bytes (.xlsx). */
export async function workbook({ table, basis, definitions, snapshot }: WorkbookParts, lang: 'vi' | 'en'): Promise<Buffer> {
  const w = WORDS[lang]
  const sheets = [tableSheet(table, w, snapshot), definitionsSheet(definitions, w, lang), daysSheet(basis, w)]
  return writeXlsxFile(sheets, { fontFamily: 'Calibri', fontSize: 11 }).toBuffer()
}
