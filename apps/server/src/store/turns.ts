/** Long work of the one thread a site has, in turns with everybody else's. */

/** So long others may wait. */
const TURN_MS = 20

/** Call it often: gives a promise to await when a turn is over, undefined before. */
export function turns(): () => Promise<void> | undefined {
  let end = performance.now() + TURN_MS
  return () => {
    if (performance.now() < end) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        end = performance.now() + TURN_MS
        resolve()
      })
    })
  }
}

/** Carries out work that comes in steps. */
export async function inTurns<T>(steps: Generator<undefined, T>, turn: () => Promise<void> | undefined): Promise<T> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value as T
    const wait = turn()
    if (wait) await wait
  }
}
