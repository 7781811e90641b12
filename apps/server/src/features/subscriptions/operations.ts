/** `$status` and `$events` of a Subscription (backport to R4); `wait` holds the answer until there is something. */
import { setTimeout as delay } from 'node:timers/promises'
import { refuse } from '@yba/fhir'
import type { Operation, OperationContext } from '../../feature.ts'
import { notification, statusOf } from './notification.ts'
import { subscriptionNotServed, subscriptionParameterWrong } from './outcomes.ts'
import { type Content, type StateRow, subscriptions } from './tables.ts'

const JSON_TYPE = 'application/fhir+json; charset=utf-8'
const MOST_EVENTS = 20
const LONGEST_WAIT_SECONDS = 30
const LOOK_MS = 250

/** Only whose rights it has is told of its events. Throws `subscription-not-served`. */
async function stateOf({ site, caller, id }: OperationContext): Promise<StateRow> {
  const state = await subscriptions.find(site.store, id)
  if (!state || state.owner !== caller.id) throw refuse(subscriptionNotServed)
  return state
}

function numberOf({ query }: OperationContext, name: string, usual: number, most = Number.MAX_SAFE_INTEGER): number {
  const text = query.get(name)
  if (text === null) return usual
  if (!/^\d{1,15}$/.test(text) || Number(text) > most) throw refuse(subscriptionParameterWrong, { name })
  return Number(text)
}

async function status(context: OperationContext) {
  await context.store.read('Subscription', context.id)
  const state = await stateOf(context)
  const { site } = context
  const resource = statusOf(site, state, 'query-status')
  const entry = [{ fullUrl: `urn:uuid:${resource.id}`, resource, search: { mode: 'match' } }]
  return { json: { resourceType: 'Bundle', type: 'searchset', total: 1, entry }, contentType: JSON_TYPE }
}

async function events(context: OperationContext) {
  const { site, query, signal } = context
  const since = numberOf(context, 'eventsSinceNumber', 1)
  const until = numberOf(context, 'eventsUntilNumber', Number.MAX_SAFE_INTEGER)
  const wait = numberOf(context, 'wait', 0, LONGEST_WAIT_SECONDS)
  const content = query.get('content')
  if (content !== null && !['empty', 'id-only', 'full-resource'].includes(content))
    throw refuse(subscriptionParameterWrong, { name: 'content' })
  await context.store.read('Subscription', context.id)
  const end = Date.now() + wait * 1000
  for (;;) {
    const state = await stateOf(context)
    const found = await subscriptions.events(site.store, state.id, since - 1, until, MOST_EVENTS)
    if (found.length > 0 || Date.now() >= end || signal.aborted) {
      const text = await notification(site, state, 'query-event', found, (content ?? undefined) as Content | undefined)
      return { bytes: Buffer.from(text), contentType: JSON_TYPE }
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

const common = { level: 'instance', type: 'Subscription', method: 'GET', permission: 'fhir.read', body: 'none' } as const

export const operations: readonly Operation[] = [
  { ...common, name: 'status', handle: status },
  { ...common, name: 'events', handle: events },
]
