/** Orders by what the index has only as hashes: codes, links, addresses; alone, with others, page by page, while others write. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from '../index.ts'
import { EVERYTHING, type TestStore, testCaller, testStore } from '../testing.ts'

let t: TestStore

const condition = (id: string, code: string | undefined, patient: string, more: object = {}): FhirResource =>
  ({
    resourceType: 'Condition',
    id,
    subject: { reference: `Patient/${patient}` },
    ...(code ? { code: { coding: [{ system: 'urn:icd', code }] } } : {}),
    ...more,
  }) as unknown as FhirResource
const set = (id: string, url: string | undefined): FhirResource =>
  ({ resourceType: 'ValueSet', id, status: 'active', ...(url ? { url } : {}) }) as FhirResource

const write = (resources: FhirResource[]) =>
  t.root
    .as(testCaller())
    .transact((tx) => tx.write(resources.map((resource) => ({ kind: 'update', upsert: true, id: resource.id ?? '', resource }))))

before(async () => {
  t = await testStore()
  await write(['anna', 'binh'].map((id) => ({ resourceType: 'Patient', id, gender: 'female' }) as FhirResource))
  await write([
    condition('c1', 'B05', 'binh', { recordedDate: '2026-01-01' }),
    {
      ...condition('c2', undefined, 'anna', { recordedDate: '2026-01-02' }),
      code: { coding: [{ system: 'urn:icd', code: 'A03', display: 'Lỵ' }], text: 'Zona' },
    } as unknown as FhirResource,
    condition('c3', 'A03.0', 'binh', { recordedDate: '2026-01-03' }),
    condition('c4', undefined, 'anna', { recordedDate: '2026-01-04' }),
    condition('c5', 'A03', 'binh', { recordedDate: '2026-01-05' }),
    {
      ...condition('c6', 'X99', 'anna', { recordedDate: '2026-01-06' }),
      code: { coding: [{ code: 'Z00' }, { code: 'A00' }] },
    } as unknown as FhirResource,
  ])
  await write([set('v1', 'http://b.org/x'), set('v2', 'http://a.org/x'), set('v3', undefined)])
})
after(() => t.drop())

/** What is found on pages of two, in their order; `between` is done after the first page. */
async function ordered(type: string, query: string, between?: () => Promise<unknown>): Promise<string[]> {
  const out: string[] = []
  for (let cursor = ''; ; ) {
    const page = await t.root.as(testCaller()).search(type, `${query}&_count=2${cursor}`)
    out.push(...page.entries.map((e) => e.id))
    if (cursor === '') await between?.()
    if (!page.next) return out
    cursor = `&_cursor=${page.next}`
  }
}

const CASES: [type: string, query: string, order: string[]][] = [
  // Of several codes the least one decides upwards, the greatest one downwards; what has none comes last in both.
  ['Condition', '_sort=code,_id', ['c6', 'c2', 'c5', 'c3', 'c1', 'c4']],
  ['Condition', '_sort=-code,_id', ['c6', 'c1', 'c3', 'c2', 'c5', 'c4']],
  ['Condition', '_sort=code,-_id', ['c6', 'c5', 'c2', 'c3', 'c1', 'c4']],
  ['Condition', '_sort=patient,code', ['c6', 'c2', 'c4', 'c5', 'c3', 'c1']],
  ['Condition', '_sort=-subject,-code', ['c1', 'c3', 'c5', 'c6', 'c2', 'c4']],
  ['Condition', '_sort=code,-recorded-date', ['c6', 'c5', 'c2', 'c3', 'c1', 'c4']],
  ['Condition', 'patient=binh&_sort=code', ['c5', 'c3', 'c1']],
  ['Condition', 'code=A03&_sort=-patient', ['c5', 'c2']],
  ['ValueSet', '_sort=url', ['v2', 'v1', 'v3']],
  ['ValueSet', '_sort=-url', ['v1', 'v2', 'v3']],
  ['ValueSet', '_sort=status,-url', ['v1', 'v2', 'v3']],
]

for (const [type, query, order] of CASES) {
  test(`${type}?${query}`, async () => assert.deepEqual(await ordered(type, query), order))
}

test('a page in such an order goes on behind its last row, whatever is written in between', async () => {
  const query = '_sort=code,_id'
  const got = await ordered('Condition', query, async () => {
    // Before the place nothing is shown again, behind it what is new is met.
    await write([condition('c0', 'A00', 'anna'), condition('c7', 'A04', 'anna')])
    await t.root.as(testCaller()).transact((tx) => tx.write([{ kind: 'delete', type: 'Condition', id: 'c3' }]))
  })
  assert.deepEqual(got, ['c6', 'c2', 'c5', 'c7', 'c1', 'c4'])
})

test('a composite has no order', async () => {
  await assert.rejects(t.root.as(testCaller()).search('Observation', '_sort=code-value-quantity'), { code: 'not-supported-yet' })
})

test('rows that are forbidden take no part in the order', async () => {
  const some = t.root.as(testCaller({ kind: 'user', id: 'u', grants: [{ ...EVERYTHING, maxSensitivity: 1 }] }))
  const query = '_sort=-code&_count=2'
  const before = await some.search('Condition', query)
  const V = { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' }] }
  await write([condition('hidden', 'ZZZ', 'anna', { meta: V })])
  const now = await some.search('Condition', query)
  assert.deepEqual([now.entries.map((e) => e.text), now.next], [before.entries.map((e) => e.text), before.next])
})

test('an order over more than 10,000 rows is refused by name', async () => {
  for (let part = 0; part < 10; part++) {
    const some = Array.from({ length: 1000 }, (_, i) => ({ resourceType: 'Basic', code: { text: `${part} ${i}` } }) as FhirResource)
    await t.root.as(testCaller()).transact((tx) => tx.write(some.map((resource) => ({ kind: 'create', resource }))))
  }
  assert.equal((await t.root.as(testCaller()).search('Basic', '_sort=code&_count=2')).entries.length, 2)
  await write([{ resourceType: 'Basic', id: 'more', code: { text: 'x' } } as FhirResource])
  await assert.rejects(t.root.as(testCaller()).search('Basic', '_sort=code'), { code: 'search-sort-too-wide' })
})
