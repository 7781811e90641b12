/**
 * `$everything` (FHIR R4, patient-operation-everything and encounter-operation-everything): what is in a compartment, then
 * what that refers to, in pages whose order no write changes.
 */
import { type Compartment, compartmentOf, looksAtSortDate, refuse, searchParameters } from '@yba/fhir'
import { grantPredicate, Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { cursorUnknown } from '../outcomes.ts'
import { compartmentRows } from '../search/compartment.ts'
import { indexName } from '../search/compiling.ts'
import { hiddenReferences } from '../shown.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import type { EverythingAsk } from '../types.ts'
import type { Reading } from './rows.ts'

/** Links that are followed from what the compartment refers to: a ward to its hospital to its ministry. */
const STEPS = 3

/** `m`: what belongs, behind this place; `r`: what is referred to, behind this row. */
const CURSOR = /^([mr])(\d{1,18})$/

export interface EverythingRows {
  members: Row[]
  referred: Row[]
  next?: string
}

/** Numbers of the parameters that look at the date of care of some types. */
const careDates = (types: readonly string[]): number[] =>
  types.flatMap((type) =>
    [...searchParameters(type).values()]
      .filter((p) => p.type === 'date' && looksAtSortDate(type, p.expression ?? ''))
      .map((p) => paramNumber(type, indexName(type, p.code))),
  )

/** Conditions on what is in the compartment; the dates of care are no condition on what has none. */
function membersWhere(on: Reading, of: Compartment, { types, since, from, to }: EverythingAsk, params: Params): string[] {
  const all = [...(compartmentOf(of.type)?.keys() ?? [])]
  const asked = types ? all.filter((type) => types.includes(type)) : all
  // As an array the numbers come first and the rows by them, whatever the statistics say.
  const within = `r.rid = any(array(${compartmentRows({ on, params, depth: 0 }, all, of)}))`
  const where = [within, 'not r.deleted', grantPredicate(on.access, 'search', 'r', params)]
  where.push(`r.t = any(${params.add(asked.map(typeOf), 'smallint[]')})`)
  if (since) where.push(`r.lu >= ${params.add(since.toISOString(), 'timestamptz')}`)
  if (from !== undefined || to !== undefined) {
    const dates = `select 1 from ix_date d where d.rid = r.rid and d.p = any(${params.add(careDates(asked), 'integer[]')})`
    const late = from === undefined ? '' : ` and d.hi >= ${params.add(new Date(from).toISOString(), 'timestamptz')}`
    const early = to === undefined ? '' : ` and d.lo <= ${params.add(new Date(to).toISOString(), 'timestamptz')}`
    where.push(`(not exists (${dates}) or exists (${dates}${late}${early}))`)
  }
  return where
}

async function members(on: Reading, of: Compartment, ask: EverythingAsk, behind: string, most: number): Promise<Row[]> {
  const params = new Params()
  const where = membersWhere(on, of, ask, params)
  // The number of a row is its own for life, so no write moves a resource to another page; who it is about stands first.
  const place = `(case when r.h = ${params.add(on.ctx.hashes.of(`${of.type}/${of.id}`), 'bigint')} then 0 else r.rid end)`
  const text = `select ${ROW}, ${place} as place from res r where ${where.join(' and ')}
    and ${place} > ${params.add(behind, 'bigint')} order by place limit ${params.add(most, 'bigint')}`
  return on.db.query<Row>(text, params.values)
}

/** Further steps go on only from what is of no patient: what is referred to of another person leads no deeper into her record. */
async function referred(on: Reading, of: Compartment, ask: EverythingAsk, behind: string, most: number): Promise<Row[]> {
  const params = new Params()
  // What is asked for by type or by the day of the record may be referred to by what is not.
  const { types: _, since: __, ...whole } = ask
  const own = membersWhere(on, of, whole, params).join(' and ')
  const hidden = hiddenReferences(on.access).map(([type, param]) => paramNumber(type, indexName(type, param)))
  const link = hidden.length === 0 ? '' : ` and x.p <> all(${params.add([0, ...hidden], 'integer[]')})`
  const may = grantPredicate(on.access, 'read', 'r', params)
  const wanted = ask.types ? ` and r.t = any(${params.add(ask.types.map(typeOf), 'smallint[]')})` : ''
  const since = ask.since ? ` and r.lu >= ${params.add(ask.since.toISOString(), 'timestamptz')}` : ''
  const text = `with recursive own as materialized (select r.rid from res r where ${own}),
    step (rid, on_from, depth) as (
      select rid, true, 0 from own
      union
      select r.rid, r.pat is null, s.depth + 1 from step s join ix_ref x on x.rid = s.rid${link}
        join res r on r.h = x.tgt and not r.deleted and ${may}
      where s.on_from and s.depth < ${STEPS})
    select ${ROW} from res r where r.rid = any(array(select s.rid from step s where s.depth > 0 except select o.rid from own o))
      and r.rid > ${params.add(behind, 'bigint')}${wanted}${since} order by r.rid limit ${params.add(most, 'bigint')}`
  return on.db.query<Row>(text, params.values)
}

/** One page. Whether the resource itself is there, the caller of this has asked. Throws `cursor-unknown`. */
export async function everythingOf(on: Reading, of: Compartment, ask: EverythingAsk): Promise<EverythingRows> {
  const [, part = 'm', behind = '-1'] = ask.cursor === undefined ? [] : (CURSOR.exec(ask.cursor) ?? [])
  if (ask.cursor !== undefined && !CURSOR.test(ask.cursor)) throw refuse(cursorUnknown)
  const { count } = ask
  const found = part === 'm' ? await members(on, of, ask, behind, count + 1) : []
  const own = found.slice(0, count)
  const last = own.at(-1)
  if (found.length > count && last) {
    const isSubject = last.id === of.id && last.t === typeOf(of.type)
    return { members: own, referred: [], next: `m${isSubject ? 0 : last.rid}` }
  }
  const room = count - own.length
  const more = await referred(on, of, ask, part === 'r' ? behind : '0', room + 1)
  const page = more.slice(0, room)
  const next = more.length > room ? { next: `r${page.at(-1)?.rid ?? 0}` } : {}
  return { members: own, referred: page, ...next }
}
