/** Days' roots at others: who rewrites everything here, rows, seals, the list of seals and the roots, is found by them. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../access/index.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually } from '../../testing/referral.ts'
import { clearAlert, openAlerts } from '../exchange/index.ts'
import { exchangeRoots, makeRoots, verifyAudit, watchRoots } from './index.ts'
import { dayOf } from './roots.ts'
import { marksFrom, undeposited } from './tables.ts'
import { watchRunning } from './worker.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const day = (ago: number) => dayOf(new Date(Date.now() - ago * 86_400_000))

/** Some rows, sealed; then everything sealed so far is moved back by days. */
async function pastDay(node: TestNode, what: string): Promise<void> {
  for (let i = 0; i < 3; i++) await node.site.store.audit.record(systemCaller(what, '24997'), { action: `${what}-${i}`, outcome: 'ok' })
  for (let i = 0, sealed = 0; i < 500 && sealed < 3; i++) {
    sealed += (await node.site.store.audit.seal()).sealed
    await new Promise((done) => setTimeout(done, 20))
  }
  await node.sql(`update seal set at = at - interval '1 day'`)
}

const seal = (node: TestNode) => node.site.store.audit.seal()

/** What somebody can do who has every right: takes a row away, seals all anew and forges all that lies here. */
async function rewrite(node: TestNode, action: string): Promise<number> {
  const seals = await node.sql<{ n: string; at: Date; to_xid: string }>('select n, at, to_xid::text from seal order by n')
  const [gone] = await node.sql<{ xid: string }>('delete from audit where action = $1 returning xid::text', [action])
  await node.sql(`alter table audit_root disable trigger audit_root_stands`)
  await node.sql('delete from audit_root where origin = $1', [node.settings.facility.code])
  await node.sql('delete from audit_root_deposit')
  await node.sql('delete from seal')
  rmSync(join(node.settings.folder, 'audit-seals.txt'))
  await seal(node)
  // All rows now lie under one seal; the forger spreads it over the days it once had.
  await node.sql('update seal set at = $1 where n = 1', [seals[0]?.at])
  return Number(seals.find((s) => BigInt(s.to_xid) > BigInt(gone?.xid ?? 0))?.n)
}

test('roots of past days go to the hub, the hub’s to the facilities, each once and in order; offline days later', async () => {
  for (const what of ['one', 'two', 'three']) {
    await pastDay(p.sender, what)
    await pastDay(p.hub, what)
  }
  await seal(p.sender)
  assert.equal(await makeRoots(p.hub.site), 3)
  await p.hub.close()
  const offline = await verifyAudit(p.sender.site)
  assert.deepEqual([offline.ok, offline.roots.unasked, offline.roots.first, offline.roots.last], [true, 'hub-unreachable', day(3), day(1)])
  assert.equal(offline.roots.deposited, undefined)
  await p.hub.open()
  assert.equal(await makeRoots(p.sender.site), 0)
  // Marks at another place than the signed root says would name innocent rows later: the hub takes none of them.
  const [oldest] = await undeposited(p.sender.site.store, '24997')
  const [own] = await marksFrom(p.sender.site.store, '24997', oldest?.day ?? '')
  assert.ok(oldest && own)
  const moved = { day: oldest.day, start: Number(own.start) + 1, marks: own.marks.toString('base64') }
  await p.sender.hub().json('POST', '/fhir/AuditEvent/$deposit-root', { root: oldest.jws, marks: moved, hub: [] })
  assert.deepEqual(await p.hub.sql(`select 1 from audit_mark where origin = '24997'`), [])
  assert.ok((await openAlerts(p.hub.site.store)).some((a) => a.kind === 'audit-root-differs'))
  await clearAlert(p.hub.site.store, 'audit-root-differs', '24997', new Date())
  // The line of the site has its pauses after an outage; a fresh one asks at once.
  const held = await exchangeRoots(p.sender.site, p.sender.hub())
  assert.deepEqual(
    held.map((h) => h.day),
    [day(3), day(2), day(1)],
  )
  assert.deepEqual(await exchangeRoots(p.sender.site, p.sender.hub()), held)
  await exchangeRoots(p.receiver.site, p.receiver.hub())
  for (const node of [p.sender, p.receiver]) {
    const hubs = await node.sql<{ day: string }>(`select to_char(day, 'YYYY-MM-DD') as day from audit_root where origin = 'hub' order by 1`)
    assert.deepEqual(
      hubs.map((h) => h.day),
      [day(3), day(2), day(1)],
    )
  }
  await exchangeRoots(p.sender.site, p.sender.hub())
  for (const node of [p.sender, p.hub]) {
    const whole = await verifyAudit(node.site)
    assert.deepEqual([whole.ok, whole.roots.differences, whole.roots.missing, whole.roots.deposited?.day], [true, [], [], day(1)])
  }
})

test('a node that rewrote rows, seals, list and roots is found: the day, the seal, who holds the proof', async () => {
  const [gone] = await p.sender.sql<{ before: string }>(
    `select max(seq)::text as before from audit where seq < (select seq from audit where action = 'two-1')`,
  )
  const first = await rewrite(p.sender, 'two-1')
  assert.ok(first > 0)
  const found = await verifyAudit(p.sender.site)
  assert.equal(found.problem, undefined, 'what lies here fits together')
  assert.equal(found.ok, false)
  assert.deepEqual(
    found.roots.differences.map((d) => d.heldBy),
    ['hub'],
  )
  assert.equal(found.roots.differences[0]?.day, day(3))
  // Two bytes of each row lie at the hub: the row itself is named although all was sealed anew.
  assert.deepEqual(found.roots.differences[0]?.row, { what: 'removed', seq: gone?.before, rows: 1 })
  assert.match(found.roots.differences[0]?.en ?? '', new RegExp(`After row ${gone?.before}, 1 removed`))
  const raised = (await openAlerts(p.hub.site.store)).filter((a) => a.kind === 'audit-root-differs')
  assert.deepEqual(
    raised.map((a) => a.subject),
    ['24997'],
    'the hub was told another root of a day it holds',
  )
})

test('the hub that rewrote its own is found by what two facilities hold', async () => {
  await rewrite(p.hub, 'three-0')
  await makeRoots(p.hub.site)
  for (const node of [p.sender, p.receiver]) await exchangeRoots(node.site, node.hub())
  const found = await verifyAudit(p.hub.site)
  assert.deepEqual([found.ok, found.problem], [false, undefined])
  assert.deepEqual(found.roots.differences.map((d) => d.heldBy).sort(), ['01929', '24997'])
  const [alert] = (await openAlerts(p.receiver.site.store)).filter((a) => a.kind === 'audit-root-differs')
  assert.equal(alert?.subject, 'hub')
})

test('the operator hears of a node whose roots are late; a root cannot be changed by a plain statement', async () => {
  await p.hub.sql(`insert into audit_root select '01929', $1::date, to_seal, hash, root, jws, at from audit_root limit 1`, [day(4)])
  await watchRoots(p.hub.site)
  const late = (await openAlerts(p.hub.site.store)).filter((a) => a.kind === 'audit-root-late')
  assert.deepEqual(
    late.map((a) => a.subject),
    ['01929'],
  )
  await assert.rejects(p.receiver.sql(`update audit_root set hash = ''`), /never changed/)
})

test('a row taken out before its seal: the auditor hears of it, and the trail says so', async () => {
  const { audit } = p.receiver.site.store
  await audit.record(systemCaller('x', '01929'), { action: 'soon-gone', outcome: 'ok' })
  await p.receiver.sql(`delete from audit where action = 'soon-gone'`)
  const lost = async () => {
    await seal(p.receiver)
    await watchRunning(p.receiver.site)
    return (await openAlerts(p.receiver.site.store)).filter((a) => a.kind === 'audit-row-lost')
  }
  const [alert] = await eventually(lost, (found) => found.length > 0, 'the alert')
  assert.deepEqual([alert?.role, alert?.details?.rows], ['auditor', 1])
  assert.equal((await p.receiver.sql(`select 1 from audit where action = 'audit-row-lost' and detail like '%soon-gone%'`)).length, 1)
})
