/** What a Subscription asks for, in the form of the topic-based backport to R4 (hl7.fhir.uv.subscriptions-backport 1.1). */
import { CANONICAL, isResourceType } from '@yba/fhir'
import type { Content, Wanted } from './tables.ts'

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition'
const TOPIC = `${CANONICAL}/SubscriptionTopic/`
const CONTENTS: readonly Content[] = ['empty', 'id-only', 'full-resource']

/** The channel of who asks for the events and is sent nothing. */
export const LONG_POLL = 'long-poll'

interface Extended {
  extension?: { url?: string; valueString?: string; valueCode?: string; valueCoding?: { code?: string } }[]
}

export interface SubscriptionShape {
  id: string
  status?: string
  criteria?: string
  _criteria?: Extended
  channel?: { type?: string; _type?: Extended; endpoint?: string; payload?: string; _payload?: Extended; header?: string[] }
}

/** Every type of R4 has a topic: each resource that was created or changed. */
export const topicOf = (type: string): string => `${TOPIC}${type}`

const named = (of: Extended | undefined, name: string) => (of?.extension ?? []).filter(({ url }) => url === `${BACKPORT}/${name}`)

/** `Observation?code=x`, or the part behind it. */
function filtersOf({ _criteria }: SubscriptionShape, type: string): string[] | undefined {
  const texts = named(_criteria, 'backport-filter-criteria').map(({ valueString = '' }) => valueString)
  const parts = texts.map((text) => (text.startsWith(`${type}?`) ? text.slice(type.length + 1) : text))
  // What shapes an answer would leave out what is to be told.
  const shapes = (part: string) =>
    [...new URLSearchParams(part).keys()].some((name) => /^_(?!has|tag|security|profile|source|id$)/.test(name))
  return parts.some((part) => part === '' || part.includes('?') || shapes(part)) ? undefined : parts
}

function headersOf(lines: readonly string[]): [string, string][] | undefined {
  const pairs = lines.map((line) => /^([A-Za-z0-9-]{1,64}):[ \t]*([\x20-\x7e]{0,4000})$/.exec(line))
  const forbidden = /^(host|content-length|content-type|transfer-encoding|connection|upgrade|expect|te|trailer)$/i
  if (pairs.some((pair) => !pair || forbidden.test(pair[1] ?? ''))) return undefined
  return pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? ''])
}

/** What is asked for, or by name why it cannot be served. */
export function wantedOf(subscription: SubscriptionShape): Wanted | { problem: string } {
  const { criteria = '', channel = {} } = subscription
  const type = criteria.startsWith(TOPIC) ? criteria.slice(TOPIC.length) : ''
  if (!isResourceType(type)) return { problem: 'topic-unknown' }
  const filters = filtersOf(subscription, type)
  if (!filters) return { problem: 'filter-unreadable' }
  const asked = named(channel._payload, 'backport-payload-content')[0]?.valueCode ?? 'id-only'
  const content = CONTENTS.find((one) => one === asked)
  if (!content) return { problem: 'content-unknown' }
  const common = { topic: criteria, type, filters, content, headers: [] }
  if (named(channel._type, 'backport-channel-type')[0]?.valueCoding?.code === LONG_POLL) return common
  if (channel.type !== 'rest-hook') return { problem: 'channel-not-served' }
  if (channel.payload !== undefined && !/^application\/(fhir\+)?json/.test(channel.payload)) return { problem: 'payload-not-json' }
  const headers = headersOf(channel.header ?? [])
  if (!headers) return { problem: 'header-unreadable' }
  const endpoint = URL.canParse(channel.endpoint ?? '') ? new URL(channel.endpoint ?? '') : undefined
  if (!endpoint || !/^https?:$/.test(endpoint.protocol) || endpoint.username !== '' || endpoint.password !== '')
    return { problem: 'endpoint-unreadable' }
  return { ...common, headers, endpoint: endpoint.href }
}
