import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from './database.ts'

test('each caller gets its own database, and a template is prepared once and copied', async () => {
  let prepared = 0
  const template = {
    key: `database.test ${process.pid}`,
    prepare: async (url: string) => {
      prepared++
      const { withClient } = await import('../box/postgres-databases.ts')
      await withClient(url, (client) => client.query("create table seed as select 'Nguyễn Thị Đặng' as name"))
    },
  }
  const [first, second] = [await testDatabase({ template }), await testDatabase({ template })]
  assert.equal(prepared, 1)
  await first.pool.query('delete from seed')
  const rest = await second.pool.query('select upper(name) as name from seed')
  assert.deepEqual(rest.rows, [{ name: 'NGUYỄN THỊ ĐẶNG' }])
  await first.drop()
  await second.drop()
  const third = await testDatabase()
  await assert.rejects(third.pool.query('select * from seed'), /seed/)
  await third.drop()
})
