/**
 * How a claim table is written down: one line per field, in the order of the decision.
 *
 *   NAME type length required [attributes] # Vietnamese label
 *
 * type: text, num, int, dec2, dec3, date (yyyymmdd), time (yyyymmddHHMM), dates (several with ";"), dateOrTime.
 * length: characters, `*` = no limit. required: `!` always, `?` under a condition, `-` optional.
 * attributes: `list=` closed code list, `like=` named pattern, `same=` equals this XML1 column when filled,
 * `portal=` length the BHXH portal takes, `3176=` change by QĐ 3176 (`len:N`, `date:N`, `as:NAME:N`, `gone`).
 */

export type Layout = '4750' | '3176'
export type FieldType = 'text' | 'num' | 'int' | 'dec2' | 'dec3' | 'date' | 'time' | 'dates' | 'dateOrTime'

export interface ClaimField {
  name: string
  type: FieldType
  /** Longest value we take: the most lenient of annex, portal and 3176. Infinity = no limit. */
  maxLength: number
  required: 'always' | 'conditional' | 'optional'
  list?: string
  like?: string
  /** Column of XML1 that must be equal when both are filled. */
  same?: string
  label: string
}

export interface ClaimTable {
  name: string
  vi: string
  en: string
  /** Elements from the root to the row. */
  path: string[]
  root: string
  row: string
  layouts: Record<Layout, ClaimField[]>
  /** Every column of either layout, by name. */
  columns: ReadonlyMap<string, ClaimField>
}

const TYPES: readonly string[] = ['text', 'num', 'int', 'dec2', 'dec3', 'date', 'time', 'dates', 'dateOrTime']
const REQUIRED: Record<string, ClaimField['required']> = { '!': 'always', '?': 'conditional', '-': 'optional' }

const length = (text: string): number => (text === '*' ? Number.POSITIVE_INFINITY : Number(text))
const isType = (text: string): text is FieldType => TYPES.includes(text)

function parseLine(line: string): { base: ClaimField; later: ClaimField | null } {
  const [spec = '', label = ''] = line.split(' # ')
  const [name = '', type = '', size = '', mark = '', ...attributes] = spec.trim().split(' ')
  const required = REQUIRED[mark]
  if (!isType(type) || !required) throw new Error(`claim table line: ${line}`)
  const base: ClaimField = { name, type, maxLength: length(size), required, label: label.trim() }
  let change = ''
  for (const attribute of attributes) {
    const at = attribute.indexOf('=')
    const key = attribute.slice(0, at)
    const value = attribute.slice(at + 1)
    if (key === 'list') base.list = value
    else if (key === 'like') base.like = value
    else if (key === 'same') base.same = value
    else if (key === 'portal') base.maxLength = Math.max(base.maxLength, length(value))
    else if (key === '3176') change = value
    else throw new Error(`claim table attribute: ${attribute}`)
  }
  return { base, later: applyChange(base, change) }
}

function applyChange(base: ClaimField, change: string): ClaimField | null {
  const [kind, a = '', b = ''] = change.split(':')
  if (kind === 'gone') return null
  if (kind === 'as') {
    // A renamed column of another meaning loses the tie to XML1; facility codes may be a list where there is room for one.
    const { same: _same, ...rest } = base
    const list = base.like === 'facility' && length(b) > base.maxLength
    return { ...rest, name: a, maxLength: length(b), ...(list ? { like: 'facilities' } : {}) }
  }
  if (kind === 'date') return { ...base, type: 'date', maxLength: length(a) }
  if (kind === 'len') base.maxLength = Math.max(base.maxLength, length(a))
  return base
}

/** Builds a table from its lines; throws on a line it cannot read, at load. */
export function defineTable(name: string, path: string[], title: { vi: string; en: string }, text: string): ClaimTable {
  const parsed = text.trim().split('\n').map(parseLine)
  const layouts = {
    '4750': parsed.map((p) => p.base),
    '3176': parsed.flatMap((p) => (p.later ? [p.later] : [])),
  }
  const columns = new Map([...layouts['3176'], ...layouts['4750']].map((f) => [f.name, f]))
  return { name, ...title, path, root: path[0] ?? '', row: path.at(-1) ?? '', layouts, columns }
}
