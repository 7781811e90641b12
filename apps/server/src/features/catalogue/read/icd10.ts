/**
 * ICD-10 as the ministry issues it (QĐ 4469/QĐ-BYT 2020, annexes 1, A2, A3, A4): codes, and beside them chapters, blocks,
 * pairs of dagger and asterisk, codes that cannot be the principal diagnosis. Chapters are coded as WHO codes them (I, II).
 */
import type { PropertyValue } from '@yba/fhir'
import type { ListRow } from '@yba/vietnam'
import { coded, type DraftConcept, type Say, sayForeign } from './draft.ts'

const CODE = /^[A-Z]\d{2}(\.\d{1,3})?$/
const BLOCK = /^[A-Z]\d{2}-[A-Z]\d{2}$/
const CHAPTER = /^[IVX]{1,5}$/

export const ICD10_COLUMNS = {
  icd10: {
    code: { names: ['ma_benh', 'code'], required: true },
    name: { names: ['ten_benh', 'name_vi'], required: true },
    marker: { names: ['marker'], required: true },
    chapter: { names: ['chuong', 'chapter_no'], required: true },
    block: { names: ['nhom', 'block'], required: true },
    category: { names: ['loai', 'category'], required: true },
    notPrincipal: { names: ['not_principal'] },
    sex: { names: ['sex_only'] },
    age: { names: ['age_rule'] },
    // The same in other words, and a column nothing stands in.
    plain: { names: ['code_nodot'] },
    range: { names: ['chapter_range'] },
    note: { names: ['note'] },
  },
  'icd10-chapters': {
    code: { names: ['chuong', 'chapter_no'], required: true },
    range: { names: ['chapter_range'], required: true },
    name: { names: ['ten_chuong', 'name_vi'], required: true },
  },
  'icd10-blocks': {
    code: { names: ['nhom', 'block'], required: true },
    range: { names: ['chapter_range'], required: true },
    name: { names: ['ten_nhom', 'name_vi'], required: true },
  },
  'icd10-dagger-asterisk': {
    dagger: { names: ['dagger'], required: true },
    asterisk: { names: ['asterisk'], required: true },
    principal: { names: ['principal'], required: true },
  },
  'icd10-not-principal': { code: { names: ['code_nodot'], required: true } },
} as const

export type Icd10Part = keyof typeof ICD10_COLUMNS
type Parts = Partial<Record<Icd10Part, { rows: readonly ListRow[]; say: Say }>>

/** `A010` and `A01.0†` are `A01.0`. */
const dotted = (text: string): string => {
  const plain = text.replace(/[.†*+\s]/g, '')
  return plain.length > 3 ? `${plain.slice(0, 3)}.${plain.slice(3)}` : plain
}

const SEX: Readonly<Record<string, string>> = { F: 'female', M: 'male' }

/** Takes the rows of each part that was given; `icd10` is one of them. */
export function readIcd10(parts: Parts): DraftConcept[] {
  const chapters = (parts['icd10-chapters']?.rows ?? []).map((row) => ({ row, range: row.value('range') }))
  const chapterOf = new Map(chapters.map(({ row, range }) => [range, row.value('code')]))
  const top = chapters.map(({ row }) => ({ ...head(row, CHAPTER, parts['icd10-chapters']), abstract: true as const }))
  const blocks = (parts['icd10-blocks']?.rows ?? []).map((row) => {
    const parent = chapterOf.get(row.value('range'))
    return { ...head(row, BLOCK, parts['icd10-blocks']), abstract: true as const, ...(parent ? { parent } : {}) }
  })
  const known = new Set([...top, ...blocks].map((c) => c.code))
  const codes = (parts.icd10?.rows ?? []).map((row) => code(row, parts.icd10))
  const all = new Set(codes.map((c) => c.code))
  const placed = codes.map(({ block, ...concept }) => {
    const parent = broader(concept.code, all) ?? (known.has(block) ? block : undefined)
    return { ...concept, ...(parent ? { parent } : {}) }
  })
  const byCode = firstOfEach(placed)
  addPairs(byCode, parts['icd10-dagger-asterisk'])
  addNotPrincipal(byCode, parts['icd10-not-principal'])
  return [...top, ...blocks, ...placed.map((c) => (byCode.get(c.code)?.line === c.line ? (byCode.get(c.code) ?? c) : c))]
}

type Part = { say: Say } | undefined
const silent: Say = () => undefined

const head = (row: ListRow, form: RegExp, part: Part): DraftConcept =>
  coded(row.value('code'), row.value('name'), form, row.line, part?.say ?? silent)

function code(row: ListRow, part: Part): DraftConcept & { block: string } {
  const written = row.value('code')
  const marker = row.value('marker') || (/[†*]/.exec(written)?.[0] ?? '')
  const props: Record<string, PropertyValue> = {}
  if (marker !== '') props.marker = marker
  if (row.value('notPrincipal') === '1') props.notPrincipal = true
  const sex = SEX[row.value('sex')]
  if (sex) props.sex = sex
  if (row.value('age') !== '') props.ageRule = row.value('age')
  // A slip of the pen inside a code (`U13/9`) is told, not mended.
  const plain = /^[A-Z0-9.†*+]+$/.test(written) ? dotted(written) : written
  const concept = coded(plain, row.value('name'), CODE, row.line, part?.say ?? silent)
  return { ...concept, ...(Object.keys(props).length > 0 ? { props } : {}), block: row.value('block') }
}

/** The longest shorter code of the list: M01.00 → M01.0 → M01. */
function broader(code: string, all: ReadonlySet<string>): string | undefined {
  for (let end = code.length - 1; end >= 3; end--) {
    const shorter = code.slice(0, end).replace(/\.$/, '')
    if (shorter !== code && all.has(shorter)) return shorter
  }
  return undefined
}

/** The rows by code; a marker that only the second row of a doubled code has is the code's all the same. */
function firstOfEach(rows: readonly DraftConcept[]): Map<string, DraftConcept> {
  const out = new Map<string, DraftConcept>()
  for (const row of rows) {
    const first = out.get(row.code)
    if (!first) out.set(row.code, row)
    else if (row.props?.marker && !first.props?.marker) out.set(row.code, { ...first, props: { ...first.props, marker: row.props.marker } })
  }
  return out
}

function addPairs(codes: Map<string, DraftConcept>, part: Parts['icd10-dagger-asterisk']): void {
  if (!part) return
  const foreign = new Set<string>()
  const lists = new Map<string, Record<'asterisk' | 'dagger' | 'codedFirstWith', string[]>>()
  const add = (code: string, list: 'asterisk' | 'dagger' | 'codedFirstWith', value: string): void => {
    const of = lists.get(code) ?? { asterisk: [], dagger: [], codedFirstWith: [] }
    lists.set(code, of)
    if (!of[list].includes(value)) of[list].push(value)
  }
  for (const row of part.rows) {
    const [dagger, asterisk, principal] = [dotted(row.value('dagger')), dotted(row.value('asterisk')), dotted(row.value('principal'))]
    for (const one of [dagger, asterisk]) if (!codes.has(one)) foreign.add(one)
    if (!codes.has(dagger) || !codes.has(asterisk)) continue
    add(dagger, 'asterisk', asterisk)
    add(asterisk, 'dagger', dagger)
    add(principal, 'codedFirstWith', principal === dagger ? asterisk : dagger)
  }
  for (const [code, of] of lists) {
    const concept = codes.get(code)
    const filled = Object.fromEntries(Object.entries(of).filter(([, values]) => values.length > 0))
    if (concept) codes.set(code, { ...concept, props: { ...concept.props, ...filled } })
  }
  sayForeign(foreign, part.say)
}

function addNotPrincipal(codes: Map<string, DraftConcept>, part: Parts['icd10-not-principal']): void {
  const foreign = new Set<string>()
  for (const row of part?.rows ?? []) {
    const code = dotted(row.value('code'))
    const concept = codes.get(code)
    if (concept) codes.set(code, { ...concept, props: { ...concept.props, notPrincipal: true } })
    else foreign.add(code)
  }
  sayForeign(foreign, part?.say ?? silent)
}
