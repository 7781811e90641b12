/** Acts of joining, one row each; nothing is changed or deleted. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import type { ActKind } from './contract.ts'
import type { Act } from './progress.ts'

export const migrations = [
  {
    name: '001-joining',
    sql: `create table joining_act(
      n bigint generated always as identity primary key,
      facility text collate "C" not null,
      act text collate "C" not null,
      facts jsonb not null,
      by_id text collate "C" not null,
      by_name text not null,
      at timestamptz not null);
    create index on joining_act(facility, n)`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

type Row = { facility: string; act: ActKind; facts: Record<string, unknown>; by_name: string; at: Date }

const actOf = ({ act, facts, by_name, at }: Row): Act => ({ act, facts, by: by_name, at })

/** What was done for one facility, in order. */
export async function actsOf(db: Sql, facility: string): Promise<Act[]> {
  const rows = await db.sql<Row>('select facility, act, facts, by_name, at from joining_act where facility = $1 order by n', [facility])
  return rows.map(actOf)
}

export async function allActs(db: Sql): Promise<Map<string, Act[]>> {
  const rows = await db.sql<Row>('select facility, act, facts, by_name, at from joining_act order by n')
  return new Map([...Map.groupBy(rows, (row) => row.facility)].map(([facility, list]) => [facility, list.map(actOf)]))
}

export async function putAct(
  db: Sql,
  facility: string,
  { act, facts }: Pick<Act, 'act' | 'facts'>,
  by: { id: string; name: string },
  at: Date,
): Promise<void> {
  await db.sql('insert into joining_act(facility, act, facts, by_id, by_name, at) values ($1, $2, $3::jsonb, $4, $5, $6)', [
    facility,
    act,
    JSON.stringify(facts),
    by.id,
    by.name,
    at,
  ])
}
