/** `_include` and `_revinclude`, one level, under the same grants as the page. */
import { type IncludeRule, refuse, type SearchRequest } from '@yba/fhir'
import { grantPredicate, Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { notSupportedYet } from '../outcomes.ts'
import type { Reading } from '../read/rows.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import { indexName } from './compiling.ts'

const LIMIT = 2000

function checkRules(rules: readonly IncludeRule[]): void {
  if (rules.some((r) => r.iterate)) throw refuse(notSupportedYet, { what: '_include:iterate' })
}

/** Restricts to the rule's reference parameter; `*` is all of them. */
function paramCondition(rule: IncludeRule, params: Params): string {
  if (rule.param === '*') return 'x.p <> 0'
  return `x.p = ${params.add(paramNumber(rule.type, indexName(rule.type, rule.param)), 'integer')}`
}

async function forward(on: Reading, rule: IncludeRule, rows: readonly Row[]): Promise<Row[]> {
  const params = new Params()
  const rids = params.add(
    rows.map((r) => r.rid),
    'bigint[]',
  )
  const may = grantPredicate(on.access, 'read', 'r', params)
  // `patient` is indexed under `subject`, which may point to others too.
  const target = rule.target ?? (rule.param === 'patient' ? 'Patient' : undefined)
  const only = target === undefined ? '' : ` and r.t = ${typeOf(target)}`
  const text = `select ${ROW} from res r where r.h in (select x.tgt from ix_ref x where x.rid = any(${rids}) and ${paramCondition(rule, params)})
    and not r.deleted and ${may}${only} limit ${LIMIT}`
  return on.db.query<Row>(text, params.values)
}

async function backward(on: Reading, rule: IncludeRule, type: string, rows: readonly Row[]): Promise<Row[]> {
  if (rule.target !== undefined && rule.target !== type) return []
  const params = new Params()
  const targets = params.add(
    rows.map((r) => on.ctx.hashes.of(`${type}/${r.id}`)),
    'bigint[]',
  )
  const may = grantPredicate(on.access, 'read', 'r', params, rule.type)
  const text = `select ${ROW} from res r where r.rid in (select x.rid from ix_ref x where x.tgt = any(${targets}) and ${paramCondition(rule, params)})
    and r.t = ${typeOf(rule.type)} and not r.deleted and ${may} order by r.sd desc, r.rid desc limit ${LIMIT}`
  return on.db.query<Row>(text, params.values)
}

/** Rows the page points to or is pointed to by, each once, without those of the page itself. Throws `not-supported-yet`. */
export async function includedRows(on: Reading, request: SearchRequest, rows: readonly Row[]): Promise<Row[]> {
  checkRules([...request.include, ...request.revinclude])
  if (rows.length === 0) return []
  const seen = new Set(rows.map((r) => r.rid))
  const out: Row[] = []
  const take = (more: readonly Row[]) => {
    for (const r of more) {
      if (seen.has(r.rid)) continue
      seen.add(r.rid)
      out.push(r)
    }
  }
  for (const rule of request.include) if (rule.type === request.type) take(await forward(on, rule, rows))
  for (const rule of request.revinclude) take(await backward(on, rule, request.type, rows))
  return out
}
