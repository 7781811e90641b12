import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { makeSiteKeys, readSiteKeys, renewSlipKey } from '../../box/site-keys.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually } from '../../testing/referral.ts'
import { openAlerts } from '../exchange/index.ts'
import { directoryAlerts } from '../referral/directory-alerts.ts'
import { directoryAge, directoryRound, fetchDirectory, keepDirectory } from './follow.ts'
import { directorySnapshot, localDay, signSnapshot } from './snapshot.ts'
import { facilities, facility, facilityName, kept, putFacilities } from './tables.ts'

let p: TestProvince
let ahead = 0
before(async () => {
  p = await testProvince({ clock: { now: () => new Date(Date.now() + ahead) } })
})
after(() => p.close())

test('a facility that joins at the hub is known at the nodes after the next fetch; one that leaves is no receiver any more', async () => {
  const { store, clock } = p.hub.site
  const joined = { code: '24801', name: 'Bệnh viện Thử Mới', managing_body: 'Sở Y tế', active: true, slip_keys: [], client_keys: [] }
  await putFacilities(store, [joined], clock.now())
  await fetchDirectory(p.sender.site, p.sender.hub())
  assert.equal(await facilityName(p.sender.site.store, '24801'), 'Bệnh viện Thử Mới')
  await putFacilities(store, [{ ...joined, active: false }], clock.now())
  await fetchDirectory(p.sender.site, p.sender.hub())
  assert.equal(await facilityName(p.sender.site.store, '24801'), '')
})

test('a node fetches by itself when it starts', async () => {
  const joined = { code: '24802', name: 'Phòng khám Thử', managing_body: '', active: true, slip_keys: [], client_keys: [] }
  await putFacilities(p.hub.site.store, [joined], p.hub.site.clock.now())
  await p.receiver.close()
  await p.receiver.open()
  await eventually(
    () => facilities(p.receiver.site.store),
    (list) => list.some((f) => f.code === '24802'),
    'the receiver knows the new facility',
  )
})

const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (error: unknown) => (error instanceof OutcomeError ? error.code : String(error)),
  )

test('what the hub did not sign, or what is older than the snapshot kept, is refused by name and the kept one stays', async () => {
  const { site } = p.sender
  await fetchDirectory(site, p.sender.hub())
  const before = await kept(site.store)
  assert.ok(before)
  const good = await signSnapshot(p.hub.site, await directorySnapshot(p.hub.site))
  const [head = '', body = '', value = ''] = good.split('.')
  const content = JSON.parse(Buffer.from(body, 'base64url').toString()) as { facilities: { name: string }[] }
  for (const f of content.facilities) f.name = 'Tên giả'
  const forged = Buffer.from(JSON.stringify(content)).toString('base64url')
  assert.equal(await refused(keepDirectory(site, `${head}.${forged}.${value}`)), 'directory-signature-invalid')
  assert.equal(
    await refused(keepDirectory(site, `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`)),
    'directory-signature-invalid',
  )
  assert.equal(await refused(keepDirectory(site, '<html>')), 'directory-signature-invalid')
  const folder = mkdtempSync(join(tmpdir(), 'yba-hub-'))
  await makeSiteKeys(folder, 'hub', [])
  const foreign = { ...p.hub.site, keys: await readSiteKeys(folder) }
  assert.equal(
    await refused(keepDirectory(site, await signSnapshot(foreign, await directorySnapshot(foreign)))),
    'directory-signature-invalid',
  )
  rmSync(folder, { recursive: true })
  const old = { ...(await directorySnapshot(p.hub.site)), issuedAt: '2026-01-01T00:00:00.000Z' }
  assert.equal(await refused(keepDirectory(site, await signSnapshot(p.hub.site, old))), 'directory-older')
  assert.equal((await kept(site.store))?.jws, before.jws)
  assert.equal(await facilityName(site.store, '01929'), 'Bệnh viện Bạch Mai')
  assert.equal(await refused(keepDirectory(site, good)), 'taken')
})

test('a bad directory and one older than seven days raise an alert; a good one clears both, and the old one stayed in use', async () => {
  const { site } = p.sender
  const kinds = async () =>
    (await openAlerts(site.store))
      .map((a) => a.kind)
      .filter((k) => k.startsWith('directory'))
      .sort()
  const tell = directoryAlerts(site)
  const line = { json: p.sender.hub().json, bytes: async () => Buffer.from('a.b.c') }
  await directoryRound(site, line, tell)
  assert.deepEqual(await kinds(), ['directory-refused'])
  ahead = 8 * 86_400_000
  await directoryRound(site, line, tell)
  assert.deepEqual(await kinds(), ['directory-old', 'directory-refused'])
  const age = await directoryAge(site)
  assert.deepEqual([age.days, age.old], [8, true])
  assert.equal(await facilityName(site.store, '01929'), 'Bệnh viện Bạch Mai')
  ahead = 0
  await directoryRound(site, p.sender.hub(), tell)
  assert.deepEqual(await kinds(), [])
})

test('a node makes its slip key known by itself; a new one ends the one before, which stays for the slips of its time', async () => {
  const known = await eventually(
    () => facility(p.hub.site.store, '24997'),
    (f) => (f?.slip_keys.length ?? 0) > 0,
    'the hub knows the slip key of the sender',
  )
  const first = known?.slip_keys[0]
  assert.equal(first?.kid, p.sender.site.keys.slip?.kid)
  assert.equal('d' in (first ?? {}), false)
  await p.sender.close()
  const kid = await renewSlipKey(p.sender.settings.folder)
  await p.sender.open()
  const renewed = await eventually(
    async () => {
      await fetchDirectory(p.receiver.site, p.receiver.hub())
      return facility(p.receiver.site.store, '24997')
    },
    (f) => f?.slip_keys.length === 2,
    'the receiver knows both keys',
  )
  const today = localDay(p.hub.site.clock.now())
  assert.deepEqual(
    renewed?.slip_keys.map((k) => [k.kid, k.from, k.until]),
    [
      [first?.kid, undefined, today],
      [kid, today, undefined],
    ],
  )
})
