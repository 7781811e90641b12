/**
 * What the store costs. Prints JSON lines: CPU seconds of this process and of PostgreSQL per 1000 operations, and p50.
 * Run: `node bench/store.ts [patients]`. Own durable database cluster in a temporary folder; invented resources.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Caller } from '../apps/server/src/access/caller.ts'
import { startPostgres } from '../apps/server/src/box/postgres.ts'
import { type FhirResource, migrateStore, openPool, openStore, type Store, uuidv7, type Write } from '../apps/server/src/store/index.ts'

const PATIENTS = Number(process.argv[2] ?? 200)
const PER_PATIENT = 50
const TICK = 100

const caller: Caller = {
  kind: 'system',
  id: 'system:bench',
  display: 'bench',
  role: 'system',
  facility: '24997',
  departments: [],
  purpose: 'HOPERAT',
  permissions: new Set(),
  grants: [{ types: '*', actions: ['read', 'search', 'history', 'write'], scope: 'all', maxSensitivity: 2, purpose: 'HOPERAT' }],
  requestId: 'bench',
}

let seed = 20261122
const random = (n: number) => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
  return seed % n
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T
const FAMILY = ['Nguyễn', 'Nguyễn', 'Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Ngô']
const MIDDLE = ['Thị', 'Văn', 'Hữu', 'Minh', 'Thu', 'Quang']
const GIVEN = ['An', 'Bình', 'Chi', 'Dũng', 'Hạnh', 'Hòa', 'Lan', 'Mai', 'Nam', 'Phúc', 'Quỳnh', 'Sơn', 'Uyên', 'Yến']
const CODES = Array.from({ length: 60 }, (_, i) => ({
  system: 'http://loinc.org',
  code: `${1000 + i}-${i % 10}`,
  display: `Xét nghiệm ${i}`,
}))

/** One stay: patient, encounter, observations, diagnoses, medicines. */
function stay(n: number): { patient: string; writes: Write[] } {
  const now = Date.now()
  const [patient, encounter] = [uuidv7(now), uuidv7(now)]
  const subject = { reference: `Patient/${patient}` }
  const during = { reference: `Encounter/${encounter}` }
  const name = { family: pick(FAMILY), given: [pick(MIDDLE), pick(GIVEN)] }
  const day = `2026-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`
  const resources: [string, object][] = [
    [
      patient,
      {
        resourceType: 'Patient',
        identifier: [
          { system: 'https://w3id.org/yba/sid/mrn/24997', value: `BN${n}` },
          { system: 'http://fhir.hl7.org.vn/core/sid/cccd', value: `000${String(n).padStart(9, '0')}` },
        ],
        name: [{ text: [name.family, ...name.given].join(' '), ...name }],
        gender: pick(['male', 'female']),
        birthDate: `${1930 + random(90)}-0${1 + random(9)}-11`,
        telecom: [{ system: 'phone', value: `09${String(n).padStart(8, '0')}` }],
        address: [{ text: `Thôn ${random(20)}, xã Mẫu, tỉnh Bắc Giang` }],
      },
    ],
    [
      encounter,
      {
        resourceType: 'Encounter',
        identifier: [{ system: 'https://w3id.org/yba/sid/ma-lk/24997', value: `LK${n}` }],
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
        subject,
        period: { start: `${day}T08:00:00+07:00`, end: `${day}T20:00:00+07:00` },
      },
    ],
  ]
  for (let i = 2; i < PER_PATIENT; i++) {
    const at = `${day}T${String(8 + (i % 12)).padStart(2, '0')}:${String(i).padStart(2, '0')}:00+07:00`
    if (i % 10 === 0)
      resources.push([
        uuidv7(now),
        {
          resourceType: 'Condition',
          code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: `I${10 + random(60)}`, display: 'Chẩn đoán' }] },
          subject,
          encounter: during,
          recordedDate: day,
        },
      ])
    else if (i % 7 === 0)
      resources.push([
        uuidv7(now),
        {
          resourceType: 'MedicationRequest',
          status: 'active',
          intent: 'order',
          medicationCodeableConcept: { coding: [{ system: 'urn:thuoc', code: `T${random(300)}` }], text: 'Thuốc 500 mg' },
          subject,
          encounter: during,
          authoredOn: at,
        },
      ])
    else
      resources.push([
        uuidv7(now),
        {
          resourceType: 'Observation',
          status: 'final',
          category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
          code: { coding: [pick(CODES)] },
          subject,
          encounter: during,
          effectiveDateTime: at,
          valueQuantity: { value: random(500) / 10, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
        },
      ])
  }
  return { patient, writes: resources.map(([id, resource]) => ({ kind: 'create', id, resource: resource as FhirResource })) }
}

/** CPU seconds of the server and its backends, ended ones included. */
function databaseCpu(postmaster: number): number {
  const ticks = (pid: string, ended: boolean) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      const own = Number(fields[11]) + Number(fields[12])
      const isOurs = pid === String(postmaster) || fields[1] === String(postmaster)
      return isOurs ? own + (ended ? Number(fields[13]) + Number(fields[14]) : 0) : 0
    } catch {
      return 0
    }
  }
  const pids = readdirSync('/proc').filter((p) => /^\d+$/.test(p))
  return pids.reduce((n, p) => n + ticks(p, p === String(postmaster)), 0) / TICK
}

const folder = mkdtempSync(join(tmpdir(), 'yba-bench-'))
// The database's account must reach it, so that its data goes with the folder.
chmodSync(folder, 0o755)
const cluster = await startPostgres({ dataDir: join(folder, 'pg') })
try {
  await cluster.createDatabase('bench')
  const pool = openPool(cluster.url('bench'), 10)
  await migrateStore(pool)
  const root = await openStore({ pool, siteKey: Buffer.alloc(32, 1), clock: { now: () => new Date() }, blobFolder: join(folder, 'blobs') })
  const store = root.as(caller)
  const { rows } = await pool.query<{ file: string }>("select setting as file from pg_settings where name = 'data_directory'")
  const postmaster = Number(readFileSync(join(rows[0]?.file ?? '', 'postmaster.pid'), 'utf8').split('\n')[0])

  async function measure(name: string, concurrency: number, count: number, perOperation: number, work: (i: number) => Promise<unknown>) {
    const [cpu, db, started] = [process.cpuUsage(), databaseCpu(postmaster), performance.now()]
    const times: number[] = []
    let next = 0
    const worker = async () => {
      while (next < count) {
        const i = next++
        const at = performance.now()
        await work(i)
        times.push(performance.now() - at)
      }
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    const wall = (performance.now() - started) / 1000
    const used = process.cpuUsage(cpu)
    const [node, postgres] = [(used.user + used.system) / 1e6, databaseCpu(postmaster) - db]
    const per = (count * perOperation) / 1000
    times.sort((a, b) => a - b)
    const at = (q: number) => Number(times[Math.floor((times.length - 1) * q)]?.toFixed(2))
    const round = (x: number) => Number(x.toFixed(3))
    const cost = { cpuPer1000: round((node + postgres) / per), node: round(node / per), postgres: round(postgres / per) }
    process.stdout.write(
      `${JSON.stringify({ bench: `store ${name}`, c: concurrency, n: count, ...cost, perSecond: Math.round((count * perOperation) / wall), p50ms: at(0.5), p99ms: at(0.99) })}\n`,
    )
  }

  const stays = Array.from({ length: PATIENTS * 2 }, (_, i) => stay(i))
  const write = (s: Store, i: number) => s.transact((tx) => tx.write(stays[i]?.writes ?? []))
  await measure('batch of 50, per resource', 1, PATIENTS, PER_PATIENT, (i) => write(store, i))
  await measure('batch of 50, per resource', 4, PATIENTS, PER_PATIENT, (i) => write(store, PATIENTS + i))
  const patient = () => pick(stays).patient
  const single = () => {
    const s = pick(stays)
    const one = s.writes.at(-1)
    if (one?.kind !== 'create') throw new Error('no resource')
    return store.transact((tx) => tx.write([{ kind: 'create', resource: one.resource }]))
  }
  await measure('create Observation', 1, 500, 1, single)
  await measure('create Observation', 8, 2000, 1, single)
  await pool.query('analyze')
  const key = () => {
    const w = pick(pick(stays).writes)
    return w.kind === 'create' ? ([w.resource.resourceType, w.id ?? ''] as const) : (['', ''] as const)
  }
  await measure('read by id', 1, 1000, 1, () => store.read(...key()))
  await measure('read by id', 8, 4000, 1, () => store.read(...key()))
  const search = (type: string, query: () => string) => () => store.search(type, `${query()}&_count=20`)
  const searches: [string, () => Promise<unknown>][] = [
    ['patient + code, newest 20', search('Observation', () => `patient=${patient()}&code=http://loinc.org|${pick(CODES).code}`)],
    ['patient, newest 20', search('Observation', () => `patient=${patient()}`)],
    ['code, newest 20', search('Observation', () => `code=http://loinc.org|${pick(CODES).code}`)],
    ['code & value', search('Observation', () => `code=http://loinc.org|${pick(CODES).code}&value-quantity=gt40`)],
    ['patient + category + date', search('Observation', () => `patient=${patient()}&category=laboratory&date=ge2026-06-01`)],
    ['identifier', search('Patient', () => `identifier=BN${random(PATIENTS * 2)}`)],
    ['name', search('Patient', () => `name=${encodeURIComponent(`${pick(FAMILY)} ${pick(GIVEN)}`)}`)],
    ['patient.name + code', search('Observation', () => `patient.name=${encodeURIComponent(pick(GIVEN))}&code=${pick(CODES).code}`)],
    ['_include', search('Encounter', () => `patient=${patient()}&_include=Encounter:patient`)],
  ]
  for (const [name, run] of searches) for (const c of [1, 8]) await measure(name, c, c === 1 ? 400 : 1200, 1, run)
  await measure('everything', 1, 100, PER_PATIENT, () => store.everything(patient()))
  const update = (ifChanged: boolean) => (i: number) =>
    store.transact((tx) =>
      tx.write(
        (stays[i]?.writes ?? []).flatMap((w) =>
          w.kind === 'create'
            ? [
                {
                  kind: 'update' as const,
                  id: w.id ?? '',
                  resource: ifChanged ? w.resource : ({ ...w.resource, language: 'vi' } as FhirResource),
                  ifChanged,
                },
              ]
            : [],
        ),
      ),
    )
  await measure('unchanged again, per resource', 1, PATIENTS / 2, PER_PATIENT, update(true))
  await measure('update of 50, per resource', 1, PATIENTS / 2, PER_PATIENT, update(false))
  const size = await pool.query<{ name: string; bytes: string }>(
    "select relname as name, pg_total_relation_size(oid) as bytes from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 2 desc limit 9",
  )
  const count = await pool.query<{ n: string }>('select count(*) as n from res')
  const each = Object.fromEntries(size.rows.map((r) => [r.name, Math.round(Number(r.bytes) / Number(count.rows[0]?.n))]))
  process.stdout.write(`${JSON.stringify({ bench: 'store bytes per resource', resources: Number(count.rows[0]?.n), ...each })}\n`)
  const started = performance.now()
  const sealed = await root.audit.seal()
  process.stdout.write(`${JSON.stringify({ bench: 'store seal', ...sealed, ms: Math.round(performance.now() - started) })}\n`)
  await root.close()
  await pool.end()
} finally {
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
}
