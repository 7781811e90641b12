/** Stored resources with the index rows they should have and those they have. */
import { typeName } from '@yba/fhir'
import type { Context } from '../context.ts'
import type { Db } from '../db.ts'
import { localView } from '../local.ts'
import type { FhirResource } from '../types.ts'
import { indexRows } from '../write/extract.ts'
import { factsOf } from '../write/plan.ts'
import { type Indexed, indexStatements } from '../write/tables.ts'

/** A row of `res` with what its index is judged by. */
export interface Subject {
  rid: string
  t: number
  id: string
  content: string
  tok: string[]
  /** As PostgreSQL writes it, and in milliseconds. */
  sd: string
  ms: string
}

export const SUBJECT =
  'r.rid, r.t, r.id, r.content, r.tok::text[] as tok, r.sd::text as sd, (extract(epoch from r.sd) * 1000)::bigint::text as ms'

/** A subject and what its content says. */
export interface Judged {
  subject: Subject
  item: Indexed
}

/** What the write path would make of it today. The clinical date of what has none stays. */
export function judged(ctx: Context, subject: Subject): Judged {
  const type = typeName(subject.t) ?? ''
  const resource = localView(JSON.parse(subject.content) as FhirResource, ctx.base, subject.content)
  const facts = factsOf(resource, Number(subject.ms), ctx.zone)
  const rows = indexRows(type, resource, { hashes: ctx.hashes, zone: ctx.zone, binaries: facts.pointers.binaries })
  return { subject, item: { rid: subject.rid, t: subject.t, facts, rows, pat: null, pats: [] } }
}

const millis = (column: string): string => `(extract(epoch from ${column}) * 1000)::bigint::text`

/** The tables with an index by row number: the columns compared, as text, in the order they are inserted in. */
const TABLES: Record<string, string[]> = {
  ix_ref: ['p::text', 'tgt::text', 'rid::text'],
  ix_date: ['p::text', millis('lo'), millis('hi'), 'rid::text'],
  ix_qty: ['p::text', 'unit::text', 'v::text', 'rid::text'],
  ix_str: ['p::text', 'v', 'rid::text'],
  ix_word: ['p::text', 'w', millis('sd'), 'rid::text', 'words'],
}

export const BY_ROW = Object.keys(TABLES)

const INSTANT = /^[+-]?\d{4,6}-\d\d-\d\dT.*Z$/

/** One spelling for what is inserted and what is read back. */
function spelled(table: string, column: number, value: unknown): string {
  const text = String(value)
  if (table === 'ix_qty' && column === 2) return String(Number(text))
  return INSTANT.test(text) && table !== 'ix_str' ? String(Date.parse(text)) : text
}

/** Rows of a table by the row number of their resource, each as one text. */
type Rows = Map<string, string[]>

function note(into: Rows, rid: string, row: string): void {
  const list = into.get(rid)
  if (list) list.push(row)
  else into.set(rid, [row])
}

const written = (table: string, cells: readonly unknown[]): string => JSON.stringify(cells.map((cell, i) => spelled(table, i, cell)))

/** The rows that the statements of the write path would insert, by table. */
function expectedRows(ctx: Context, list: readonly Judged[]): Map<string, Rows> {
  const out = new Map<string, Rows>()
  const statements = indexStatements(
    list.map((j) => j.item),
    (text) => ctx.hashes.of(text),
  )
  for (const [text, columns] of statements) {
    const table = /^insert into (\w+)/.exec(text)?.[1] ?? ''
    const at = TABLES[table]?.indexOf('rid::text') ?? 2
    const rows: Rows = new Map()
    const cells = columns as unknown[][]
    for (let i = 0; i < (cells[0]?.length ?? 0); i++) {
      const row = cells.map((column) => column[i])
      note(rows, String(row[at]), table === 'ix_tok' ? String(row[0]) : written(table, row))
    }
    out.set(table, rows)
  }
  return out
}

async function standingRows(db: Db, table: string, rids: readonly string[]): Promise<Rows> {
  const columns = TABLES[table] ?? []
  const out: Rows = new Map()
  const select = columns.map((c, i) => `${c} as c${i}`).join(', ')
  const rows = await db.query<Record<string, string>>(`select ${select} from ${table} where rid = any($1::bigint[])`, [rids], true)
  const at = columns.indexOf('rid::text')
  for (const row of rows) {
    const cells = columns.map((_, i) => row[`c${i}`])
    note(out, String(cells[at]), written(table, cells))
  }
  return out
}

/** Hashes that a resource's rows in ix_tok may stand under: those it carries, and those it should. */
export const tokenPlaces = ({ subject, item }: Judged): string[] => [...new Set([...subject.tok, ...(item.rows?.drive ?? [])])]

/** ix_tok has no index by row number: each place is looked at. */
async function standingTokens(db: Db, list: readonly Judged[]): Promise<Rows> {
  const places = list.flatMap((j) => tokenPlaces(j).map((h) => [h, j.subject.sd, j.subject.rid] as const))
  const out: Rows = new Map()
  const rows = await db.query<{ h: string; rid: string }>(
    `select k.h::text as h, k.rid::text as rid from unnest($1::bigint[], $2::timestamptz[], $3::bigint[]) as u(h, sd, rid)
     join ix_tok k on k.h = u.h and k.sd = u.sd and k.rid = u.rid`,
    [places.map((p) => p[0]), places.map((p) => p[1]), places.map((p) => p[2])],
    true,
  )
  for (const row of rows) note(out, row.rid, row.h)
  return out
}

const same = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n')

/** The tables in which the rows of each resource are not what its content says; `res` stands for the array of its tokens. */
export async function differences(ctx: Context, db: Db, list: readonly Judged[]): Promise<Map<Judged, string[]>> {
  const out = new Map<Judged, string[]>()
  const rids = list.map((j) => j.subject.rid)
  const expected = expectedRows(ctx, list)
  const standing = new Map<string, Rows>([['ix_tok', await standingTokens(db, list)]])
  for (const table of BY_ROW) standing.set(table, await standingRows(db, table, rids))
  for (const j of list) {
    const { rid } = j.subject
    const wrong = [...standing.keys()].filter((table) => !same(expected.get(table)?.get(rid), standing.get(table)?.get(rid)))
    if (!same([...(j.item.rows?.tok ?? [])], j.subject.tok)) wrong.push('res')
    if (wrong.length > 0) out.set(j, wrong)
  }
  return out
}
