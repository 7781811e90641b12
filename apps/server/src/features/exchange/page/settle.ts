/** What a person decides about a dead letter, with a reason; kept for ever. */
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../../feature.ts'
import type { Transaction } from '../../../store/types.ts'
import { deadLettersOf, type Settlement, settleDeadLetter } from '../tables/dead-letters.ts'
import { dueNow, inThread, outMessagesById, parkedDueNow, reopen } from '../tables/page.ts'
import { threadName } from '../tables/tries.ts'
import { messageById } from '../tables.ts'
import type { SettleRequest } from './contract.ts'
import { keyParts } from './messages.ts'
import { LETTER_OF_OTHERS, MESSAGE_UNKNOWN, NOT_VOID_YET, NOTHING_TO_SETTLE, REASON_MISSING, REPLAY_UNREADABLE } from './outcomes.ts'
import type { ThreadNames } from './rows.ts'

const HOW = new Set(['on-paper', 'void', 'closed', 'sent-again'])
const LONGEST_REASON = 500

export function reasonOf(json: unknown): string {
  const given = (json as { reason?: unknown } | null)?.reason
  const reason = typeof given === 'string' ? given.trim() : ''
  if (!reason || reason.length > LONGEST_REASON) throw refuse(REASON_MISSING)
  return reason
}

/** What else hangs on a refused message of this site is told in the same transaction. */
export type OnSettled = (
  tx: Transaction,
  settled: { message: string; how: SettleRequest['how']; reason: string; by: { id: string; display: string } },
) => Promise<void>

/** POST /fhir/$exchange-settle. Throws `exchange-nothing-to-settle`, `exchange-letter-of-others`, `exchange-not-void-yet`, `exchange-reason-missing`. */
export const settleLetter =
  (names: ThreadNames, onSettled: OnSettled) =>
  async ({ site, store, caller, json }: OperationContext): Promise<OperationAnswer> => {
    const request = (json ?? {}) as Partial<SettleRequest>
    const how = request.how
    if (!how || !HOW.has(how)) throw refuse(REPLAY_UNREADABLE, { what: 'how' })
    const reason = reasonOf(json)
    const parts = keyParts(String(request.key ?? ''))
    const [sent] = parts.direction === 'out' ? await outMessagesById(site.store, [parts.id]) : []
    const thread = parts.direction === 'out' ? sent : await inThread(site.store, site.settings.facility.code, parts.issuer, parts.number)
    if (!thread) throw refuse(MESSAGE_UNKNOWN)
    if (how === 'void') {
      const known = (await names(store, [thread])).get(threadName(thread))
      if (known?.state !== 'void') throw refuse(NOT_VOID_YET, { number: thread.number })
    }
    const message = parts.direction === 'out' ? parts.id : threadName(thread)
    const open = (await deadLettersOf(site.store, parts.direction, [message])).find((l) => l.settled_at === null)
    if (open && open.role !== caller.role) throw refuse(LETTER_OF_OTHERS, { role: open.role })
    await site.store.as(onBehalf(caller)).transact(async (tx) => {
      const by = { id: caller.id, name: caller.display }
      // Before the letter is settled: only what still waits for a person goes out again.
      if (how === 'sent-again' && parts.direction === 'out') await again(tx, message, tx.now)
      if (how === 'sent-again' && parts.direction === 'in') await parkedDueNow(tx, thread.issuer, thread.number, tx.now)
      const settled = await settleDeadLetter(tx, parts.direction, message, { settlement: how as Settlement, by, reason }, tx.now)
      if (!settled) throw refuse(NOTHING_TO_SETTLE)
      if (parts.direction === 'out') await onSettled(tx, { message, how, reason, by: { id: caller.id, display: caller.display } })
      tx.emit({ kind: 'exchange.changed', thread: 'Exchange/messages' })
    })
    const detail = `${how} ${parts.direction} ${thread.number}: ${reason}`
    await site.store.audit.record(caller, { action: 'exchange-settle', outcome: 'success', detail })
    return { json: { how } }
  }

async function again(tx: Transaction, id: string, now: Date): Promise<void> {
  if (await reopen(tx, id, now)) return
  if ((await messageById(tx, id))?.state === 'refused') throw refuse(NOTHING_TO_SETTLE)
  await dueNow(tx, id, now)
}
