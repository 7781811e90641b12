/**
 * Tables of access: users, sessions, rows of the OpenID provider, node clients and used token ids.
 * Not clinical; all SQL of access stands in this file.
 */
import type { Role } from './permissions.ts'

/** Runs one statement on the site's database; `StoreRoot.sql` fits. */
export type Sql = <R extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<R[]>

export const accessMigrations = [
  {
    name: '001-access',
    sql: `
create table app_user (
  id text primary key,
  login text not null unique,
  name text not null,
  role text not null,
  departments text[] not null default '{}',
  licence text,
  title text,
  practitioner text,
  password text not null,
  lang text,
  locked boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create table sign_in_failure (
  login_key text primary key,
  count int not null,
  last_at timestamptz not null
);
create table app_session (
  id_hash text primary key,
  user_id text not null references app_user(id) on delete cascade,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null,
  locked boolean not null default false,
  lang text
);
create index app_session_user on app_session(user_id);
create table sign_in_attempt (
  state text primary key,
  verifier text not null,
  nonce text not null,
  return_to text not null,
  ends_at timestamptz not null
);
create table oidc_row (
  model text not null,
  id text not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  consumed_at timestamptz,
  ends_at timestamptz,
  primary key (model, id)
);
create index oidc_row_grant on oidc_row(grant_id) where grant_id is not null;
create index oidc_row_uid on oidc_row(uid) where uid is not null;
create table node_client (
  facility text not null,
  kid text not null,
  jwk jsonb not null,
  active boolean not null default true,
  registered_at timestamptz not null,
  primary key (facility, kid)
);
create table node_jti (
  facility text not null,
  jti text not null,
  ends_at timestamptz not null,
  primary key (facility, jti)
);`,
  },
  {
    name: '002-failures-by-place',
    sql: `
delete from sign_in_failure;
alter table sign_in_failure add column login text not null;
create index sign_in_failure_login on sign_in_failure(login);`,
  },
  { name: '002-node-key-end', sql: 'alter table node_client add column ends_at timestamptz' },
  {
    name: '003-program',
    sql: `
create table program (
  id text primary key,
  name text not null,
  secret_sha256 bytea not null,
  registered_at timestamptz not null,
  stopped_at timestamptz,
  seen_at timestamptz
);`,
  },
  { name: '004-program-role', sql: "alter table program add column role text not null default 'program'" },
] as const

export interface UserRow extends Record<string, unknown> {
  id: string
  login: string
  name: string
  role: Role
  departments: string[]
  licence: string | null
  title: string | null
  practitioner: string | null
  password: string
  lang: 'vi' | 'en' | null
  locked: boolean
}

const USER = 'id, login, name, role, departments, licence, title, practitioner, password, lang, locked'

export const users = {
  /** False when the login is taken. */
  async insert(sql: Sql, row: UserRow, now: Date): Promise<boolean> {
    const done = await sql(
      `insert into app_user (${USER}, created_at, updated_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$12)
       on conflict do nothing returning id`,
      [
        row.id,
        row.login,
        row.name,
        row.role,
        row.departments,
        row.licence,
        row.title,
        row.practitioner,
        row.password,
        row.lang,
        row.locked,
        now,
      ],
    )
    return done.length === 1
  },
  async byLogin(sql: Sql, login: string): Promise<UserRow | undefined> {
    return (await sql<UserRow>(`select ${USER} from app_user where login = $1`, [login]))[0]
  },
  async byId(sql: Sql, id: string): Promise<UserRow | undefined> {
    return (await sql<UserRow>(`select ${USER} from app_user where id = $1`, [id]))[0]
  },
  list(sql: Sql): Promise<(UserRow & { sessions: number })[]> {
    return sql(
      `select ${USER}, (select count(*)::int from app_session s where s.user_id = app_user.id and s.ends_at > now()) as sessions
       from app_user order by login`,
    )
  },
  async setPassword(sql: Sql, id: string, password: string, now: Date): Promise<boolean> {
    return (await sql('update app_user set password = $2, updated_at = $3 where id = $1 returning id', [id, password, now])).length === 1
  },
  async setLocked(sql: Sql, id: string, locked: boolean, now: Date): Promise<boolean> {
    return (await sql('update app_user set locked = $2, updated_at = $3 where id = $1 returning id', [id, locked, now])).length === 1
  },
  async setLang(sql: Sql, id: string, lang: string, now: Date): Promise<void> {
    await sql('update app_user set lang = $2, updated_at = $3 where id = $1', [id, lang, now])
  },
}

export const failures = {
  /**
   * Counts an attempt before the password is looked at, so parallel guesses cannot slip through. From the limit on each
   * further one waits: a minute, two, four, a quarter of an hour at most. Gives the count, or undefined while the pause
   * lasts (such attempts do not prolong it).
   */
  async count(sql: Sql, key: string, login: string, now: Date, windowStart: Date, limit: number): Promise<number | undefined> {
    const rows = await sql<{ count: number }>(
      `insert into sign_in_failure (login_key, login, count, last_at) values ($1, $5, 1, $2)
       on conflict (login_key) do update set
         count = case when sign_in_failure.last_at < $3 then 1 else sign_in_failure.count + 1 end, last_at = $2
       where sign_in_failure.last_at < $3 or sign_in_failure.count < $4
         or sign_in_failure.last_at + make_interval(secs => least(900, 60 * power(2, least(sign_in_failure.count, 30) - $4))) <= $2
       returning count`,
      [key, now, windowStart, limit, login],
    )
    return rows[0]?.count
  },
  /** One place forgets: its person is in. */
  async clear(sql: Sql, key: string): Promise<void> {
    await sql('delete from sign_in_failure where login_key = $1', [key])
  },
  /** All places forget. */
  async clearLogin(sql: Sql, login: string): Promise<void> {
    await sql('delete from sign_in_failure where login = $1', [login])
  },
  async lockedLogins(sql: Sql, windowStart: Date, limit: number): Promise<Set<string>> {
    const rows = await sql<{ login: string }>('select distinct login from sign_in_failure where last_at >= $1 and count >= $2', [
      windowStart,
      limit,
    ])
    return new Set(rows.map((r) => r.login))
  },
}

export interface SessionRow extends Record<string, unknown> {
  id_hash: string
  user_id: string
  created_at: Date
  seen_at: Date
  ends_at: Date
  locked: boolean
  session_lang: 'vi' | 'en' | null
}

export const sessions = {
  async insert(sql: Sql, hash: string, userId: string, now: Date, ends: Date): Promise<void> {
    await sql('insert into app_session (id_hash, user_id, created_at, seen_at, ends_at) values ($1,$2,$3,$3,$4)', [hash, userId, now, ends])
  },
  async find(sql: Sql, hash: string, now: Date): Promise<(SessionRow & UserRow & { session_locked: boolean }) | undefined> {
    const columns = USER.split(', ').map((c) => `u.${c}`)
    const rows = await sql<SessionRow & UserRow & { session_locked: boolean }>(
      `select ${columns.join(', ')}, s.id_hash, s.user_id, s.created_at, s.seen_at, s.ends_at, s.locked as session_locked, s.lang as session_lang
       from app_session s join app_user u on u.id = s.user_id where s.id_hash = $1 and s.ends_at > $2 and not u.locked`,
      [hash, now],
    )
    return rows[0]
  },
  async touch(sql: Sql, hash: string, now: Date): Promise<void> {
    await sql('update app_session set seen_at = $2 where id_hash = $1 and seen_at < $2', [hash, now])
  },
  async setLocked(sql: Sql, hash: string, locked: boolean, now: Date): Promise<void> {
    await sql('update app_session set locked = $2, seen_at = case when $2 then seen_at else $3 end where id_hash = $1', [hash, locked, now])
  },
  async setLang(sql: Sql, hash: string, lang: string): Promise<void> {
    await sql('update app_session set lang = $2 where id_hash = $1', [hash, lang])
  },
  async remove(sql: Sql, hash: string): Promise<void> {
    await sql('delete from app_session where id_hash = $1', [hash])
  },
  async removeOf(sql: Sql, userId: string): Promise<number> {
    return (await sql('delete from app_session where user_id = $1 returning id_hash', [userId])).length
  },
  list(sql: Sql, now: Date) {
    return sql<{ user_id: string; login: string; name: string; role: Role; created_at: Date; seen_at: Date; locked: boolean }>(
      `select s.user_id, u.login, u.name, u.role, s.created_at, s.seen_at, s.locked
       from app_session s join app_user u on u.id = s.user_id where s.ends_at > $1 order by s.seen_at desc limit 500`,
      [now],
    )
  },
}

export const attempts = {
  async insert(sql: Sql, row: { state: string; verifier: string; nonce: string; returnTo: string }, ends: Date): Promise<void> {
    await sql('insert into sign_in_attempt (state, verifier, nonce, return_to, ends_at) values ($1,$2,$3,$4,$5)', [
      row.state,
      row.verifier,
      row.nonce,
      row.returnTo,
      ends,
    ])
  },
  /** Takes the attempt away: it works once. */
  async take(sql: Sql, state: string, now: Date): Promise<{ verifier: string; nonce: string; returnTo: string } | undefined> {
    const rows = await sql<{ verifier: string; nonce: string; return_to: string; ends_at: Date }>(
      'delete from sign_in_attempt where state = $1 returning verifier, nonce, return_to, ends_at',
      [state],
    )
    const row = rows[0]
    return row && row.ends_at > now ? { verifier: row.verifier, nonce: row.nonce, returnTo: row.return_to } : undefined
  },
}

export const nodes = {
  async upsert(sql: Sql, facility: string, kid: string, jwk: unknown, now: Date, ends: Date | null): Promise<void> {
    await sql(
      `insert into node_client (facility, kid, jwk, registered_at, ends_at) values ($1,$2,$3,$4,$5)
       on conflict (facility, kid) do update set jwk = excluded.jwk, active = true, ends_at = excluded.ends_at`,
      [facility, kid, JSON.stringify(jwk), now, ends],
    )
  },
  /** The keys of a node, under another code as well. */
  async copy(sql: Sql, facility: string, to: string, now: Date): Promise<void> {
    await sql(
      `insert into node_client (facility, kid, jwk, registered_at, ends_at)
       select $2, kid, jwk, $3, ends_at from node_client where facility = $1 and active on conflict do nothing`,
      [facility, to, now],
    )
  },
  /** The other keys of a node end no later than this. */
  async endOthers(sql: Sql, facility: string, kid: string, ends: Date): Promise<void> {
    await sql(`update node_client set ends_at = least(ends_at, $3) where facility = $1 and kid <> $2 and active`, [facility, kid, ends])
  },
  async deactivate(sql: Sql, facility: string): Promise<void> {
    await sql('update node_client set active = false where facility = $1', [facility])
  },
  list(sql: Sql) {
    return sql<{ facility: string; kid: string; jwk: Record<string, unknown> }>(
      'select facility, kid, jwk from node_client where active order by facility, kid',
    )
  },
  /** The last day of each node's newest key; a key without an end outlasts all. */
  async ends(sql: Sql): Promise<{ facility: string; ends_at: Date | null }[]> {
    return sql<{ facility: string; ends_at: Date | null }>(
      `select facility, case when bool_or(ends_at is null) then null else max(ends_at) end as ends_at
       from node_client where active group by facility order by facility`,
    )
  },
  /** The one key named, or undefined. */
  async key(sql: Sql, facility: string, kid: string, now: Date): Promise<Record<string, unknown> | undefined> {
    const rows = await sql<{ jwk: Record<string, unknown> }>(
      'select jwk from node_client where facility = $1 and kid = $2 and active and (ends_at is null or ends_at > $3)',
      [facility, kid, now],
    )
    return rows[0]?.jwk
  },
  /** False when this id was used before. */
  async useJti(sql: Sql, facility: string, jti: string, ends: Date): Promise<boolean> {
    return (
      (
        await sql('insert into node_jti (facility, jti, ends_at) values ($1,$2,$3) on conflict do nothing returning jti', [
          facility,
          jti,
          ends,
        ])
      ).length === 1
    )
  },
}

/** Deletes what has run out; called from time to time, never needed for correctness. */
export async function sweep(sql: Sql, now: Date): Promise<void> {
  await sql('delete from app_session where ends_at <= $1', [now])
  await sql('delete from sign_in_attempt where ends_at <= $1', [now])
  await sql('delete from oidc_row where ends_at <= $1', [now])
  await sql('delete from node_jti where ends_at <= $1', [now])
  await sql('delete from sign_in_failure where last_at <= $1', [new Date(now.getTime() - 86_400_000)])
}

interface OidcRow extends Record<string, unknown> {
  payload: Record<string, unknown>
  consumed_at: Date | null
}

export const oidcRows = {
  async upsert(sql: Sql, model: string, id: string, payload: Record<string, unknown>, ends: Date | null): Promise<void> {
    await sql(
      `insert into oidc_row (model, id, payload, grant_id, uid, ends_at) values ($1,$2,$3,$4,$5,$6)
       on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid, ends_at = excluded.ends_at`,
      [model, id, JSON.stringify(payload), payload.grantId ?? null, payload.uid ?? null, ends],
    )
  },
  async find(sql: Sql, model: string, id: string): Promise<OidcRow | undefined> {
    return (await sql<OidcRow>('select payload, consumed_at from oidc_row where model = $1 and id = $2', [model, id]))[0]
  },
  async findByUid(sql: Sql, model: string, uid: string): Promise<OidcRow | undefined> {
    return (await sql<OidcRow>('select payload, consumed_at from oidc_row where model = $1 and uid = $2', [model, uid]))[0]
  },
  async consume(sql: Sql, model: string, id: string, now: Date): Promise<void> {
    await sql('update oidc_row set consumed_at = $3 where model = $1 and id = $2', [model, id, now])
  },
  async destroy(sql: Sql, model: string, id: string): Promise<void> {
    await sql('delete from oidc_row where model = $1 and id = $2', [model, id])
  },
  async revokeGrant(sql: Sql, grantId: string): Promise<void> {
    await sql('delete from oidc_row where grant_id = $1', [grantId])
  },
}

/** `program`: hands claim files in. `client`: a FHIR client of a bare site. */
export type ProgramRole = 'program' | 'client'

export interface ProgramRow extends Record<string, unknown> {
  id: string
  name: string
  role: ProgramRole
  secret_sha256: Buffer
  registered_at: Date
  stopped_at: Date | null
  seen_at: Date | null
}

export const programs = {
  /** False when a program of this id is there, stopped or not: a name that stands in the audit is never given again. */
  async insert(sql: Sql, row: Pick<ProgramRow, 'id' | 'name' | 'role' | 'secret_sha256'>, now: Date): Promise<boolean> {
    const done = await sql(
      'insert into program (id, name, role, secret_sha256, registered_at) values ($1, $2, $3, $4, $5) on conflict do nothing returning id',
      [row.id, row.name, row.role, row.secret_sha256, now],
    )
    return done.length > 0
  },
  async find(sql: Sql, id: string): Promise<ProgramRow | undefined> {
    return (await sql<ProgramRow>('select * from program where id = $1', [id]))[0]
  },
  all: (sql: Sql): Promise<ProgramRow[]> => sql<ProgramRow>('select * from program order by id'),
  async stop(sql: Sql, id: string, now: Date): Promise<boolean> {
    const done = await sql('update program set stopped_at = coalesce(stopped_at, $2) where id = $1 returning id', [id, now])
    return done.length > 0
  },
  seen: (sql: Sql, id: string, now: Date) =>
    sql('update program set seen_at = $2 where id = $1 and (seen_at is null or seen_at < $2)', [id, now]),
}
