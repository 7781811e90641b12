/** What a node asks the hub while the two are compared. */
import type { ThreadDigest, ThreadKey, ThreadState, ThreadsAnswer } from '../exchange/contract.ts'
import type { HubClient } from '../exchange/index.ts'

export const threadKey = (t: ThreadKey): string => `${t.issuer} ${t.number}`

export interface HubList {
  threads: Map<string, ThreadDigest>
  epoch: number
  cursor: string
  series: Record<string, number>
  /** Facilities with nothing left to offer: what they wrote is in the list, or lost. */
  settled: ReadonlySet<string>
}

/** All threads of this node as the hub has them now. */
export async function hubList(hub: HubClient): Promise<HubList> {
  const threads = new Map<string, ThreadDigest>()
  let first: ThreadsAnswer | undefined
  for (const side of ['sent', 'received']) {
    for (let after = ''; ; ) {
      const page = await hub.json<ThreadsAnswer>('GET', `/fhir/$threads?side=${side}&after=${encodeURIComponent(after)}`)
      first ??= page
      for (const thread of page.threads) threads.set(threadKey(thread), thread)
      if (!page.next) break
      after = page.next
    }
  }
  const { epoch = 1, cursor = '', series = {}, settled = [] } = first ?? {}
  return { threads, epoch, cursor, series, settled: new Set(settled) }
}

export async function fetchThread(hub: HubClient, t: ThreadKey): Promise<ThreadState> {
  const path = `/fhir/$thread?issuer=${encodeURIComponent(t.issuer)}&number=${encodeURIComponent(t.number)}`
  return (await hub.json<{ thread: ThreadState }>('GET', path)).thread
}
