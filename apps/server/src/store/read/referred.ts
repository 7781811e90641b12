/** What a resource refers to, and what that does (FHIR R4, composition-operation-document). */
import { grantPredicate, Params } from '../grants.ts'
import { paramNumber } from '../hash.ts'
import { indexName } from '../search/compiling.ts'
import { hiddenReferences } from '../shown.ts'
import { ROW, type Row } from '../stored.ts'
import type { Reading } from './rows.ts'

/** Links in a row that are followed. */
const STEPS = 10

/**
 * The rows that links lead to from one, nearest first, it alone left out; `most` at most. Only what itself names another
 * patient brings that patient along: no link leads from one record into another.
 */
export async function referredFrom(on: Reading, from: Row, most: number): Promise<Row[]> {
  const params = new Params()
  const hidden = hiddenReferences(on.access).map(([type, param]) => paramNumber(type, indexName(type, param)))
  const link = hidden.length === 0 ? '' : ` and x.p <> all(${params.add([0, ...hidden], 'integer[]')})`
  const start = params.add(from.rid, 'bigint')
  const own = params.add(from.pat, 'bigint')
  const text = `with recursive step (rid, depth) as (
      select ${start}, 0
      union
      select r.rid, s.depth + 1 from step s join ix_ref x on x.rid = s.rid${link}
        join res r on r.h = x.tgt and not r.deleted and ${grantPredicate(on.access, 'read', 'r', params)}
      where s.depth < ${STEPS} and (s.depth = 0 or r.pat is null or r.pat = ${own}))
    select ${ROW} from (select s.rid, min(s.depth) as depth from step s where s.rid <> ${start} group by s.rid) n
      join res r on r.rid = n.rid order by n.depth, r.rid limit ${params.add(most, 'bigint')}`
  return on.db.query<Row>(text, params.values)
}
