/** Operations of the exchange page. The owner of the threads gives their names and the line to the hub. */
import type { Operation } from '../../../feature.ts'
import type { Site } from '../../../site.ts'
import type { HubClient } from '../hub-client.ts'
import { alertClear, alertHistory, alertList } from './alerts.ts'
import { exchangeState, message, messages } from './messages.ts'
import { ownReconcile } from './reconcile.ts'
import { replay, replayList } from './replay.ts'
import type { ThreadNames } from './rows.ts'
import { type OnSettled, settleLetter } from './settle.ts'

const read = (name: string, handle: Operation['handle']): Operation => ({
  name,
  level: 'system',
  method: 'GET',
  permission: 'exchange.page',
  body: 'none',
  handle,
})
const act = (name: string, handle: Operation['handle']): Operation => ({
  name,
  level: 'system',
  method: 'POST',
  permission: 'exchange.act',
  body: 'json',
  bodyLimit: 1_048_576,
  handle,
})

/** Alerts and what was replayed stand at every site. */
export const alertOperations: readonly Operation[] = [
  read('$alerts', alertList),
  read('$alert-story', alertHistory),
  act('$alert-clear', alertClear),
  read('$exchange-replays', replayList),
]

/** A facility's page. */
export function pageOperations(names: ThreadNames, line: (site: Site) => HubClient, onSettled: OnSettled): readonly Operation[] {
  return [
    read('$exchange-state', exchangeState),
    read('$exchange-messages', messages(names)),
    read('$exchange-message', message(names)),
    read('$reconcile', ownReconcile),
    act('$exchange-settle', settleLetter(names, onSettled)),
    act('$exchange-replay', replay(line)),
  ]
}
