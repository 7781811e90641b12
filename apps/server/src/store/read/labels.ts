/** Profiles, tags and security labels in use (FHIR R4, resource-operation-meta). */
import { refuse } from '@yba/fhir'
import { grantPredicate, mustNarrow, Params } from '../grants.ts'
import { narrowYourSearch, tooManyResources } from '../outcomes.ts'
import { typeOf } from '../stored.ts'
import type { Reading } from './rows.ts'

/** Resources that are looked through at most: nothing but their texts holds the labels. */
const MOST = 20_000

export interface Labels {
  profile?: unknown[]
  security?: unknown[]
  tag?: unknown[]
}

/** Those of all resources of a type, or of all, that the caller may find. Throws `narrow-your-search`, `too-many-resources`. */
export async function labels(on: Reading, type: string | undefined): Promise<Labels> {
  if (mustNarrow(on.access, type)) throw refuse(narrowYourSearch, { type: type ?? '*' })
  const params = new Params()
  const may = grantPredicate(on.access, 'search', 'r', params, type)
  const only = type === undefined ? '' : ` and r.t = ${params.add(typeOf(type), 'smallint')}`
  const rows = `select r.content from res r where not r.deleted and ${may}${only} limit ${params.add(MOST + 1, 'bigint')}`
  const [counted] = await on.db.query<{ n: string }>(`select count(*) as n from (${rows}) c`, params.values)
  if (Number(counted?.n) > MOST) throw refuse(tooManyResources, { most: MOST })
  const found = await on.db.query<{ name: keyof Labels; value: unknown }>(
    `select distinct n.name, v.value from (${rows}) c cross join lateral (select c.content::jsonb -> 'meta' as meta) m
      cross join (values ('profile'), ('security'), ('tag')) as n(name)
      cross join lateral jsonb_array_elements(case jsonb_typeof(m.meta -> n.name) when 'array' then m.meta -> n.name else '[]' end) as v(value)
      order by 1, 2`,
    params.values,
  )
  const out: Labels = {}
  for (const { name, value } of found) out[name] = [...(out[name] ?? []), value]
  return out
}
