/** Requests to sign: one row per (document, role). Workflow only; the signature itself is a Provenance. */
import type { SigningRole } from '@yba/vietnam'
import type { StoreRoot, Transaction } from '../../store/types.ts'

export const migrations = [
  {
    name: '001-signature-request',
    sql: `create table signature_request(
      document text collate "C" not null,
      role text collate "C" not null,
      position smallint not null,
      task text collate "C" not null,
      state text collate "C" not null default 'open' check (state in ('open', 'signing', 'failed', 'done')),
      signer text collate "C",
      signer_name text,
      signer_title text,
      requested_at timestamptz,
      attempts int not null default 0,
      next_at timestamptz,
      lease_until timestamptz,
      reason text collate "C",
      done_at timestamptz,
      primary key (document, role));
     create index on signature_request(next_at) where state = 'signing';
     create index on signature_request(task)`,
  },
  {
    name: '002-prepared-act',
    // What a signer has been asked to sign, until the act is recorded: a restart asks for the same, never for another.
    sql: `create table prepared_act(
      document text collate "C" not null,
      role text collate "C" not null,
      signer text collate "C" not null,
      base text collate "C" not null,
      mandate text collate "C",
      act text not null,
      prepared_at timestamptz not null,
      primary key (document, role));
     alter table signature_request drop constraint signature_request_state_check;
     alter table signature_request add constraint signature_request_state_check
       check (state in ('open', 'signing', 'failed', 'done', 'withdrawn'))`,
  },
]

export interface SignatureRequest extends Record<string, unknown> {
  document: string
  role: SigningRole
  position: number
  task: string
  /** `withdrawn`: the paper was sent back or replaced before this signature was made. */
  state: 'open' | 'signing' | 'failed' | 'done' | 'withdrawn'
  signer: string | null
  signer_name: string | null
  signer_title: string | null
  attempts: number
  reason: string | null
}

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** A process that died leaves its request alone for so long; one that lives renews (`keepLease`) in a third of it. */
export const LEASE_SECONDS = 9
const COLUMNS = 'document, role, position, task, state, signer, signer_name, signer_title, attempts, reason'

/** All requests of a Task, in signing order. */
export function requestsOf(db: Sql, task: string): Promise<SignatureRequest[]> {
  return db.sql<SignatureRequest>(`select ${COLUMNS} from signature_request where task = $1 order by document, position`, [task])
}

/** Requests of many Tasks that are not done, for worklists. */
export function pendingRequests(db: Sql, tasks: readonly string[]): Promise<SignatureRequest[]> {
  return db.sql<SignatureRequest>(
    `select ${COLUMNS} from signature_request where task = any($1) and state not in ('done', 'withdrawn') order by document, position`,
    [tasks],
  )
}

export async function openRequests(db: Sql, document: string, task: string, roles: readonly SigningRole[]): Promise<void> {
  await db.sql(
    `insert into signature_request(document, role, position, task)
     select $1, r.role, r.position, $2 from unnest($3::text[]) with ordinality as r(role, position)
     on conflict do nothing`,
    [document, task, roles],
  )
}

/** Names the signer and hands the request to the worker; false when another step got there first. */
export async function startSigning(
  db: Sql,
  key: { document: string; role: SigningRole },
  signer: { id: string; name: string; title: string },
  now: Date,
): Promise<boolean> {
  const rows = await db.sql(
    `update signature_request set state = 'signing', signer = $3, signer_name = $4, signer_title = $5, requested_at = $6, next_at = $6, reason = null
     where document = $1 and role = $2 and state in ('open', 'failed') returning role`,
    [key.document, key.role, signer.id, signer.name, signer.title, now],
  )
  return rows.length === 1
}

/** Takes a lease on one request that is due; null when there is none (or the named one is not due). */
export async function leaseRequest(db: Sql, now: Date, key?: { document: string; role: SigningRole }): Promise<SignatureRequest | null> {
  const rows = await db.sql<SignatureRequest>(
    `update signature_request set lease_until = $1::timestamptz + interval '${LEASE_SECONDS} seconds', attempts = attempts + 1
     where (document, role) = (
       select document, role from signature_request
       where state = 'signing' and next_at <= $1 and (lease_until is null or lease_until < $1)
         and ($2::text is null or (document = $2 and role = $3))
       order by next_at limit 1 for update skip locked)
     returning ${COLUMNS}`,
    [now, key?.document ?? null, key?.role ?? null],
  )
  return rows[0] ?? null
}

/** Still at work: nobody else takes the request. */
export async function keepLease(db: Sql, key: { document: string; role: SigningRole }, now: Date): Promise<void> {
  await db.sql(
    `update signature_request set lease_until = $3::timestamptz + interval '${LEASE_SECONDS} seconds'
     where document = $1 and role = $2 and state = 'signing' and lease_until is not null`,
    [key.document, key.role, now],
  )
}

/** The signer did not answer: try again later, care goes on. */
export async function postponeRequest(db: Sql, key: { document: string; role: SigningRole }, next: Date, reason: string): Promise<void> {
  await db.sql(
    `update signature_request set lease_until = null, next_at = $3, reason = $4 where document = $1 and role = $2 and state = 'signing'`,
    [key.document, key.role, next, reason],
  )
}

/** The signer said no: a person must choose again. */
export async function failRequest(db: Sql, key: { document: string; role: SigningRole }, reason: string): Promise<void> {
  await db.sql(
    `update signature_request set state = 'failed', lease_until = null, next_at = null, reason = $3 where document = $1 and role = $2 and state = 'signing'`,
    [key.document, key.role, reason],
  )
}

/** False when the act was already recorded (a second worker after a lost lease). */
export async function finishRequest(db: Sql, key: { document: string; role: SigningRole }, now: Date): Promise<boolean> {
  const rows = await db.sql(
    `update signature_request set state = 'done', lease_until = null, next_at = null, reason = null, done_at = $3
     where document = $1 and role = $2 and state = 'signing' returning role`,
    [key.document, key.role, now],
  )
  return rows.length === 1
}

/** When the next postponed request becomes due, or null. */
export async function nextDue(db: Sql): Promise<Date | null> {
  const rows = await db.sql<{ next_at: Date | null }>(
    `select min(greatest(next_at, lease_until)) as next_at from signature_request where state = 'signing'`,
  )
  return rows[0]?.next_at ?? null
}

/** How many papers have every other signature and wait for the facility's seal. */
export async function waitingForSeal(db: Sql): Promise<number> {
  const rows = await db.sql<{ n: number }>(
    `select count(distinct document)::int as n from signature_request where state = 'signing' and role = 'seal'`,
  )
  return rows[0]?.n ?? 0
}

/** Signatures of a paper that are not wanted any more; what a signer is still asked for will not be used. */
export async function withdrawRequests(db: Sql, document: string): Promise<void> {
  await db.sql(
    `update signature_request set state = 'withdrawn', lease_until = null, next_at = null where document = $1 and state <> 'done'`,
    [document],
  )
  await db.sql('delete from prepared_act where document = $1', [document])
}

export interface PreparedRow extends Record<string, unknown> {
  signer: string
  /** sha-256 of the PDF the act was prepared on. */
  base: string
  /** The register's id of the authority it states. */
  mandate: string | null
  /** As `storeAct` gives it. */
  act: string
}

/** The act a signer was asked for, when it was asked in the same person's name over the same PDF. */
export async function loadAct(db: Sql, key: { document: string; role: SigningRole }): Promise<PreparedRow | null> {
  const rows = await db.sql<PreparedRow>('select signer, base, mandate, act from prepared_act where document = $1 and role = $2', [
    key.document,
    key.role,
  ])
  return rows[0] ?? null
}

export async function saveAct(db: Sql, key: { document: string; role: SigningRole }, row: PreparedRow, now: Date): Promise<void> {
  await db.sql(
    `insert into prepared_act(document, role, signer, base, mandate, act, prepared_at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (document, role) do update set signer = excluded.signer, base = excluded.base, mandate = excluded.mandate,
       act = excluded.act, prepared_at = excluded.prepared_at`,
    [key.document, key.role, row.signer, row.base, row.mandate, row.act, now],
  )
}

export async function dropAct(db: Sql, key: { document: string; role: SigningRole }): Promise<void> {
  await db.sql('delete from prepared_act where document = $1 and role = $2', [key.document, key.role])
}
