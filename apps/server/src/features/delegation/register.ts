/**
 * Who may sign which papers for the head of the facility, by which decision and how long (NĐ 30/2020 Art. 13). The line
 * above a signature is read from here at the instant of signing and is typed by nobody.
 */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { type Mandate, mandateBasis, type PaperKind, REQUIRED_SIGNATURES, SIGNING_FORMS, signingLines } from '@yba/vietnam'
import type { Caller } from '../../access/caller.ts'
import { findUser, listUsers, onBehalf, POLICIES } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import type { DelegationView, GrantRequest, RegisterAnswer, RevokeRequest, SigningCapacity } from './contract.ts'
import {
  DELEGATE_CANNOT_SIGN,
  DELEGATION_ENDED,
  DELEGATION_INCOMPLETE,
  DELEGATION_OF_ONESELF,
  DELEGATION_PERIOD,
  DELEGATION_UNKNOWN,
  NO_SIGNING_AUTHORITY,
} from './outcomes.ts'
import { type DelegationRow, delegationAt, insertDelegation, insertEnd, listDelegations, readDelegation } from './tables.ts'

type Sql = Pick<Transaction, 'sql'>

const DAY_MS = 86_400_000
/** From so many days before its end an authority is said to run out. */
export const ENDING_DAYS = 14

const LONGEST = 200

function word(request: object, field: string): string {
  const value = (request as Record<string, unknown>)[field]
  const text = typeof value === 'string' ? value.normalize('NFC').trim() : ''
  if (text === '' || text.length > LONGEST) throw refuse(DELEGATION_INCOMPLETE, { field }, field)
  return text
}

function day(request: object, field: string): string {
  const text = word(request, field)
  const at = new Date(`${text}T00:00:00Z`)
  const real = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
  if (!real) throw refuse(DELEGATION_INCOMPLETE, { field }, field)
  return text
}

/** Midnight that begins a day of the site. */
const dawn = (date: string): Date => new Date(`${date}T00:00:00+07:00`)

function checked(
  request: GrantRequest,
): Pick<DelegationRow, 'form' | 'head' | 'title' | 'kinds' | 'decision' | 'decided_on' | 'from_at' | 'until_at'> {
  const form = SIGNING_FORMS.find((f) => f === request.form)
  if (!form) throw refuse(DELEGATION_INCOMPLETE, { field: 'form' }, 'form')
  const head = word(request, 'head')
  const kinds = Array.isArray(request.kinds) ? [...new Set(request.kinds)] : []
  if (kinds.length === 0 || !kinds.every((k) => Object.hasOwn(REQUIRED_SIGNATURES, k)))
    throw refuse(DELEGATION_INCOMPLETE, { field: 'kinds' }, 'kinds')
  const decided_on = day(request, 'decidedOn')
  const from = day(request, 'from')
  const until = request.until ? day(request, 'until') : null
  if (from < decided_on || (until !== null && until < from) || (form === 'TUQ' && until === null)) throw refuse(DELEGATION_PERIOD)
  return {
    form,
    head,
    title: form === 'head' ? head : word(request, 'title'),
    kinds,
    decision: word(request, 'decision'),
    decided_on,
    from_at: dawn(from),
    until_at: until === null ? null : new Date(dawn(until).getTime() + DAY_MS),
  }
}

/** One key per person: a signature and a change of its authority follow one another. */
export const authorityKey = (user: string): string => `delegation:${user}`

/**
 * Records an authority; gives its id. Throws `delegation-incomplete`, `delegation-period-wrong`, `delegate-cannot-sign`,
 * `delegation-of-oneself`, `user-unknown`.
 */
export async function grant(site: Site, caller: Caller, request: GrantRequest): Promise<string> {
  const user = await findUser(site.store.sql, word(request ?? {}, 'user'))
  if (user.id === caller.id) throw refuse(DELEGATION_OF_ONESELF)
  if (user.locked || !POLICIES[user.role].permissions.includes('referral.sign-authorised')) throw refuse(DELEGATE_CANNOT_SIGN)
  const terms = checked(request)
  const id = randomUUID()
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    await tx.lockKey(authorityKey(user.id))
    const by = { recorded_by: caller.id, recorded_by_name: caller.display }
    await insertDelegation(tx, { id, user_id: user.id, user_name: user.name, ...terms, ...by }, tx.now)
    tx.emit({ kind: 'delegation.changed', thread: `Delegation/${id}` })
  })
  await site.store.audit.record(caller, { action: 'delegation-grant', outcome: 'success', detail: id })
  return id
}

/** Ends an authority now. Throws `delegation-unknown`, `delegation-ended`, `delegation-incomplete`. */
export async function revoke(site: Site, caller: Caller, request: RevokeRequest): Promise<void> {
  const id = word(request ?? {}, 'delegation')
  const reason = word(request, 'reason')
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const known = await readDelegation(tx, id)
    if (!known) throw refuse(DELEGATION_UNKNOWN)
    await tx.lockKey(authorityKey(known.user_id))
    if (known.until_at && known.until_at <= tx.now) throw refuse(DELEGATION_ENDED)
    if (!(await insertEnd(tx, id, reason, { id: caller.id, name: caller.display }, tx.now))) throw refuse(DELEGATION_ENDED)
    tx.emit({ kind: 'delegation.changed', thread: `Delegation/${id}` })
  })
  await site.store.audit.record(caller, { action: 'delegation-revoke', outcome: 'success', detail: id })
}

/** What a person signs a kind of paper by at an instant, with the register's id. Throws `no-signing-authority`. */
export async function mandateAt(db: Sql, user: string, kind: PaperKind, at: Date): Promise<{ id: string; mandate: Mandate }> {
  const row = await delegationAt(db, user, kind, at)
  if (!row) throw refuse(NO_SIGNING_AUTHORITY)
  return { id: row.id, mandate: mandateOf(row) }
}

/** As {@link mandateAt} for a screen: null where there is none. */
export async function capacityAt(db: Sql, user: string, kind: PaperKind, at: Date): Promise<SigningCapacity | null> {
  const row = await delegationAt(db, user, kind, at)
  if (!row) return null
  const left = daysLeft(row, at)
  return { lines: signingLines(row), basis: mandateBasis(mandateOf(row)), ...(left === undefined ? {} : { daysLeft: left }) }
}

const zoned = (at: Date): string => `${new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 19)}+07:00`

function mandateOf(row: DelegationRow): Mandate {
  const { form, head, title, decision } = row
  const until = row.until_at ? { until: zoned(row.until_at) } : {}
  return { form, head, title, decision, decidedOn: row.decided_on, from: zoned(row.from_at), ...until }
}

function daysLeft(row: DelegationRow, now: Date): number | undefined {
  if (!row.until_at) return undefined
  const days = Math.ceil((row.until_at.getTime() - now.getTime()) / DAY_MS)
  return days > ENDING_DAYS ? undefined : Math.max(0, days)
}

function stateOf(row: DelegationRow, now: Date): DelegationView['state'] {
  if (row.ended_at) return 'revoked'
  if (row.until_at && row.until_at <= now) return 'over'
  if (row.from_at > now) return 'to-come'
  return daysLeft(row, now) === undefined ? 'in-force' : 'ending'
}

function view(row: DelegationRow, now: Date): DelegationView {
  const state = stateOf(row, now)
  const left = state === 'ending' ? daysLeft(row, now) : undefined
  return {
    id: row.id,
    user: { id: row.user_id, name: row.user_name },
    form: row.form,
    head: row.head,
    title: row.title,
    lines: signingLines(row),
    kinds: row.kinds,
    decision: row.decision,
    decidedOn: row.decided_on,
    from: row.from_at.toISOString(),
    ...(row.until_at ? { until: row.until_at.toISOString() } : {}),
    state,
    ...(left === undefined ? {} : { daysLeft: left }),
    recordedAt: row.recorded_at.toISOString(),
    recordedBy: row.recorded_by_name,
    ...(row.ended_at ? { revoked: { at: row.ended_at.toISOString(), by: row.ended_by_name ?? '', reason: row.ended_because ?? '' } } : {}),
  }
}

/** The register with its history, and for its keepers the people who may be given authority. */
export async function register(site: Site, caller: Caller): Promise<RegisterAnswer> {
  const now = site.clock.now()
  const rows = (await listDelegations(site.store)).map((row) => view(row, now))
  if (!caller.permissions.has('delegation.manage')) return { rows, people: [] }
  const users = await listUsers(site.store.sql, now)
  const people = users
    .filter((u) => !u.locked && u.id !== caller.id && POLICIES[u.role].permissions.includes('referral.sign-authorised'))
    .map((u) => ({ id: u.id, name: u.name, title: u.title ?? '' }))
  return { rows, people }
}
