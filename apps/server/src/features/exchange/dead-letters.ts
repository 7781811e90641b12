/**
 * When a message becomes a person's work. The hub's "no" does at once: saying the same again changes nothing. What fails
 * without a word about it does after five tries, and what could not be handed over does after 72 hours; both go on being
 * tried and settle themselves when they get through.
 */
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { type NewDeadLetter, openDeadLetter, settleDelivered } from './tables/dead-letters.ts'
import { recordTry, threadName } from './tables/tries.ts'
import { endRefused, type OutboxRow, type ParkedThread } from './tables.ts'
import type { Why } from './why.ts'

/** Failures of one message, not of the line, until a person is told. */
export const TRIES_BEFORE_DEATH = 5
/** Hours without the hub until a person is told and the paper goes by hand. */
export const UNREACHABLE_HOURS = 72

/** Opens it and tells the open screens. */
async function dead(site: Site, letter: NewDeadLetter): Promise<void> {
  await site.store.as(systemCaller('exchange', site.settings.facility.code)).transact(async (tx) => {
    if (await openDeadLetter(tx, letter, tx.now)) tx.emit({ kind: 'exchange.changed', thread: 'Exchange/messages' })
  })
}

/** The hub said no: the message ends, and the desk is told. */
export async function refusedByHub(site: Site, row: OutboxRow, why: Why): Promise<void> {
  const now = site.clock.now()
  await endRefused(site.store, row.id, now, why.code)
  await recordTry(site.store, 'out', row.id, why.code, why.words, now)
  // A refused step is told where the referral is worked on, with both stories; here stand the papers.
  if (row.kind === 'transition') return
  const { issuer, number } = row
  const letter = { direction: 'out', message: row.id, issuer, number, cause: 'refused', code: why.code, role: 'referral-desk' } as const
  await dead(site, letter)
}

/** A try failed. `own`: over this message, so that after five of them a person is told. */
export async function failedTry(site: Site, row: OutboxRow, why: Why, own: boolean): Promise<void> {
  const now = site.clock.now()
  const times = await recordTry(site.store, 'out', row.id, why.code, why.words, now)
  if (!own || times < TRIES_BEFORE_DEATH) return
  const { issuer, number } = row
  const letter = { direction: 'out', message: row.id, issuer, number, cause: 'failing', code: why.code, role: 'administrator' } as const
  await dead(site, letter)
}

/** It got through, after all or at once: what it waited for is over. */
export async function delivered(site: Site, rows: readonly OutboxRow[]): Promise<void> {
  const ids = rows.map((row) => row.id)
  if (ids.length > 0) await settleDelivered(site.store, ids, site.clock.now())
}

/** An incoming thread could not be applied. `own`: not for want of the hub. */
export async function failedTaking(site: Site, thread: ParkedThread['body']['thread'], why: Why, own: boolean): Promise<void> {
  const now = site.clock.now()
  const message = threadName(thread)
  const times = await recordTry(site.store, 'in', message, why.code, why.words, now)
  if (!own || times < TRIES_BEFORE_DEATH) return
  const letter = { direction: 'in', message, ...thread, cause: 'failing', code: why.code, role: 'administrator' } as const
  await dead(site, letter)
}
