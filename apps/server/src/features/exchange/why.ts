/** Why a try failed: a code that stays, and the words of whoever refused it. */
import { definedOutcomes, findingText, OutcomeError } from '@yba/fhir'
import { HubFault, HubRefusal, unreachableBecause } from './hub-client.ts'
import type { Words } from './tables/tries.ts'

const LONGEST = 500

export interface Why {
  code: string
  words: Words
}

interface Issue {
  details?: { text?: unknown }
  diagnostics?: unknown
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value.slice(0, LONGEST) : undefined)

/** The hub answers in one language; the other is ours when we know the code and its words have no gaps. */
function hubWords(code: string, body: unknown): Words {
  const issue = (body as { issue?: Issue[] } | null)?.issue?.[0]
  const ours = definedOutcomes().find((d) => d.code === code)
  const whole = (words: string | undefined): string | undefined => (words && !words.includes('{') ? words : undefined)
  const vi = text(issue?.details?.text)
  const cure = text(issue?.diagnostics)
  const [en, cureEn] = [whole(ours?.en), whole(ours?.cure.en)]
  return {
    ...(vi ? { vi } : {}),
    ...(en ? { en } : {}),
    cure: { ...(cure ? { vi: cure } : {}), ...(cureEn ? { en: cureEn } : {}) },
  }
}

/** What is known of a failure. Words of unforeseen errors stay out: they may quote records. */
export function whyOf(error: unknown): Why {
  if (error instanceof HubRefusal || error instanceof HubFault) return { code: error.code, words: hubWords(error.code, error.body) }
  const because = unreachableBecause(error)
  if (because) return { code: because, words: {} }
  if (error instanceof OutcomeError && error.findings[0]) {
    const { code, vi, en, cure } = findingText(error.findings[0])
    return { code, words: { vi, en, cure } }
  }
  const code = (error as { code?: unknown } | null)?.code
  return { code: typeof code === 'string' ? code.slice(0, 60) : 'exception', words: {} }
}
