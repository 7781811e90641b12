/** An alert stands once however often it is raised, goes when its matter is over, and leaves its story. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../access/index.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { alertStory, clearAlert, exchange, type NewAlert, openAlerts, raiseAlert } from './index.ts'

let t: TestSite
before(async () => {
  t = await testSite({ features: [exchange] })
})
after(() => t.close())

const silent = (subject: string, minutes: number): NewAlert => ({
  kind: 'node-silent',
  subject,
  severity: 'warning',
  role: 'hub-operator',
  vi: `Im lặng ${minutes} phút`,
  en: `Silent for ${minutes} minutes`,
  cure: { vi: 'Gọi cho cơ sở.', en: 'Call the facility.' },
  details: { minutes },
})
const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 8, minute))

test('raised again and again it stands once, with its first and its last moment and the newest words', async () => {
  const { store } = t.site
  assert.equal(await raiseAlert(store, silent('24997', 60), at(0)), true)
  assert.equal(await raiseAlert(store, silent('24997', 61), at(1)), false)
  assert.equal(await raiseAlert(store, { ...silent('24998', 60), severity: 'error' }, at(2)), true)
  const open = await openAlerts(store)
  assert.deepEqual(
    open.map((a) => [a.subject, a.times, a.first_at, a.last_at, a.details.minutes]),
    [
      ['24998', 1, at(2), at(2), 60],
      ['24997', 2, at(0), at(1), 61],
    ],
  )
})

test('cleared it leaves its story; the next time is a new one', async () => {
  const { store } = t.site
  assert.equal(await clearAlert(store, 'node-silent', '24997', at(5)), true)
  assert.equal(await clearAlert(store, 'node-silent', '24997', at(6)), false)
  assert.equal(await raiseAlert(store, silent('24997', 60), at(30)), true)
  assert.equal(await clearAlert(store, 'node-silent', '24998', at(31), { id: 'u.hub', why: 'đã gọi' }), true)
  const story = await alertStory(store, at(0))
  assert.deepEqual(
    story.map((a) => [a.subject, a.first_at, a.cleared_at, a.cleared_by]),
    [
      ['24997', at(30), null, null],
      ['24998', at(2), at(31), 'u.hub'],
      ['24997', at(0), at(5), null],
    ],
  )
  assert.equal((await alertStory(store, at(10))).length, 2)
})

test('many at once are one; a transaction that fails leaves none; screens hear of it once', async () => {
  const { store } = t.site
  const before = await store.log.end()
  const raise = () =>
    store.as(systemCaller('test', '24997')).transact(async (tx) => {
      await raiseAlert(tx, silent('01929', 60), tx.now)
    })
  await Promise.all([raise(), raise(), raise(), raise()])
  const failing = store.as(systemCaller('test', '24997')).transact(async (tx) => {
    await raiseAlert(tx, silent('99999', 60), tx.now)
    throw new Error('not this time')
  })
  await assert.rejects(failing, /not this time/)
  assert.deepEqual((await openAlerts(store)).map((a) => a.subject).sort(), ['01929', '24997'])
  await store.log.wait(before, 5_000)
  const { entries } = await store.log.read(before, 100)
  assert.equal(entries.filter((e) => e.kind === 'exchange.alert').length, 1)
})
