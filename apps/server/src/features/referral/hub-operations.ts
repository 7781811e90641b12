/** The hub's operations: for nodes, and the console's lists for its operator. */
import type { Operation } from '../../feature.ts'
import { giveDirectory, giveRegister, importDirectoryOperation, takeSlipKey } from '../directory/index.ts'
import { quarantineOperations, takeClientKey } from '../exchange/index.ts'
import { events, oneThread } from './feed-out.ts'
import { documentBytes, manyDocuments, submit } from './hub.ts'
import { consoleOperations } from './hub-console.ts'
import { transitionsAtHub } from './hub-many.ts'
import { countingRefusals } from './hub-refusals.ts'
import { reconciled, reconcileView, threads } from './hub-resync.ts'
import { transitionAtHub } from './hub-steps.ts'
import { urgentDocument, urgentEvents, urgentParcel, urgentStep } from './hub-urgent.ts'
import { hubView } from './hub-view.ts'
import { worklist } from './worklist.ts'

const LARGEST_PARCEL = 25 * 1024 * 1024

export const hubOperations: readonly Operation[] = [
  ...quarantineOperations({ $submit: submit, $transition: transitionAtHub }),
  countingRefusals({
    name: '$submit',
    level: 'system',
    method: 'POST',
    permission: 'exchange.submit',
    body: 'json',
    bodyLimit: LARGEST_PARCEL,
    urgent: urgentParcel,
    handle: submit,
  }),
  countingRefusals({
    name: '$transition',
    level: 'type',
    type: 'Task',
    method: 'POST',
    permission: 'exchange.transition',
    body: 'json',
    urgent: urgentStep,
    handle: transitionAtHub,
  }),
  {
    name: '$transitions',
    level: 'type',
    type: 'Task',
    method: 'POST',
    permission: 'exchange.transition',
    body: 'json',
    handle: transitionsAtHub,
  },
  { name: '$events', level: 'system', method: 'GET', permission: 'exchange.feed', body: 'none', urgent: urgentEvents, handle: events },
  { name: '$thread', level: 'system', method: 'GET', permission: 'exchange.feed', body: 'none', handle: oneThread },
  {
    name: '$document',
    level: 'system',
    method: 'GET',
    permission: 'exchange.feed',
    body: 'none',
    urgent: urgentDocument,
    handle: documentBytes,
  },
  {
    name: '$documents',
    level: 'system',
    method: 'GET',
    permission: 'exchange.feed',
    body: 'none',
    handle: manyDocuments,
  },
  {
    name: '$directory',
    level: 'system',
    method: 'GET',
    permission: 'directory.read',
    body: 'none',
    whileSuspended: true,
    handle: giveDirectory,
  },
  {
    name: '$directory-register',
    level: 'system',
    method: 'GET',
    permission: 'directory.read',
    body: 'none',
    whileSuspended: true,
    handle: giveRegister,
  },
  { name: '$threads', level: 'system', method: 'GET', permission: 'exchange.feed', body: 'none', handle: threads },
  {
    name: '$reconciled',
    level: 'system',
    method: 'POST',
    permission: 'exchange.feed',
    body: 'json',
    bodyLimit: 8_388_608,
    handle: reconciled,
  },
  { name: '$reconcile', level: 'system', method: 'GET', permission: 'hub.console', body: 'none', handle: reconcileView },
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
    name: '$client-key',
    level: 'type',
    type: 'Organization',
    method: 'POST',
    permission: 'exchange.submit',
    body: 'json',
    bodyLimit: 4096,
    handle: takeClientKey,
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
  ...consoleOperations,
]
