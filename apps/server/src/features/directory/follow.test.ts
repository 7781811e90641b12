import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OutcomeError, SYSTEM } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import { onBehalf, systemCaller } from '../../access/index.ts'
import { makeSiteKeys, readSiteKeys, renewSlipKey } from '../../box/site-keys.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually } from '../../testing/referral.ts'
import { openAlerts } from '../exchange/index.ts'
import { directoryAlerts } from '../referral/directory-alerts.ts'
import type { RegisterAnswer } from './contract.ts'
import { directoryAge, directoryRound, fetchDirectory, keepDirectory } from './follow.ts'
import type { ListKind } from './lists/columns.ts'
import { importList, type ListImport } from './lists/import-list.ts'
import { publishDirectory } from './publish.ts'
import { directorySnapshot, signSnapshot } from './snapshot.ts'
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

test('an official list at the hub: names with their days, departments and people are read by a node over FHIR and kept off line', async () => {
  const { store } = p.hub.site
  const { code } = p.sender.settings.facility
  const take = (kind: ListKind, text: string, more: Partial<ListImport> = {}) =>
    store.as(onBehalf(systemCaller('test', '24000'))).transact((tx) =>
      importList(tx, {
        kind,
        bytes: new TextEncoder().encode(text),
        file: `${kind}.csv`,
        source: 'QĐ thử',
        from: '2026-01-01',
        dryRun: false,
        by: 'test',
        province: '24',
        ...more,
      }),
    )
  const before = await facility(store, code)
  const renamed = `ma_cskcb,ten,tu_ngay\n${code},Bệnh viện đa khoa Thử số 1,2026-07-01\n`
  const trial = await take('facilities', renamed, { dryRun: true })
  assert.deepEqual([trial.changed, trial.written, (await facility(store, code))?.name], [1, false, before?.name])
  const wrong = await take('facilities', `${renamed}24,,`)
  assert.deepEqual([wrong.written, (await facility(store, code))?.name], [false, before?.name], 'one bad row, and nothing is written')
  assert.equal((await take('facilities', renamed)).written, true)
  assert.equal((await take('departments', `ma_cskcb,ma_khoa,ten_khoa\n${code},K03,Khoa Nội Thử`)).added, 1)
  const people = `so_cchn,ho_ten,chuc_danh,ma_cskcb,ma_khoa\n000031/BG-CCHN,Nguyễn Thị Ánh,Bác sĩ,${code},K03`
  assert.equal((await take('practitioners', people)).added, 1)
  assert.equal((await take('practitioners', people)).unchanged, 1)
  assert.deepEqual(
    (await take('departments', 'ma_cskcb,ma_khoa,ten_khoa\n24666,K03,X')).findings.map((f) => f.definition.code),
    ['list-facility-unknown'],
  )
  await publishDirectory(p.hub.site)

  // IHE mCSD, by the node's own line.
  const hub = p.other.hub()
  const read = async (query: string) => {
    const bundle = await hub.json<{ entry?: { resource: Record<string, unknown> }[] }>('GET', `/fhir/${query}`)
    return (bundle.entry ?? []).map((e) => e.resource)
  }
  const [organization] = await read(`Organization?identifier=${encodeURIComponent(`${SYSTEM.facility}|${code}`)}`)
  assert.deepEqual([organization?.name, organization?.alias], ['Bệnh viện đa khoa Thử số 1', [before?.name]])
  const at = `organization=Organization/${organization?.id}`
  const [service] = await read(`HealthcareService?${at}`)
  const [role] = await read(`PractitionerRole?${at}`)
  const [doctor] = await read(`Practitioner?identifier=${encodeURIComponent(`${SYSTEM.licence}|000031/BG-CCHN`)}`)
  const [place] = await read(`Location?${at}`)
  const [endpoint] = await read(`Endpoint?${at}`)
  assert.deepEqual([service?.name, place?.status, endpoint?.status], ['Khoa Nội Thử', 'active', 'active'])
  assert.deepEqual(role?.practitioner, { reference: `Practitioner/${doctor?.id}` })
  assert.equal(await publishDirectory(p.hub.site), 0, 'nothing has changed since')

  // At home, without the line.
  await fetchDirectory(p.other.site, hub)
  const desk = await p.other.at('vanthu')
  const answer = (await desk.get(`/fhir/Organization/$register?q=${encodeURIComponent(before?.name ?? '')}&code=${code}`))
    .json as RegisterAnswer
  assert.deepEqual([answer.rows[0]?.code, answer.rows[0]?.name], [code, 'Bệnh viện đa khoa Thử số 1'], 'found by the name it had')
  assert.deepEqual(
    answer.detail?.names.map((n) => [n.name, n.from, n.until]),
    [
      [before?.name, '', '2026-06-30'],
      ['Bệnh viện đa khoa Thử số 1', '2026-07-01', undefined],
    ],
  )
  assert.deepEqual([answer.detail?.departments.length, answer.detail?.practitioners[0]?.licence], [1, '000031/BG-CCHN'])
  assert.equal((await desk.get('/fhir/Organization/$register?code=99999')).status, 404)
})
