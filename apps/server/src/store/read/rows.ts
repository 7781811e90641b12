/** Point reads under a caller's grants, and the audit lines that go with them. */
import { typeName, typeNumber } from '@yba/fhir'
import type { GrantAction } from '../../access/caller.ts'
import type { AuditLine } from '../audit/rows.ts'
import type { Context } from '../context.ts'
import type { Db } from '../db.ts'
import { type Access, grantPredicate, Params } from '../grants.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import { token } from '../tokens.ts'
import { businessIds, keepsIdentifiers } from '../write/walk.ts'

export interface Reading {
  ctx: Context
  db: Db
  access: Access
}

const LOCK = ' for no key update of r'

/** The current row, deleted ones included; undefined when missing or forbidden. */
export async function currentRow(on: Reading, type: string, id: string, action: GrantAction, lock = false): Promise<Row | undefined> {
  const params = new Params()
  const t = params.add(typeOf(type), 'smallint')
  const key = params.add(id, 'text')
  const may = grantPredicate(on.access, action, 'r', params, type)
  if (may === 'false') return undefined
  const text = `select ${ROW} from res r where r.t = ${t} and r.id = ${key} and ${may}${lock ? LOCK : ''}`
  const rows = await on.db.query<Row>(text, params.values, true)
  return rows[0]
}

/** Number of the current version, whoever may read it; null when there is none. */
export async function currentVersion(db: Db, type: string, id: string): Promise<number | null> {
  const [row] = await db.query<{ ver: number }>('select ver from res where t = $1 and id = $2', [typeOf(type), id], true)
  return row?.ver ?? null
}

/** Current rows of many references (`Type/id`); missing, deleted and forbidden ones are left out. */
export async function currentRows(on: Reading, references: readonly string[]): Promise<Row[]> {
  if (references.length === 0) return []
  const params = new Params()
  const wanted = new Set(references)
  const h = params.add(
    [...wanted].map((r) => on.ctx.hashes.of(r)),
    'bigint[]',
  )
  const may = grantPredicate(on.access, 'read', 'r', params)
  const rows = await on.db.query<Row>(`select ${ROW} from res r where r.h = any(${h}) and not r.deleted and ${may}`, params.values, true)
  return rows.filter((r) => wanted.has(`${typeName(r.t)}/${r.id}`))
}

// As an array the numbers come first and the rows by them, whatever the statistics of a young table say.
const IN_UNIQ = (system: string, value: string, t: string) => `
  r.rid = any(array(select u.rid from uniq u where u.one and u.system = ${system} and u.value = ${value} and u.t = ${t}
    union all select u.rid from uniq u where not u.one and u.system = ${system} and u.value = ${value} and u.t = ${t}))`

/** Whether a row of a kept type has the identifier in the version at hand. */
const carries = (row: Row, system: string, value: string): boolean =>
  businessIds(JSON.parse(row.content)).some((id) => id.system === system && id.value === value)

/** A number that goes from row to row faster than that is nobody's. */
const MOST_LOOKS = 8

/**
 * The newest resource with a business identifier: by table uniq, or by the token index for types not kept there. Who waited
 * for the row's lock is given the version it got meanwhile: where that has given the number up, one looks again.
 */
export async function byIdentifier(on: Reading, type: string, system: string, value: string, lock: boolean): Promise<Row | undefined> {
  for (let looks = 1; ; looks++) {
    const row = await lookedUp(on, type, system, value, lock)
    if (!row || !lock || !keepsIdentifiers(type) || carries(row, system, value)) return row
    if (looks === MOST_LOOKS) return undefined
  }
}

async function lookedUp(on: Reading, type: string, system: string, value: string, lock: boolean): Promise<Row | undefined> {
  const params = new Params()
  const t = params.add(typeOf(type), 'smallint')
  const may = grantPredicate(on.access, 'read', 'r', params, type)
  let where: string
  if (keepsIdentifiers(type)) where = IN_UNIQ(params.add(system, 'text'), params.add(value, 'text'), t)
  else {
    const any = params.add(on.ctx.hashes.of(token.any(type, 'identifier', value)), 'bigint')
    const exact = params.add(on.ctx.hashes.of(token.exact(type, 'identifier', system, value)), 'bigint')
    where = `r.rid = any(array(select k.rid from ix_tok k where k.h = ${any})) and r.tok @> array[${exact}]`
  }
  const text = `select ${ROW} from res r where ${where} and r.t = ${t} and not r.deleted and ${may} order by r.rid desc limit 1${lock ? LOCK : ''}`
  const rows = await on.db.query<Row>(text, params.values, true)
  return rows[0]
}

/** Row numbers of the patients some rows belong to. */
export async function patientsOf(db: Db, rows: readonly { rid: string; pat: string | null }[]): Promise<string[]> {
  const out = new Set<string>()
  const several: string[] = []
  for (const r of rows) {
    if (r.pat === '-1') several.push(r.rid)
    else if (r.pat !== null) out.add(r.pat)
  }
  if (several.length > 0) {
    const more = await db.query<{ pat: string }>('select distinct pat from res_pat where rid = any($1::bigint[])', [several], true)
    for (const r of more) out.add(r.pat)
  }
  return [...out]
}

/** The audit line of an act on one resource. */
export async function lineOf(on: Reading, action: string, type: string, id: string, row: Row | undefined): Promise<AuditLine> {
  return {
    caller: on.access.caller,
    at: on.access.now,
    action,
    ...(typeNumber(type) === undefined ? {} : { type }),
    id: id.slice(0, 64),
    ...(row ? { versionId: row.ver } : {}),
    pats: row ? await patientsOf(on.db, [row]) : [],
    outcome: row ? (row.deleted ? 'gone' : 'ok') : 'not-found',
  }
}
