/** `_include` and `_revinclude` (FHIR R4, search.html#include), under the same grants as the page. */
import { type IncludeRule, type SearchRequest, typeName } from '@yba/fhir'
import { grantPredicate, Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import type { Reading } from '../read/rows.ts'
import { hiddenReferences } from '../shown.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import { indexName } from './compiling.ts'

/** Rows that come along with a page at most, and steps of `:iterate`. */
export const MOST_INCLUDED = 5000
export const MOST_ROUNDS = 10

export interface Included {
  rows: Row[]
  /** There is more that should have come along. */
  cut: boolean
}

/** The rows of one question, of which there may be so many more. */
interface Ask {
  on: Reading
  rows: readonly Row[]
  /** Numbers of what the answer holds already. */
  seen: ReadonlySet<string>
  most: number
}

const typeOfRow = (row: Row): string => typeName(row.t) ?? ''

/** Restricts to the rule's reference parameter; `*` is all that the caller is shown. */
function paramCondition(on: Reading, rule: IncludeRule, params: Params): string {
  if (rule.param !== '*') return `x.p = ${params.add(paramNumber(rule.type, indexName(rule.type, rule.param)), 'integer')}`
  const hidden = hiddenReferences(on.access).map(([type, param]) => paramNumber(type, indexName(type, param)))
  return hidden.length === 0 ? 'x.p <> 0' : `x.p <> 0 and x.p <> all(${params.add(hidden, 'integer[]')})`
}

const notSeen = ({ seen }: Ask, params: Params): string => `r.rid <> all(${params.add([...seen], 'bigint[]')})`

async function forward(ask: Ask, rule: IncludeRule): Promise<Row[]> {
  const { on, most } = ask
  const rows = rule.type === '*' ? ask.rows : ask.rows.filter((r) => typeOfRow(r) === rule.type)
  if (rows.length === 0) return []
  const params = new Params()
  const rids = params.add(
    rows.map((r) => r.rid),
    'bigint[]',
  )
  const may = grantPredicate(on.access, 'read', 'r', params)
  // `patient` is indexed under `subject`, which may point to others too.
  const target = rule.target ?? (rule.param === 'patient' ? 'Patient' : undefined)
  const only = target === undefined ? '' : ` and r.t = ${typeOf(target)}`
  const text = `select ${ROW} from res r where r.h in (select x.tgt from ix_ref x where x.rid = any(${rids}) and ${paramCondition(on, rule, params)})
    and not r.deleted and ${may}${only} and ${notSeen(ask, params)} order by r.rid limit ${params.add(most + 1, 'bigint')}`
  return on.db.query<Row>(text, params.values)
}

async function backward(ask: Ask, rule: IncludeRule): Promise<Row[]> {
  const { on, most } = ask
  const rows = rule.target === undefined ? ask.rows : ask.rows.filter((r) => typeOfRow(r) === rule.target)
  if (rows.length === 0) return []
  const params = new Params()
  const targets = params.add(
    rows.map((r) => on.ctx.hashes.of(`${typeOfRow(r)}/${r.id}`)),
    'bigint[]',
  )
  const any = rule.type === '*'
  const may = grantPredicate(on.access, 'read', 'r', params, any ? undefined : rule.type)
  const only = any ? '' : ` and r.t = ${typeOf(rule.type)}`
  const text = `select ${ROW} from res r where r.rid in (select x.rid from ix_ref x where x.tgt = any(${targets}) and ${paramCondition(on, rule, params)})
    ${only} and not r.deleted and ${may} and ${notSeen(ask, params)} order by r.sd desc, r.rid desc limit ${params.add(most + 1, 'bigint')}`
  return on.db.query<Row>(text, params.values)
}

/**
 * Rows the page points to or is pointed to by, each once, without those of the page itself; by rules that say `:iterate` also
 * from what came along, until nothing new does. What is too much is left out and said to be (`cut`).
 */
export async function includedRows(on: Reading, request: SearchRequest, rows: readonly Row[]): Promise<Included> {
  const rules = [
    ...request.include.map((rule) => ({ rule, find: forward })),
    ...request.revinclude.map((rule) => ({ rule, find: backward })),
  ]
  const seen = new Set(rows.map((r) => r.rid))
  const out: Row[] = []
  let from = rows
  for (let round = 0; from.length > 0; round++) {
    const asked = round === 0 ? rules : rules.filter(({ rule }) => rule.iterate)
    if (asked.length === 0) break
    const fresh: Row[] = []
    for (const { rule, find } of asked) {
      const found = await find({ on, rows: from, seen, most: MOST_INCLUDED - out.length }, rule)
      // A last round asks only whether there would be more.
      const fitting = round === MOST_ROUNDS ? [] : found.slice(0, MOST_INCLUDED - out.length)
      for (const row of fitting) {
        seen.add(row.rid)
        out.push(row)
        fresh.push(row)
      }
      if (fitting.length < found.length) return { rows: out, cut: true }
    }
    from = fresh
  }
  return { rows: out, cut: false }
}
