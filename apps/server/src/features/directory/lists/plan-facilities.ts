/** What a list of facilities changes: planned from what stands, so that a dry run and the import are the same thing. Pure. */
import { type Finding, finding, type OutcomeDefinition } from '@yba/fhir'
import { foldName } from '@yba/vietnam'
import type { DirectoryAlias } from '../../exchange/contract.ts'
import { aliasFault } from '../aliases.ts'
import type { ListRow, NameRow } from '../tables/register.ts'
import type { Facility } from '../tables.ts'
import { LIST_CODE_BY_NAME, LIST_CODE_GIVEN, LIST_REPLACES_UNFIT } from './outcomes.ts'
import type { FacilityEntry } from './read-list.ts'

export interface Register {
  facilities: readonly Facility[]
  names: readonly NameRow[]
  lists: readonly ListRow[]
  aliases: readonly DirectoryAlias[]
}

export interface FacilityImport {
  /** Name of the list the entries stand in, such as `plan`; undefined: the official register of names and codes. */
  list?: string
  /** First two digits of provisional codes where a row names no province. */
  province: string
  today: string
}

export interface FacilityPlan {
  facilities: Facility[]
  names: NameRow[]
  lists: ListRow[]
  aliases: DirectoryAlias[]
  findings: Finding[]
  added: number
  changed: number
  unchanged: number
}

const dayBefore = (day: string): string => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10)
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Provisional codes: province, X, two digits. No published code is known with an X in that place; the flag decides, not the form. */
function provisionalCode(province: string, taken: ReadonlySet<string>): string {
  for (let n = 1; n < 1000; n++) {
    const code = n < 100 ? `${province}X${String(n).padStart(2, '0')}` : `${province}Y${String(n - 100).padStart(2, '0')}`
    if (!taken.has(code)) return code
  }
  throw new Error('no provisional code is left')
}

/** One pass over the entries, each seeing what those before it changed. */
export function planFacilities(register: Register, entries: readonly FacilityEntry[], how: FacilityImport): FacilityPlan {
  const known = new Map(register.facilities.map((f) => [f.code, f]))
  const plan: FacilityPlan = { facilities: [], names: [], lists: [], aliases: [], findings: [], added: 0, changed: 0, unchanged: 0 }
  const touched = new Map<string, Facility>()
  const put = (facility: Facility): void => {
    known.set(facility.code, facility)
    touched.set(facility.code, facility)
  }
  for (const [place, entry] of entries.entries()) {
    const code = codeOf(entry, known, register, how, plan)
    const before = known.get(code)
    const after = facilityAfter(code, entry, before, how)
    const replaced = entry.replaces === '' ? after : replacing(entry, after, known, register, how, plan, put)
    const listed = how.list ? listRow(how.list, code, place, entry) : undefined
    const names = namesAfter(entry, before, replaced, register, how)
    const sameEntry = !listed || register.lists.some((l) => same(l, listed))
    if (!same(before, replaced)) put(replaced)
    if (listed && !sameEntry) plan.lists.push(listed)
    plan.names.push(...names)
    if (!before) plan.added++
    else if (same(before, replaced) && sameEntry && names.length === 0) plan.unchanged++
    else plan.changed++
  }
  plan.facilities = [...touched.values()]
  return plan
}

function codeOf(
  entry: FacilityEntry,
  known: ReadonlyMap<string, Facility>,
  { lists, aliases }: Register,
  how: FacilityImport,
  plan: FacilityPlan,
): string {
  if (entry.code !== '') return entry.code
  const named = (facility: Facility): boolean => foldName(facility.name) === foldName(entry.name)
  const say = (definition: OutcomeDefinition, code: string): string => {
    plan.findings.push(finding(definition, { name: entry.name, code }, `line ${entry.line}`))
    return code
  }
  const [one, ...others] = [...known.values()].filter((f) => !f.demo_code && named(f))
  if (one && others.length === 0) return say(LIST_CODE_BY_NAME, one.code)
  const stands =
    [...known.values()].find((f) => f.demo_code && named(f))?.code ??
    lists.find((l) => foldName(l.name) === foldName(entry.name) && known.get(l.code)?.demo_code)?.code
  return say(
    LIST_CODE_GIVEN,
    stands ?? provisionalCode(entry.province || how.province, new Set([...known.keys(), ...aliases.map((a) => a.code)])),
  )
}

/** Who stands in a list takes no part by that: it is made active when it joins. */
function facilityAfter(code: string, entry: FacilityEntry, before: Facility | undefined, how: FacilityImport): Facility {
  const name = entry.nameToday || (how.list && before ? before.name : entry.name)
  const ended = !how.list && entry.until !== undefined && entry.until < how.today
  const base = before ?? { code, name, managing_body: '', active: false, suspended: false, slip_keys: [], client_keys: [] }
  return {
    ...base,
    name,
    managing_body: entry.managingBody || base.managing_body,
    active: base.active && !ended,
    valid_from: validFrom(entry, before, name, how),
    valid_until: how.list ? (before?.valid_until ?? null) : (entry.until ?? null),
    level: entry.level || (before?.level ?? ''),
    demo_code: before ? before.demo_code === true : entry.code === '',
  }
}

/** First day of the code: a row that renames a facility speaks of the name's first day, and what is known stays. */
function validFrom(entry: FacilityEntry, before: Facility | undefined, name: string, how: FacilityImport): string | null {
  const stands = before?.valid_from ?? null
  const ofTheCode = !how.list && entry.from !== '' && (!before || (before.name === name && stands === null))
  return ofTheCode ? entry.from : stands
}

/** The real code takes over keys and part of the provisional one; what was written under that goes on by the alias (F17). */
function replacing(
  entry: FacilityEntry,
  after: Facility,
  known: ReadonlyMap<string, Facility>,
  register: Register,
  how: FacilityImport,
  plan: FacilityPlan,
  put: (facility: Facility) => void,
): Facility {
  const alias: DirectoryAlias = {
    code: entry.replaces,
    becomes: after.code,
    from: entry.from > how.today || !entry.from ? how.today : entry.from,
  }
  const stands = register.aliases.find((a) => a.code === alias.code && a.becomes === alias.becomes)
  if (stands) return after
  const old = known.get(entry.replaces)
  const what = !old ? 'unknown' : !old.demo_code ? 'not provisional' : aliasFault([...register.aliases, ...plan.aliases], alias)
  if (!old || what !== null) {
    plan.findings.push(finding(LIST_REPLACES_UNFIT, { code: entry.replaces, what: what ?? '' }, `line ${entry.line}`))
    return after
  }
  plan.aliases.push(alias)
  put({ ...old, active: false })
  const keys = (mine: Facility['slip_keys'], its: Facility['slip_keys']) => [
    ...mine,
    ...its.filter((k) => !mine.some((m) => m.kid === k.kid)),
  ]
  return {
    ...after,
    active: after.active || old.active,
    managing_body: after.managing_body || old.managing_body,
    level: after.level || old.level || '',
    slip_keys: keys(after.slip_keys, old.slip_keys),
    client_keys: keys(after.client_keys, old.client_keys),
  }
}

const listRow = (list: string, code: string, place: number, { name, from, until, source }: FacilityEntry): ListRow => ({
  list,
  code,
  name,
  place,
  from,
  ...(until === undefined ? {} : { until }),
  source,
})

/** Names that begin, and the one before, which ends the day before; a row without a first day corrects the name in place. */
function namesAfter(
  entry: FacilityEntry,
  before: Facility | undefined,
  after: Facility,
  register: Register,
  how: FacilityImport,
): NameRow[] {
  const own = register.names.filter((n) => n.code === after.code)
  if (before && before.name === after.name && (own.length > 0 || how.list)) return []
  const from = before && how.list && entry.nameToday === '' ? '' : entry.from
  const open = own.find((n) => n.until === undefined)
  const rows: NameRow[] = [{ code: after.code, name: after.name, from: before || !how.list ? from : '', source: entry.source }]
  if (before && before.name !== after.name && from !== '') {
    const last = open ?? { code: after.code, name: before.name, from: '', source: 'danh bạ' }
    if (last.from < from) rows.unshift({ ...last, until: dayBefore(from) })
  }
  return rows
}
