/**
 * Finding a person among 200,000: the whole operation behind the box, without HTTP. Prints JSON lines, one per way of
 * asking. Run: `node bench/find.ts [patients]`. A database cluster of its own in a temporary folder; invented persons.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { facilitySystem, SYSTEM } from '@yba/fhir'
import { type Person, person } from '@yba/people'
import { bhxhOf, foldName } from '@yba/vietnam'
import { systemCaller } from '../apps/server/src/access/index.ts'
import { startPostgres } from '../apps/server/src/box/postgres.ts'
import type { OperationContext } from '../apps/server/src/feature.ts'
import type { FindAnswer } from '../apps/server/src/features/registration/contract.ts'
import { registration } from '../apps/server/src/features/registration/index.ts'
import { type FhirResource, migrateStore, openPool, openStore } from '../apps/server/src/store/index.ts'
import { quantile, report, say } from './report.ts'

const PATIENTS = Number(process.argv[2] ?? 200_000)
const BATCH = 1000
const WIDTH = 3
const ASKED = 60
const BAR = '≤ 15 ms'
const FACILITY = '24997'

const mrn = (n: number): string => `BN${String(n).padStart(7, '0')}`

function patient(n: number, who: Person): FhirResource {
  const bhxh = bhxhOf(who.card.number)
  return {
    resourceType: 'Patient',
    identifier: [
      { system: facilitySystem.mrn(FACILITY), value: mrn(n) },
      { use: 'official', system: SYSTEM.cccd, value: who.citizenId },
      { system: SYSTEM.bhyt, value: who.card.number },
      ...(bhxh ? [{ use: 'secondary', system: SYSTEM.bhyt, value: bhxh }] : []),
    ],
    name: [{ text: who.name }],
    gender: who.sex === '1' ? 'male' : 'female',
    birthDate: who.birthDate,
    telecom: [{ system: 'phone', value: who.phone }],
    address: [{ text: who.address }],
  } as unknown as FhirResource
}

/** Every way of asking, for one person. */
const WAYS: Record<string, (who: Person, n: number) => string> = {
  'whole name': (who) => who.name,
  'name without accents': (who) => foldName(who.name),
  'name backwards': (who) => foldName(who.name).split(' ').toReversed().join(' '),
  'name and year': (who) => `${foldName(who.name)} ${who.birthDate.slice(0, 4)}`,
  'two words and year': (who) => `${foldName(who.name).split(' ').slice(-2).join(' ')} ${who.birthDate.slice(0, 4)}`,
  'citizen id': (who) => who.citizenId,
  'insurance card': (who) => who.card.number,
  'ten digits of the card': (who) => who.card.number.slice(-10),
  'record number': (_, n) => mrn(n),
  phone: (who) => who.phone,
  'code of a citizen card': (who) =>
    `${who.citizenId}||${who.name}|${who.birthDate.split('-').toReversed().join('')}|${who.sex === '1' ? 'Nam' : 'Nữ'}|${who.address}|01052021`,
}

const folder = mkdtempSync(join(tmpdir(), 'yba-bench-'))
chmodSync(folder, 0o755)
const cluster = await startPostgres({ dataDir: join(folder, 'pg') })
try {
  await cluster.createDatabase('bench')
  const pool = openPool(cluster.url('bench'), 10)
  await migrateStore(pool)
  const root = await openStore({ pool, siteKey: Buffer.alloc(32, 1), clock: { now: () => new Date() }, blobFolder: join(folder, 'blobs') })
  const store = root.as(systemCaller('bench', FACILITY))
  let next = 0
  const fill = async (): Promise<void> => {
    for (let from = next; from < PATIENTS; from = next) {
      next += BATCH
      const some = Array.from({ length: Math.min(BATCH, PATIENTS - from) }, (_, i) => from + i)
      await store.transact((tx) => tx.write(some.map((n) => ({ kind: 'create', resource: patient(n, person(n)) }))))
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, fill))
  await pool.query('vacuum analyze')
  say(`${PATIENTS} patients`)
  const operation = registration.operations.find((o) => o.method === 'POST')
  const site = { settings: { facility: { code: FACILITY } } }
  const ask = async (q: string): Promise<FindAnswer> => {
    const answer = await operation?.handle({ site, store, query: new URLSearchParams(), json: { q } } as unknown as OperationContext)
    return answer?.json as FindAnswer
  }
  const all: number[] = []
  for (const [way, text] of Object.entries(WAYS)) {
    const times: number[] = []
    let missed = 0
    for (let i = -5; i < ASKED; i++) {
      const n = (Math.imul(i + 7, 7919) >>> 0) % PATIENTS
      const q = text(person(n), n)
      const begun = performance.now()
      const answer = await ask(q)
      if (i < 0) continue
      times.push(performance.now() - begun)
      if (!answer.more && !answer.rows.some((row) => row.mrn === mrn(n))) missed++
    }
    if (missed > 0) throw new Error(`${way}: ${missed} of ${ASKED} did not find who was asked for`)
    all.push(...times)
    report('find', { measure: `find.${way}.p50`, value: quantile(times, 0.5), unit: 'ms', bar: BAR })
    report('find', { measure: `find.${way}.p95`, value: quantile(times, 0.95), unit: 'ms' })
  }
  report('find', { measure: 'find.p50', value: quantile(all, 0.5), unit: 'ms', bar: BAR })
  await root.close()
  await pool.end()
} finally {
  await cluster.stop()
  rmSync(folder, { recursive: true, force: true })
}
