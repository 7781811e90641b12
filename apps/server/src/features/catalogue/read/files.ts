/** Files → drafts: each file is known by its columns, or by the name written before it. */
import { type Finding, finding } from '@yba/fhir'
import { type Columns, type ListRow, namedRows, tableOf } from '@yba/vietnam'
import { CATALOGUE_FACTS_UNFIT, CATALOGUE_KIND_UNCLEAR, CATALOGUE_PART_ALONE, CATALOGUE_PART_MISSING } from '../outcomes.ts'
import { COMMUNE_COLUMNS, newUnits, readCommuneMap, readNewUnits, readOldUnits } from './communes.ts'
import { type Draft, type Say, sayer } from './draft.ts'
import { ICD10_COLUMNS, type Icd10Part, readIcd10 } from './icd10.ts'
import { LIST_COLUMNS, readServices, readSimple } from './lists.ts'

const COLUMNS = { ...ICD10_COLUMNS, ...COMMUNE_COLUMNS, ...LIST_COLUMNS } as const satisfies Record<string, Columns>

/** Kinds of tables; `communes` (the units since 2025) comes as JSON. */
export type TableKind = keyof typeof COLUMNS
export const FILE_KINDS = [...(Object.keys(COLUMNS) as TableKind[]), 'communes'] as const

export interface GivenFile {
  /** Its name, for findings. */
  file: string
  bytes: Uint8Array
  /** What it is; undefined: told by its columns. */
  kind?: string
}

interface Table {
  file: string
  kind: TableKind
  rows: readonly ListRow[]
  say: Say
}

/** Reads all files of one command. Throws `list-unreadable`; everything else that is wrong is in the findings. */
export function readFiles(files: readonly GivenFile[]): Draft {
  const draft: Draft = { catalogues: [], maps: [], findings: [] }
  const tables: Table[] = []
  for (const given of files) {
    const say = sayer(given.file, draft.findings)
    const units = given.kind === undefined || given.kind === 'communes' ? newUnits(given.bytes) : undefined
    if (units) draft.catalogues.push(...readNewUnits(units, given.file, say))
    else tables.push(...tableIn(given, draft.findings))
  }
  for (const { kind, file } of tables.filter((t, i) => tables.findIndex((one) => one.kind === t.kind) < i)) {
    draft.findings.push(finding(CATALOGUE_FACTS_UNFIT, { what: `${kind} × 2` }, file))
  }
  takeTables(tables, draft)
  takeIcd10(tables, draft)
  return draft
}

function tableIn({ file, bytes, kind }: GivenFile, findings: Finding[]): Table[] {
  const table = tableOf(bytes)
  const fits = kind === undefined ? kindsOf(table) : FILE_KINDS.filter((one): one is TableKind => one === kind && one !== 'communes')
  const [only] = fits
  if (only === undefined || fits.length > 1) {
    findings.push(finding(CATALOGUE_KIND_UNCLEAR, { file, fits: (fits.length > 0 ? fits : FILE_KINDS).join(', ') }, file))
    return []
  }
  const read = namedRows(COLUMNS[only], table)
  findings.push(...read.findings.map((f) => ({ ...f, path: `${file} ${f.path ?? ''}`.trim() })))
  const unfit = read.findings.some((f) => f.definition.severity === 'error')
  return unfit ? [] : [{ file, kind: only, rows: read.rows, say: sayer(file, findings) }]
}

/** The kinds whose columns the table has; where one uses more of them than the others, that one. */
function kindsOf(table: readonly (readonly string[])[]): TableKind[] {
  const head = table.slice(0, 1)
  const found = (Object.keys(COLUMNS) as TableKind[])
    .filter((kind) => kind !== 'list')
    .map((kind) => ({ kind, findings: namedRows(COLUMNS[kind], head).findings }))
    .filter(({ findings }) => findings.every((f) => f.definition.severity !== 'error'))
  const fewest = Math.min(...found.map((f) => f.findings.length))
  return found.filter((f) => f.findings.length === fewest).map((f) => f.kind)
}

function takeTables(tables: readonly Table[], draft: Draft): void {
  for (const { kind, rows, file, say } of tables) {
    if (kind === 'communes-2024') draft.catalogues.push(...readOldUnits(rows, file, say))
    else if (kind === 'commune-map') draft.maps.push(readCommuneMap(rows, file, say))
    else if (kind === 'services') {
      const { catalogues, map } = readServices(rows, file, say)
      draft.catalogues.push(...catalogues)
      draft.maps.push(map)
    } else if (!isIcd10(kind)) draft.catalogues.push(readSimple(kind, rows, file, say))
  }
}

const isIcd10 = (kind: TableKind): kind is Icd10Part => kind in ICD10_COLUMNS

/** The list and its parts make one catalogue. */
function takeIcd10(tables: readonly Table[], draft: Draft): void {
  const parts = Object.fromEntries(tables.filter((t) => isIcd10(t.kind)).map((t) => [t.kind, t])) as Partial<Record<Icd10Part, Table>>
  const { icd10, ...others } = parts
  if (icd10) {
    const missing = (Object.keys(ICD10_COLUMNS) as Icd10Part[]).filter((part) => !parts[part])
    draft.findings.push(...missing.map((part) => finding(CATALOGUE_PART_MISSING, { part }, icd10.file)))
    const further = Object.values(others).map((part) => part.file)
    draft.catalogues.push({ name: 'icd10', file: icd10.file, parts: further, concepts: readIcd10(parts) })
    return
  }
  for (const { kind, file } of Object.values(others)) {
    draft.findings.push(finding(CATALOGUE_PART_ALONE, { part: kind, whole: 'icd10' }, file))
  }
}
