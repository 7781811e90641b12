/** Pages of an export (Bulk Data Access IG): each resource of a type once, in the order of the ids, which no write changes. */
import { compartmentOf, refuse, type SearchRequest } from '@yba/fhir'
import { grantPredicate, mustNarrow, Params } from '../grants.ts'
import { checkBuilt } from '../index-keeper/generation.ts'
import { narrowYourSearch } from '../outcomes.ts'
import { condition } from '../search/conditions.ts'
import { readSearch } from '../search/index.ts'
import { recheck } from '../search/recheck.ts'
import { checkAsked } from '../shown.ts'
import { type Row, typeOf } from '../stored.ts'
import type { ExportAsk } from '../types.ts'
import type { Reading } from './rows.ts'

/** Characters of a page; one resource is always given. */
const MOST_TEXT = 8_000_000

async function filtersOf(on: Reading, { type, filters }: ExportAsk): Promise<SearchRequest[]> {
  const requests: SearchRequest[] = []
  for (const query of filters) {
    const request = await readSearch(on, type, query)
    checkAsked(on.access, request)
    await checkBuilt(on.ctx, request)
    requests.push(request)
  }
  return requests
}

function patientsWhere(on: Reading, { patients }: ExportAsk, params: Params): string | undefined {
  if (patients === undefined) return undefined
  if (patients === 'all') return 'r.pat is not null'
  const h = params.add(
    patients.map((id) => on.ctx.hashes.of(`Patient/${id}`)),
    'bigint[]',
  )
  const own = `array(select p.rid from res p where p.h = any(${h}))`
  return `(r.pat = any(${own}) or (r.pat = -1 and exists (select 1 from res_pat m where m.rid = r.rid and m.pat = any(${own}))))`
}

function conditionsOf(on: Reading, ask: ExportAsk, requests: readonly SearchRequest[], params: Params): string[] {
  const { type, after, upTo, since } = ask
  const where = [`r.t = ${params.add(typeOf(type), 'smallint')}`, `r.id > ${params.add(after, 'text')} collate "C"`, 'not r.deleted']
  where.push(grantPredicate(on.access, 'search', 'r', params, type))
  const of = patientsWhere(on, ask, params)
  if (of) where.push(of)
  const until = params.add(upTo.toISOString(), 'timestamptz')
  where.push(`(r.lu <= ${until} or h.deleted = false)`)
  if (since) where.push(`coalesce(h.lu, r.lu) >= ${params.add(since.toISOString(), 'timestamptz')}`)
  const each = requests.map(({ filters }) => filters.map((f) => condition({ on, params, depth: 0 }, type, 'r', f)).join(' and ') || 'true')
  if (each.length > 0) where.push(`(${each.map((one) => `(${one})`).join(' or ')})`)
  return where
}

/**
 * A page. A resource that was changed after `upTo` is given as it stood then, one that was made later or is deleted by now is
 * not. Throws `narrow-your-search` where the caller's rights hang on care.
 */
export async function exported(on: Reading, ask: ExportAsk): Promise<{ rows: Row[]; next?: string }> {
  const { type, count } = ask
  if (mustNarrow(on.access, type)) throw refuse(narrowYourSearch, { type })
  const requests = await filtersOf(on, ask)
  if (count === 0 || (ask.patients !== undefined && !compartmentOf('Patient')?.has(type))) return { rows: [] }
  const params = new Params()
  const where = conditionsOf(on, ask, requests, params).join(' and ')
  const until = params.add(ask.upTo.toISOString(), 'timestamptz')
  const text = `select * from (
      select u.*, sum(length(u.content)) over (order by u.id rows unbounded preceding) - length(u.content) as before from (
        select r.rid, r.t, r.id, coalesce(h.ver, r.ver) as ver, coalesce(h.lu, r.lu) as lu, false as deleted,
          coalesce(h.content, r.content) as content, r.pat
        from res r left join lateral (select h.ver, h.lu, h.content, h.deleted from hist h where h.rid = r.rid and h.lu <= ${until}
          order by h.ver desc limit 1) h on r.lu > ${until}
        where ${where} order by r.id limit ${params.add(count, 'bigint')}) u) p
    where p.before < ${MOST_TEXT} order by p.id`
  const found = await on.db.query<Row>(text, params.values)
  const last = found.at(-1)
  const fits = new Set(requests.flatMap((request) => recheck(request, found, on.ctx.zone)))
  const rows = requests.length === 0 ? found : found.filter((row) => fits.has(row))
  return { rows, ...(last ? { next: last.id } : {}) }
}
