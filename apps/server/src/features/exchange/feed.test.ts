/** The node's ear: one thread that cannot be taken in does not keep the others out, and is taken in when it can be. */
import assert from 'node:assert/strict'
import { globSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, effects, eventually, parcelOf, rowOf, until } from '../../testing/referral.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const content = async (seed: number) => contentOf(p.sender, (await p.slip(p.sender, seed)).id)

test('a paper that the hub cannot give is put aside, the next slip comes in, and the first when the paper is back', async () => {
  const [lost, next] = [await content(601), await content(602)]
  await p.receiver.close()
  const parcel = parcelOf(lost)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  const digest = parcel.documents[0].digest
  const [file] = globSync(join(p.hub.settings.folder, 'blobs', '**', `*${digest.slice(-40)}*`))
  assert.ok(file, 'the bytes at the hub')
  renameSync(file, `${file}.away`)
  // What came a moment ago a hub may have in memory; this one was started anew.
  await p.hub.close()
  await p.hub.open()
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(next))).status, 200)
  await p.receiver.open()

  await until(p.receiver, next.numbers.slip, 'delivered')
  assert.equal(await rowOf(await p.receiver.at('vanthu'), lost.numbers.slip), undefined)
  const parked = await p.receiver.sql<{ number: string }>('select number from feed_parked')
  assert.deepEqual(parked, [{ number: lost.numbers.slip }])

  // Put aside means in the database: a restart does not forget it.
  await p.receiver.close()
  await p.receiver.open()
  renameSync(`${file}.away`, file)
  await until(p.receiver, lost.numbers.slip, 'delivered', 30_000)
  assert.deepEqual(await p.receiver.sql('select number from feed_parked'), [])
  assert.deepEqual((await effects(p.receiver.sql, '24997', lost.numbers.slip)).tasks, ['delivered'])
})

test('a hub that began a new epoch is read again from the start; nothing doubles', async () => {
  const slip = await content(603)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  await until(p.receiver, slip.numbers.slip, 'delivered')
  const before = await effects(p.receiver.sql, '24997', slip.numbers.slip)
  await p.receiver.close()
  await p.receiver.sql(`update feed_cursor set cursor = '999.5'`)
  await p.receiver.open()
  const cursor = async () => (await p.receiver.sql<{ cursor: string }>('select cursor from feed_cursor'))[0]?.cursor ?? ''
  await eventually(cursor, (c) => c !== '' && !c.startsWith('999.'), 'a cursor of the new epoch')
  assert.deepEqual(await effects(p.receiver.sql, '24997', slip.numbers.slip), before)
})
