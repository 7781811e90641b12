/** What a slip's channels are compared by: its numbers, its record in this facility's HIS, its way on the exchange. */
import { readDocument } from '@yba/forms'
import { onBehalf } from '../../access/index.ts'
import type { OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Store } from '../../store/types.ts'
import { actorOf, effectiveState } from './act.ts'
import { partyHere } from './acting.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { recordOf } from './tables/files.ts'
import { loadDraft, loadHistory } from './tables.ts'
import { type ReferralTask, taskFacts } from './task.ts'
import type { ReferralState } from './transitions.ts'
import { newest, versionsOf } from './versions.ts'
import { proposalView } from './view-versions.ts'

export interface ChannelFacts {
  number: string
  /** With the numbers the HIS gave to the same slip. */
  numbers: string[]
  /** MA_LK: of the stay the slip was written in at its sender, of the visit at its receiver. */
  record?: string
  exchange: { state: ReferralState; sentAt?: string; deliveredAt?: string }
  /** Items the HIS's record says otherwise than what was signed here. */
  differing: { vi: string; en: string }[]
}

/** The facts of one slip. Throws `not-found`. */
export async function channelFacts({ site, caller, id }: OperationContext): Promise<ChannelFacts> {
  const store = site.store.as(onBehalf(caller))
  const task = taskFacts((await store.read('Task', id)).resource())
  const here = await partyHere(site.store, site, task)
  const sender = actorOf(task, here) === 'sender'
  const story = await loadHistory(site.store, { issuer: task.issuer.code, number: task.number }, 'hub')
  const at = (event: ReferralHistoryEntry['event']) => story.find((h) => h.event === event)?.recordedAt
  const [sentAt, deliveredAt] = [at('send'), at('deliver')]
  const record = sender ? await stayOf(site, store, task, id) : await recordOf(site.store, id)
  const proposal = sender ? await proposalView(site, store, task, id) : undefined
  return {
    number: task.number,
    numbers: [task.number, ...(task.aliases ?? [])],
    ...(record ? { record } : {}),
    exchange: {
      state: await effectiveState(site.store, task, here),
      ...(sentAt ? { sentAt } : {}),
      ...(deliveredAt ? { deliveredAt } : {}),
    },
    differing: proposal?.of === 'signed' ? proposal.changes.map(({ vi, en }) => ({ vi, en })) : [],
  }
}

/** The stay the slip was written in, as its paper or draft says. */
async function stayOf(site: Site, store: Store, task: ReferralTask, id: string): Promise<string | undefined> {
  const paper = newest(await store.transact((tx) => versionsOf(tx, task, 'referral')))
  const content = paper
    ? readDocument((await site.store.blobs.get(paper.facts.digest)).toString('utf8'))
    : (await loadDraft(site.store, id, 'referral'))?.content
  return content?.kind === 'referral' ? content.encounter.id : undefined
}
