/** The hub's figures, counted from the stories of the threads. No person is in them. */
import type { StoreRoot, Transaction } from '../../../store/types.ts'

export const figureMigrations = [
  {
    name: 'figures-001',
    sql: `create index on referral_history((entry->>'recordedAt')) where scope = 'hub' and entry->>'event' = 'send'`,
  },
]

type Sql = Pick<StoreRoot | Transaction, 'sql'>

export interface LagRow extends Record<string, unknown> {
  count: number
  p50: number | null
  p99: number | null
}

/** Seconds from the hub's record of the slip to the receiver's node having it, for slips sent since. */
export async function deliveryLag(db: Sql, since: Date): Promise<LagRow> {
  const rows = await db.sql<LagRow>(
    `select count(*)::int as count, percentile_cont(0.5) within group (order by s) as p50, percentile_cont(0.99) within group (order by s) as p99
     from (select extract(epoch from (d.entry->>'recordedAt')::timestamptz - (h.entry->>'recordedAt')::timestamptz) as s
       from referral_history h join referral_history d on d.issuer = h.issuer and d.number = h.number and d.scope = 'hub' and d.entry->>'event' = 'deliver'
       where h.scope = 'hub' and h.entry->>'event' = 'send' and h.entry->>'recordedAt' >= $1) as lag`,
    [since.toISOString()],
  )
  return rows[0] ?? { count: 0, p50: null, p99: null }
}

export interface FunnelRow extends Record<string, unknown> {
  sent: number
  delivered: number
  accepted: number
  arrived: number
  answered: number
  completed: number
  to_delivered: number | null
  to_accepted: number | null
  to_arrived: number | null
  to_answered: number | null
}

/** How far the slips sent in a period have come, with the median minutes to each step. */
export async function referralFunnel(db: Sql, from: Date, to: Date): Promise<FunnelRow> {
  const steps = [
    ['delivered', 'deliver'],
    ['accepted', 'accept'],
    ['arrived', 'arrive'],
    ['answered', 'answer'],
    ['completed', 'file-outcome'],
  ] as const
  const firsts = steps.map(([name, event]) => `min(at) filter (where event = '${event}') as ${name}`).join(', ')
  const counts = steps.map(([name]) => `count(${name})::int as ${name}`).join(', ')
  const medians = (['delivered', 'accepted', 'arrived', 'answered'] as const)
    .map(
      (n) =>
        `(percentile_cont(0.5) within group (order by extract(epoch from ${n} - sent) / 60) filter (where ${n} is not null))::float as to_${n}`,
    )
    .join(', ')
  const rows = await db.sql<FunnelRow>(
    `with slip as (select issuer, number, (entry->>'recordedAt')::timestamptz as sent from referral_history
         where scope = 'hub' and entry->>'event' = 'send' and entry->>'recordedAt' >= $1 and entry->>'recordedAt' < $2),
       step as (select h.issuer, h.number, h.entry->>'event' as event, (h.entry->>'recordedAt')::timestamptz as at
         from referral_history h join slip using (issuer, number) where h.scope = 'hub'),
       way as (select s.issuer, s.number, s.sent, ${firsts} from slip s join step using (issuer, number) group by 1, 2, 3)
     select count(*)::int as sent, ${counts}, ${medians} from way`,
    [from.toISOString(), to.toISOString()],
  )
  const row = rows[0]
  if (!row) throw new Error('no funnel')
  return row
}

export interface StuckThread extends Record<string, unknown> {
  issuer: string
  number: string
  state: string
  since: string
  event: string
}

/** Threads whose last word is older than it should be, oldest first. */
export function stuckThreads(db: Sql, before: { sent: Date; delivered: Date; outcome: Date }): Promise<StuckThread[]> {
  return db.sql<StuckThread>(
    `select * from (select distinct on (issuer, number) issuer, number, entry->>'state' as state, entry->>'recordedAt' as since, entry->>'event' as event
       from referral_history where scope = 'hub' order by issuer, number, seq desc) as last
     where (state = 'sent' and since < $1) or (state in ('delivered', 'cancel-requested', 'info-needed') and since < $2)
        or (state in ('arrived', 'in-care', 'interim', 'returned') and since < $3)
     order by since limit 100`,
    [before.sent.toISOString(), before.delivered.toISOString(), before.outcome.toISOString()],
  )
}

export interface SlipTimes extends Record<string, unknown> {
  issuer: string
  number: string
  sent_at: Date | null
  answered_in: string[]
}

/**
 * Of each slip: when the hub first had its papers, and the numbers of its threads (the first, a later visit, the way on to
 * a third facility) on which an outcome came. Slips nobody has told of are not in the answer.
 */
export function slipTimes(db: Sql, slips: readonly { issuer: string; number: string }[]): Promise<SlipTimes[]> {
  return db.sql<SlipTimes>(
    `select k.issuer, k.number, min((h.entry->>'recordedAt')::timestamptz) filter (where h.entry->>'event' = 'send') as sent_at,
       coalesce(array_agg(distinct h.number) filter (where h.entry->>'event' = 'answer'), '{}') as answered_in
     from unnest($1::text[], $2::text[]) as k(issuer, number)
       join referral_history h on h.issuer = k.issuer and h.scope = 'hub'
         and (h.number = k.number or h.number > k.number || '~' and h.number < k.number || '~:')
     group by k.issuer, k.number`,
    [slips.map((s) => s.issuer), slips.map((s) => s.number)],
  )
}
