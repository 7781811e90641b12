/**
 * "Cần người xem": what the hub refused, and slips that do not fit, each with both stories, until a person settles it.
 * Everybody sees what their role could have done.
 */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import type { Caller } from '../../access/caller.ts'
import { notPermitted, onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import type { TransitionMessage } from '../exchange/contract.ts'
import { clearAlert, enqueue, messageOf, type OnSettled, settleDeadLetter } from '../exchange/index.ts'
import { act, actorOf, effectiveState, mayCause } from './act.ts'
import { partyHere } from './acting.ts'
import { closeWrongStay } from './arrival.ts'
import type { AttentionRow, SettleRequest, TransitionRequest } from './contract.ts'
import { notAllowed } from './machine.ts'
import { ATTENTION_UNKNOWN, BAD_REQUEST, HUB_HAS_NOTHING } from './outcomes.ts'
import { referralRows, rowFor } from './rows.ts'
import { type AttentionDbRow, addNote, attentionOf, attentionRow, attentionRows, settleAttention } from './tables/attention.ts'
import { loadHistory } from './tables.ts'
import { taskFacts, taskIdentifierSystem, taskResource } from './task.ts'
import { allowedEvents, EVENT_TEXT, type ReferralState, STATES } from './transitions.ts'
import { storyFor } from './view.ts'

/** A paper is the work of those who write, sign or take back papers; a step of those who could have taken it. */
function concerns(caller: Caller, row: AttentionDbRow): boolean {
  if (row.kind === 'other-person') return caller.permissions.has('referral.arrive')
  if (row.kind === 'refused-step') return mayCause(caller, row.event)
  return caller.permissions.has('referral.void') || caller.permissions.has('referral.desk')
}

/** GET /fhir/Task/$attention?state=open|settled */
export async function attention(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query } = context
  const rows = (await attentionRows(site.store, query.get('state') !== 'settled')).filter((r) => concerns(caller, r))
  const answer: AttentionRow[] = []
  for (const row of rows) answer.push(await viewOf(site, caller, row))
  return { json: { rows: answer } }
}

/** A paper the hub refused, of a slip it knows nothing of: to follow the hub would leave a signed slip with nobody. */
const isLeft = (row: AttentionDbRow, { state, history }: { state: ReferralState | null; history: readonly unknown[] }): boolean =>
  row.kind === 'refused-paper' && state !== null && state !== 'void' && history.length === 0

async function viewOf(site: Site, caller: Caller, row: AttentionDbRow): Promise<AttentionRow> {
  const { issuer, number, event, body } = row
  const message = body.message as TransitionMessage | null | undefined
  const found = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(issuer), number)
    const task = stored ? taskFacts(stored.resource()) : null
    const here = task ? await partyHere(tx, site, task) : ''
    const state = task ? await effectiveState(tx, task, here) : null
    const again = task && state && row.kind === 'refused-step' ? allowedEvents(state, actorOf(task, here)) : []
    return { stored, state, again, history: await loadHistory(tx, { issuer, number }, 'hub') }
  })
  const [referral] = found.stored ? await referralRows(site, [found.stored]) : []
  const can: AttentionRow['can'] = row.settled_at
    ? []
    : [
        ...(found.again.includes(event) || (row.kind === 'refused-paper' && found.state !== 'void') ? (['again'] as const) : []),
        ...(isLeft(row, found) ? [] : (['accept'] as const)),
        'note' as const,
      ]
  return {
    id: row.id,
    kind: row.kind,
    event,
    number,
    at: row.at.toISOString(),
    ...(referral ? { referral: rowFor(caller, referral) } : {}),
    why: {
      code: body.code,
      vi: body.vi ?? body.code,
      en: body.en ?? body.code,
      cure: { vi: body.cure?.vi ?? '', en: body.cure?.en ?? '' },
    },
    ours: {
      facility: site.settings.facility.name,
      recordedAt: body.recordedAt ?? row.at.toISOString(),
      ...(message
        ? {
            occurredAt: message.occurredAt,
            by: message.by.display,
            ...(message.reason ? { reason: message.reason } : {}),
            ...(message.on ? { on: message.on } : {}),
            ...(message.to ? { to: message.to } : {}),
          }
        : {}),
      ...(body.local ? { kept: body.local as NonNullable<AttentionRow['ours']['kept']> } : {}),
    },
    hub: {
      ...(body.hubState && Object.hasOwn(STATES, body.hubState) ? { was: body.hubState as ReferralState } : {}),
      ...(found.state && found.history.length > 0 ? { now: found.state } : {}),
      history: storyFor(caller, found.history),
    },
    can,
    notes: row.notes,
    ...(row.settled_at
      ? {
          settled: {
            at: row.settled_at.toISOString(),
            by: row.settled_name ?? '',
            how: (row.settled_how ?? 'accept') as 'accept' | 'again',
          },
        }
      : {}),
  }
}

const LONGEST_NOTE = 2000

/** POST /fhir/Task/$settle {id, how, note?}: a person judges. Throws `attention-unknown`, `hub-has-nothing`, and what the step itself throws. */
export async function settleOne(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller } = context
  const request = context.json as SettleRequest | undefined
  const how = request?.how
  if (!request || !/^[0-9a-f-]{36}$/.test(String(request.id)) || (how !== 'accept' && how !== 'again' && how !== 'note'))
    throw refuse(BAD_REQUEST, { what: 'id, how' })
  const note = typeof request.note === 'string' ? request.note.trim() : ''
  if (note.length > LONGEST_NOTE || (how === 'note' && !note)) throw refuse(BAD_REQUEST, { what: 'note' })
  const store = site.store.as(onBehalf(caller))
  const row = await store.transact(async (tx) => {
    const found = await attentionRow(tx, request.id)
    if (!found || found.settled_at) throw refuse(ATTENTION_UNKNOWN)
    if (!concerns(caller, found)) throw refuse(notPermitted, { permission: EVENT_TEXT[found.event].en })
    if (note) await addNote(tx, found.id, { text: note, by: caller.display, at: tx.now.toISOString() })
    if (how === 'accept') await accept(tx, found)
    if (how === 'again' && found.kind === 'refused-paper') await sendAgain(tx, found)
    if (how !== 'note' && !(how === 'again' && found.kind === 'refused-step')) await settled(tx, found, how, caller)
    tx.emit({ kind: 'referral.attention', thread: `Attention/${found.id}`, payload: { how } })
    return found
  })
  if (how === 'again' && row.kind === 'refused-step') await proposeAgain(context, row)
  return { json: await viewOf(site, caller, (await attentionRow(site.store, row.id)) ?? row) }
}

const ALERT: Partial<Record<AttentionRow['kind'], string>> = {
  'other-person': 'slip-elsewhere',
  'number-clash': 'number-clash',
  'wrong-patient': 'slip-wrong-patient',
}

async function settled(tx: Transaction, row: AttentionDbRow, how: string, caller: Caller): Promise<void> {
  await settleAttention(tx, row.id, how, caller, tx.now)
  const settlement = how === 'again' ? 'sent-again' : 'closed'
  await settleDeadLetter(tx, 'out', row.subject, { settlement, by: { id: caller.id, name: caller.display } }, tx.now)
  const alert = ALERT[row.kind]
  if (alert) await clearAlert(tx, alert, `${row.issuer}|${row.number}`, tx.now, { id: caller.id, why: how })
}

/** The other way round: who settles the dead letter of a refused paper on the exchange page has settled it here, too. */
export const letterSettled: OnSettled = async (tx, { message, how, reason, by }) => {
  const row = await attentionOf(tx, message)
  if (!row || row.settled_at || row.kind !== 'refused-paper') return
  await addNote(tx, row.id, { text: reason, by: by.display, at: tx.now.toISOString() })
  await settleAttention(tx, row.id, how === 'sent-again' ? 'again' : 'accept', by, tx.now)
  tx.emit({ kind: 'referral.attention', thread: `Attention/${row.id}`, payload: { how } })
}

/** The hub's story stands. A stay that only this arrival opened is marked as mistaken, unless something is charted in it. */
async function accept(tx: Transaction, row: AttentionDbRow): Promise<void> {
  const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(row.issuer), row.number, { lock: true })
  if (!stored) return
  const task = taskFacts(stored.resource())
  const history = await loadHistory(tx, { issuer: row.issuer, number: row.number }, 'hub')
  if (isLeft(row, { state: task.state, history })) throw refuse(HUB_HAS_NOTHING, { number: row.number })
  if (row.kind !== 'refused-step' || row.event !== 'arrive') return
  // Another arrival with this slip counts at the hub: the stay belongs to it.
  if (history.some((h) => h.event === 'arrive')) return
  const next = await closeWrongStay(tx, task)
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, ifChanged: true, resource: taskResource(next) }])
}

/** The same step again, by this person, at the time it happened; the table judges it on what is true now. */
async function proposeAgain(context: OperationContext, row: AttentionDbRow): Promise<void> {
  const { site, caller } = context
  const message = row.body.message as TransitionMessage
  const store = site.store.as(onBehalf(caller))
  const task = await store.transact((tx) => tx.findByIdentifier('Task', taskIdentifierSystem(row.issuer), row.number))
  if (!task) throw refuse(ATTENTION_UNKNOWN)
  const { event, occurredAt, reason, on, to, document } = message
  const again: TransitionRequest = {
    event,
    occurredAt,
    ...(reason ? { reason } : {}),
    ...(on ? { on } : {}),
    ...(to ? { to } : {}),
    ...(document ? { document } : {}),
  }
  await act(site, store, task.id, again)
  await store.transact((tx) => settled(tx, row, 'again', caller))
}

/** The paper goes out once more as it is, under a key of its own; an outcome with the step that says so. */
async function sendAgain(tx: Transaction, row: AttentionDbRow): Promise<void> {
  const message = await messageOf(tx, row.subject)
  if (!message) throw refuse(ATTENTION_UNKNOWN)
  const thread = { issuer: message.issuer, number: message.number }
  const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(thread.issuer), thread.number, { lock: true })
  // What was voided here meanwhile is void: its papers must not bring it back.
  if (stored && taskFacts(stored.resource()).state === 'void' && row.event === 'send') throw notAllowed('void', 'send', 'sender')
  await enqueue(tx, randomUUID(), message.kind, thread, message.body, tx.now)
  if (row.event !== 'answer' || message.kind !== 'parcel') return
  const [paper] = (message.body as { documents: { issuer: string; number: string; version: number; digest: string }[] }).documents
  if (!paper) return
  const { issuer, number, version, digest } = paper
  const answer: TransitionMessage = {
    thread,
    event: 'answer',
    occurredAt: tx.now.toISOString(),
    by: message.body.by,
    ...(message.body.priority ? { priority: message.body.priority } : {}),
    document: { issuer, number, version, digest },
  }
  await enqueue(tx, randomUUID(), 'transition', thread, answer, tx.now)
}
