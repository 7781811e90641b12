/** Rows of an official list → entries with their days, or everything that is wrong with them, row by row. Pure. */
import { type Finding, finding, type OutcomeDefinition, type OutcomeValues } from '@yba/fhir'
import { dayIn, isFacilityCode, type ListRow, namedRows } from '@yba/vietnam'
import type { Dated } from '../tables/register.ts'
import { COLUMNS, type ListKind } from './columns.ts'
import { LIST_CODE_UNFIT, LIST_DAY_UNFIT, LIST_DAYS_CROSSED, LIST_LICENCE_UNFIT, LIST_NAME_MISSING, LIST_ROW_DOUBLED } from './outcomes.ts'

const LONGEST_NAME = 200
const DEPARTMENT = /^K\d{2,4}(\.[A-Z]?\d{1,2})?$/

interface Entry extends Dated {
  line: number
  name: string
}

export interface FacilityEntry extends Entry {
  /** '' where the list does not know it. */
  code: string
  nameToday: string
  level: string
  managingBody: string
  province: string
  /** The provisional code this one takes the place of. */
  replaces: string
}

export interface DepartmentEntry extends Entry {
  facility: string
  code: string
}

export interface PractitionerEntry extends Entry {
  licence: string
  title: string
  facility: string
  department: string
}

export interface ReadList {
  facilities: FacilityEntry[]
  departments: DepartmentEntry[]
  practitioners: PractitionerEntry[]
  findings: Finding[]
}

type Say = (definition: OutcomeDefinition, values?: OutcomeValues) => void

interface Given {
  /** The decision or list the file is. */
  source: string
  /** First day of rows that name none. */
  from: string
}

function dated(row: ListRow, given: Given, say: Say): Dated {
  const read = (column: 'from' | 'until'): string | undefined => {
    const text = row.value(column)
    const day = text === '' ? undefined : dayIn(text)
    if (text !== '' && day === undefined) say(LIST_DAY_UNFIT, { day: text, column })
    return day
  }
  const [from, until] = [read('from') ?? given.from, read('until')]
  if (until !== undefined && until < from) say(LIST_DAYS_CROSSED, { from, until })
  return { from, ...(until === undefined ? {} : { until }), source: given.source }
}

function named(row: ListRow, say: Say): string {
  const name = row.value('name')
  if (name === '' || name.length > LONGEST_NAME) say(LIST_NAME_MISSING)
  return name
}

function facilityCode(text: string, say: Say): string {
  if (!isFacilityCode(text)) say(LIST_CODE_UNFIT, { code: text })
  return text
}

function facilityEntry(row: ListRow, given: Given, say: Say): FacilityEntry {
  const code = row.value('code')
  const [replaces, province] = [row.value('replaces'), row.value('province')]
  if (code !== '') facilityCode(code, say)
  if (replaces !== '') facilityCode(replaces, say)
  if (province !== '' && !/^\d{2}$/.test(province)) say(LIST_CODE_UNFIT, { code: province })
  const { line } = row
  const words = { nameToday: row.value('nameToday'), level: row.value('level'), managingBody: row.value('managingBody') }
  return { line, code, name: named(row, say), ...words, province, replaces, ...dated(row, given, say) }
}

function departmentEntry(row: ListRow, given: Given, say: Say): DepartmentEntry {
  const code = row.value('code')
  if (!DEPARTMENT.test(code)) say(LIST_CODE_UNFIT, { code })
  return { line: row.line, facility: facilityCode(row.value('facility'), say), code, name: named(row, say), ...dated(row, given, say) }
}

function practitionerEntry(row: ListRow, given: Given, say: Say): PractitionerEntry {
  const [licence, department] = [row.value('licence'), row.value('department')]
  if (licence.length < 3 || licence.length > 60 || !/\d/.test(licence)) say(LIST_LICENCE_UNFIT, { licence })
  if (department !== '' && !DEPARTMENT.test(department)) say(LIST_CODE_UNFIT, { code: department })
  const facility = facilityCode(row.value('facility'), say)
  return { line: row.line, licence, name: named(row, say), title: row.value('title'), facility, department, ...dated(row, given, say) }
}

/** Keys that may stand once; a row that repeats one is told with the line it repeats. */
function doubled<T extends Entry>(entries: readonly T[], key: (entry: T) => string | null): Finding[] {
  const seen = new Map<string, number>()
  return entries.flatMap((entry) => {
    const one = key(entry)
    if (one === null) return []
    const line = seen.get(one)
    seen.set(one, line ?? entry.line)
    return line === undefined ? [] : [finding(LIST_ROW_DOUBLED, { what: one, line }, `line ${entry.line}`)]
  })
}

/** Reads a list. Entries with errors are in the answer, too: who writes looks at the findings first. */
export function readList(kind: ListKind, table: readonly (readonly string[])[], given: Given): ReadList {
  const { rows, findings } = namedRows(COLUMNS[kind], table)
  const read: ReadList = { facilities: [], departments: [], practitioners: [], findings }
  if (findings.some((f) => f.definition.severity === 'error')) return read
  for (const row of rows) {
    const say: Say = (definition, values = {}) => findings.push(finding(definition, values, `line ${row.line}`))
    if (kind === 'facilities') read.facilities.push(facilityEntry(row, given, say))
    else if (kind === 'departments') read.departments.push(departmentEntry(row, given, say))
    else read.practitioners.push(practitionerEntry(row, given, say))
  }
  findings.push(
    ...doubled(read.facilities, (e) => (e.code === '' ? e.name : `${e.code} ${e.from}`)),
    ...doubled(read.departments, (e) => `${e.facility} ${e.code} ${e.from}`),
    ...doubled(read.practitioners, (e) => `${e.licence} ${e.facility} ${e.department} ${e.from}`.replace(/ +/g, ' ')),
  )
  return read
}
