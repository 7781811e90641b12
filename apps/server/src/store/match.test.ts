import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import type { Condition, FhirResource, Store } from './index.ts'
import { EVERYTHING, type TestStore, testCaller, testStore } from './testing.ts'

let t: TestStore
let store: Store
before(async () => {
  t = await testStore()
  store = t.root.as(testCaller())
})
after(() => t.drop())

const SYSTEM = 'https://example.org/so'
const device = (value: string, more = {}) =>
  ({ resourceType: 'Device', identifier: [{ system: SYSTEM, value }], ...more }) as unknown as FhirResource
const by = (value: string): Condition => ({ type: 'Device', query: `identifier=${SYSTEM}|${value}`, locks: true })
const create = (value: string) => store.transact((tx) => tx.write([{ kind: 'create', resource: device(value) }]))

async function createIf(as: Store, value: string): Promise<boolean> {
  return as.transact(async (tx) => {
    const [matched] = await tx.match([by(value)])
    if (matched !== 'none') return false
    await tx.write([{ kind: 'create', resource: device(value) }])
    return true
  })
}

test('of twenty who create what is not there, one does', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => createIf(store, 'một')))
  assert.equal(made.filter(Boolean).length, 1)
  const [one] = await store.transact((tx) => tx.match([by('một')]))
  assert.ok(typeof one === 'object' && 'id' in one && one.versionId === 1)
})

test('none, one and several are told apart, by identifiers of one statement and by any other search', async () => {
  await create('hai')
  await create('hai')
  await create('ba')
  const other: Condition = { type: 'Device', query: `identifier=${SYSTEM}|ba&status:missing=true` }
  const matched = await store.transact((tx) => tx.match([by('không'), by('hai'), by('ba'), other]))
  assert.deepEqual(
    matched.map((m) => (typeof m === 'object' && 'id' in m ? m.type : m)),
    ['none', 'several', 'Device', 'Device'],
  )
})

test('who decides by another condition does not wait; who decides by the same one does', async () => {
  const order: string[] = []
  await store
    .transact(async (tx) => {
      await tx.match([by('giữ')])
      await store.transact((beside) => beside.match([by('khác')]))
      const same = store.transact((beside) => beside.match([by('giữ')])).then(() => order.push('same'))
      await t.root.sql('select pg_sleep(0.1)')
      order.push('first')
      return { same }
    })
    .then(({ same }) => same)
  assert.deepEqual(order, ['first', 'same'])
})

test('many conditions of a type hold the type, and many transactions of them end', async () => {
  const many = (from: number) => Array.from({ length: 120 }, (_, i) => by(`${(i + from) % 120}`))
  const matched = await Promise.all([many(0), many(60), [by('0')]].map((list) => store.transact((tx) => tx.match(list))))
  assert.deepEqual(
    matched.map((m) => m.length),
    [120, 120, 1],
  )
})

test('what the caller may not find matches nothing, and the question is in the audit', async () => {
  const [patient] = await store.transact((tx) =>
    tx.write([{ kind: 'create', resource: { resourceType: 'Patient', name: [{ text: 'Lê' }] } as FhirResource }]),
  )
  const secret = device('kín', { patient: { reference: `Patient/${patient?.id}` } })
  await store.transact((tx) => tx.write([{ kind: 'create', resource: secret }]))
  const stranger = t.root.as(testCaller({ id: 'u.la', requestId: 'r-la', grants: [{ ...EVERYTHING, scope: 'relation' }] }))
  const [hidden, missing] = await stranger.transact((tx) => tx.match([by('kín'), by('không có')]))
  assert.deepEqual([hidden, missing], ['none', 'none'])
  const lines = await t.root.sql(`select detail from audit where request = 'r-la' and action = 'search'`)
  assert.deepEqual(
    lines.map((l) => l.detail),
    ['identifier', 'identifier'],
  )
})

test('a plain write refers only to what its writer may read: forbidden and missing are answered alike', async () => {
  const [patient] = await store.transact((tx) =>
    tx.write([{ kind: 'create', resource: { resourceType: 'Patient', name: [{ text: 'Đỗ' }] } as FhirResource }]),
  )
  const grants = [{ ...EVERYTHING, types: ['Basic'] }]
  const write = async (reference: string): Promise<unknown> => {
    const resource = { resourceType: 'Basic', code: { text: 'x' }, subject: { reference } } as unknown as FhirResource
    const writer = t.root.as(testCaller({ id: 'u.viet', grants }), { plain: true })
    const error = await writer.transact((tx) => tx.write([{ kind: 'create', resource }])).catch((e: unknown) => e)
    assert.ok(error instanceof OutcomeError)
    return error.findings.map((f) => [f.definition.code, f.path])
  }
  assert.deepEqual(await write(`Patient/${patient?.id}`), await write('Patient/nobody'))
})
