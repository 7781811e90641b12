/** The hub's operations: for nodes, and the console's lists for its operator. */
import { OutcomeError } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { facilities, giveDirectory, importDirectoryOperation, takeSlipKey } from '../directory/index.ts'
import { nodeContacts } from '../exchange/index.ts'
import { concerns, events } from './feed-out.ts'
import { documentBytes, submit } from './hub.ts'
import { transitionAtHub } from './hub-steps.ts'
import { urgentEvents, urgentParcel, urgentStep } from './hub-urgent.ts'
import { hubView } from './hub-view.ts'
import { worklist } from './worklist.ts'

const LOOKED_AT = 1000

/** Entries of the log a node has not taken yet and that concern it; what concerns others is no backlog of its own. */
async function waitingFor(site: Site, facility: string, cursor: string): Promise<number | null> {
  try {
    const page = await site.store.log.read(cursor, LOOKED_AT)
    return page.entries.filter((e) => concerns(e, facility)).length
  } catch (error) {
    // The node has not been heard of since the hub was restored: nobody knows what it has.
    if (error instanceof OutcomeError && error.code === 'cursor-unknown') return null
    throw error
  }
}

/** GET /fhir/$nodes: who was heard of when. */
async function nodes(context: OperationContext): Promise<OperationAnswer> {
  const { site } = context
  const contacts = new Map((await nodeContacts(site.store)).map((c) => [c.facility, c]))
  const rows = await Promise.all(
    (await facilities(site.store)).map(async (f) => {
      const contact = contacts.get(f.code)
      return {
        facility: f.code,
        name: f.name,
        lastSeen: contact?.seen_at.toISOString() ?? null,
        cursorLag: contact ? await waitingFor(site, f.code, contact.cursor ?? '') : null,
        accepted: contact?.accepted ?? 0,
        refused: contact?.refused ?? 0,
      }
    }),
  )
  return { json: { rows } }
}

const LARGEST_PARCEL = 25 * 1024 * 1024

export const hubOperations: readonly Operation[] = [
  {
    name: '$submit',
    level: 'system',
    method: 'POST',
    permission: 'exchange.submit',
    body: 'json',
    bodyLimit: LARGEST_PARCEL,
    urgent: urgentParcel,
    handle: submit,
  },
  {
    name: '$transition',
    level: 'type',
    type: 'Task',
    method: 'POST',
    permission: 'exchange.transition',
    body: 'json',
    urgent: urgentStep,
    handle: transitionAtHub,
  },
  { name: '$events', level: 'system', method: 'GET', permission: 'exchange.feed', body: 'none', urgent: urgentEvents, handle: events },
  { name: '$document', level: 'system', method: 'GET', permission: 'exchange.feed', body: 'none', handle: documentBytes },
  { name: '$directory', level: 'system', method: 'GET', permission: 'directory.read', body: 'none', handle: giveDirectory },
  {
    name: '$slip-key',
    level: 'type',
    type: 'Organization',
    method: 'POST',
    permission: 'exchange.submit',
    body: 'json',
    bodyLimit: 4096,
    handle: takeSlipKey,
  },
  {
    name: '$import-directory',
    level: 'type',
    type: 'Organization',
    method: 'POST',
    permission: 'hub.console',
    body: 'json',
    handle: importDirectoryOperation,
  },
  { name: '$worklist', level: 'type', type: 'Task', method: 'GET', permission: 'hub.console', body: 'none', handle: worklist },
  { name: '$view', level: 'instance', type: 'Task', method: 'GET', permission: 'hub.console', body: 'none', handle: hubView },
  { name: '$nodes', level: 'system', method: 'GET', permission: 'hub.console', body: 'none', handle: nodes },
]
