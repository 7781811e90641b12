/** What the hub hears of its nodes is told at once and written together, whatever the database does meanwhile. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Site } from '../../site.ts'
import { testSite } from '../../testing/site.ts'
import { contacts, exchange, noteContact } from './index.ts'

test('counts add up and later words stand in place of earlier ones, also over a write that failed', async () => {
  const t = await testSite({ features: [exchange] })
  try {
    noteContact(t.site, '24997', { cursor: '1.5', accepted: 1 })
    noteContact(t.site, '24998', {})
    noteContact(t.site, '24997', { accepted: 2, report: { version: '1', skewMs: null, report: { waiting: 3 }, at: t.site.clock.now() } })
    const of = async (site: Site) =>
      (await contacts(site)).map((c) => [c.facility, c.cursor, c.accepted, c.refused, c.version, c.report?.waiting ?? null])
    assert.deepEqual(await of(t.site), [
      ['24997', '1.5', 3, 0, '1', 3],
      ['24998', null, 0, 0, null, null],
    ])
    await t.site.store.sql('alter table node_contact rename to elsewhere')
    noteContact(t.site, '24997', { cursor: '1.6', accepted: 1 })
    await assert.rejects(contacts(t.site), /node_contact/)
    noteContact(t.site, '24997', { refused: 1 })
    await t.site.store.sql('alter table elsewhere rename to node_contact')
    assert.deepEqual((await of(t.site))[0], ['24997', '1.6', 4, 1, '1', 3])
  } finally {
    await t.close()
  }
})
