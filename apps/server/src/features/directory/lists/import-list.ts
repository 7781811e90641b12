/** An official list comes as a file: read, judged row by row, and written whole, or not at all. */
import { createHash } from 'node:crypto'
import { type Finding, finding, refuse } from '@yba/fhir'
import { dayIn, LIST_UNREADABLE, localDay, tableOf } from '@yba/vietnam'
import { admitUnder } from '../../../access/index.ts'
import type { Transaction } from '../../../store/types.ts'
import {
  departmentRows,
  listRows,
  nameRows,
  noteImport,
  practitionerRows,
  putDepartments,
  putListed,
  putNames,
  putPractitioners,
} from '../tables/register.ts'
import { aliases, facilities, putAliases, putFacilities } from '../tables.ts'
import type { ListKind } from './columns.ts'
import { LIST_FACILITY_UNKNOWN } from './outcomes.ts'
import { planFacilities } from './plan-facilities.ts'
import { type ReadList, readList } from './read-list.ts'

export interface ListImport {
  kind: ListKind
  bytes: Uint8Array
  /** Name of the file, for the story. */
  file: string
  /** Facilities: the list they stand in, such as `plan`. */
  list?: string
  /** The decision or list the file is. */
  source: string
  /** First day of rows that name none; '' where nobody knows. */
  from: string
  /** Nothing is written. */
  dryRun: boolean
  by: string
  /** First two digits of provisional codes where a row names no province. */
  province: string
}

export interface ImportedList {
  rows: number
  added: number
  changed: number
  unchanged: number
  findings: Finding[]
  /** False: a dry run, or something is wrong with a row. */
  written: boolean
}

/** Imports one list. Throws `list-unreadable`; what is wrong with rows is in the answer, and then nothing is written. */
export async function importList(tx: Transaction, ask: ListImport): Promise<ImportedList> {
  await tx.lockKey('directory')
  if (ask.from !== '' && dayIn(ask.from) !== ask.from) throw refuse(LIST_UNREADABLE, { what: `--from ${ask.from}` })
  const read = readList(ask.kind, tableOf(ask.bytes), { source: ask.source, from: ask.from })
  const done = ask.kind === 'facilities' ? await takeFacilities(tx, read, ask) : await takePeople(tx, read, ask)
  if (done.written) {
    const { findings, written, ...figures } = done
    const sha256 = createHash('sha256').update(ask.bytes).digest('hex')
    const kind = ask.list ? `${ask.kind}/${ask.list}` : ask.kind
    await noteImport(tx, { by: ask.by, file: ask.file, sha256, kind, ...figures }, tx.now)
  }
  return done
}

const good = (findings: readonly Finding[]): boolean => findings.every((f) => f.definition.severity !== 'error')

async function takeFacilities(tx: Transaction, read: ReadList, ask: ListImport): Promise<ImportedList> {
  const register = {
    facilities: await facilities(tx),
    names: await nameRows(tx),
    lists: await listRows(tx),
    aliases: await aliases(tx),
  }
  const today = localDay(tx.now)
  const how = { province: ask.province, today, ...(ask.list ? { list: ask.list } : {}) }
  // A row that cannot be read has no place in a plan; what is wrong with the others is told as well.
  const wrong = new Set(read.findings.filter((f) => f.definition.severity === 'error').map((f) => f.path))
  const plan = planFacilities(
    register,
    read.facilities.filter((e) => !wrong.has(`line ${e.line}`)),
    how,
  )
  const findings = [...read.findings, ...plan.findings]
  const written = good(findings) && !ask.dryRun
  if (written) {
    await putFacilities(tx, plan.facilities, tx.now)
    await putNames(tx, plan.names)
    if (ask.list) await putListed(tx, ask.list, plan.lists)
    await putAliases(
      tx,
      plan.aliases.map((a) => ({ ...a, reason: ask.source })),
      ask.by,
      tx.now,
    )
    for (const { code, becomes } of plan.aliases) await admitUnder(tx.sql, code, becomes, tx.now)
  }
  const { added, changed, unchanged } = plan
  return { rows: read.facilities.length, added, changed, unchanged, findings, written }
}

/** Departments and practitioners: rows of their own, of facilities that are known. */
async function takePeople(tx: Transaction, read: ReadList, ask: ListImport): Promise<ImportedList> {
  const known = new Set((await facilities(tx)).map((f) => f.code))
  const entries = [...read.departments, ...read.practitioners]
  const findings = [
    ...read.findings,
    ...entries.filter((e) => !known.has(e.facility)).map((e) => finding(LIST_FACILITY_UNKNOWN, { code: e.facility }, `line ${e.line}`)),
  ]
  const departments = read.departments.map(({ line, ...row }) => row)
  const practitioners = read.practitioners.map(({ line, ...row }) => row)
  const counts = compare(
    [
      ...(await departmentRows(tx)).map((r) => [`${r.facility} ${r.code} ${r.from}`, r] as const),
      ...(await practitionerRows(tx)).map((r) => [`${r.licence} ${r.facility} ${r.department} ${r.from}`, r] as const),
    ],
    [
      ...departments.map((r) => [`${r.facility} ${r.code} ${r.from}`, r] as const),
      ...practitioners.map((r) => [`${r.licence} ${r.facility} ${r.department} ${r.from}`, r] as const),
    ],
  )
  const written = good(findings) && !ask.dryRun
  if (written) {
    await putDepartments(tx, departments)
    await putPractitioners(tx, practitioners)
  }
  return { rows: entries.length, ...counts, findings, written }
}

function compare(before: readonly (readonly [string, object])[], now: readonly (readonly [string, object])[]) {
  const sorted = (row: object): string => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
  const stands = new Map(before.map(([key, row]) => [key, sorted(row)]))
  const added = now.filter(([key]) => !stands.has(key)).length
  const unchanged = now.filter(([key, row]) => stands.get(key) === sorted(row)).length
  return { added, changed: now.length - added - unchanged, unchanged }
}
