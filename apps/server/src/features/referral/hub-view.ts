/** What the hub's operator sees of a thread: who, where, since when, verdicts. No clinical content. */
import { onBehalf } from '../../access/index.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import { documentViews } from '../documents/index.ts'
import { referralRows } from './rows.ts'
import { loadHistory } from './tables.ts'
import { taskFacts } from './task.ts'

/** GET /fhir/Task/{id}/$view at the hub. */
export async function hubView(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, id } = context
  const store = site.store.as(onBehalf(caller))
  const stored = await store.read('Task', id)
  const task = taskFacts(stored.resource())
  const [row] = await referralRows(site, [stored])
  const documents = await documentViews(site, store, [...task.input, ...task.output])
  const history = await loadHistory(site.store, { issuer: task.issuer.code, number: task.number }, 'hub')
  return { json: { ...row, diagnosis: '', documents, history, hub: true } }
}
