/**
 * Whether the hub can be reached, known once per node. While it cannot, one caller at a time tries it, after pauses that
 * grow to a third of a minute with jitter; everybody else waits without dialling. So an outage costs the province less
 * traffic than a working day, and it ends for all callers of a node at the same moment.
 */
import { setTimeout as delay } from 'node:timers/promises'

const FIRST_PAUSE_MS = 400
/** With jitter 10 to 20 s: fewer requests than the polls of a node whose line is up. */
const LONGEST_PAUSE_MS = 20_000

/** One permitted use of the line; says afterwards whether the hub answered. */
export type Dialling = (answered: boolean) => void

export interface Gate {
  readonly up: boolean
  /** Null while the line is down and it is nobody's turn to try. Who gets one must say how it ended. */
  take(): Dialling | null
  /** Resolves at once while the line is up, else when it is back or somebody may try. */
  turn(signal: AbortSignal): Promise<void>
}

/** A line that is believed to be up until it is not. */
export function openGate(): Gate {
  let failures = 0
  let trying = false
  let nextTry = 0
  let changed = new AbortController()

  function change(): void {
    const old = changed
    changed = new AbortController()
    old.abort()
  }

  /** Never shorter than half the window: full jitter would let one try in ten follow at once. */
  const pause = (): number => Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10)) * (0.5 + Math.random() / 2)

  return {
    get up() {
      return failures === 0
    },
    take() {
      const probe = failures > 0
      if (probe && (trying || performance.now() < nextTry)) return null
      if (probe) trying = true
      return (answered) => {
        if (probe) trying = false
        if (answered) failures = 0
        // Of requests that were under way together when the line fell one counts.
        else if (probe || failures === 0) {
          failures += 1
          nextTry = performance.now() + pause()
        }
        change()
      }
    },
    async turn(signal) {
      while (failures > 0 && !signal.aborted) {
        const left = nextTry - performance.now()
        if (left <= 0 && !trying) return
        const wait = trying ? LONGEST_PAUSE_MS : left
        await delay(wait, undefined, { signal: AbortSignal.any([signal, changed.signal]) }).catch(() => undefined)
      }
    },
  }
}
