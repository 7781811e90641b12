/** Event rows: written unnumbered with what they tell of, in one transaction. */
import { typeNumber } from '@yba/fhir'
import type { Statement } from '../write/tables.ts'

export interface EventRow {
  kind: string
  thread: string
  type?: string
  id?: string
  versionId?: number
  patient?: string | null
  payload: Record<string, string | number | boolean | null>
}

// The transaction takes its number before the rows take theirs (offset 0 keeps the order): the sequencer's floor leans on it.
const INSERT = `
insert into event (xid, at, kind, thread, t, id, ver, pat, payload, by)
select x.xid, $1, u.kind, u.thread, u.t, u.id, u.ver, u.pat, u.payload, $2
from (select pg_current_xact_id() as xid offset 0) x, unnest($3::text[], $4::text[], $5::smallint[], $6::text[], $7::integer[],
  $8::text[], $9::text[]) with ordinality as u(kind, thread, t, id, ver, pat, payload, k)
order by u.k`

/** One statement for all rows, in their order. */
export function eventStatement(rows: readonly EventRow[], at: Date, by: string): Statement {
  const col = <T>(pick: (r: EventRow) => T) => rows.map(pick)
  return [
    INSERT,
    [
      at.toISOString(),
      by,
      col((r) => r.kind),
      col((r) => r.thread),
      col((r) => (r.type === undefined ? null : (typeNumber(r.type) ?? null))),
      col((r) => r.id ?? null),
      col((r) => r.versionId ?? null),
      col((r) => r.patient ?? null),
      col((r) => JSON.stringify(r.payload)),
    ],
  ]
}
