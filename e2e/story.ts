/** A test told in steps: each is a subtest, and after one that failed the rest is not tried. */

import { test } from 'node:test'

/** `note` prints a line beside the step: what was measured, and what that does not show. */
export type Tell = (sentence: string, act: (note: (line: string) => void) => Promise<void>) => Promise<void>

export interface StoryOptions {
  timeout: number
  /** Told once, when a step failed. */
  broken?(): Promise<void>
}

/** @param end runs whatever happened */
export function story(title: string, options: StoryOptions, tell: (step: Tell) => Promise<void>, end: () => Promise<void>): void {
  test(title, { timeout: options.timeout }, async (t) => {
    let broken = false
    try {
      await tell(async (sentence, act) => {
        await t.test(sentence, { skip: broken ? 'an earlier step failed' : false }, async (step) => {
          try {
            await act((line) => step.diagnostic(line))
          } catch (error) {
            broken = true
            await options.broken?.()
            throw error
          }
        })
      })
    } finally {
      await end()
    }
  })
}
