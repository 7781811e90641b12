/**
 * `npm run bench -- store`: what the FHIR store costs a client, over HTTP, with audit and validation as always. The server and
 * PostgreSQL are processes of their own, and CPU seconds are theirs. `--quick`: few bundles and few of each.
 */
import { loadavg } from 'node:os'
import { quantile, report, say } from './report.ts'
import { calibrate } from './store/calibrate.ts'
import { corpus } from './store/corpus.ts'
import { type BareSite, openBareSite } from './store/stand.ts'

const QUICK = process.argv.includes('--quick')
const MOST_BUNDLES = QUICK ? 8 : 60
const OPERATIONS = QUICK ? 400 : 2000

interface Asked {
  measure: string
  bar?: string
  /** CPU seconds per 1000 of what is counted; per operation where nothing is said. */
  cpuBar?: string
  width: number
  count: number
  /** Gives how many of what is counted one operation did. */
  act(i: number): Promise<number>
}

async function measure(site: BareSite, { measure: name, bar, cpuBar, width, count, act }: Asked): Promise<void> {
  const took: number[] = []
  const before = site.cpu()
  const began = performance.now()
  let [next, done] = [0, 0]
  const hand = async (): Promise<void> => {
    while (next < count) {
      const i = next++
      const at = performance.now()
      const counted = await act(i)
      done += counted
      took.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: width }, hand))
  const seconds = (performance.now() - began) / 1000
  const after = site.cpu()
  const [server, postgres] = [after.server - before.server, after.postgres - before.postgres]
  const out = (what: string, value: number, unit: string, its?: string): void =>
    report('store', { measure: `store.${name}.${what}`, value, unit, ...(its ? { bar: its } : {}) })
  out('p50', quantile(took, 0.5), 'ms', bar)
  out('p99', quantile(took, 0.99), 'ms')
  out('rate', done / seconds, 'per s')
  out('cpu', ((server + postgres) * 1000) / done, 'CPU s per 1000', cpuBar)
  out('cpu.server', (server * 1000) / done, 'CPU s per 1000')
}

interface Sample extends Record<string, unknown> {
  type: string
  id: string
  patient: string
  system: string
  code: string
  name: string
}

/** Observations of all ages, each with its patient and code: what is asked for is there. */
async function samples(site: BareSite): Promise<Sample[]> {
  const { rows } = await site.pool.query<Sample>(
    `select 'Observation' as type, o.id, p.id as patient, o.content::jsonb #>> '{code,coding,0,system}' as system,
       o.content::jsonb #>> '{code,coding,0,code}' as code, p.content::jsonb #>> '{name,0,given,0}' as name
     from res o join res p on p.rid = o.pat where o.content::jsonb ->> 'resourceType' = 'Observation' and not o.deleted
     order by o.h limit 3000`,
  )
  return rows.filter((r) => r.code && r.name)
}

async function measureReads(site: BareSite): Promise<void> {
  const found = await samples(site)
  const of = (i: number): Sample => found[(i * 7919) % found.length] ?? ({} as Sample)
  const get = (path: (one: Sample) => string) => async (i: number) => {
    await site.ask('GET', path(of(i)))
    return 1
  }
  const observation = (i: number): string => {
    const { patient, system, code } = of(i)
    return JSON.stringify({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system, code }] },
      subject: { reference: `Patient/${patient}` },
      effectiveDateTime: '2026-11-01T08:00:00+07:00',
      valueQuantity: { value: 1.5, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
    })
  }
  const create = async (i: number): Promise<number> => {
    await site.ask('POST', '/fhir/Observation', observation(i))
    return 1
  }
  const read = get(({ type, id }) => `/fhir/${type}/${id}`)
  const few = Math.ceil(OPERATIONS / 4)
  await measure(site, { measure: 'create', cpuBar: '<= 1.8', width: 8, count: OPERATIONS, act: create })
  await site.pool.query('analyze')
  await measure(site, { measure: 'read.c1', bar: '<= 1.0', width: 1, count: OPERATIONS, act: read })
  await measure(site, { measure: 'read.c8', cpuBar: '<= 0.5', width: 8, count: OPERATIONS * 2, act: read })
  const newest = ({ patient, system, code }: Sample) =>
    `/fhir/Observation?patient=${patient}&code=${encodeURIComponent(`${system}|${code}`)}&_sort=-date&_count=20`
  await measure(site, { measure: 'patient-code.c1', bar: '<= 1.2', width: 1, count: OPERATIONS, act: get(newest) })
  await measure(site, { measure: 'patient-code.c8', cpuBar: '<= 0.8', width: 8, count: OPERATIONS, act: get(newest) })
  const searches: [string, (one: Sample) => string][] = [
    ['code-newest', ({ system, code }) => `/fhir/Observation?code=${encodeURIComponent(`${system}|${code}`)}&_sort=-date&_count=20`],
    ['chain', ({ name, code }) => `/fhir/Observation?patient.name=${encodeURIComponent(name)}&code=${code}&_count=20`],
    ['has', ({ code }) => `/fhir/Patient?_has:Observation:patient:code=${code}&_count=20`],
    ['include', ({ patient }) => `/fhir/Observation?patient=${patient}&_include=Observation:patient&_count=20`],
  ]
  for (const [name, path] of searches)
    await measure(site, { measure: name, bar: '<= 15 at 1 million', width: 1, count: few, act: get(path) })
}

async function main(): Promise<void> {
  const { name, bundles } = corpus(MOST_BUNDLES)
  say(`${bundles.length} bundles, ${name}`)
  const site = await openBareSite()
  try {
    report('store', { measure: 'store.calibration', value: calibrate(), unit: 'parses of one Observation per CPU ms' })
    // What others refer to, and two people to warm up with.
    for (const { text } of bundles.slice(0, 4)) await site.ask('POST', '/fhir', text)
    const rest = bundles.slice(4)
    const load = async (i: number): Promise<number> => {
      const one = rest[i]
      if (!one) return 0
      await site.ask('POST', '/fhir', one.text)
      return one.resources
    }
    await measure(site, { measure: 'bundles', cpuBar: '<= 1.2', width: 4, count: rest.length, act: load })
    await measureReads(site)
    const { rows } = await site.pool.query<{ n: string; bytes: string }>(
      'select (select count(*) from res) as n, pg_database_size(current_database()) as bytes',
    )
    const n = Number(rows[0]?.n)
    report('store', { measure: 'store.resources', value: n, unit: 'resources' })
    report('store', { measure: 'store.disk', value: Number(rows[0]?.bytes) / n / 1000, unit: 'kB per resource, all in', bar: '<= 6' })
    report('store', { measure: 'load-average', value: loadavg()[0] ?? 0, unit: '1 min' })
  } finally {
    await site.close()
  }
}

await main()
