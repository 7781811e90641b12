/** The state of a joining from the acts that were taken, in order. Pure: nothing is kept that the acts do not say. */
import type { ActKind, ActView, Agreement, JoiningKey, Step, TestResult } from './contract.ts'
import { NEEDED_TESTS, STEPS } from './contract.ts'

export interface Act {
  act: ActKind
  facts: Record<string, unknown>
  by: string
  at: Date
}

export interface Progress {
  state: 'joining' | 'live' | 'withdrawn'
  done: Step[]
  next?: Step
  agreement?: Agreement
  /** `jwk`: of a request that waits for its fingerprint, or was confirmed. */
  key?: JoiningKey & { jwk: Record<string, unknown>; confirmed: boolean }
  tests: TestResult[]
  testedAt?: string
}

const fresh = (): Progress => ({ state: 'joining', done: ['facility'], tests: [] })

function after(before: Progress, { act, facts, at }: Act): Progress {
  switch (act) {
    case 'open':
      return fresh()
    case 'agreement':
      return { ...before, agreement: facts as unknown as Agreement }
    case 'key':
      // What was tested was tested with another key.
      return { ...before, key: { ...(facts as unknown as NonNullable<Progress['key']>), confirmed: false }, tests: [] }
    case 'key-refused': {
      const { key: _, ...rest } = before
      return { ...rest, tests: [] }
    }
    case 'key-confirmed':
      return before.key ? { ...before, key: { ...before.key, fingerprint: String(facts.fingerprint), confirmed: true } } : before
    case 'tested':
      return { ...before, tests: facts.tests as TestResult[], testedAt: at.toISOString() }
    case 'live':
      return { ...before, state: 'live' }
    case 'withdraw':
      return { ...before, state: 'withdrawn' }
  }
}

const passed = (tests: readonly TestResult[]): boolean => NEEDED_TESTS.every((name) => tests.some((t) => t.name === name && t.ok))

/** Where a joining stands; undefined before it was opened. */
export function progressOf(acts: readonly Act[]): Progress | undefined {
  if (acts.length === 0) return undefined
  const now = acts.reduce(after, fresh())
  const done: Record<Step, boolean> = {
    facility: true,
    agreement: now.agreement !== undefined,
    key: now.key?.confirmed === true,
    tests: now.key?.confirmed === true && passed(now.tests),
    decision: now.state === 'live',
  }
  const next = now.state === 'joining' ? STEPS.find((step) => !done[step]) : undefined
  return { ...now, done: STEPS.filter((step) => done[step]), ...(next ? { next } : {}) }
}

/** What an act says for itself in the story. */
export function storyOf(acts: readonly Act[]): ActView[] {
  return acts.map(({ act, facts, by, at }) => {
    const { number, compared, reason, tests } = facts as { number?: string; compared?: string; reason?: string; tests?: TestResult[] }
    const failed = (tests ?? []).filter((t) => !t.ok).map((t) => `${t.name}: ${t.detail}`)
    return { act, at: at.toISOString(), by, words: number ?? compared ?? reason ?? failed.join('; ') }
  })
}
