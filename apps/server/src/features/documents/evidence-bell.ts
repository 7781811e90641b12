/** Rung when a question about a signature was left, so that the evidence worker of the site asks it at once. */
import type { Site } from '../../site.ts'

interface Bell {
  rung: boolean
  wake: (() => void) | undefined
}

const bells = new WeakMap<Site, Bell>()

function bellOf(site: Site): Bell {
  const known = bells.get(site) ?? { rung: false, wake: undefined }
  bells.set(site, known)
  return known
}

/** There is something to ask. */
export function ringEvidence(site: Site): void {
  const bell = bellOf(site)
  bell.rung = true
  bell.wake?.()
}

/** Resolves when the bell was rung since the last time, or after `ms`. One waits at a time. */
export function untilAsked(site: Site, ms: number, signal: AbortSignal): Promise<void> {
  const bell = bellOf(site)
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      bell.wake = undefined
      bell.rung = false
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
    bell.wake = end
    if (bell.rung || signal.aborted) end()
  })
}
