/** A facility's side: how the hub sees it, and its appeal. */
import { refuse } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { OwnStanding, Standing } from './conduct/contract.ts'
import { reasonOf } from './conduct-hub.ts'
import { HUB_UNREACHABLE, HubBusy, HubFault, HubRefusal, unreachableBecause } from './hub-answers.ts'
import { type HubClient, hubClient } from './hub-client.ts'
import { ownStanding, putOwnStanding } from './tables/conduct.ts'

const lines = new WeakMap<Site, HubClient>()

function line(site: Site): HubClient {
  const known = lines.get(site) ?? hubClient(site)
  lines.set(site, known)
  return known
}

/** Absent, busy, failing or refusing: the hub's matter, not this page's. */
const isOfTheHub = (error: unknown): boolean =>
  unreachableBecause(error) !== undefined || error instanceof HubRefusal || error instanceof HubBusy || error instanceof HubFault

/** Asks the hub; what it said last stands while it is away. */
async function refreshed(site: Site): Promise<void> {
  if (!site.settings.hubUrl || !site.keys.client) return
  try {
    await putOwnStanding(
      site.store,
      await line(site).json<Standing>('GET', '/fhir/$standing', undefined, { timeoutMs: 3000 }),
      site.clock.now(),
    )
  } catch (error) {
    if (!isOfTheHub(error)) throw error
  }
}

/** GET /fhir/Organization/$own-standing */
async function own({ site }: OperationContext): Promise<OperationAnswer> {
  await refreshed(site)
  const last = await ownStanding<Standing>(site.store)
  const skewMs = site.settings.hubUrl && site.keys.client ? line(site).skewMs() : 0
  return { json: { standing: last?.body ?? null, at: last?.at.toISOString() ?? null, skewMs } satisfies OwnStanding }
}

/** POST /fhir/Organization/$appeal-suspension {text}. Throws what the hub says, `hub-unreachable`, `conduct-reason-needed`. */
async function appeal(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const text = reasonOf(json, 'text')
  try {
    const standing = await line(site).json<Standing>('POST', '/fhir/$appeal', { text, by: caller.display })
    await putOwnStanding(site.store, standing, site.clock.now())
  } catch (error) {
    // The hub's own words reach the person who asked.
    if (error instanceof HubRefusal) return { status: error.status, json: error.body }
    if (isOfTheHub(error)) throw refuse(HUB_UNREACHABLE)
    throw error
  }
  await site.store.audit.record(caller, { action: 'operation', outcome: 'success', detail: 'appeal' })
  return own(context)
}

const organization = { level: 'type', type: 'Organization', permission: 'site.status' } as const

export const conductNodeOperations: readonly Operation[] = [
  { name: '$own-standing', ...organization, method: 'GET', body: 'none', handle: own },
  { name: '$appeal-suspension', ...organization, method: 'POST', body: 'json', bodyLimit: 16_384, handle: appeal },
]
