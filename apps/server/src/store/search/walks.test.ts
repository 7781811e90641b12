/** Frequent codes and names: what is looked at hangs on the page, not on how many there are. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource, Transaction, Write } from '../index.ts'
import { type TestStore, testCaller, testStore } from '../testing.ts'

let t: TestStore

interface Fact {
  id: string
  code: string
  other?: string
  status: string
  date: string
}

const SYSTEM = 'urn:s'
const COUNT = 4000
/** Every other one has the status; `rare` and `active` never meet. */
const FACTS = Array.from({ length: COUNT }, (_, i): Fact => {
  const code = i % 10 === 9 ? 'rare' : i % 3 === 0 ? 'a' : 'b'
  const date = new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString()
  return {
    id: `s${i}`,
    code,
    ...(i % 7 === 0 ? { other: 'a' } : {}),
    status: code !== 'rare' && i % 2 === 0 ? 'active' : 'completed',
    date,
  }
})
const FAMILIES = ['Nguyễn', 'Nguyễn', 'Nguyễn', 'Trần', 'Lê']
const MIDDLES = ['Thị', 'Văn']
const NAMES = Array.from({ length: COUNT }, (_, i) => `${FAMILIES[i % 5]} ${MIDDLES[i % 2]} ${i % 11 === 0 ? 'Nguyên' : `Tên${i % 97}`}`)

const request = ({ id, code, other, status, date }: Fact): Write => {
  const coding = [code, ...(other ? [other] : [])].map((one) => ({ system: SYSTEM, code: one }))
  const resource = {
    resourceType: 'ServiceRequest',
    id,
    status,
    intent: 'order',
    subject: { display: 'x' },
    code: { coding },
    authoredOn: date,
  }
  return { kind: 'update', upsert: true, id, resource: resource as unknown as FhirResource }
}
const patient = (text: string, i: number): Write => ({
  kind: 'update',
  upsert: true,
  id: `p${String(i).padStart(5, '0')}`,
  resource: {
    resourceType: 'Patient',
    id: `p${String(i).padStart(5, '0')}`,
    name: [{ text }],
    gender: i % 2 ? 'male' : 'female',
  } as unknown as FhirResource,
})

before(async () => {
  t = await testStore()
  const writes = [...FACTS.map(request), ...NAMES.map(patient)]
  for (let from = 0; from < writes.length; from += 1000) {
    await t.root.as(testCaller()).transact((tx) => tx.write(writes.slice(from, from + 1000)))
  }
  await t.database.pool.query('analyze')
})
after(() => t.drop())

const rowsRead = async (tx: Transaction): Promise<number> => {
  const [row] = await tx.sql<{ n: string }>(
    `select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::text as n from pg_stat_xact_user_tables where relname in ('res', 'ix_tok', 'ix_word')`,
  )
  return Number(row?.n)
}

/** What a search finds and how many rows it looked at. */
const measured = (type: string, query: string) =>
  t.root.as(testCaller()).transact(async (tx) => {
    const before = await rowsRead(tx)
    const { entries } = await tx.search(type, query)
    return { ids: entries.map((e) => e.id), read: (await rowsRead(tx)) - before }
  })

const newest = (fits: (f: Fact) => boolean) =>
  FACTS.filter(fits)
    .toReversed()
    .map((f) => f.id)
const has = (code: string) => (f: Fact) => f.code === code || f.other === code

const TOKENS: [query: string, fits: (f: Fact) => boolean, most: number][] = [
  ['code=a&status=active', (f) => has('a')(f) && f.status === 'active', 500],
  [`code=${SYSTEM}|a&status=active`, (f) => has('a')(f) && f.status === 'active', 500],
  ['code=a&status=active&intent=order', (f) => has('a')(f) && f.status === 'active', 500],
  ['code=a&code=b&status=active', (f) => has('a')(f) && has('b')(f) && f.status === 'active', 2000],
  ['code=a,b&status=active', (f) => (has('a')(f) || has('b')(f)) && f.status === 'active', 500],
  ['code=a,b', (f) => has('a')(f) || has('b')(f), 500],
  ['code=a&status:not=active', (f) => has('a')(f) && f.status !== 'active', 500],
  // None is both, and no resource is looked at: only the rows of the rarer code beside those of the other.
  ['code=rare&status=active', (f) => f.code === 'rare' && f.status === 'active', 3000],
]

for (const [query, fits, most] of TOKENS) {
  test(`ServiceRequest?${query}: the newest, by few rows`, async () => {
    const expected = newest(fits)
    const { ids, read } = await measured('ServiceRequest', `${query}&_count=20`)
    assert.deepEqual(ids, expected.slice(0, 20))
    assert.ok(read <= most, `${read} rows`)
    const oldest = await measured('ServiceRequest', `${query}&_count=20&_sort=authored`)
    assert.deepEqual(oldest.ids, expected.toReversed().slice(0, 20))
    assert.ok(oldest.read <= most, `${oldest.read} rows, oldest first`)
    const counted = await t.root.as(testCaller()).search('ServiceRequest', `${query}&_summary=count`)
    assert.equal(counted.total, expected.length)
  })
}

const PEOPLE: [query: string, fits: (name: string, i: number) => boolean, most: number][] = [
  ['name=nguyễn', (n) => /Nguyễn|Nguyên/.test(n), 800],
  ['name=nguyễn thị', (n) => /Nguyễn|Nguyên/.test(n) && /Thị/.test(n), 800],
  ['name=nguyễn&name=thị', (n) => /Nguyễn|Nguyên/.test(n) && /Thị/.test(n), 800],
  ['name=nguyễn&gender=male', (n, i) => /Nguyễn|Nguyên/.test(n) && i % 2 === 1, 800],
  ['name=nguyễn,trần', (n) => /Nguyễn|Nguyên|Trần/.test(n), 1500],
  ['name=n', (n) => /N/.test(n), 1500],
  ['name=nguyễn tên96', (n) => /Nguyễn|Nguyên/.test(n) && /Tên96$/.test(n), 800],
  ['name=nobody', () => false, 10],
]

for (const [query, fits, most] of PEOPLE) {
  test(`Patient?${query}: each once, by few rows`, async () => {
    const { read } = await measured('Patient', `${query}&_count=20`)
    assert.ok(read <= most, `${read} rows`)
    const found: string[] = []
    for (let cursor = ''; ; ) {
      const page = await t.root.as(testCaller()).search('Patient', `${query}&_count=700${cursor}`)
      found.push(...page.entries.map((e) => e.id))
      if (!page.next) break
      cursor = `&_cursor=${page.next}`
    }
    const expected = NAMES.flatMap((name, i) => (fits(name, i) ? [`p${String(i).padStart(5, '0')}`] : []))
    assert.deepEqual(found.toSorted(), expected)
    const counted = await t.root.as(testCaller()).search('Patient', `${query}&_summary=count`)
    assert.equal(counted.total, expected.length)
  })
}
