/** What the hub refused is kept beside what it took: who sent it, about which slip, in which words, how often. */
import { findingText, OutcomeError } from '@yba/fhir'
import type { Operation, OperationContext } from '../../feature.ts'
import { noteContact, quarantine, recordTry } from '../exchange/index.ts'
import { REOFFER_EARLY } from './reoffer.ts'

const NUMBER = /^[^\p{C}]{1,100}$/u

/** The slip a message says it is about; '' when it does not say it in a form that can be kept. */
function numberOf(json: unknown): string {
  const number = (json as { thread?: { number?: unknown } } | null)?.thread?.number
  return typeof number === 'string' && NUMBER.test(number) ? number : ''
}

/** The operation, with each refusal counted for its node. The sender is answered as before. */
export function countingRefusals(operation: Operation): Operation {
  const handle = async (context: OperationContext) => {
    try {
      return await operation.handle(context)
    } catch (error) {
      const [first] = error instanceof OutcomeError && error.http < 500 ? error.findings : []
      // What comes again after a restore before what it follows is asked to wait, not refused.
      if (first && first.definition !== REOFFER_EARLY) {
        const { site, caller, json } = context
        const { code, vi, en, cure } = findingText(first)
        const now = site.clock.now()
        await recordTry(site.store, 'hub', `${caller.facility}|${numberOf(json)}`, code, { vi, en, cure }, now)
        noteContact(site, caller.facility, { refused: 1 })
        await quarantine(context, operation.name, first)
      }
      throw error
    }
  }
  return { ...operation, handle }
}
