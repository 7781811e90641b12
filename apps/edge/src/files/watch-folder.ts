/** One watched folder: takes what is whole, hands it to the site, lays the answers down, and tells how it is; each by itself. */
import { hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { EdgeTrouble } from '../trouble.ts'
import { type HandParts, hander } from './hand.ts'
import { codeOf } from './sighting.ts'
import { type TakeParts, taker } from './take.ts'

const EVERY_MS = 1000
const TELL_MS = 30_000

/** Runs until stopped; what was taken goes on at the next start. */
export async function watchFolder(parts: TakeParts & HandParts, signal: AbortSignal): Promise<void> {
  const { taken, drop, door, say } = parts
  const take = taker(parts)
  const hand = hander(parts)
  /** What keeps each of the two from its work, by its code. */
  const trouble: { look?: string | undefined; hand?: string | undefined } = {}
  let looked = performance.now()

  async function again(what: 'look' | 'hand', turn: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        await turn()
        if (trouble[what]) say('well', { what })
        trouble[what] = undefined
      } catch (error) {
        if (signal.aborted) return
        // The share is away, the disk is full: nothing is lost, the next turn tries again.
        const code = codeOf(error)
        const { message } = error as Error
        if (code !== trouble[what])
          say('trouble', { what, code, ...(error instanceof EdgeTrouble ? { vi: error.vi, en: message } : { message }) })
        trouble[what] = code
      }
      await rest(EVERY_MS)
    }
  }

  async function tell(): Promise<void> {
    while (!signal.aborted) {
      const { count, oldest } = taken.waiting()
      const what = trouble.look ?? trouble.hand
      const told = {
        host: hostname(),
        waiting: count + drop.lying(),
        lookedSeconds: Math.round((performance.now() - looked) / 1000),
        ...(oldest ? { oldestSeconds: Math.max(0, Math.round((parts.now().getTime() - Date.parse(oldest)) / 1000)) } : {}),
        ...(what ? { trouble: what } : {}),
      }
      // The site is away: its silence is seen there.
      await door.tell(told, signal).catch(() => undefined)
      await rest(TELL_MS)
    }
  }

  const rest = (ms: number): Promise<unknown> => delay(ms, undefined, { signal }).catch(() => undefined)
  const look = again('look', async () => {
    await take()
    looked = performance.now()
  })
  await Promise.all([look, again('hand', () => hand(signal)), tell()])
}
