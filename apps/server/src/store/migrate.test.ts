import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError, resourceTypes, searchParameters } from '@yba/fhir'
import { testDatabase } from '../testing/database.ts'
import { foldText, wordEnds } from './fold.ts'
import { paramNumber } from './hash.ts'
import { uuidv7 } from './ids.ts'
import { migrateStore } from './index.ts'

test('migrations run once, also when two processes start together; an edited one is refused; a failing one leaves nothing', async () => {
  const database = await testDatabase()
  const feature = (sql: string) => [{ name: 'demo', migrations: [{ name: '001-demo', sql }] }]
  const both = await Promise.all([
    migrateStore(database.pool, feature('create table demo (x int)')),
    migrateStore(database.pool, feature('create table demo (x int)')),
  ])
  assert.deepEqual(both.flat().sort(), ['demo/001-demo', 'store/001', 'store/002', 'store/003', 'store/004', 'store/005'])
  await assert.rejects(
    migrateStore(database.pool, feature('create table demo (x bigint)')),
    (e) => e instanceof OutcomeError && e.code === 'migration-changed',
  )
  const broken = [{ name: 'other', migrations: [{ name: '001', sql: 'create table half (x int); select nonsense' }] }]
  await assert.rejects(migrateStore(database.pool, broken))
  const { rows } = await database.pool.query("select 1 from pg_class where relname = 'half'")
  assert.equal(rows.length, 0)
  await database.drop()
})

test('no two search parameters of R4 share a number', () => {
  const seen = new Map<number, string>()
  for (const { name } of resourceTypes()) {
    for (const code of [...searchParameters(name).keys(), 'name:sort']) {
      const p = paramNumber(name, code)
      assert.equal(seen.get(p), undefined, `${name}.${code} and ${seen.get(p)}`)
      assert.notEqual(p, 0)
      seen.set(p, `${name}.${code}`)
    }
  }
  assert.ok(seen.size > 2000)
})

test('ids carry their time and never repeat', () => {
  const ids = Array.from({ length: 5000 }, (_, i) => uuidv7(1_700_000_000_000 + Math.floor(i / 1000)))
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(ids[0]?.slice(0, 13), '018bcfe5-6800')
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('names fold the same however their letters are composed', () => {
  const name = 'Nguyễn  Thị-Đặng'
  assert.equal(foldText(name), 'nguyen thi dang')
  assert.equal(foldText(name.normalize('NFD')), foldText(name.normalize('NFC')))
  assert.deepEqual(wordEnds('nguyen thi lan'), ['nguyen thi lan', 'thi lan', 'lan'])
})
