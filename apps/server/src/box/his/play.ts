/**
 * Plays the script of a hospital's own system against a watched folder: files in, answers out. It knows nothing of us but the
 * folder; who stands at its desk it is told, as a receptionist sees who comes in.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Comer, type HisMove, type HisVisit, hisBytes, hisVisit } from '@yba/people'

export interface HisOptions {
  /** The watched folder: files go in, `….ket-qua.json` comes out. */
  folder: string
  facility: string
  seed: number
  /** Milliseconds of ours for a minute of the hospital's day; only waiting is shortened, the files tell the time of the clock. */
  msPerMinute: number
  /** Who stands at the desk with a slip now. */
  comers(): Promise<readonly Comer[]>
  now(): Date
  told(line: string): void
  signal: AbortSignal
}

const LOOK_MINUTES = 5
/** A half-written file is finished after so long. */
const HALF_MINUTES = 3
const ANSWER_MINUTES = 240
const SEEDS = 1000

interface Playing extends HisOptions {
  visits: HisVisit[]
  /** Bytes of what was written before: the same file again is the same to the byte. */
  written: Map<string, Buffer>
}

/** Runs until the signal: whoever comes is registered, treated and discharged by files. Ends when all visits have ended. */
export async function playHis(options: HisOptions): Promise<void> {
  const play: Playing = { ...options, visits: [], written: new Map() }
  const known = new Set<string>()
  const running: Promise<void>[] = []
  while (!options.signal.aborted) {
    for (const comer of await options.comers()) {
      const key = `${comer.slip.issuer}|${comer.slip.number}`
      if (known.has(key)) continue
      known.add(key)
      const seed = (options.seed * SEEDS + known.size) % 1_000_000
      const visit = hisVisit(seed, options.facility, comer, wholeMinute(options.now()))
      play.visits.push(visit)
      options.told(`${comer.slip.number}: ${visit.kind}, ${visit.moves.map((m) => m.file).join(' → ')}`)
      running.push(treat(play, visit))
    }
    await pause(play, LOOK_MINUTES)
  }
  await Promise.all(running)
}

/** Claims tell minutes; nobody came later than the minute says. */
const wholeMinute = (at: Date): Date => new Date(Math.floor(at.getTime() / 60_000) * 60_000)

const pause = (play: Playing, minutes: number): Promise<unknown> =>
  delay(minutes * play.msPerMinute, undefined, { signal: play.signal }).catch(() => undefined)

async function treat(play: Playing, visit: HisVisit): Promise<void> {
  for (const move of visit.moves) {
    await pause(play, move.after)
    if (play.signal.aborted) return
    await drop(play, visit, move)
    const answer = await answerTo(play, move.name)
    play.told(`${move.name}: ${answer}`)
  }
}

async function drop(play: Playing, visit: HisVisit, move: HisMove): Promise<void> {
  const key = `${visit.seed}/${move.file}`
  const bytes = play.written.get(key) ?? hisBytes(visit, move.file, play.now(), checkedIn(play))
  play.written.set(key, bytes)
  const place = join(play.folder, move.name)
  if (move.how === 'half') {
    const middle = Math.floor(bytes.length / 2)
    writeFileSync(place, bytes.subarray(0, middle))
    await pause(play, HALF_MINUTES)
    return appendFileSync(place, bytes.subarray(middle))
  }
  if (move.how === 'whole') return writeFileSync(place, bytes)
  writeFileSync(`${place}.tmp`, bytes)
  renameSync(`${place}.tmp`, place)
}

/** Whose stay the system has opened with us: their numbers can be mistaken for another's. */
const checkedIn = (play: Playing): HisVisit[] => play.visits.filter((v) => play.written.has(`${v.seed}/check-in`))

/** What the folder answered to a file: `nhan`, `tra-lai` …; a person there corrects what came back before going on. */
async function answerTo(play: Playing, name: string): Promise<string> {
  const place = join(play.folder, `${name}.ket-qua.json`)
  for (let waited = 0; waited < ANSWER_MINUTES * 10 && !play.signal.aborted; waited++) {
    if (existsSync(place)) return (JSON.parse(readFileSync(place, 'utf8')) as { ketQua: string }).ketQua
    await delay(Math.max(20, play.msPerMinute), undefined, { signal: play.signal }).catch(() => undefined)
  }
  return 'không trả lời'
}
