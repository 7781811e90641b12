/**
 * One generated history: slips and steps drawn from seeds, sites killed and lines cut meanwhile. Slips come in rounds,
 * each drawn from a seed of its own; a round is checked as soon as it has come to rest, while the next ones go on, and
 * then forgotten, so that a history may have any length.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Random, random } from '@yba/people'
import { fileBlobs } from '../../store/blobs/index.ts'
import { FACILITIES } from '../exchange.ts'
import { exampleSlip, type Mint, mintOf, queueParcel } from '../parcel-mint.ts'
import { breakThings } from './break.ts'
import { type Fault, findFaults } from './check.ts'
import { deskSlip, type Hands, paperFirst, type Slip, walkSlip } from './hands.ts'
import { underWay, withVisits } from './snapshot.ts'
import { sweep } from './sweep.ts'
import { taskFinder } from './tasks.ts'
import { drawWay } from './ways.ts'
import type { World } from './world.ts'

export interface HistoryOptions {
  /** Of the first round; each further round has the next number. */
  seed: number
  /** Ends after so many referrals, or so many messages. */
  referrals?: number
  messages?: number
  /** Begins no more referrals after so many minutes. */
  minutes?: number
  /** How often papers are signed at the desks on the way, 1 as often as in the long history. */
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
  messages: number
  steps: Record<'done' | 'refused' | 'unknown', number>
  kills: number
  seconds: number
}

interface Round {
  seed: number
  slips: Slip[]
  open: number
}

/** A round that does not come to rest in this time has a fault. */
const REST_MS = 600_000
/** Rounds that wait for their check; more would only fill the memory. */
const MOST_ROUNDS = 4
const CLAIM_SHARE = 40

/** A signed slip in the sender's outbox, as the transaction of its last signature leaves it. */
async function queueSlip(world: World, mint: Mint, slip: Slip): Promise<void> {
  const parcel = await mint.make(slip.number, { stat: slip.stat, oneYear: slip.way.oneYear === true })
  const node = world.node(slip.sender)
  await queueParcel(node as never, fileBlobs(join(node.settings.folder, 'blobs')), parcel, new Date())
}

function drawRound(seed: number, size: number, papers: number): Round {
  const r = random(seed, 'history')
  const slips = Array.from({ length: size }, (_, i): Slip => {
    const sender = r.int(1, 4) === 1 ? ('other' as const) : ('sender' as const)
    const way = drawWay(random(seed, `way ${i}`), papers)
    const claim = r.chance(papers / CLAIM_SHARE) && !way.oneYear && !way.paperFirst
    const stat = r.int(1, 20) === 1 && !claim
    const issuer = FACILITIES[sender].code
    return { issuer, number: `${i}/2026/S${seed}`, sender, stat, way, ...(claim ? { claim: (seed % 100_000) * 1_000 + i } : {}), acts: [] }
  })
  return { seed, slips, open: size }
}

async function live(hands: Hands, slip: Slip, r: Random): Promise<void> {
  if (slip.way.paperFirst) await paperFirst(hands, slip)
  if (slip.claim !== undefined) await deskSlip(hands, slip, slip.claim)
  else await queueSlip(hands.world, hands.mints[slip.sender], slip)
  await walkSlip(hands, slip, r)
}

/** Waits until nothing of the round is under way and all sites agree, then gives what is wrong with it. */
async function atRest(world: World, round: Round): Promise<Fault[]> {
  const numbers = withVisits(round.slips)
  const end = Date.now() + REST_MS
  for (;;) {
    const late = Date.now() > end
    const left = await underWay(world, numbers)
    if (left === 0 || late) {
      const faults = await findFaults(world, round.slips)
      if (late) return left > 0 ? [{ number: '', fault: `${left} messages do not come to rest` }, ...faults] : faults
      // What is told twice or lost stays so: what is only late is right at the next look.
      if (faults.length === 0) return faults
    }
    await delay(1_000)
  }
}

async function mintsOf(world: World): Promise<Hands['mints']> {
  const content = { ...exampleSlip(), to: { code: FACILITIES.receiver.code, name: FACILITIES.receiver.name } }
  const { authority } = world.province
  return { sender: await mintOf(authority, content, FACILITIES.sender), other: await mintOf(authority, content, FACILITIES.other) }
}

async function messagesOf(world: World, round: Round): Promise<number> {
  let messages = 0
  for (const name of ['sender', 'other', 'receiver'] as const) {
    const count = 'select count(*)::int as n from outbox where issuer = any($2) and number = any($1)'
    const codes = Object.values(FACILITIES).map((f) => f.code)
    messages += (await world.node(name).sql<{ n: number }>(count, [withVisits(round.slips), codes]))[0]?.n ?? 0
  }
  return messages
}

interface Drawn {
  round: Round
  slip: Slip
  i: number
}

/** Gives slip after slip, round after round, until there are enough or something is wrong. */
function slipSource(options: HistoryOptions, size: number, result: HistoryResult): () => Drawn | null {
  let [rounds, place, drawn] = [0, 0, 0]
  let round: Round = { seed: options.seed, slips: [], open: 0 }
  const { messages, referrals = 0, papers = 1, minutes = Number.POSITIVE_INFINITY } = options
  const over = performance.now() + minutes * 60_000
  /** Messages of the rounds that are checked, and as many per referral of those that are not. */
  const expected = (): number =>
    result.messages + (drawn - result.referrals) * (result.referrals > 0 ? result.messages / result.referrals : 4)
  const enough = (): boolean => performance.now() > over || (messages === undefined ? drawn >= referrals : expected() >= messages)
  return () => {
    if (place >= round.slips.length) {
      if (enough() || result.faults.length > 0) return null
      round = drawRound(options.seed + rounds++, messages === undefined ? Math.min(size, referrals - drawn) : size, papers)
      drawn += round.slips.length
      place = 0
    }
    const i = place++
    const slip = round.slips[i]
    return slip ? { round, slip, i } : null
  }
}

/** Judges a round that was walked, adds it to the result, and lets go of it. */
async function judge(world: World, round: Round, result: HistoryResult, numbers: Set<string>): Promise<void> {
  const faults = await atRest(world, round)
  result.messages += await messagesOf(world, round)
  result.referrals += round.slips.length
  for (const { acts, number } of round.slips) {
    numbers.add(number)
    for (const { answer } of acts) result.steps[answer] += 1
  }
  if (result.faults.length === 0) result.slips = []
  result.slips.push(...round.slips)
  result.faults.push(...faults)
}

/** Runs a history on an open world. */
export async function runHistory(world: World, options: HistoryOptions): Promise<HistoryResult> {
  const { seed, width = 8, faultEvery: every = 10, round: size = 50, say = () => undefined } = options
  const begun = performance.now()
  const seconds = (): number => (performance.now() - begun) / 1000
  const steps = { done: 0, refused: 0, unknown: 0 }
  const result: HistoryResult = { slips: [], faults: [], referrals: 0, messages: 0, steps, kills: 0, seconds: 0 }
  const tasks = taskFinder(world)
  const hands: Hands = { world, tasks, mints: await mintsOf(world) }
  const stop = new AbortController()
  let walked = 0
  const breaking = breakThings({ world, r: random(seed, 'faults'), progress: () => walked, every, signal: stop.signal, say })
  const numbers = new Set<string>()
  const judging = new Set<Promise<void>>()
  const next = slipSource(options, size, result)

  async function ended(round: Round): Promise<void> {
    await judge(world, round, result, numbers)
    const rate = (result.messages / seconds()).toFixed(1)
    const memory = (process.memoryUsage().rss / 1e6).toFixed(0)
    say(
      `round of seed ${round.seed}: ${result.faults.length} faults; ${result.messages} messages in ${seconds().toFixed(0)} s, ${rate} a second, ${world.kills} kills, ${memory} MB here`,
    )
  }
  const worker = async (): Promise<void> => {
    for (let one = next(); one; one = next()) {
      const { round, slip, i } = one
      await live(hands, slip, random(round.seed, `slip ${i}`))
      walked += 1
      round.open -= 1
      if (round.open > 0) continue
      const last: Promise<void> = ended(round).finally(() => judging.delete(last))
      judging.add(last)
      while (judging.size >= MOST_ROUNDS) await Promise.race(judging)
    }
  }
  try {
    await Promise.all(Array.from({ length: width }, worker))
  } finally {
    stop.abort()
    await breaking
  }
  await Promise.all(judging)
  await tasks.stop()
  if (result.faults.length === 0) result.faults.push(...(await sweep(world, numbers)))
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
