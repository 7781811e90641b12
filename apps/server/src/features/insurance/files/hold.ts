/** A file belongs to who judges it as long as he says so; nobody has to guess how long that may take. */
import type { Site } from '../../../site.ts'
import { codeOf } from './judge.ts'
import { holdFile } from './tables.ts'

export const HOLD_SECONDS = 12
/** A process that serves others may be silent for a while; who judges from memory has no second to take over from. */
export const LONG_HOLD_SECONDS = 60

/** Keeps the hold of a file alive until it is ended; `held` is false once somebody else has it. */
export function keepHold(site: Site, file: string, holder: string, seconds: number): { held(): boolean; end(): void } {
  let held = true
  const keep = setInterval(() => {
    holdFile(site.store, file, holder, seconds).then(
      (still) => {
        held = still
      },
      (error: unknown) => site.log.warn({ file, code: codeOf(error) }, 'a file could not be held'),
    )
  }, seconds * 333)
  keep.unref()
  return { held: () => held, end: () => clearInterval(keep) }
}
