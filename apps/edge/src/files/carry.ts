/** One watched folder: takes what is whole, hands it to the site in the order it came, lays the answers down. */
import { setTimeout as delay } from 'node:timers/promises'
import { answerFile } from './answer.ts'
import type { DropFolder } from './drop-folder.ts'
import type { SiteDoor } from './site-door.ts'
import { sha256, type Taken, type TakenStore } from './tables.ts'

export interface Carrier {
  /** Runs until stopped; what was taken goes on at the next start. */
  run(signal: AbortSignal): Promise<void>
}

export interface CarrierParts {
  drop: DropFolder
  taken: TakenStore
  door: SiteDoor
  /** One line per thing that happened; holds names of files, never of patients. */
  say(what: string, about?: Record<string, unknown>): void
  everyMs?: number
  now?: () => Date
}

type Parts = Required<CarrierParts>

/** Files taken between two looks at the door. */
const MOST_AT_ONCE = 200
const LONGEST_WAIT_MS = 60_000
/** After so many failures that are this file's own others go past it, and it is tried rarely. */
const TRIES = 5
const RARELY_MS = 300_000

/** From the drop folder into the store, then out of the HIS's way. */
function taker({ drop, taken, say, now }: Parts) {
  /** What lies in the drop folder and could not be moved is not taken twice. */
  const wanted = (name: string, seen: { size: number; mtimeMs: number }) => taken.lyingThere(name, seen) === undefined

  function moveAway(row: Taken): void {
    const place = drop.lies(row.name, row) ? drop.archive(row.name, localDay(now())) : ''
    if (place === null) return
    taken.set(row.id, { archived: place })
    if (place === '') return
    // Its owner may have written once more between our reading and the move: that is another file.
    const there = drop.read(place)
    if (!there || sha256(there.bytes) === row.sha256) return
    const newer = taken.keep(row.name, there.bytes, there.seen, now())
    taken.set(newer.id, { archived: place })
    say('taken', { file: newer.name, bytes: there.bytes.length })
  }

  function take(): number {
    let count = 0
    for (const ripe of drop.ripe(wanted)) {
      drop.forgetAnswer(ripe.name)
      const row = taken.keep(ripe.name, ripe.bytes, ripe.seen, now())
      say('taken', { file: row.name, bytes: ripe.bytes.length })
      moveAway(row)
      if (++count >= MOST_AT_ONCE) break
    }
    return count
  }
  return { take, moveAway }
}

/** From the store to the site, in the order the files came, and the answers back. */
function hander({ drop, taken, door, say, now }: Parts) {
  /** When a row may be tried again, by the steady clock. */
  const notBefore = new Map<number, number>()
  let lineDown = 0
  let trouble = ''

  function later(row: Taken, reply: { because: string; waitMs?: number; ofThisFile: boolean }): 'on' | 'wait' {
    const tries = row.tries + 1
    taken.set(row.id, { tries, lastError: reply.because })
    if (reply.because !== trouble) say('waiting', { file: row.name, because: reply.because })
    trouble = reply.because
    if (reply.ofThisFile && tries >= TRIES) {
      notBefore.set(row.id, performance.now() + RARELY_MS)
      return 'on'
    }
    lineDown = performance.now() + (reply.waitMs ?? Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)))
    return 'wait'
  }

  function lay(row: Taken): void {
    drop.answer(row.name, row.answer ?? '')
    taken.set(row.id, { state: 'done' })
    say('answered', { file: row.name, result: (JSON.parse(row.answer ?? '{}') as { ketQua?: string }).ketQua })
  }

  async function hand(row: Taken, signal: AbortSignal): Promise<'on' | 'wait'> {
    const time = performance.now()
    if (lineDown > time) return 'wait'
    if ((notBefore.get(row.id) ?? 0) > time) return 'on'
    const reply = await door.post(row.name, taken.bytesOf(row), signal)
    if (signal.aborted) return 'wait'
    if (reply.kind === 'later') return later(row, reply)
    trouble = ''
    notBefore.delete(row.id)
    const answer = answerFile(row, reply.answer, taken.timesBefore(row) + 1, now())
    taken.set(row.id, { state: 'answered', answer })
    lay({ ...row, answer })
    return 'on'
  }
  return { hand, lay }
}

export function carrier(given: CarrierParts): Carrier {
  const parts: Parts = { everyMs: 1000, now: () => new Date(), ...given }
  const { taken, say, everyMs } = parts
  const { take, moveAway } = taker(parts)
  const { hand, lay } = hander(parts)

  async function forward(signal: AbortSignal): Promise<void> {
    for (const row of taken.open()) {
      if (signal.aborted) return
      if (row.archived === null) moveAway(row)
      if (row.state === 'answered') lay(row)
      else if ((await hand(row, signal)) === 'wait') return
    }
  }

  return {
    async run(signal) {
      let said = ''
      while (!signal.aborted) {
        let more = 0
        try {
          more = take()
          await forward(signal)
          said = ''
        } catch (error) {
          // The share is away, the disk is full: nothing is lost, the next look tries again.
          const code = (error as { code?: string }).code ?? (error as Error).name
          if (code !== said) say('trouble', { code })
          said = code
        }
        if (more < MOST_AT_ONCE) await delay(everyMs, undefined, { signal }).catch(() => undefined)
      }
    },
  }
}

/** The day in Vietnam, for the archive's folders. */
const localDay = (at: Date): string => new Date(at.getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
