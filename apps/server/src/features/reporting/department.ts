/** The health department's table: gathered, counted, answered. */
import { refuse } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { aliases, codeNow, codesOf, type Facility, facilities, type ListEntry, listed } from '../directory/index.ts'
import { contacts } from '../exchange/index.ts'
import type { DepartmentAnswer, Listed, TableBasis } from './contract.ts'
import { daysBetween, isDay, lastOver, type Period, periodOf } from './days.ts'
import { DEFINITIONS } from './definitions.ts'
import { departmentTable } from './figures.ts'
import { PERIOD_UNREADABLE } from './outcomes.ts'
import { frozenTable } from './snapshots.ts'
import { editionsOf } from './tables/snapshots.ts'
import { daysOf, lastFiles } from './tables.ts'

/** The list the department looks at: who takes part by the province's plan. */
export const PLAN_LIST = 'plan'
const MOST_DAYS = 400

/** The period a request names; the last week that is over when it names none. Throws `period-unreadable`. */
export function readPeriod(query: URLSearchParams, today: string): Period {
  const [kind, from, until] = [query.get('kind'), query.get('from') ?? '', query.get('until') ?? '']
  const bad = () => refuse(PERIOD_UNREADABLE, { from, until })
  if (kind === 'week' || kind === 'month') {
    if (from !== '' && !isDay(from)) throw bad()
    return { kind, ...(from === '' ? lastOver(kind, today) : periodOf(kind, from)) }
  }
  if (kind === null && from === '' && until === '') return { kind: 'week', ...lastOver('week', today) }
  if (!isDay(from) || !isDay(until) || from > until || daysBetween(from, until) > MOST_DAYS) throw bad()
  return { kind: 'days', from, until }
}

/** Everything the table of a period is counted from, as it stands now. */
export async function gather(site: Site, { kind, from, until }: Period): Promise<TableBasis> {
  const now = site.clock.now()
  const [log, plan, known, chain, heard, files, days] = await Promise.all([
    site.store.log.end(),
    listed(site.store, PLAN_LIST, from, until),
    facilities(site.store),
    aliases(site.store),
    contacts(site),
    lastFiles(site.store),
    daysOf(site.store, from, until),
  ])
  const today = localDay(now)
  const seen = new Map(heard.map((c) => [c.facility, c]))
  const lastFile = new Map(files.map((f) => [f.facility, f.last_file_at]))
  const byCode = new Map(known.map((f) => [f.code, f]))
  const current = (code: string): string => codeNow(chain, code, today, today)
  const entries = plan.length > 0 ? plan : everyActive(known)
  const rows = [...Map.groupBy(entries, (e) => current(e.code))].map(([code, group]) => {
    const codes = codesOf(chain, code, today)
    const of = <T>(map: Map<string, T>): T[] => codes.map((c) => map.get(c)).filter((c) => c !== undefined)
    return listedRow(code, codes, group, byCode.get(code), { contacts: of(seen), files: of(lastFile) })
  })
  const basis = { kind, from, until, asOf: now.toISOString(), log, listImported: plan.length > 0 }
  return { ...basis, listed: rows, days }
}

/** Before a list is imported: whoever is in the directory, as if always. */
const everyActive = (known: readonly Facility[]): ListEntry[] =>
  known.filter((f) => f.active).map((f, i) => ({ code: f.code, name: f.name, place: i, from: '', source: '' }))

interface Heard {
  contacts: Awaited<ReturnType<typeof contacts>>
  files: (Date | null)[]
}

const newest = (dates: readonly (Date | null)[]): Date | undefined =>
  dates.reduce<Date | undefined>((last, d) => (d && (!last || d > last) ? d : last), undefined)

function listedRow(code: string, codes: string[], group: readonly ListEntry[], known: Facility | undefined, heard: Heard): Listed {
  const entry = group.find((e) => e.code === code) ?? group.at(-1)
  const froms = group.map((e) => e.from).sort()
  const open = group.some((e) => e.until === undefined)
  const until = group
    .map((e) => e.until ?? '')
    .sort()
    .at(-1)
  const name = entry?.name ?? ''
  const first = heard.contacts.some((c) => c.first_seen_at === null)
    ? undefined
    : heard.contacts.map((c) => c.first_seen_at).reduce((a, b) => (a && b && a < b ? a : (b ?? a)), null)
  const last = heard.contacts.reduce<Heard['contacts'][number] | undefined>((a, c) => (!a || c.seen_at > a.seen_at ? c : a), undefined)
  const file = newest(heard.files)
  return {
    code,
    codes,
    name,
    nameToday: known && known.name !== name ? known.name : '',
    demoCode: known?.demo_code === true,
    from: froms[0] ?? '',
    ...(open || !until ? {} : { until }),
    ...(first ? { connectedSince: first.toISOString() } : {}),
    ...(last ? { lastContact: last.seen_at.toISOString() } : {}),
    ...(file ? { lastFile: file.toISOString() } : {}),
    ...(last?.report && last.reported_at ? { queue: { oldest: last.report.oldest, at: last.reported_at.toISOString() } } : {}),
  }
}

/** What is read on Monday morning: the last edition of the week that is over, once there is one. */
async function newestOfLastWeek(site: Site, today: string): Promise<string | null> {
  return (await editionsOf(site.store, 'week', lastOver('week', today).from))[0]?.id ?? null
}

/** What a request asks for: a frozen table with the edition before it, or the figures as they stand now. */
export async function departmentAnswer(site: Site, query: URLSearchParams): Promise<DepartmentAnswer & { basis: TableBasis }> {
  const today = localDay(site.clock.now())
  const id = query.get('snapshot') ?? (['kind', 'from', 'until'].some((k) => query.has(k)) ? null : await newestOfLastWeek(site, today))
  if (id !== null) {
    const frozen = await frozenTable(site, id, (period) => gather(site, period))
    return { ...frozen, definitions: DEFINITIONS }
  }
  const basis = await gather(site, readPeriod(query, today))
  return { table: departmentTable(basis), definitions: DEFINITIONS, basis }
}

/** GET /fhir/Organization/$department */
export async function department({ site, query }: OperationContext): Promise<OperationAnswer> {
  const { basis, ...answer } = await departmentAnswer(site, query)
  return { json: answer satisfies DepartmentAnswer }
}
