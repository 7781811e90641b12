/** The patient compartment. */
import { grantPredicate, Params } from '../grants.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import type { Reading } from './rows.ts'

/** Rows whose patient is `rid`, alone or among several, newest first. */
export async function compartment(on: Reading, rid: string, types: readonly string[] | undefined, limit: number): Promise<Row[]> {
  const params = new Params()
  const pat = params.add(rid, 'bigint')
  const may = grantPredicate(on.access, 'read', 'r', params)
  const only = types ? ` and r.t = any(${params.add(types.map(typeOf), 'smallint[]')})` : ''
  const where = `not r.deleted and ${may}${only}`
  const text = `select * from (
    (select ${ROW}, r.sd from res r where r.pat = ${pat} and ${where})
    union all
    (select ${ROW}, r.sd from res_pat m join res r on r.rid = m.rid where m.pat = ${pat} and ${where})
  ) r order by r.sd desc, r.rid desc limit ${params.add(limit, 'bigint')}`
  return on.db.query<Row>(text, params.values)
}
