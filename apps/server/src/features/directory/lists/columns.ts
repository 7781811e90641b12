/** Which columns an official list may have, under which names; the first is the one the documents use. */
import { type Finding, finding } from '@yba/fhir'
import { LIST_CELL_LINES, LIST_COLUMN_MISSING, LIST_COLUMN_UNKNOWN } from './outcomes.ts'

export type ListKind = 'facilities' | 'departments' | 'practitioners'
export const LIST_KINDS = ['facilities', 'departments', 'practitioners'] as const satisfies ListKind[]

interface ColumnNames {
  names: readonly string[]
  required?: true
}

const FROM: ColumnNames = { names: ['tu_ngay', 'hieu_luc_tu', 'from'] }
const UNTIL: ColumnNames = { names: ['den_ngay', 'hieu_luc_den', 'until'] }
const FACILITY: ColumnNames = { names: ['ma_cskcb', 'ma_co_so', 'ma', 'code'], required: true }

export const COLUMNS: Readonly<Record<ListKind, Readonly<Record<string, ColumnNames>>>> = {
  facilities: {
    code: FACILITY,
    name: { names: ['ten', 'ten_cskcb', 'ten_co_so', 'name', 'name_vi'], required: true },
    nameToday: { names: ['ten_hien_nay', 'name_today'] },
    level: { names: ['cap', 'tuyen', 'hang', 'level', 'former_level'] },
    managingBody: { names: ['co_quan_chu_quan', 'managing_body'] },
    province: { names: ['ma_tinh', 'tinh', 'code_prefix'] },
    replaces: { names: ['thay_cho', 'replaces'] },
    from: FROM,
    until: UNTIL,
  },
  departments: {
    facility: FACILITY,
    code: { names: ['ma_khoa', 'department'], required: true },
    name: { names: ['ten_khoa', 'ten', 'name'], required: true },
    from: FROM,
    until: UNTIL,
  },
  practitioners: {
    licence: { names: ['so_cchn', 'cchn', 'macchn', 'licence'], required: true },
    name: { names: ['ho_ten', 'ten', 'name'], required: true },
    title: { names: ['chuc_danh', 'title'] },
    facility: FACILITY,
    department: { names: ['ma_khoa', 'department'] },
    from: FROM,
    until: UNTIL,
  },
}

/** `Mã CSKCB` and `ma_cskcb` are one name. */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

export interface ListRow {
  /** Line in the file, the head being 1. */
  line: number
  value(column: string): string
}

/** The rows below the head, by column; empty lines are passed over. */
export function namedRows(kind: ListKind, rows: readonly (readonly string[])[]): { rows: ListRow[]; findings: Finding[] } {
  const [head = [], ...body] = rows
  const names = head.map(folded)
  const findings: Finding[] = []
  const place = new Map<string, number>()
  for (const [column, { names: known, required }] of Object.entries(COLUMNS[kind])) {
    const at = known.map((name) => names.indexOf(name)).find((n) => n >= 0)
    if (at !== undefined) place.set(column, at)
    else if (required) findings.push(finding(LIST_COLUMN_MISSING, { column: known[0] ?? column }, 'line 1'))
  }
  const taken = new Set(place.values())
  for (const [at, name] of names.entries())
    if (name !== '' && !taken.has(at)) findings.push(finding(LIST_COLUMN_UNKNOWN, { column: head[at] ?? name }, 'line 1'))
  const filled = body.map((cells, i) => ({ cells, line: i + 2 })).filter(({ cells }) => cells.some((c) => c.trim() !== ''))
  for (const { cells, line } of filled)
    for (const at of taken)
      if (/[\n\r]/.test((cells[at] ?? '').trim())) findings.push(finding(LIST_CELL_LINES, { column: head[at] ?? '' }, `line ${line}`))
  const clean = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim()
  return { findings, rows: filled.map(({ cells, line }) => ({ line, value: (column) => clean(cells[place.get(column) ?? -1] ?? '') })) }
}
