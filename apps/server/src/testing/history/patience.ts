/**
 * Waits with a name and a deadline. What does not come in time ends the whole run, and the error says what was waited for
 * and what else was waited for at that moment: a driver that only stops asking tells nobody why.
 */
import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

export interface Patience {
  /** What `work` gives; an error once `ms` have passed. The name may tell how things stand. */
  within<T>(what: string | (() => string), ms: number, work: () => Promise<T>): Promise<T>
  /** Throws what the run was ended with, at once. */
  pause(ms: number): Promise<void>
  /** Ends every wait of the run with this error, now and later; the first one counts. */
  end(error: Error): void
  /** What is waited for now, longest first. */
  waits(): string[]
}

const TOLD = 12

export function newPatience(): Patience {
  const over = new AbortController()
  setMaxListeners(0, over.signal)
  const open = new Set<{ what: string | (() => string); since: number }>()

  const waits = (): string[] =>
    [...open].map(
      ({ what, since }) => `${((performance.now() - since) / 1000).toFixed(0)} s for ${typeof what === 'string' ? what : what()}`,
    )

  const late = (error: string): Error =>
    new Error([error, ...waits().slice(0, TOLD), ...(open.size > TOLD ? [`and ${open.size - TOLD} more`] : [])].join('\n  waiting '))

  const patience: Patience = {
    async within(what, ms, work) {
      over.signal.throwIfAborted()
      const wait = { what, since: performance.now() }
      open.add(wait)
      const { promise: ended, reject } = Promise.withResolvers<never>()
      const stop = (): void => reject(over.signal.reason)
      over.signal.addEventListener('abort', stop)
      const timer = setTimeout(() => patience.end(late(`not within ${ms / 1000} s: ${typeof what === 'string' ? what : what()}`)), ms)
      try {
        return await Promise.race([work(), ended])
      } finally {
        clearTimeout(timer)
        over.signal.removeEventListener('abort', stop)
        open.delete(wait)
      }
    },
    async pause(ms) {
      await delay(ms, undefined, { signal: over.signal }).catch(() => over.signal.throwIfAborted())
    },
    end: (error) => over.abort(error),
    waits,
  }
  return patience
}

/**
 * Ends a run in which nothing was finished for `ms`, whatever it waits for: `done` counts. Gives what stops the watching.
 */
export function watchProgress(patience: Patience, ms: number, done: () => number): () => void {
  let [last, at] = [done(), performance.now()]
  const timer = setInterval(
    () => {
      if (done() !== last) [last, at] = [done(), performance.now()]
      else if (performance.now() - at > ms)
        patience.end(new Error([`nothing was finished for ${ms / 1000} s`, ...patience.waits().slice(0, TOLD)].join('\n  waiting ')))
    },
    Math.min(1_000, ms),
  )
  return () => clearInterval(timer)
}
