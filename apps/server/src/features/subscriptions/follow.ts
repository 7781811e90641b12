/** Follows the one log: Subscriptions that begin, change and end, and the events that are theirs. */
import { OutcomeError } from '@yba/fhir'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { LogEntry, Stored } from '../../store/types.ts'
import { ownerOf } from './notification.ts'
import { stand, WRITER } from './standing.ts'
import { type StateRow, subscriptions } from './tables.ts'
import { type SubscriptionShape, wantedOf } from './wanted.ts'

/** The Subscription as one client wrote it: what it says is never served with the rights of who wrote another version. */
async function versionOf(site: Site, { id = '', versionId = 0 }: LogEntry): Promise<Stored | undefined> {
  const store = site.store.as(systemCaller('subscription', site.settings.facility.code))
  try {
    return await store.vread('Subscription', id, versionId)
  } catch (error) {
    if (error instanceof OutcomeError) return undefined
    throw error
  }
}

/** A client wrote it: it begins anew with the rights of who did. */
async function begin(site: Site, entry: LogEntry): Promise<void> {
  const { id = '', by } = entry
  const stored = await versionOf(site, entry)
  if (!stored) return void (await subscriptions.remove(site.store, id))
  const subscription = stored.resource() as unknown as SubscriptionShape
  const wanted = wantedOf(subscription)
  if ('problem' in wanted) {
    await subscriptions.remove(site.store, id)
    if (subscription.status !== 'off') await stand(site, id, 'error', wanted.problem)
    return
  }
  const isOff = subscription.status === 'off'
  await subscriptions.begin(site.store, id, by, wanted, isOff ? 'off' : 'requested')
  if (!isOff && wanted.endpoint === undefined) await stand(site, id, 'active', null)
}

/** Of some resources those a subscription is about, under its owner's rights. Throws what the filter is refused with. */
async function matching(site: Site, state: StateRow, ids: readonly string[]): Promise<Set<string>> {
  const caller = await ownerOf(site, state)
  if (!caller) return new Set()
  const { type, filters } = state.wanted
  const found = new Set<string>()
  for (const filter of filters.length > 0 ? filters : ['']) {
    const query = `${filter}${filter === '' ? '' : '&'}_id=${ids.join(',')}&_count=${ids.length}`
    for (const { id } of (await site.store.as(caller).search(type, query)).entries) found.add(id)
  }
  return found
}

async function matchAll(site: Site, entries: readonly LogEntry[]): Promise<void> {
  const written = entries.filter((e) => e.kind === 'write' && e.type !== undefined && e.id !== undefined)
  if (written.length === 0) return
  for (const state of await subscriptions.active(site.store, [...new Set(written.map((e) => e.type ?? ''))])) {
    const own = written.filter((e) => e.type === state.wanted.type)
    try {
      const found = await matching(site, state, [...new Set(own.map((e) => e.id ?? ''))])
      const hits = own.filter((e) => found.has(e.id ?? ''))
      if (hits.length === 0) continue
      await site.store.as(systemCaller('subscription', site.settings.facility.code)).transact(async (tx) => {
        for (const { cursor, at, type = '', id = '' } of hits) await subscriptions.add(tx, state.id, { cursor, at, type, id })
      })
    } catch (error) {
      if (!(error instanceof OutcomeError)) throw error
      // A filter that cannot be asked: told, never left out in silence.
      await stand(site, state.id, 'error', `filter-refused ${error.findings[0]?.definition.code ?? ''}`)
    }
  }
}

/** Each entry is looked at in order; a page that fails comes again. */
export function followLog(site: Site): { stop(): Promise<void> } {
  return site.store.log.consume('subscriptions', async (entries) => {
    let rest = entries
    for (;;) {
      const at = rest.findIndex((e) => e.kind === 'write' && e.type === 'Subscription' && e.by !== WRITER)
      await matchAll(site, at < 0 ? rest : rest.slice(0, at))
      const changed = rest[at]
      if (at < 0 || !changed) return
      await begin(site, changed)
      rest = rest.slice(at + 1)
    }
  })
}
