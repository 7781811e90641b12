/**
 * The hub said no to what this site recorded: a person must see both stories. What the step did here is undone only
 * where leaving it would be untrue; what people did or saw stays, and the finding says so.
 */
import { facilitySystem } from '@yba/fhir'
import type { Encounter } from 'fhir/r4.d.ts'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { FhirResource, Stored, Transaction } from '../../store/types.ts'
import type { TransitionMessage } from '../exchange/contract.ts'
import type { OnRefusal, OutboxRow, StoredParcel } from '../exchange/index.ts'
import type { KeptHere } from './contract.ts'
import { openAttention } from './tables/attention.ts'
import { type ReferralTask, taskFacts, taskIdentifierSystem, taskResource } from './task.ts'
import { EVENT_TEXT, type ReferralEvent } from './transitions.ts'

/** What stays here although the hub refused the step. */
const KEPT: Partial<Record<ReferralEvent, KeptHere>> = {
  arrive: 'stay-kept',
  'start-care': 'stay-kept',
  'end-care': 'end-kept',
  'left-unseen': 'end-kept',
  died: 'death-kept',
}

/** A refused paper is the step that would have followed it. */
export function eventOf(message: Pick<OutboxRow, 'kind' | 'body'>): ReferralEvent {
  if (message.kind === 'transition') return (message.body as TransitionMessage).event
  return (message.body as StoredParcel).documents.some((d) => d.kind === 'outcome') ? 'answer' : 'send'
}

/** Steps the machine takes by itself; overtaken, they are nobody's work. */
export const byItself = (row: Pick<OutboxRow, 'kind' | 'body'>): boolean =>
  row.kind === 'transition' && ['deliver', 'file-outcome'].includes(eventOf(row))

/** The hook of the outbox: before the message ends, the finding is there. The same again changes nothing. */
export const refusedByHub =
  (site: Site): OnRefusal =>
  async (row, why, answer) => {
    const event = eventOf(row)
    if (byItself(row) || !Object.hasOwn(EVENT_TEXT, event)) return
    const caller = systemCaller('exchange', site.settings.facility.code)
    await site.store.as(caller).transact(async (tx) => {
      const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(row.issuer), row.number, { lock: true })
      const reopened = stored && event === 'undo-arrival' ? await reopenStay(site, tx, stored) : false
      const local: KeptHere | undefined = reopened ? 'stay-reopened' : KEPT[event]
      const state = (answer as { state?: unknown } | null)?.state
      const body = {
        code: why.code,
        ...why.words,
        message: row.kind === 'transition' ? row.body : null,
        recordedAt: row.created_at.toISOString(),
        ...(typeof state === 'string' ? { hubState: state } : {}),
        ...(local ? { local } : {}),
      }
      const kind = row.kind === 'parcel' ? 'refused-paper' : 'refused-step'
      const { issuer, number } = row
      if (!(await openAttention(tx, { kind, subject: row.id, issuer, number, event, body }, tx.now))) return
      tx.emit({ kind: 'referral.attention', thread: stored ? `Task/${stored.id}` : `Outbox/${row.id}`, payload: { event } })
    })
  }

/** The hub still has the arrival that was taken back here: the stay begins again. Gives whether there was one. */
async function reopenStay(site: Site, tx: Transaction, stored: Stored): Promise<boolean> {
  const task: ReferralTask = taskFacts(stored.resource())
  if (task.encounter || !task.patient) return false
  const system = facilitySystem.encounter(site.settings.facility.code)
  const page = await tx.search('Encounter', `subject=${task.patient}&status=entered-in-error&_count=20`)
  const slip = `YB-${task.issuer.code}-${task.number.replace(/~\d+$/, '')}`
  const stay = page.entries.find((e) =>
    (e.resource() as unknown as Encounter).identifier?.some((i) => i.system === system && i.value?.startsWith(slip)),
  )
  if (!stay) return false
  const resource = { ...(stay.resource() as unknown as Encounter), status: 'arrived' } as unknown as FhirResource
  await tx.write([
    { kind: 'update', id: stay.id, ifMatch: stay.versionId, resource },
    {
      kind: 'update',
      id: stored.id,
      ifMatch: stored.versionId,
      ifChanged: true,
      resource: taskResource({ ...task, encounter: `Encounter/${stay.id}` }),
    },
  ])
  return true
}
