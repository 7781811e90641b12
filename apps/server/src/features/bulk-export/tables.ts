/** Exports asked for: by whom, how far, which files; without a word of what is in them. */
import type { StoreRoot } from '../../store/types.ts'

export const migrations = [
  {
    name: '001-jobs',
    sql: `create table export_job(
      id text collate "C" primary key,
      caller text collate "C" not null,
      caller_kind text collate "C" not null,
      rights text collate "C" not null,
      request text not null,
      ask jsonb not null,
      asked_at timestamptz not null,
      since_db timestamptz not null default clock_timestamp(),
      state text collate "C" not null default 'waiting',
      problem text collate "C",
      type_at integer not null default 0,
      after text collate "C" not null default '',
      files jsonb not null default '[]',
      resources bigint not null default 0,
      holder text collate "C",
      held_until timestamptz,
      expires_at timestamptz);
    create index export_job_open on export_job(asked_at) where state in ('waiting', 'running')`,
  },
]

export interface ExportFile {
  n: number
  type: string
  count: number
  /** Bytes that are certain. */
  size: number
}

export interface Ask {
  types: string[]
  of: 'system' | 'patients' | 'group'
  group?: string
  since?: string
  /** Searches by type. */
  filters: Record<string, string[]>
}

export type JobState = 'waiting' | 'running' | 'done' | 'failed'

export interface JobRow extends Record<string, unknown> {
  id: string
  caller: string
  caller_kind: 'user' | 'node' | 'system' | 'public'
  /** Digest of the rights at the time of asking. */
  rights: string
  request: string
  ask: Ask
  asked_at: Date
  state: JobState
  problem: string | null
  type_at: number
  after: string
  files: ExportFile[]
  resources: string
  expires_at: Date | null
}

export interface Place {
  typeAt: number
  after: string
  files: ExportFile[]
  resources: number
}

const HOLD = `now() + interval '60 seconds'`

export const jobs = {
  /** False when the caller has so many open ones already. */
  async insert(
    { sql }: StoreRoot,
    job: Pick<JobRow, 'id' | 'caller' | 'caller_kind' | 'rights' | 'request' | 'ask' | 'asked_at'>,
    most: number,
  ) {
    const done = await sql(
      `insert into export_job (id, caller, caller_kind, rights, request, ask, asked_at)
       select $1, $2, $3, $4, $5, $6::jsonb, $7 where (select count(*) from export_job where caller = $2 and state in ('waiting', 'running')) < $8
       returning id`,
      [job.id, job.caller, job.caller_kind, job.rights, job.request, JSON.stringify(job.ask), job.asked_at, most],
    )
    return done.length > 0
  },
  find: async ({ sql }: StoreRoot, id: string, caller: string): Promise<JobRow | undefined> =>
    (await sql<JobRow>('select * from export_job where id = $1 and caller = $2', [id, caller]))[0],
  /**
   * The oldest job nobody holds. One that has not begun waits until no transaction runs that is as old as the asking: what
   * such a one writes bears an earlier time than the export claims to hold.
   */
  take: async ({ sql }: StoreRoot, holder: string): Promise<JobRow | undefined> =>
    (
      await sql<JobRow>(
        `update export_job j set holder = $1, held_until = ${HOLD}, state = 'running' where j.id = (
           select o.id from export_job o where o.state in ('waiting', 'running') and (o.held_until is null or o.held_until < now())
             and (o.state = 'running' or (clock_timestamp() > o.since_db + interval '1 second' and not exists (
               select 1 from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid()
                 and a.xact_start <= o.since_db + interval '1 second')))
           order by o.asked_at limit 1 for update skip locked) returning j.*`,
        [holder],
      )
    )[0],
  /** Moves the place; false when the job is no longer the holder's, or cancelled. */
  move: async ({ sql }: StoreRoot, id: string, holder: string, place: Place): Promise<boolean> =>
    (
      await sql(
        `update export_job set type_at = $3, after = $4, files = $5::jsonb, resources = $6, held_until = ${HOLD}
         where id = $1 and holder = $2 and state = 'running' returning id`,
        [id, holder, place.typeAt, place.after, JSON.stringify(place.files), place.resources],
      )
    ).length > 0,
  end: ({ sql }: StoreRoot, id: string, holder: string, how: { state: 'done' | 'failed'; problem?: string; expires: Date }) =>
    sql(`update export_job set state = $3, problem = $4, expires_at = $5, holder = null, held_until = null where id = $1 and holder = $2`, [
      id,
      holder,
      how.state,
      how.problem ?? null,
      how.expires,
    ]),
  letGo: ({ sql }: StoreRoot, id: string, holder: string) =>
    sql('update export_job set holder = null, held_until = null where id = $1 and holder = $2', [id, holder]),
  remove: ({ sql }: StoreRoot, id: string) => sql('delete from export_job where id = $1', [id]),
  expired: async ({ sql }: StoreRoot, now: Date): Promise<string[]> =>
    (await sql<{ id: string }>('select id from export_job where expires_at < $1', [now])).map(({ id }) => id),
  all: async ({ sql }: StoreRoot): Promise<string[]> => (await sql<{ id: string }>('select id from export_job')).map(({ id }) => id),
}
