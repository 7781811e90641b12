/**
 * One generated history: slips and steps drawn from seeds, sites killed and lines cut meanwhile. Slips come in rounds; a
 * round is judged as soon as it has come to rest, while the next ones go on, and then forgotten.
 */
import { join } from 'node:path'
import { random } from '@yba/people'
import { fileBlobs } from '../../store/blobs/index.ts'
import { FACILITIES } from '../exchange.ts'
import { exampleSlip, type Mint, mintOf, queueParcel } from '../parcel-mint.ts'
import type { Slip } from './acts.ts'
import { breakThings } from './break.ts'
import type { Fault } from './check.ts'
import { walkSlip } from './hands.ts'
import { judge } from './judge.ts'
import { deskSlip, paperFirst } from './papers.ts'
import { watchProgress } from './patience.ts'
import { type Drawn, type Round, slipSource } from './rounds.ts'
import { sweep } from './sweep.ts'
import { type TaskFinder, taskFinder } from './tasks.ts'
import { SITES, type World } from './world.ts'

export interface HistoryOptions {
  /** Of the first round; each further round has the next number. */
  seed: number
  /** Ends after so many referrals, or so many messages. */
  referrals?: number
  messages?: number
  /** Begins no more referrals after so many minutes. */
  minutes?: number
  /** How often papers are signed at the desks on the way: at 1 they cost a fifth of all the work. */
  papers?: number
  /** Referrals of one round. */
  round?: number
  /** Referrals under way at once. */
  width?: number
  /** Referrals between two faults. */
  faultEvery?: number
  say?: (line: string) => void
}

export interface HistoryResult {
  /** Where the history went wrong: the rounds with faults, and the last one. */
  slips: Slip[]
  faults: Fault[]
  referrals: number
  /** Of them emergencies. */
  emergencies: number
  messages: number
  steps: Record<'done' | 'refused' | 'unknown', number>
  kills: number
  seconds: number
}

/** Rounds that wait for their verdict; more would only fill the memory. */
const MOST_ROUNDS = 4
/** No slip walked to its end and no round judged for so long: the run does not go on. */
const STALL_MS = 300_000
const SWEEP_MS = 3_600_000

interface Run {
  world: World
  tasks: TaskFinder
  mints: Record<'sender' | 'other', Mint>
  result: HistoryResult
  /** Of all slips judged. */
  numbers: Set<string>
  walked: number
  seconds(): number
  say(line: string): void
}

async function mintsOf({ province }: World): Promise<Run['mints']> {
  const content = { ...exampleSlip(), to: { code: FACILITIES.receiver.code, name: FACILITIES.receiver.name } }
  const mint = (name: 'sender' | 'other') => mintOf(province.authority, content, FACILITIES[name])
  return { sender: await mint('sender'), other: await mint('other') }
}

/** A signed slip in the sender's outbox, as the transaction of its last signature leaves it. */
async function queueSlip({ world, mints }: Run, slip: Slip): Promise<void> {
  const parcel = await mints[slip.sender].make(slip.number, { stat: slip.stat, oneYear: slip.way.oneYear === true })
  const node = world.node(slip.sender)
  await queueParcel(node as never, fileBlobs(join(node.settings.folder, 'blobs')), parcel, new Date())
}

async function live(run: Run, { round, slip, i }: Drawn): Promise<void> {
  const { world } = run
  if (slip.way.paperFirst) await paperFirst(world, run.mints[slip.sender], slip)
  if (slip.claim !== undefined) await deskSlip(world, slip, slip.claim)
  else await queueSlip(run, slip)
  await walkSlip(world, run.tasks, slip, random(round.seed, `slip ${i}`))
}

/** How many slips the next round may have: none when there are enough, or something is wrong. */
function roundSize(
  { referrals = 0, messages, minutes = Number.POSITIVE_INFINITY, round = 50 }: HistoryOptions,
  run: Run,
  drawn: number,
): number {
  const { result } = run
  if (run.seconds() > minutes * 60 || result.faults.length > 0) return 0
  if (messages === undefined) return Math.min(round, referrals - drawn)
  // Messages of the rounds that are judged, and as many per referral of those that are not.
  const each = result.referrals > 0 ? result.messages / result.referrals : 4
  return result.messages + (drawn - result.referrals) * each >= messages ? 0 : round
}

/** Judges a round that was walked, adds it to the result, and lets go of it. */
async function close(run: Run, round: Round): Promise<void> {
  const { world, result, numbers } = run
  const { faults, messages } = await judge(world, round)
  result.messages += messages
  result.referrals += round.slips.length
  for (const { acts, number, stat } of round.slips) {
    numbers.add(number)
    if (stat) result.emergencies += 1
    for (const { answer } of acts) result.steps[answer] += 1
  }
  if (result.faults.length === 0) result.slips = []
  result.slips.push(...round.slips)
  result.faults.push(...faults)
  const rate = (result.messages / run.seconds()).toFixed(1)
  const memory = (process.memoryUsage().rss / 1e6).toFixed(0)
  run.say(
    `round of seed ${round.seed}: ${result.faults.length} faults; ${result.messages} messages in ${run.seconds().toFixed(0)} s, ${rate} a second, ${result.emergencies} emergencies, ${world.kills} kills, ${memory} MB here`,
  )
}

/** All slips are walked by `width` workers; ends when the last round is judged. Whatever fails ends all the others. */
async function walkAll(run: Run, next: () => Drawn | null, width: number): Promise<void> {
  const { patience } = run.world
  const judging = new Set<Promise<void>>()
  const worker = async (): Promise<void> => {
    for (let one = next(); one; one = next()) {
      await live(run, one)
      run.walked += 1
      const { round } = one
      round.open -= 1
      if (round.open > 0) continue
      const last: Promise<void> = close(run, round)
        .catch(patience.end)
        .finally(() => judging.delete(last))
      judging.add(last)
      while (judging.size >= MOST_ROUNDS) await patience.within('one of the rounds to be judged', SWEEP_MS, () => Promise.race(judging))
    }
  }
  const workers = Array.from({ length: width }, () => worker().catch(patience.end))
  await patience.within('the slips to be walked', 2 ** 31 - 1, () => Promise.all(workers))
  await patience.within('the last rounds to be judged', SWEEP_MS, () => Promise.all(judging))
}

/** Runs a history on an open world. */
export async function runHistory(world: World, options: HistoryOptions): Promise<HistoryResult> {
  const { seed, width = 8, faultEvery: every = 10, papers = 1, say = () => undefined } = options
  const begun = performance.now()
  const seconds = (): number => (performance.now() - begun) / 1000
  const steps = { done: 0, refused: 0, unknown: 0 }
  const result: HistoryResult = { slips: [], faults: [], referrals: 0, emergencies: 0, messages: 0, steps, kills: 0, seconds: 0 }
  const tasks = taskFinder(world)
  const run: Run = { world, tasks, mints: await mintsOf(world), result, numbers: new Set(), walked: 0, seconds, say }
  const stop = new AbortController()
  const cpu = SITES.map(world.cpu)
  const stopWatching = watchProgress(world.patience, STALL_MS, () => run.walked + result.referrals)
  const progress = (): number => run.walked
  const breaking = breakThings({ world, r: random(seed, 'faults'), progress, every, signal: stop.signal, say }).catch(world.patience.end)
  try {
    const next = slipSource(seed, papers, (drawn) => roundSize(options, run, drawn))
    await walkAll(run, next, width)
  } finally {
    stop.abort()
    stopWatching()
    await breaking
    await tasks.stop()
  }
  if (result.faults.length === 0)
    result.faults.push(...(await world.patience.within('the last look over the whole', SWEEP_MS, () => sweep(world, run.numbers))))
  const each = SITES.map((name, i) => `${name} ${(((world.cpu(name) - (cpu[i] ?? 0)) * 1000) / result.messages).toFixed(1)}`)
  say(`CPU ms per message: ${each.join(', ')}, here ${(process.cpuUsage().user / 1000 / result.messages).toFixed(1)}`)
  return { ...result, kills: world.kills, seconds: seconds() }
}

/** What a failing run prints: the seed, and of the first slip everything that was done and found. */
export function storyOf(seed: number, result: HistoryResult): string {
  const [first] = result.faults
  const slip = result.slips.find((s) => first?.number.split('~')[0] === s.number)
  return [
    `seed ${seed}: ${result.faults.length} faults; again with YBA_SEED=${slip?.number.split('/S')[1] ?? seed}`,
    ...result.faults.filter((f) => f.number === first?.number).map((f) => `  ${f.number}: ${f.fault}`),
    ...(slip?.acts ?? []).map((a) => `    ${a.site} ${a.event} ${a.tag} → ${a.answer} ${a.code}`),
  ].join('\n')
}
