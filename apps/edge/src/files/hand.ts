/** From the store to the site, in the order the files came, and the answers back. */
import { answerText, type Verdict } from './answer.ts'
import type { DropFolder } from './drop-folder.ts'
import { codeOf } from './sighting.ts'
import type { Later, Reply, SiteDoor } from './site-door.ts'
import type { Spool } from './spool.ts'
import type { Taken, TakenStore } from './tables.ts'

export interface HandParts {
  drop: DropFolder
  taken: TakenStore
  spool: Spool
  door: SiteDoor
  say(what: string, about?: Record<string, unknown>): void
  now(): Date
}

const LONGEST_WAIT_MS = 60_000
/** After so many failures that are this file's own others go past it, and it is tried rarely. */
const TRIES = 5
const RARELY_MS = 300_000
/** Between two questions about a file that the site is judging; a large one takes minutes. */
const ASK_MS = 2000

/** One pass over what is open. Throws what the folder throws when an answer cannot be laid into it. */
export function hander({ drop, taken, spool, door, say, now }: HandParts): (signal: AbortSignal) => Promise<void> {
  /** When a row may be tried again, by the steady clock. */
  const notBefore = new Map<number, number>()
  let lineDown = 0
  let trouble = ''

  function later(row: Taken, { because, ofThisFile, waitMs }: Later): void {
    const tries = row.tries + 1
    taken.set(row.id, { tries, lastError: because })
    if (because !== trouble) say('waiting', { file: row.name, because })
    trouble = because
    if (ofThisFile && tries >= TRIES) notBefore.set(row.id, performance.now() + RARELY_MS)
    else lineDown = performance.now() + (waitMs ?? Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(tries, 10)))
  }

  async function judged(row: Taken, verdict: Verdict): Promise<void> {
    await spool.keepAnswer(row.id, answerText(row, verdict, taken.timesBefore(row) + 1, now()))
    taken.set(row.id, { state: 'answered' })
    if (!taken.isWanted(row.sha256)) await spool.drop(row.sha256)
    await lay(row)
  }

  async function lay(row: Taken): Promise<void> {
    await drop.own(taken)
    await drop.layAnswer(row.name, spool.answer(row.id))
    taken.set(row.id, { state: 'done' })
    await spool.dropAnswer(row.id)
    say('answered', { file: row.name })
  }

  async function replied(row: Taken, reply: Reply): Promise<void> {
    if (reply.kind === 'later') return later(row, reply)
    trouble = ''
    notBefore.delete(row.id)
    if (reply.kind === 'judged') return judged(row, reply.verdict)
    notBefore.set(row.id, performance.now() + ASK_MS)
    if (row.state === 'sent') return
    taken.set(row.id, { state: 'sent', received: reply.received, tries: 0 })
    say('sent', { file: row.name, received: reply.received })
  }

  /** What the site has is asked after; a site that does not know it any more (restored) gets it again. */
  async function forward(row: Taken, signal: AbortSignal): Promise<void> {
    if (row.state !== 'sent') return replied(row, await door.send(row, spool.path(row.sha256), deliveryOf(taken.edge, row), signal))
    const reply = await door.ask(row.received ?? '', signal)
    if (reply.kind === 'later' && reply.because.startsWith('404')) taken.set(row.id, { state: 'taken' })
    else await replied(row, reply)
  }

  return async (signal) => {
    let unlaid: unknown
    for (const row of taken.open()) {
      if (signal.aborted) return
      try {
        if (row.state === 'answered') await lay(row)
        else if ((notBefore.get(row.id) ?? 0) <= performance.now()) await forward(row, signal)
      } catch (error) {
        // The line broke in the middle of an answer, or the folder does not take it: the others go on.
        if (!signal.aborted) unlaid = error
        notBefore.set(row.id, performance.now() + ASK_MS)
        say('trouble', { file: row.name, code: codeOf(error) })
      }
      if (lineDown > performance.now()) break
    }
    if (unlaid) throw unlaid
  }
}

const deliveryOf = (edge: string, row: Taken): string => `${edge}/${row.id}`
