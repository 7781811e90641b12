/** Wakes one loop: rung while nobody listens, it is heard at once. */
import { setTimeout as delay } from 'node:timers/promises'

export interface Bell {
  ring(): void
  /** Resolves at the next ring, at once when it rang since the last time, or after `ms`. */
  heard(ms: number): Promise<void>
}

export function makeBell(): Bell {
  let rung = false
  let wake: () => void = () => undefined
  return {
    ring() {
      rung = true
      wake()
    },
    async heard(ms) {
      if (!rung) {
        const quiet = new AbortController()
        wake = () => quiet.abort()
        await delay(ms, undefined, { signal: quiet.signal }).catch(() => undefined)
      }
      rung = false
    },
  }
}
