/** One statement per table for a whole batch. */
import type { Values } from '../db.ts'
import { instant } from '../instant.ts'
import type { Item } from './plan.ts'

export type Statement = [text: string, values: Values]

const HIST = `
insert into hist (rid, ver, lu, deleted, content, by)
select rid, ver, lu, deleted, content, by from res where rid = any($1::bigint[])`

const UPDATE = `
update res r set ver = u.ver, lu = $1, deleted = u.deleted, content = u.content, tok = u.tok::bigint[], pat = u.pat, sd = u.sd,
  org = u.org::text[], sens = u.sens, by = $2
from unnest($3::bigint[], $4::integer[], $5::boolean[], $6::text[], $7::text[], $8::bigint[], $9::timestamptz[], $10::text[], $11::smallint[])
  as u(rid, ver, deleted, content, tok, pat, sd, org, sens)
where r.rid = u.rid`

const INSERT = `
insert into res (rid, t, id, ver, lu, content, tok, pat, sd, h, org, sens, by)
select u.rid, u.t, u.id, 1, $1, u.content, u.tok::bigint[], u.pat, u.sd, u.h, u.org::text[], u.sens, $2
from unnest($3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::timestamptz[], $10::bigint[], $11::text[], $12::smallint[])
  as u(rid, t, id, content, tok, pat, sd, h, org, sens)
on conflict (t, id) do nothing returning rid`

const array = (values: Iterable<string>): string => `{${[...values].join(',')}}`

/** Facility codes hold letters and digits only in the law, but the text comes from outside. */
const textArray = (values: readonly string[]): string | null =>
  values.length === 0 ? null : `{${values.map((v) => `"${v.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`

const tokens = (i: Item) => array(i.rows?.tok ?? [])
const sd = (i: Item) => (i.facts ? instant(i.facts.sd) : i.before?.sd)
const org = (i: Item) => textArray(i.facts?.org ?? [])

/** New rows of `res`; its answer names the rows that were free. */
export function insertStatement(items: readonly Item[], now: Date, by: string): Statement {
  const col = <T>(pick: (i: Item) => T) => items.map(pick)
  return [
    INSERT,
    [
      now.toISOString(),
      by,
      col((i) => i.rid),
      col((i) => i.t),
      col((i) => i.id),
      col((i) => i.text),
      col(tokens),
      col((i) => i.pat),
      col(sd),
      col((i) => i.h),
      col(org),
      col((i) => i.facts?.sens ?? 0),
    ],
  ]
}

const KEEP = `
update res r set ver = u.ver, lu = $1, deleted = true, content = '', tok = '{}', by = $2
from unnest($3::bigint[], $4::integer[]) as u(rid, ver) where r.rid = u.rid`

/** Superseded versions move to `hist`, then the rows change. A deletion keeps whose the row was: its history stays protected. */
export function updateStatements(items: readonly Item[], now: Date, by: string): Statement[] {
  const gone = items.filter((i) => i.kind === 'delete')
  const changed = items.filter((i) => i.kind === 'update')
  const out: Statement[] = []
  const col = <T>(pick: (i: Item) => T) => changed.map(pick)
  const rids = [...gone, ...changed].map((i) => i.rid)
  if (rids.length > 0) out.push([HIST, [rids]])
  if (gone.length > 0) out.push([KEEP, [now.toISOString(), by, gone.map((i) => i.rid), gone.map((i) => i.ver)]])
  if (changed.length > 0) {
    const values = [
      now.toISOString(),
      by,
      col((i) => i.rid),
      col((i) => i.ver),
      col(() => false),
      col((i) => i.text),
      col(tokens),
      col((i) => i.pat),
      col(sd),
      col(org),
      col((i) => i.facts?.sens ?? 0),
    ]
    out.push([UPDATE, values])
  }
  return out
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Tokens of the superseded version whose rows the new one takes over as they are: most of a resource stays what it was, and
 * a row that is deleted and written again is work for the index and for the vacuum. `drive` is a part of `tok`.
 */
function keptTokens({ before, rows, facts }: Indexed): ReadonlySet<string> {
  // `2026-11-23 03:40:00.123+00`: what cannot be read is no reason to keep anything.
  const sd = Date.parse(before?.sd.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00') ?? '')
  if (!before || before.deleted || !rows || sd !== facts?.sd) return NONE
  return new Set(before.tok.filter((h) => rows.drive.has(h)))
}

/** Index rows of superseded versions. Token rows are found by the old array and date, so they need no index of their own. */
export function clearStatements(items: readonly Item[]): Statement[] {
  const before = items.flatMap((i) => (i.before ? [i.before] : []))
  if (before.length === 0) return []
  const rids = before.map((b) => b.rid)
  const tok = items.flatMap((i) => {
    const kept = keptTokens(i)
    return (i.before?.tok ?? []).filter((h) => !kept.has(h)).map((h) => [h, i.before?.sd, i.rid] as const)
  })
  const out: Statement[] = []
  if (tok.length > 0) {
    out.push([
      `delete from ix_tok k using unnest($1::bigint[], $2::timestamptz[], $3::bigint[]) as u(h, sd, rid)
       where k.h = u.h and k.sd = u.sd and k.rid = u.rid`,
      [tok.map((x) => x[0]), tok.map((x) => x[1]), tok.map((x) => x[2])],
    ])
  }
  for (const table of ['ix_ref', 'ix_date', 'ix_qty', 'ix_str', 'ix_word', 'uniq', 'res_pat']) {
    out.push([`delete from ${table} where rid = any($1::bigint[])`, [rids]])
  }
  return out
}

type Columns = readonly [name: string, cast: string][]

function unnest(table: string, columns: Columns): string {
  const names = columns.map(([n]) => n).join(', ')
  return `insert into ${table} (${names}) select * from unnest(${columns.map(([, cast], i) => `$${i + 1}::${cast}[]`).join(', ')})`
}

const TOK = unnest('ix_tok', [
  ['h', 'bigint'],
  ['sd', 'timestamptz'],
  ['rid', 'bigint'],
])
const REF = unnest('ix_ref', [
  ['p', 'integer'],
  ['tgt', 'bigint'],
  ['rid', 'bigint'],
])
const DATE = unnest('ix_date', [
  ['p', 'integer'],
  ['lo', 'timestamptz'],
  ['hi', 'timestamptz'],
  ['rid', 'bigint'],
])
const QTY = unnest('ix_qty', [
  ['p', 'integer'],
  ['unit', 'bigint'],
  ['v', 'double precision'],
  ['rid', 'bigint'],
])
const STR = unnest('ix_str', [
  ['p', 'integer'],
  ['v', 'text'],
  ['rid', 'bigint'],
])
const WORD = unnest('ix_word', [
  ['p', 'integer'],
  ['w', 'text'],
  ['sd', 'timestamptz'],
  ['rid', 'bigint'],
  ['words', 'text'],
])
const PAT = unnest('res_pat', [
  ['pat', 'bigint'],
  ['t', 'smallint'],
  ['sd', 'timestamptz'],
  ['rid', 'bigint'],
])

/** Collects rows column by column. */
class Table {
  readonly #text: string
  readonly #columns: unknown[][]
  constructor(text: string, width: number) {
    this.#text = text
    this.#columns = Array.from({ length: width }, () => [])
  }
  add(...values: unknown[]): void {
    for (const [i, v] of values.entries()) this.#columns[i]?.push(v)
  }
  statement(): Statement[] {
    return this.#columns[0]?.length ? [[this.#text, this.#columns]] : []
  }
}

/** What index rows are made of. */
export type Indexed = Pick<Item, 'rows' | 'facts' | 'rid' | 't' | 'pat' | 'pats' | 'before'>

/** Index rows of the new versions. `hash` gives the hash of `Type/id`. */
export function indexStatements(items: readonly Indexed[], hash: (text: string) => string): Statement[] {
  const [tok, ref, date, qty, str, word, pat] = [
    new Table(TOK, 3),
    new Table(REF, 3),
    new Table(DATE, 4),
    new Table(QTY, 4),
    new Table(STR, 3),
    new Table(WORD, 5),
    new Table(PAT, 4),
  ]
  for (const item of items) {
    const { rows, facts, rid, t, pats } = item
    if (!rows || !facts) continue
    const at = instant(facts.sd)
    const kept = keptTokens(item)
    for (const h of rows.drive) if (!kept.has(h)) tok.add(h, at, rid)
    const reached = new Set<string>()
    for (const key of rows.ref) {
      const [p, target] = key.split(',')
      ref.add(p, target, rid)
      reached.add(target as string)
    }
    for (const target of facts.pointers.references.keys()) {
      const h = hash(target)
      if (!reached.has(h)) ref.add(0, h, rid)
    }
    for (const key of rows.date) {
      const [p, lo, hi] = key.split(',')
      date.add(p, instant(Number(lo)), instant(Number(hi)), rid)
    }
    for (const key of rows.qty) {
      const [p, unit, v] = key.split(',')
      qty.add(p, unit, v, rid)
    }
    for (const [p, v] of rows.str.values()) str.add(p, v, rid)
    for (const [p, words] of rows.words) {
      const all = [...words].map((w) => ` ${w}`).join('')
      for (const w of words) word.add(p, w, at, rid, all)
    }
    if (item.pat === '-1') for (const one of pats) pat.add(one, t, at, rid)
  }
  return [tok, ref, date, qty, str, word, pat].flatMap((table) => table.statement())
}

const UNIQ = `
insert into uniq (system, value, t, rid, one)
select * from unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[], $5::boolean[])
on conflict (system, value, t) where one do nothing returning system, value, rid`

/** What the two statements that answer rows answer, side by side. */
export const ANSWERING: ReadonlyMap<string, string> = new Map([
  [INSERT, 'rid, null::text as system, null::text as value'],
  [UNIQ, 'rid, system, value'],
])

/** Business identifiers; its answer names those that were free. */
export function uniqueStatement(items: readonly Item[]): Statement[] {
  const table = new Table(UNIQ, 5)
  for (const i of items) for (const id of i.facts?.ids ?? []) table.add(id.system, id.value, i.t, i.rid, id.one)
  return table.statement()
}
