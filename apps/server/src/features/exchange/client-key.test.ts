/** Failure mode F11: keys and certificates that run out or are followed by others, with a real hub and real nodes. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { issueCertificate } from '@yba/signing'
import { addUser, deactivateNode, registerNode } from '../../access/index.ts'
import { clientKeyEnd, makeNextClientKey, publicKeyOf, readMasterKey } from '../../box/site-keys.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually, outboxOf, signSlip, until } from '../../testing/referral.ts'
import { TEST_PASSWORD } from '../../testing/site.ts'
import { watchKeys } from '../administration/key-watch.ts'
import { authorityEnds, enrolSigner, signingCertificates } from '../documents/index.ts'
import type { JoiningsAnswer } from '../joining/contract.ts'
import { fingerprintOf, signKeyRequest, testPath } from '../joining/index.ts'
import type { ReferralView } from '../referral/contract.ts'
import { clearAlert, openAlerts } from './alerts.ts'
import { announceClientKey } from './client-key.ts'
import { hubClient } from './hub-client.ts'

const DAY = 86_400_000
let p: TestProvince
let ahead = 0
before(async () => {
  p = await testProvince({ clock: { now: () => new Date(Date.now() + ahead) } })
})
after(() => p.close())

/** Whether the hub lets somebody in with this key. */
async function letIn(node: TestNode, client = node.site.keys.client): Promise<boolean> {
  const line = hubClient({ ...node.site, keys: { ...node.site.keys, client } })
  return line.bytes('/fhir/$directory').then(
    () => true,
    () => false,
  )
}

let former: TestNode['site']['keys']['client'] = null
test('F11: the next key is announced with the present one, and both are good', async () => {
  const before = p.sender.site.keys.client
  await makeNextClientKey(p.sender.settings.folder)
  // The node's own look may be quicker.
  await announceClientKey(p.sender.site, p.sender.hub()).catch(() => false)
  await eventually(
    async () => p.sender.site.keys.client?.kid,
    (kid) => kid !== undefined && kid !== before?.kid,
    'the node has taken its next key',
  )
  assert.ok(existsSync(join(p.sender.settings.folder, 'keys', `client-${before?.kid}.json`)), 'the key before is kept')
  assert.deepEqual([await letIn(p.sender), await letIn(p.sender, before)], [true, true])
  const slip = await p.slip(p.sender, 501)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  former = before
})

test('a key that nobody proves to hold, or of another facility, is refused by name', async () => {
  const jwk = publicKeyOf(p.other.settings.folder, 'client')
  const notAfter = new Date(Date.now() + 100 * DAY)
  const bad = [{}, { jwk, notAfter: notAfter.toISOString(), proof: 'a.b.c' }, { jwk, notAfter: '2099-01-01T00:00:00Z', proof: 'a.b.c' }]
  for (const body of bad) {
    await assert.rejects(p.receiver.hub().json('POST', '/fhir/Organization/$client-key', body), { code: 'client-key-unfit' })
  }
})

test('F11: a certificate that ran out signs nothing; the paper waits and is signed by itself after renewal', async () => {
  const certify = async (validTo?: Date) => {
    const { settings } = p.sender
    const issued = await issueCertificate(p.authority, {
      kind: 'person',
      commonName: 'Trần Văn Bảy',
      organization: settings.facility.name,
      serialNumber: 'CCCD:000124997091',
      ...(validTo ? { validFrom: new Date(validTo.getTime() - DAY), validTo } : {}),
    })
    const key = { pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer }
    await enrolSigner({ folder: settings.folder, master: readMasterKey(settings.folder) }, 'bs-hai', key)
  }
  await certify(new Date(Date.now() - 60_000))
  const slip = await p.slip(p.sender, 502)
  const doctor = await p.sender.at('bs.hai')
  assert.equal((await doctor.post(`/fhir/Task/${slip.id}/$sign`, { kind: 'referral', role: 'doctor' })).status, 200)
  const waiting = async () =>
    ((await doctor.get(`/fhir/Task/${slip.id}/$view`)).json as ReferralView).waitingFor.find((w) => w.role === 'doctor')
  await eventually(waiting, (w) => w?.reason === 'signing-certificate-expired', 'it waits, and says why')
  await certify()
  await eventually(waiting, (w) => w === undefined, 'signed by itself')
})

test('slow: F11: a node whose key ran out only queues, says why, loses nothing, and drains after the renewal', async () => {
  const code = p.other.settings.facility.code
  const file = join(p.other.settings.folder, 'keys', 'client.json')
  const over = new Date(Date.now() - 1000)
  const old = publicKeyOf(p.other.settings.folder, 'client')
  assert.ok(old)
  await p.other.close()
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), notAfter: over.toISOString() }))
  await registerNode(p.hub.site.store.sql, code, old, new Date(), over)
  await p.other.open()
  const slip = await p.slip(p.other, 503)
  await signSlip(p.other, slip.id)
  await eventually(
    async () => ({ why: await p.other.sql<{ why: string }>('select why from exchange_line'), rows: await outboxOf(p.other, 'pending') }),
    ({ why, rows }) => rows.length > 0 && why[0]?.why === 'key-expired',
    'it waits in the queue, and the page says why',
  )
  assert.equal(await letIn(p.other), false)
  assert.equal(await letIn(p.other, { ...need(p.other.site.keys.client), notAfter: null }), false, 'the hub would not let it in either')
  // The administrator makes the next key, the hub's operator takes its public half in; the node finds it by itself.
  const { jwk, notAfter } = await makeNextClientKey(p.other.settings.folder)
  await registerNode(p.hub.site.store.sql, code, jwk, new Date(), notAfter)
  await until(p.receiver, slip.number, 'delivered', 90_000)
  assert.deepEqual(await outboxOf(p.other, 'pending'), [])
})

function need<T>(value: T | null | undefined): T {
  assert.ok(value)
  return value
}

test('alarms come thirty, seven and one days before the end, once each, and go with the renewal', async () => {
  const { site } = p.receiver
  const end = clientKeyEnd(p.receiver.settings.folder)?.getTime() ?? 0
  const shown = async () => {
    await watchKeys(site)
    const open = (await openAlerts(site.store)).filter((a) => a.kind === 'certificate-expiring' && a.subject.startsWith('client'))
    return open.map((a) => a.severity)
  }
  const seen: unknown[] = []
  for (const days of [40, 29, 8, 6.5, 0.5]) {
    ahead = end - days * DAY - Date.now()
    seen.push(await shown())
  }
  assert.deepEqual(seen, [[], ['information'], ['information'], ['warning'], ['error']])
  // Closed by a person it is not said again; the next step would be.
  await clearAlert(site.store, 'certificate-expiring', 'client/1', site.clock.now(), { id: 'quantri', why: 'đã đặt lịch' })
  assert.deepEqual(await shown(), [])
  ahead = 0
  await makeNextClientKey(p.receiver.settings.folder)
  site.keys.adoptNextClient()
  assert.deepEqual(await shown(), [])
  assert.ok((await signingCertificates(site)).some((c) => c.id === 'seal'))
})

test('one key file that cannot be read silences no alarm about the others, and is one itself', async () => {
  const { site, settings } = p.receiver
  const broken = (name: string) => join(settings.folder, 'keys', 'signing', `${name}.json`)
  const [sound] = await signingCertificates(site)
  const file = JSON.parse(readFileSync(broken(sound?.id ?? ''), 'utf8')) as object
  writeFileSync(broken('hong'), '{"certificate": ')
  writeFileSync(broken('xich'), JSON.stringify({ ...file, chain: ['AAAA'] }))
  ahead = Math.min(...(await authorityEnds(site)).map((a) => a.notAfter.getTime())) - 20 * DAY - Date.now()
  await watchKeys(site)
  const open = await openAlerts(site.store)
  assert.ok(open.some((a) => a.kind === 'authority-expiring'))
  assert.deepEqual(
    open
      .filter((a) => a.kind === 'key-file-unreadable')
      .map((a) => [a.subject, a.role])
      .toSorted(),
    [
      ['hong', 'administrator'],
      ['xich', 'administrator'],
    ],
  )
  for (const name of ['hong', 'xich']) rmSync(broken(name))
  ahead = 0
  await watchKeys(site)
  assert.deepEqual(
    (await openAlerts(site.store)).filter((a) => a.kind === 'key-file-unreadable'),
    [],
  )
})

test('a facility joins: agreement, key read out, test messages there and back, a decision; before it nothing of its is taken, and it can leave', async () => {
  ahead = 0
  const code = '24998'
  const who = { login: 'vanhanh', name: 'Đinh Quốc Liên', role: 'hub-operator' as const, departments: [], password: TEST_PASSWORD }
  await addUser(p.hub.site.store.sql, who, p.hub.site.clock.now())
  const operator = await p.hub.at('vanhanh')
  await deactivateNode(p.hub.site.store.sql, code)
  const act = async (body: Record<string, unknown>) => {
    const answer = await operator.post('/fhir/Organization/$join', { facility: code, ...body })
    const row = (answer.json as JoiningsAnswer).rows?.find((r) => r.facility.code === code)
    return { code: answer.code, next: row?.next, row }
  }
  assert.equal((await act({ act: 'live', reason: 'Chưa mở bước nào' })).code, 'joining-step-not-possible')
  assert.equal((await act({ act: 'open' })).next, 'agreement')
  assert.equal((await act({ act: 'key', request: 'x' })).code, 'joining-step-not-possible')
  assert.equal(
    (await act({ act: 'agreement', agreement: { number: '07/TTLT', signedOn: '2026-02-30', contact: 'x' } })).code,
    'joining-unreadable',
  )
  const agreement = { number: '07/TTLT', signedOn: '2026-02-20', contact: 'Vũ Thị Nối, 0900000000' }
  assert.equal((await act({ act: 'agreement', agreement })).next, 'key')
  const jwk = publicKeyOf(p.other.settings.folder, 'client') ?? {}
  const notAfter = clientKeyEnd(p.other.settings.folder)?.toISOString() ?? ''
  const client = p.other.site.keys.client ?? assert.fail('the node has a key')
  const request = await signKeyRequest({ facility: code, jwk, notAfter }, client)
  const waiting = await act({ act: 'key', request })
  assert.deepEqual([waiting.next, Object.keys(waiting.row?.key ?? {})], ['key', ['notAfter']], 'nobody is shown what they must hear')
  const compared = 'Gọi 0204 000 000, gặp Vũ Thị Nối'
  assert.equal((await act({ act: 'key-confirmed', fingerprint: '0000 0000 0000 0000', compared })).code, 'joining-fingerprint-differs')
  assert.equal(await letIn(p.other), false)
  assert.equal((await act({ act: 'key-confirmed', fingerprint: await fingerprintOf(jwk), compared })).next, 'tests')
  p.other.hub().renew()
  const seal = join(p.other.settings.folder, 'keys', 'signing', 'seal.json')
  renameSync(seal, `${seal}.away`)
  const unsealed = await testPath(p.other.site, p.other.hub())
  assert.deepEqual(
    unsealed.filter((r) => !r.ok),
    [{ name: 'seal', ok: false, detail: 'seal-missing' }],
    'that it cannot seal is found before it goes live, and the hub knows',
  )
  renameSync(`${seal}.away`, seal)
  const results = await testPath(p.other.site, p.other.hub())
  assert.deepEqual(
    results.filter((r) => !r.ok),
    [],
  )
  assert.equal((await act({ act: 'live', reason: 'vội' })).code, 'joining-reason')
  const choices = async () => JSON.stringify((await operator.get('/fhir/Organization/$facilities')).json).includes(code)
  assert.equal(await choices(), false, 'nobody can address it yet')
  const slip = await p.slip(p.other, 520, { facility: code })
  await signSlip(p.other, slip.id)
  const ended = async () => (await outboxOf(p.other, 'refused')).some((m) => m.kind === 'parcel' && m.number === slip.number)
  await eventually(ended, (is) => is, 'its slip is refused before the decision')
  assert.equal((await act({ act: 'live', reason: 'Họp ngày 20/02, giám đốc hai bên đồng ý.' })).row?.state, 'live')
  assert.equal(await choices(), true)
  const left = await act({ act: 'withdraw', reason: 'Cơ sở sáp nhập, ngừng nối trục.' })
  assert.deepEqual([left.row?.state, left.row?.story.length], ['withdrawn', 8])
  p.other.hub().renew()
  assert.equal(await letIn(p.other), false)
})

test('authorities, nodes and the directory are watched as well, by whoever has the site in hand', async () => {
  const DUE = ['authority-expiring', 'node-key-expiring', 'directory-ending']
  const at = async (node: TestNode, instant: number) => {
    ahead = instant - Date.now()
    await watchKeys(node.site)
    const open = (await openAlerts(node.site.store)).filter((a) => DUE.includes(a.kind))
    return open.map((a) => `${a.kind} ${a.subject.replace(/ [0-9a-f]+/, '')} ${a.role}`)
  }
  const authorities = await authorityEnds(p.receiver.site)
  assert.ok(authorities.some((a) => a.kind === 'ca' && a.name))
  const first = Math.min(...authorities.map((a) => a.notAfter.getTime()))
  assert.ok((await at(p.receiver, first - 20 * DAY)).includes('authority-expiring ca/30 administrator'))
  assert.ok((await at(p.hub, first - 5 * DAY)).includes('authority-expiring ca/7 hub-operator'))
  const [kept] = await p.receiver.sql<{ issued_at: Date }>('select issued_at from directory_kept')
  const issued = kept?.issued_at.getTime() ?? 0
  assert.deepEqual(await at(p.receiver, issued + 5 * DAY), [], 'it is fetched each minute: no alarm for its everyday age')
  assert.deepEqual(await at(p.receiver, issued + 6.5 * DAY), ['directory-ending directory/1 administrator'])
  const [node] = await p.hub.sql<{ ends_at: Date }>(`select max(ends_at) as ends_at from node_client where facility = '01929' and active`)
  const soon = await at(p.hub, (node?.ends_at.getTime() ?? 0) - 3 * DAY)
  assert.ok(soon.includes('node-key-expiring 01929/7 hub-operator'), soon.join())
  ahead = 0
})

test('after the week of overlap the key before is refused', async () => {
  ahead = 8 * DAY
  assert.deepEqual([await letIn(p.sender), await letIn(p.sender, former)], [true, false])
})
