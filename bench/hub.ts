/**
 * `npm run bench -- hub`: signed referrals of 100 kB at a fixed rate against a real hub, followed by a real receiver.
 * `YBA_RATE` (20 a second), `YBA_SECONDS` (60), after `YBA_WARM` seconds (1) at the same rate that do not count. Ends with
 * a restart of the receiver: how long until it has what came meanwhile. Arrivals do not wait for answers; what is late
 * counts as late. `YBA_RECEIVER=away` stops the receiver while the load runs: then the machine's cores are the hub's, its
 * PostgreSQL's and the load's alone, as where hospitals have machines of their own, and no lag is counted; with
 * `YBA_RECEIVER=none` it never comes back, and what the hub has kept is counted at the hub.
 */
import { openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Parcel } from '../apps/server/src/features/exchange/contract.ts'
import { exampleSlip, mintOf } from '../apps/server/src/testing/parcel-mint.ts'
import { openStand, RECEIVER, type Stand } from './hub-stand.ts'
import { cpuOf, pssOf } from './processes.ts'
import { quantile, report, say } from './report.ts'
import { printStatements, startCounting } from './statements.ts'

const RATE = Number(process.env.YBA_RATE ?? 20)
const SECONDS = Number(process.env.YBA_SECONDS ?? 60)
const NONE = process.env.YBA_RECEIVER === 'none'
const AWAY = NONE || process.env.YBA_RECEIVER === 'away'
const WARM = Math.max(20, RATE * Number(process.env.YBA_WARM ?? 1))

const out = (measure: string, value: number, unit: string, bar?: string): void =>
  report('hub', { measure, value, unit, ...(bar ? { bar } : {}) })

/** CPU seconds of PostgreSQL: its processes hang on the one that was started. */
const cpu = (stand: Stand) => ({
  hub: cpuOf(stand.hub.pid).server,
  receiver: cpuOf(stand.receiver.pid).server,
  pg: cpuOf(stand.postgres.pid).postgres,
})

/** A parcel that waits on disk: ten minutes of them would fill the memory of the one who measures. */
interface Minted {
  sender: number
  parcel: () => Parcel
}

async function parcels(stand: Stand, n: number, name: string): Promise<Minted[]> {
  const base = exampleSlip()
  const mints = await Promise.all(
    stand.senders.map((s) => mintOf(stand.authority, { ...base, to: { code: RECEIVER.code, name: RECEIVER.name } }, s.facility)),
  )
  const file = openSync(join(stand.folder, `parcels-${name}`), 'w+')
  const out: Minted[] = []
  let end = 0
  for (let i = 0; i < n; i++) {
    const sender = i % mints.length
    const mint = mints[sender]
    if (!mint) continue
    const bytes = Buffer.from(JSON.stringify(await mint.make(`${i}/2026/${name}`)))
    const from = end
    end += writeSync(file, bytes, 0, bytes.length, from)
    const parcel = (): Parcel => {
      const back = Buffer.allocUnsafe(bytes.length)
      readSync(file, back, 0, back.length, from)
      return JSON.parse(back.toString('utf8'))
    }
    out.push({ parcel, sender })
  }
  say(`${n} parcels of ${mints[0]?.bytes} bytes`)
  return out
}

async function send(stand: Stand, one: Minted): Promise<void> {
  await stand.senders[one.sender]?.hub.json('POST', '/fhir/$submit', one.parcel(), { idempotencyKey: crypto.randomUUID() })
}

async function load(stand: Stand, list: Minted[]): Promise<{ times: number[]; failed: Map<string, number> }> {
  const times: number[] = []
  const failed = new Map<string, number>()
  const begun = performance.now()
  const open: Promise<void>[] = []
  for (const [i, one] of list.entries()) {
    const due = begun + (i * 1000) / RATE
    await sleep(Math.max(0, due - performance.now()))
    open.push(
      send(stand, one).then(
        () => void times.push(performance.now() - due),
        (error: unknown) => {
          const { code, extra } = error as { code?: string; extra?: { why?: string } }
          const why = `${code} ${extra?.why ?? ''}`
          failed.set(why, (failed.get(why) ?? 0) + 1)
        },
      ),
    )
    if (i % (RATE * 30) === 0) out(`hub.pss.at-${Math.round((performance.now() - begun) / 1000)}s`, pssOf(stand.hub.pid).server, 'MB')
  }
  await Promise.all(open)
  return { times, failed }
}

/** Seconds from the hub's commit until the receiver's: by the clock of one machine, from the receiver's own table. */
async function lags(stand: Stand, name: string, n: number): Promise<number[]> {
  const end = Date.now() + 600_000
  for (;;) {
    const { rows } = await stand.receiver.pool.query<{ lag: number }>(
      `select extract(epoch from min(taken_at) - min(told_at))::float8 as lag from feed_taken where number like $1 group by issuer, number`,
      [`%/2026/${name}`],
    )
    if (rows.length >= n || Date.now() > end) return rows.map((r) => r.lag)
    await sleep(250)
  }
}

async function kept(stand: Stand, name: string): Promise<number> {
  const { rows } = await stand.hub.pool.query<{ n: number }>(
    `select count(distinct number)::int as n from referral_history where scope = 'hub' and number like $1`,
    [`%/2026/${name}`],
  )
  return rows[0]?.n ?? 0
}

/** What came while the receiver was away is there again how long after its start? */
async function restart(stand: Stand): Promise<void> {
  await stand.receiver.stop('SIGKILL')
  const away = await parcels(stand, 5, 'AWAY')
  for (const one of away) await send(stand, one)
  const begun = Date.now()
  await stand.receiver.start()
  for (;;) {
    const { rows } = await stand.receiver.pool.query(`select 1 from feed_taken where number like '%/2026/AWAY' limit 1`)
    if (rows.length > 0) break
    await sleep(20)
  }
  out('restart.first-delivery', (Date.now() - begun) / 1000, 's', '<= 5')
}

const stand = await openStand(Math.max(2, Math.ceil(RATE / 5)))
try {
  await load(stand, await parcels(stand, WARM, 'WARM'))
  await lags(stand, 'WARM', WARM)
  const n = RATE * SECONDS
  const list = await parcels(stand, n, 'LOAD')
  if (process.env.YBA_PG_STATEMENTS) await startCounting(stand.postgres.superuserUrl)
  if (AWAY) await stand.receiver.stop('SIGTERM')
  const before = cpu(stand)
  const { times, failed } = await load(stand, list)
  const after = AWAY ? cpu(stand) : undefined
  if (AWAY && !NONE) await stand.receiver.start()
  const lag = NONE ? [] : await lags(stand, 'LOAD', times.length)
  const spent = after ?? cpu(stand)
  out('hub.rate', RATE, 'submits/s')
  out('hub.submit.p50', quantile(times, 0.5), 'ms')
  out('hub.submit.p95', quantile(times, 0.95), 'ms', '<= 150 at 20/s')
  out('hub.submit.p99', quantile(times, 0.99), 'ms', '<= 400')
  out('hub.failed', n - times.length, 'submits', '0')
  if (failed.size) say(JSON.stringify([...failed]))
  out('hub.cpu', ((spent.hub - before.hub) / n) * 1000, 'CPU ms per submit')
  out('hub.postgres-cpu', ((spent.pg - before.pg) / n) * 1000, AWAY ? 'CPU ms per submit, hub' : 'CPU ms per submit, hub and receiver')
  if (!AWAY) {
    out('hub.receiver-cpu', ((spent.receiver - before.receiver) / n) * 1000, 'CPU ms per referral')
    out('hub.lag.p50', quantile(lag, 0.5), 's')
    out('hub.lag.p99', quantile(lag, 0.99), 's', '<= 2')
  }
  if (NONE) out('hub.kept', await kept(stand, 'LOAD'), 'referrals')
  else out('hub.delivered', lag.length, 'referrals')
  out('hub.pss.end', pssOf(stand.hub.pid).server, 'MB')
  if (process.env.YBA_PG_STATEMENTS) await printStatements(stand.postgres.superuserUrl, n)
  if (!NONE) await restart(stand)
  out('load-average', loadavg()[0] ?? 0, '1 min')
  out('cores', readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length ?? 0, 'cores')
} finally {
  await stand.close()
}
