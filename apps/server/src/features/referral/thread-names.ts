/** Whose referral a message belongs to, for who may read referrals; the store's rules decide, and the audit keeps who saw it. */
import type { Store } from '../../store/types.ts'
import type { ThreadKey } from '../exchange/contract.ts'
import { taskFacts, taskIdentifierSystem } from './task.ts'

const AT_ONCE = 40

/** `issuer|number` → local Task, person and state. Empty for a caller without `referral.read`. */
export async function threadNames(
  store: Store,
  threads: readonly ThreadKey[],
): Promise<Map<string, { id: string; patient: string; state: string }>> {
  const found = new Map<string, { id: string; patient: string; state: string }>()
  if (!store.caller.permissions.has('referral.read')) return found
  const wanted = [...new Map(threads.map((t) => [`${t.issuer}|${t.number}`, t])).values()]
  for (let i = 0; i < wanted.length; i += AT_ONCE) {
    const tokens = wanted.slice(i, i + AT_ONCE).map((t) => `${taskIdentifierSystem(t.issuer)}|${escaped(t.number)}`)
    const page = await store.search('Task', `identifier=${encodeURIComponent(tokens.join(','))}&_count=${AT_ONCE * 2}`)
    for (const stored of page.entries) {
      const task = taskFacts(stored.resource())
      found.set(`${task.issuer.code}|${task.number}`, { id: stored.id, patient: task.person.name, state: task.state })
    }
  }
  return found
}

/** `,` `|` `$` and `\` mean something inside a token. */
const escaped = (value: string): string => value.replace(/[\\,|$]/g, '\\$&')
