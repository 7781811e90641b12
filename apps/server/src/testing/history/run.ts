/** One generated history: slips and steps drawn from a seed, sites killed and lines cut meanwhile, then silence, then the check. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Random, random } from '@yba/people'
import { enqueue, type StoredParcel } from '../../features/exchange/index.ts'
import { fileBlobs } from '../../store/blobs/index.ts'
import { FACILITIES } from '../exchange.ts'
import { exampleSlip, type Mint, mintOf } from '../parcel-mint.ts'
import type { LineFault } from '../tcp-proxy.ts'
import { findFaults, unsettled } from './check.ts'
import { drawWay, type Slip, walkSlip } from './hands.ts'
import { SITES, type World } from './world.ts'

export interface HistoryOptions {
  seed: number
  referrals: number
  /** Referrals under way at once. */
  width?: number
  /** Milliseconds between two faults; 0 none. */
  faultEvery?: number
  say?: (line: string) => void
}

export interface HistoryResult {
  slips: Slip[]
  faults: { number: string; fault: string }[]
  messages: number
  kills: number
  seconds: number
}

/** A signed slip in the sender's outbox, as the transaction of its last signature leaves it. */
export async function queueSlip(world: World, mint: Mint, slip: Slip): Promise<void> {
  const { documents, ...parcel } = await mint.make(slip.number, { stat: slip.stat })
  const node = world.node(slip.sender)
  const blobs = fileBlobs(join(node.settings.folder, 'blobs'))
  const stored: StoredParcel = { ...parcel, documents: [] }
  for (const { bytesBase64, pdfBase64, ...document } of documents) {
    await blobs.put(Buffer.from(bytesBase64, 'base64'))
    if (pdfBase64) await blobs.put(Buffer.from(pdfBase64, 'base64'))
    stored.documents.push(document)
  }
  await enqueue(node as never, randomUUID(), 'parcel', parcel.thread, stored, new Date())
}

async function breakThings(world: World, r: Random, every: number, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  while (!signal.aborted) {
    await delay(every * (0.5 + r.int(0, 100) / 100), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const kind = r.int(1, 10)
    const site = r.pick(SITES)
    say(kind <= 4 ? `kill -9 ${site}` : `line ${kind}`)
    if (kind <= 4) await world.kill(site, r.int(0, 500))
    else if (kind === 5) world.line.cut()
    else {
      const fault = r.pick<LineFault>([
        { kind: 'refuse' },
        { kind: 'half-open', swallow: ['down'] },
        { kind: 'half-open', swallow: ['up'] },
        { kind: 'delay', ms: 20, jitter: 60 },
        { kind: 'cut-after', direction: 'up', bytes: r.int(200, 60_000) },
        { kind: 'cut-after', direction: 'down', bytes: r.int(50, 4_000) },
      ])
      await world.line.set(fault)
      await delay(r.int(300, 1200))
      await world.line.set({ kind: 'pass' })
    }
    // A message that went through is sent again, as if its answer had been lost long ago.
    if (r.int(1, 2) === 1) {
      const again = `update outbox set state = 'pending' where id in (select id from outbox where state = 'acked' order by id limit 1)`
      await world.node(r.pick(['sender', 'other', 'receiver'] as const)).sql(again)
    }
  }
}

async function settle(world: World, ms: number): Promise<void> {
  const end = Date.now() + ms
  for (let calm = 0; calm < 2; ) {
    const why = await unsettled(world)
    calm = why === null ? calm + 1 : 0
    if (why !== null && Date.now() > end) throw new Error(`does not settle: ${why}`)
    await delay(300)
  }
}

/** Runs a history on an open world. */
export async function runHistory(world: World, options: HistoryOptions): Promise<HistoryResult> {
  const { seed, referrals, width = 8, faultEvery = 2_000, say = () => undefined } = options
  const begun = performance.now()
  const base = exampleSlip()
  const to = { code: FACILITIES.receiver.code, name: FACILITIES.receiver.name }
  const mints = {
    sender: await mintOf(world.province.authority, { ...base, to }, FACILITIES.sender),
    other: await mintOf(world.province.authority, { ...base, to }, FACILITIES.other),
  }
  const r = random(seed, 'history')
  const slips: Slip[] = Array.from({ length: referrals }, (_, i) => {
    const sender = r.int(1, 4) === 1 ? ('other' as const) : ('sender' as const)
    return { issuer: FACILITIES[sender].code, number: `${i}/2026/S${seed}`, sender, stat: r.int(1, 20) === 1, acts: [] }
  })
  const stop = new AbortController()
  const breaking = faultEvery > 0 ? breakThings(world, random(seed, 'faults'), faultEvery, stop.signal, say) : Promise.resolve()
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < slips.length; i = next++) {
      const slip = slips[i]
      if (!slip) return
      const own = random(seed, `slip ${i}`)
      await queueSlip(world, mints[slip.sender], slip)
      await walkSlip(world, slip, drawWay(own), own)
    }
  }
  try {
    await Promise.all(Array.from({ length: width }, worker))
  } finally {
    stop.abort()
    await breaking
  }
  await settle(world, 300_000)
  const faults = await findFaults(world, slips)
  let messages = 0
  for (const name of ['sender', 'other', 'receiver'] as const) {
    messages += (await world.node(name).sql<{ n: number }>('select count(*)::int as n from outbox'))[0]?.n ?? 0
  }
  return { slips, faults, messages, kills: world.kills, seconds: (performance.now() - begun) / 1000 }
}

/** What a failing run prints: the seed, and of the first slip everything that was done and found. */
export function storyOf(seed: number, result: HistoryResult): string {
  const [first] = result.faults
  const acts = result.slips.find((s) => first?.number.startsWith(s.number))?.acts ?? []
  return [
    `seed ${seed}: ${result.faults.length} faults; again with YBA_SEED=${seed}`,
    ...result.faults.filter((f) => f.number === first?.number).map((f) => `  ${f.number}: ${f.fault}`),
    ...acts.map((a) => `    ${a.site} ${a.event} ${a.tag} → ${a.answer} ${a.code}`),
  ].join('\n')
}
