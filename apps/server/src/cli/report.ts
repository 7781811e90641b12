/** Refusals on the console: one sentence with its cure, in the asked language first. */

import { findingText, OutcomeError } from '@yba/fhir'
import type { Lang } from './text.ts'

/** Prints the error; expected ones as sentences, others with their stack. */
export function report(error: unknown, lang: Lang): void {
  if (!(error instanceof OutcomeError)) {
    console.error(error instanceof Error ? error.stack : error)
    return
  }
  for (const one of error.findings) {
    const text = findingText(one)
    const [first, second] = lang === 'vi' ? (['vi', 'en'] as const) : (['en', 'vi'] as const)
    console.error(`✖ ${text[first]} ${text.cure[first]}`)
    console.error(`  ${text[second]} ${text.cure[second]}`)
    console.error(`  [${text.code}]`)
  }
}
