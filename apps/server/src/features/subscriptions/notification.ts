/** Notifications as Bundles (backport to R4): first the state of the subscription, then what the events speak of. */
import { randomUUID } from 'node:crypto'
import { callerAgain } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { Stored } from '../../store/types.ts'
import type { Content, EventRow, StateRow } from './tables.ts'

const PROFILE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4'

export type Kind = 'handshake' | 'event-notification' | 'query-status' | 'query-event'

/** A subscriber with the rights of now; undefined when there are none any more. */
export const ownerOf = (site: Site, { id, owner }: Pick<StateRow, 'id' | 'owner'>) =>
  callerAgain(
    site.store.sql,
    { kind: owner.startsWith('system:') ? 'system' : 'user', id: owner },
    site.settings.facility.code,
    `subscription:${id}`,
  )

/** What the subscriber may read now of the events' resources, as it is now. */
async function readable(site: Site, state: StateRow, events: readonly EventRow[]): Promise<Map<string, Stored>> {
  const caller = await ownerOf(site, state)
  if (!caller || events.length === 0) return new Map()
  const ids = [...new Set(events.map(({ id }) => id))]
  const { entries } = await site.store.as(caller).search(state.wanted.type, `_id=${ids.join(',')}&_count=${ids.length}`)
  return new Map(entries.map((one) => [one.id, one]))
}

/** The status as a Parameters resource. An event of what may not be read any more is a number and nothing else. */
export function statusOf(site: Site, state: StateRow, kind: Kind, events: readonly EventRow[] = [], shown?: ReadonlyMap<string, Stored>) {
  const named = state.wanted.content !== 'empty'
  const about = ({ type, id }: EventRow) =>
    named && shown?.has(id) ? [{ name: 'focus', valueReference: { reference: `${type}/${id}` } }] : []
  return {
    resourceType: 'Parameters',
    id: randomUUID(),
    meta: { profile: [PROFILE] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${site.settings.baseUrl}/fhir/Subscription/${state.id}` } },
      { name: 'topic', valueCanonical: state.wanted.topic },
      { name: 'status', valueCode: state.state },
      { name: 'type', valueCode: kind },
      { name: 'events-since-subscription-start', valueString: state.events },
      ...events.map((event) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: event.number },
          { name: 'timestamp', valueInstant: event.at.toISOString() },
          ...about(event),
        ],
      })),
      ...(state.problem ? [{ name: 'error', valueCodeableConcept: { text: state.problem } }] : []),
    ],
  }
}

/** The Bundle as text; resources go out as they are kept. `content`: instead of the subscription's own. */
export async function notification(
  site: Site,
  asked: StateRow,
  kind: Kind,
  events: readonly EventRow[],
  content?: Content,
): Promise<string> {
  const state = { ...asked, wanted: { ...asked.wanted, content: content ?? asked.wanted.content } }
  const shown = await readable(site, state, events)
  const base = `${site.settings.baseUrl}/fhir`
  const status = statusOf(site, state, kind, events, shown)
  const first = {
    fullUrl: `urn:uuid:${status.id}`,
    resource: status,
    request: { method: 'GET', url: `${base}/Subscription/${state.id}/$status` },
    response: { status: '200' },
  }
  const entry = (one: Stored) => {
    const address = `${one.type}/${one.id}`
    const rest = { fullUrl: `${base}/${address}`, request: { method: 'PUT', url: address }, response: { status: '200' } }
    return state.wanted.content === 'full-resource' ? `${JSON.stringify(rest).slice(0, -1)},"resource":${one.text}}` : JSON.stringify(rest)
  }
  const entries = state.wanted.content === 'empty' ? [] : [...shown.values()].map(entry)
  const head = JSON.stringify({ resourceType: 'Bundle', type: 'history', timestamp: site.clock.now().toISOString() })
  return `${head.slice(0, -1)},"entry":[${[JSON.stringify(first), ...entries].join(',')}]}`
}
