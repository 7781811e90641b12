import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dateRange } from '@yba/fhir'
import fc from 'fast-check'
import type { FhirResource, Write } from '../index.ts'
import { type TestStore, testCaller, testStore } from '../testing.ts'

let t: TestStore
before(async () => {
  t = await testStore()
})
after(async () => {
  await t.drop()
})

interface Fact {
  id: string
  patient: number
  code: string
  system: string
  date: string
  value: number
  status: string
}

const SYSTEMS = ['http://loinc.org', 'urn:x']
const DATES = ['2026', '2026-03', '2026-03-04', '2026-03-04T00:30:00+07:00', '2026-03-03T18:00:00Z', '2025-12-31T23:59:59+07:00', '2026-12']
const QUERY_DATES = ['2026', '2026-03', '2026-03-04', '2026-01-01', '2026-03-04T00:30']
const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const

const factArb = fc.record({
  patient: fc.integer({ min: 0, max: 2 }),
  code: fc.constantFrom('a', 'b', 'A|1'),
  system: fc.constantFrom(...SYSTEMS),
  date: fc.constantFrom(...DATES),
  value: fc.constantFrom(1, 1.5, 2, 10, -3),
  status: fc.constantFrom('final', 'amended'),
})

const resource = (f: Omit<Fact, 'id'>): FhirResource =>
  ({
    resourceType: 'Observation',
    status: f.status,
    code: { coding: [{ system: f.system, code: f.code }] },
    subject: { reference: `Patient/sp${f.patient}` },
    effectiveDateTime: f.date,
    valueQuantity: { value: f.value, system: 'urn:u', code: 'mg' },
  }) as FhirResource

/** R4's prefixes, written a second time and plainly. */
function dateFits(prefix: string, asked: string, has: string): boolean {
  const [a, h] = [dateRange(asked), dateRange(has)]
  assert.ok(a && h)
  const within = h.lo >= a.lo && h.hi <= a.hi
  if (prefix === 'ne') return !within
  if (prefix === 'gt') return h.hi > a.hi
  if (prefix === 'lt') return h.lo < a.lo
  if (prefix === 'ge') return h.hi > a.hi || within
  if (prefix === 'le') return h.lo < a.lo || within
  if (prefix === 'sa') return h.lo > a.hi
  if (prefix === 'eb') return h.hi < a.lo
  return within
}

const escaped = (code: string) => encodeURIComponent(code.replaceAll('|', '\\|'))

type Part = { text: string; fits(f: Fact): boolean }
const partArb: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ code: fc.constantFrom('a', 'b', 'A|1', 'zz'), system: fc.constantFrom(undefined, ...SYSTEMS), not: fc.boolean() }).map(
    ({ code, system, not }): Part => ({
      text: `code${not ? ':not' : ''}=${system === undefined ? '' : `${encodeURIComponent(system)}|`}${escaped(code)}`,
      fits: (f) => (f.code === code && (system === undefined || f.system === system)) !== not,
    }),
  ),
  fc.constant<Part>({ text: 'code=a,b', fits: (f) => f.code === 'a' || f.code === 'b' }),
  fc.constant<Part>({ text: 'status=final', fits: (f) => f.status === 'final' }),
  fc.integer({ min: 0, max: 3 }).map((n): Part => ({ text: `patient=sp${n}`, fits: (f) => f.patient === n })),
  fc.integer({ min: 0, max: 3 }).map((n): Part => ({ text: `subject.name=t${n}`, fits: (f) => f.patient === n })),
  fc.record({ prefix: fc.constantFrom(...PREFIXES), date: fc.constantFrom(...QUERY_DATES) }).map(
    ({ prefix, date }): Part => ({
      text: `date=${prefix}${encodeURIComponent(date)}`,
      fits: (f) => dateFits(prefix, date, f.date),
    }),
  ),
  fc
    .record({ prefix: fc.constantFrom('', 'gt', 'lt', 'ge', 'le'), value: fc.constantFrom(1, 1.5, 2, 10) })
    .map(({ prefix, value }): Part => {
      const half = Number.isInteger(value) ? 0.5 : 0.05
      const fits = (x: number) => {
        if (prefix === 'gt') return x > value
        if (prefix === 'lt') return x < value
        if (prefix === 'ge') return x >= value
        if (prefix === 'le') return x <= value
        return x >= value - half && x < value + half
      }
      return { text: `value-quantity=${prefix}${value}|urn:u|mg`, fits: (f) => fits(f.value) }
    }),
)

test('any search gives what a plain look at every resource gives', async () => {
  const store = t.root.as(testCaller())
  const people: Write[] = [0, 1, 2].map((n) => ({
    kind: 'update',
    upsert: true,
    id: `sp${n}`,
    resource: { resourceType: 'Patient', name: [{ text: `Họ T${n}` }] } as FhirResource,
  }))
  await store.transact((tx) => tx.write(people))
  const all: Fact[] = []
  await fc.assert(
    fc.asyncProperty(
      fc.array(factArb, { maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(), factArb), { maxLength: 2 }),
      fc.array(partArb, { minLength: 1, maxLength: 3 }),
      async (fresh, changes, parts) => {
        const made = await store.transact((tx) => tx.write(fresh.map((f) => ({ kind: 'create', resource: resource(f) }))))
        made.forEach((m, i) => {
          all.push({ ...(fresh[i] as Omit<Fact, 'id'>), id: m.id })
        })
        // Old index rows must not answer for changed resources.
        for (const [n, f] of changes) {
          const target = all[n % Math.max(1, all.length)]
          if (!target) continue
          Object.assign(target, f)
          await store.transact((tx) => tx.write([{ kind: 'update', id: target.id, resource: resource(f) }]))
        }
        const query = parts.map((p) => p.text).join('&')
        const wanted = all.filter((f) => parts.every((p) => p.fits(f))).map((f) => f.id)
        const page = await store.search('Observation', `${query}&_count=1000&_total=accurate`)
        assert.deepEqual(page.entries.map((e) => e.id).sort(), wanted.sort(), query)
        assert.equal(page.total, wanted.length)
        const dates = page.entries.map((e) => dateRange(e.resource().effectiveDateTime as string)?.lo ?? 0)
        assert.deepEqual(
          dates,
          [...dates].sort((a, b) => b - a),
          'newest first',
        )
      },
    ),
    { numRuns: 120 },
  )
})

test('hostile values find nothing and harm nothing', async () => {
  const store = t.root.as(testCaller())
  const hostile = ["'; drop table res; --", '%', '_', '\\', '$7', '\u{10ffff}', 'a'.repeat(5000), '{}', '(select 1)']
  for (const value of hostile) {
    for (const param of ['name', 'name:contains', 'name:exact', 'identifier', 'telecom', 'address']) {
      const page = await store.search('Patient', `${param}=${encodeURIComponent(value)}`)
      assert.equal(page.entries.length, 0, `${param}=${value}`)
    }
  }
  await assert.rejects(store.search('Patient', `_cursor=${Buffer.from('["",1]').toString('base64url')}`))
  await assert.rejects(store.search('Patient', `_cursor=${Buffer.from('["","x","1"]').toString('base64url')}`))
  await assert.rejects(store.search('Patient', '_cursor=%00'))
})
