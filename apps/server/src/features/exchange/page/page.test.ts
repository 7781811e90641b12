/** The exchange page tells the truth, a replay doubles nothing, and what needs a person finds one. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { addUser } from '../../../access/index.ts'
import { backupSite } from '../../../box/backup/last.ts'
import { type Answer, type Desk, type TestNode, type TestProvince, testProvince } from '../../../testing/exchange.ts'
import { contentOf, effects, eventually, parcelOf, signSlip, transition, until } from '../../../testing/referral.ts'
import { TEST_PASSWORD } from '../../../testing/site.ts'
import type { AttentionRow } from '../../referral/contract.ts'
import { enqueue, readReport, watchPass } from '../index.ts'
import type { ExchangeState, MessageRow, MessageStory, NodeRow, ReplayView } from './contract.ts'
import { type PublicStatus, secondsUpTo, upTo } from './status.ts'

const HOUR = 3_600_000
let ahead = 0
let p: TestProvince
before(async () => {
  p = await testProvince({ clock: { now: () => new Date(Date.now() + ahead) } })
  const person = (login: string, role: 'administrator' | 'auditor' | 'hub-operator') => ({
    login,
    name: `Người thử ${role}`,
    role,
    departments: [],
    password: TEST_PASSWORD,
  })
  await addUser(p.sender.site.store.sql, person('quantri', 'administrator'), new Date())
  await addUser(p.hub.site.store.sql, person('vanhanh', 'hub-operator'), new Date())
  await addUser(p.hub.site.store.sql, person('kiemsoat', 'auditor'), new Date())
})
after(() => p.close())

const rowsOf = async (desk: Desk, query: string): Promise<MessageRow[]> => (await desk.get(`/fhir/$exchange-messages?${query}`)).json.rows
const stateOf = async (desk: Desk): Promise<ExchangeState> => (await desk.get('/fhir/$exchange-state')).json
const kinds = async (desk: Desk): Promise<string[]> =>
  ((await desk.get('/fhir/$alerts')).json.open as { kind: string }[])
    .map((a) => a.kind)
    .filter((k) => k !== 'disk-low' && k !== 'seal-late')

function fine(answer: Answer): Answer {
  assert.ok(answer.status < 300, `${answer.status} ${answer.code}`)
  return answer
}

async function delivered(seed: number): Promise<string> {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  await until(p.sender, slip.number, 'delivered')
  return slip.number
}

async function replayed(node: TestNode, desk: Desk, request: unknown): Promise<ReplayView> {
  const { id } = fine(await desk.post('/fhir/$exchange-replay', request)).json
  const [done] = await eventually(
    async () => ((await desk.get('/fhir/$exchange-replays')).json.rows as ReplayView[]).filter((r) => r.id === id),
    (r) => r[0]?.state === 'done',
    `${node.settings.name} replays`,
  )
  assert.ok(done)
  return done
}

test('every message, where it is and since when; the person only for those who may know', async () => {
  const number = await delivered(801)
  const desk = await p.sender.at('vanthu')
  // The page is told right after the thread itself.
  const [out] = await eventually(
    () => rowsOf(desk, `direction=out&q=${encodeURIComponent(number)}`),
    (rows) => rows[0]?.place !== 'hub',
    'the page knows that it arrived',
  )
  assert.deepEqual([out?.what, out?.state, out?.place, out?.other.code, out?.tries], ['send', 'acked', 'receiver', '01929', 1])
  assert.ok(out?.referral?.patient)
  const admin = await p.sender.at('quantri')
  const [bare] = await rowsOf(admin, `direction=out&q=${encodeURIComponent(number)}`)
  assert.equal(bare?.state, 'acked')
  assert.equal(bare?.referral, undefined)
  const reader = await p.receiver.at('vanthu')
  const there = await eventually(
    () => rowsOf(reader, `q=${encodeURIComponent(number)}`),
    (rows) => rows.every((r) => r.state !== 'waiting' && r.state !== 'sending'),
    'the receiver knows the hub’s answer',
  )
  assert.deepEqual(there.map((r) => [r.direction, r.what, r.state]).sort(), [
    ['in', 'deliver', 'taken'],
    ['out', 'deliver', 'acked'],
  ])
  const story = (await desk.get(`/fhir/$exchange-message?key=${encodeURIComponent(out?.key ?? '')}`)).json as MessageStory
  assert.ok(story.ackedAt)
  assert.deepEqual(
    story.thread.map((r) => r.direction),
    ['in'],
  )
  assert.equal((await desk.get('/fhir/$exchange-message?key=out:00000000-0000-4000-8000-000000000000')).code, 'exchange-message-unknown')
  assert.equal((await (await p.sender.at('bs.mot')).get('/fhir/$exchange-state')).status, 403)
})

test('the page tells when the site was last backed up; a damaged note takes nothing away', async () => {
  const desk = await p.sender.at('vanthu')
  const { folder } = p.sender.settings
  assert.equal((await stateOf(desk)).backupAt, null)
  const to = mkdtempSync(join(tmpdir(), 'yba-kept-'))
  const note = await backupSite(p.sender.settings, join(to, 'one'))
  assert.equal((await stateOf(desk)).backupAt, note.madeAt)
  writeFileSync(join(folder, 'last-backup.json'), '{"at"')
  assert.equal((await stateOf(desk)).backupAt, null)
  rmSync(join(folder, 'last-backup.json'))
  rmSync(to, { recursive: true, force: true })
})

test('everything is replayed twice, by the sender, the receiver and the hub: nothing doubles', async () => {
  const number = await delivered(802)
  const sites = [p.sender, p.hub, p.receiver]
  const all = () => Promise.all(sites.map((s) => effects(s.sql, '24997', number)))
  const stories = () => p.hub.sql('select issuer, number, seq, entry from referral_history order by 1, 2, 3')
  const [before, told] = [await all(), await stories()]
  const now = new Date(Date.now() + ahead + HOUR).toISOString()
  const period = { from: '2020-01-01T00:00:00Z', to: now }
  const [sender, receiver] = [await p.sender.at('vanthu'), await p.receiver.at('vanthu')]
  const preview = fine(await sender.post('/fhir/$exchange-replay', { direction: 'out', ...period, preview: true })).json
  assert.ok(preview.total >= 2)
  assert.equal((await sender.post('/fhir/$exchange-replay', { direction: 'out', ...period })).code, 'exchange-reason-missing')
  for (let round = 0; round < 2; round++) {
    const sent = await replayed(p.sender, sender, { direction: 'out', ...period, reason: 'thử gửi lại' })
    assert.deepEqual([sent.total, sent.done, sent.failed], [preview.total, preview.total, 0])
    const taken = await replayed(p.receiver, receiver, { direction: 'in', after: '', reason: 'thử nhận lại' })
    assert.equal(taken.failed, 0)
    assert.ok(taken.done >= 2)
    const key = `in:24997|${number}`
    const one = await replayed(p.receiver, receiver, { direction: 'in', keys: [key], reason: 'một phiếu' })
    assert.deepEqual([one.done, one.failed], [1, 0])
    const operator = await p.hub.at('vanhanh')
    const offer = { facility: '01929', after: '' }
    assert.ok(fine(await operator.post('/fhir/$offer-again', { ...offer, preview: true })).json.total >= 2)
    fine(await operator.post('/fhir/$offer-again', { ...offer, reason: 'nút được khôi phục' }))
    await eventually(
      async () => ((await operator.get('/fhir/$nodes')).json.rows as NodeRow[]).find((n) => n.facility === '01929'),
      (n) => n?.offered === null && n.cursorLag === 0,
      'the offer is taken',
    )
  }
  assert.deepEqual(await all(), before)
  assert.deepEqual(await stories(), told)
  const audit = await p.sender.sql<{ detail: string }>(`select detail from audit where action = 'exchange-replay'`)
  assert.equal(audit.length, 2)
  assert.match(audit[0]?.detail ?? '', /thử gửi lại/)
})

test('a refused message is settled by a person, or sent again under its own key', async () => {
  const content = await contentOf(p.sender, (await p.slip(p.sender, 803)).id)
  const parcel = parcelOf({ ...content, to: { code: '24801', name: 'Bệnh viện chưa nối' } })
  const { bytesBase64, ...document } = parcel.documents[0]
  await p.sender.site.store.blobs.put(Buffer.from(bytesBase64, 'base64'))
  const id = randomUUID()
  await enqueue(p.sender.site.store, id, 'parcel', parcel.thread, { ...parcel, documents: [document] }, p.sender.site.clock.now())
  const desk = await p.sender.at('vanthu')
  const key = `out:${id}`
  const find = async () => (await rowsOf(desk, 'direction=out&state=letters')).find((r) => r.key === key)
  const row = await eventually(find, (r) => r !== undefined, 'the letter')
  assert.deepEqual([row?.state, row?.letter?.role, row?.why?.code], ['refused', 'referral-desk', 'parcel-incomplete'])
  assert.match(row?.why?.vi ?? '', /24801/)
  await watchPass(p.sender.site)
  assert.ok((await kinds(desk)).includes('dead-letters'))
  assert.equal((await desk.post('/fhir/$exchange-settle', { key, how: 'void', reason: 'sai nơi nhận' })).code, 'exchange-not-void-yet')
  assert.equal((await desk.post('/fhir/$exchange-settle', { key, how: 'on-paper' })).code, 'exchange-reason-missing')
  // It is the referral desk's to judge: nobody else's, not by settling and not by a replay.
  const admin = await p.sender.at('quantri')
  const others = await admin.post('/fhir/$exchange-settle', { key, how: 'closed', reason: 'dọn cho gọn' })
  assert.deepEqual([others.status, others.code], [403, 'exchange-letter-of-others'])
  const counted = fine(await admin.post('/fhir/$exchange-replay', { direction: 'out', keys: [key], preview: true })).json
  assert.deepEqual(counted, { total: 1, goes: 0, skipped: [{ why: 'other-role', n: 1 }] })
  const passed = await replayed(p.sender, admin, { direction: 'out', keys: [key], reason: 'thử' })
  assert.deepEqual([passed.done, passed.failed, passed.skipped], [0, 0, 1])
  assert.ok(await find(), 'still the desk’s')
  // Refused again it is a dead letter again; its first settlement stays in the story.
  const matters = async (state: 'open' | 'settled') =>
    ((await desk.get(`/fhir/Task/$attention?state=${state}`)).json.rows as AttentionRow[]).filter((r) => r.number === content.numbers.slip)
  assert.equal((await matters('open')).length, 1)
  fine(await desk.post('/fhir/$exchange-settle', { key, how: 'sent-again', reason: 'cơ sở đã nối' }))
  await eventually(find, (r) => (r?.letter?.at ?? '') > (row?.letter?.at ?? ''), 'refused again')
  assert.equal((await matters('open')).length, 1, 'refused again is news again')
  fine(await desk.post('/fhir/$exchange-settle', { key, how: 'on-paper', reason: 'người nhà cầm phiếu giấy' }))
  assert.equal(await find(), undefined)
  // Settled on one page is settled on the other.
  assert.deepEqual(await matters('open'), [])
  const [matter] = await matters('settled')
  assert.deepEqual([matter?.settled?.how, matter?.notes.map((n) => n.text)], ['accept', ['cơ sở đã nối', 'người nhà cầm phiếu giấy']])
  const story = (await desk.get(`/fhir/$exchange-message?key=${encodeURIComponent(key)}`)).json as MessageStory
  assert.deepEqual(
    story.letters.map((l) => l.settled?.how),
    ['sent-again', 'on-paper'],
  )
  assert.equal(story.tries[0]?.times, 2)
  assert.equal((await desk.post('/fhir/$exchange-settle', { key, how: 'closed', reason: 'x' })).code, 'exchange-nothing-to-settle')
  await watchPass(p.sender.site)
  assert.ok(!(await kinds(desk)).includes('dead-letters'))
  const operator = await p.hub.at('vanhanh')
  const { refusals } = (await operator.get('/fhir/$hub-figures')).json
  const kept = refusals.find((r: { number: string }) => r.number === content.numbers.slip)
  assert.deepEqual([kept?.facility, kept?.why.code, kept?.times], ['24997', 'parcel-incomplete', 2])
})

test('72 hours without the hub: told to a person, tried on, delivered by itself; a silent node raises one alert and clears it', async () => {
  const desk = await p.sender.at('vanthu')
  const admin = await p.sender.at('quantri')
  await eventually(
    () => stateOf(desk),
    (s) => s.line?.up === true && s.waiting === 0,
    'all is quiet',
  )
  await p.hub.close()
  const slip = await p.slip(p.sender, 804)
  await signSlip(p.sender, slip.id)
  const down = await eventually(
    () => stateOf(desk),
    (s) => s.line?.up === false && s.waiting === 1,
    'the page says so',
  )
  assert.ok(down.oldest)
  ahead += 2 * HOUR
  await watchPass(p.sender.site)
  await watchPass(p.sender.site)
  assert.deepEqual((await kinds(admin)).sort(), ['hub-unreachable', 'message-old'])
  // Sessions would not live that long: the message is older instead.
  await p.sender.sql(`update outbox set created_at = created_at - interval '71 hours' where state = 'pending'`)
  await watchPass(p.sender.site)
  // It is tried now and then: in that moment it is being sent.
  const [row] = await eventually(
    () => rowsOf(admin, 'direction=out&state=letters'),
    (rows) => rows[0]?.state === 'waiting',
    'the message to wait for the line again',
  )
  assert.deepEqual([row?.number, row?.letter?.cause, row?.letter?.role], [slip.number, 'unreachable', 'administrator'])
  fine(await admin.post('/fhir/$exchange-settle', { key: row?.key, how: 'on-paper', reason: 'người bệnh cầm phiếu giấy' }))
  await watchPass(p.sender.site)
  assert.deepEqual(await rowsOf(admin, 'direction=out&state=letters'), [], 'delivered on paper, it is nobody’s work again')
  await p.hub.open()
  await until(p.receiver, slip.number, 'delivered')
  await until(p.sender, slip.number, 'delivered')
  await watchPass(p.sender.site)
  assert.deepEqual(
    (await kinds(admin)).filter((k) => k !== 'directory-old'),
    [],
  )

  await p.receiver.close()
  await eventually(
    async () => {
      ahead += HOUR
      // The others go on asking; only the closed one falls silent.
      await Promise.all([p.sender, p.other].map((n) => n.hub().json('GET', '/fhir/$events?after=&wait=0')))
      return (await watchPass(p.hub.site)).filter((a) => a.kind === 'node-silent').map((a) => a.subject)
    },
    (silent) => silent.includes('01929'),
    'the receiver is silent',
  )
  const operator = await p.hub.at('vanhanh')
  const rows = (await operator.get('/fhir/$nodes')).json.rows as NodeRow[]
  assert.ok(rows.find((n) => n.facility === '01929')?.silentSince)
  assert.equal(rows.find((n) => n.facility === '24997')?.silentSince, null)
  assert.ok(rows.find((n) => n.facility === '24997')?.report)
  await p.receiver.open()
  const heard = async () => ((await operator.get('/fhir/$nodes')).json.rows as NodeRow[]).find((n) => n.facility === '01929')?.silentSince
  await eventually(heard, (s) => s === null, 'heard again')
  await watchPass(p.hub.site)
  assert.ok(!(await kinds(operator)).includes('node-silent'))
  const story = (await (await p.hub.at('kiemsoat')).get('/fhir/$alert-story')).json.rows as { kind: string; cleared?: object }[]
  assert.ok(story.find((a) => a.kind === 'node-silent')?.cleared, 'its story is kept')
})

test('the status page is public, names no patient and no slip, and says so when the database is away', async () => {
  const open = async (node: TestNode, path: string) => {
    const answer = await fetch(`${node.settings.baseUrl}${path}`)
    return { status: answer.status, text: await answer.text() }
  }
  const hub = await open(p.hub, '/status')
  assert.equal(hub.status, 200)
  assert.match(hub.text, /Hệ thống đang hoạt động/)
  assert.match(hub.text, /Bệnh viện Bạch Mai/)
  assert.match(hub.text, /im lặng từ/, 'the incident is told')
  const told = JSON.parse((await open(p.hub, '/status.json')).text) as PublicStatus
  assert.deepEqual([told.up, told.role, told.nodes?.length], [true, 'hub', 3])
  // So few slips that one could be meant: no time is told, and the number is rounded.
  assert.deepEqual(told.deliverySeconds, { countUpTo: 10, p50UpTo: null, p99UpTo: null })
  const slips = await p.hub.sql<{ number: string }>('select distinct number from referral_history')
  assert.ok(slips.length > 0)
  for (const { number } of slips) assert.ok(!hub.text.includes(number) && !JSON.stringify(told).includes(number))
  // Nobody has asked this site yet, so that nothing of an earlier answer is kept.
  await p.other.sql('alter table outbox rename to outbox_away')
  const away = await open(p.other, '/status')
  const data = await open(p.other, '/status.json')
  await p.other.sql('alter table outbox_away rename to outbox')
  assert.equal(away.status, 503)
  assert.match(away.text, /Cơ sở dữ liệu chưa trả lời/)
  assert.doesNotMatch(away.text, /outbox|relation|at Object/)
  assert.deepEqual([data.status, (JSON.parse(data.text) as PublicStatus).up], [503, false])
  assert.deepEqual([0, 1, 10, 11, 4321].map(upTo), [0, 10, 10, 100, 10_000])
  assert.deepEqual([0.31, 5, 5.1, 250, 90_000, null].map(secondsUpTo), [5, 5, 15, 300, null, null])
})

test('the status page counts from when a state began, across restarts, not from who looked first', async () => {
  const told = async () => JSON.parse(await (await fetch(`${p.other.settings.baseUrl}/status.json`)).text()) as PublicStatus
  // It has run for two days, and somebody looks only now.
  const began = new Date(Date.now() + ahead - 48 * HOUR).toISOString()
  await p.other.sql('update site_running set site_since = $1, database_since = $1, seen_at = $2', [began, p.other.site.clock.now()])
  await p.other.close()
  await p.other.open()
  const shown = (await told()).services.slice(0, 2).map((s) => s.since)
  assert.deepEqual(shown, [began, began], 'a restart is no new beginning')
  await p.other.close()
  await p.other.sql(`update site_running set seen_at = seen_at - interval '20 minutes'`)
  await p.other.open()
  const kept = async () =>
    (await p.other.sql<{ site_since: Date; database_since: Date }>('select site_since, database_since from site_running'))[0]
  const down = await eventually(kept, (r) => r?.site_since.toISOString() !== began, 'it was down for twenty minutes')
  assert.deepEqual(down?.site_since, down?.database_since)
  // The database alone was away, while the site went on.
  await p.other.sql(`update site_running set site_since = $1, seen_at = seen_at - interval '20 minutes'`, [began])
  await watchPass(p.other.site)
  const row = await kept()
  assert.deepEqual([row?.site_since.toISOString(), (row?.database_since.getTime() ?? 0) > Date.parse(began)], [began, true])
})

test('a node’s report is figures or nothing', () => {
  const now = new Date('2026-11-20T08:00:00Z')
  assert.equal(readReport(undefined, now), null)
  assert.equal(readReport('{', now), null)
  assert.equal(readReport(`{"version":"${'1'.repeat(2000)}"}`, now), null)
  const told = readReport('{"version":"0.2.0","waiting":"<b>","letters":-1,"parked":2,"oldest":"no","clock":"2026-11-20T08:10:00Z"}', now)
  const report = { version: '0.2.0', waiting: 0, oldest: null, letters: 0, parked: 2 }
  assert.deepEqual(told, { version: '0.2.0', skewMs: 600_000, report })
})

test('a refused message that a person settled is not sent again by a replay', async () => {
  const id = randomUUID()
  await p.sender.sql(`insert into outbox(id, issuer, number, kind, body, state, next_at, created_at)
    values ('${id}', '24997', 'settled-1', 'transition', '{"event": "decline"}', 'refused', now(), now())`)
  await p.sender.sql(`insert into dead_letter(direction, message, issuer, number, cause, code, role, at, settled_at, settlement)
    values ('out', '${id}', '24997', 'settled-1', 'refused', 'x', 'desk', now(), now(), 'closed')`)
  const desk = await p.sender.at('vanthu')
  const unknown = randomUUID()
  const what = { direction: 'out', keys: [`out:${id}`, `out:${unknown}`] }
  const preview = fine(await desk.post('/fhir/$exchange-replay', { ...what, preview: true })).json
  const skipped = [
    { why: 'settled', n: 1 },
    { why: 'unknown', n: 1 },
  ]
  assert.deepEqual(preview, { total: 2, goes: 0, skipped }, 'what is left alone is said before')
  const view = await replayed(p.sender, desk, { direction: 'out', keys: [`out:${id}`], reason: 'thử' })
  assert.deepEqual([view.total, view.done, view.failed, view.skipped], [1, 0, 0, 1])
  assert.deepEqual(view.left, [{ why: 'settled', n: 1 }], 'and why, also afterwards')
  const [row] = await p.sender.sql<{ state: string }>(`select state from outbox where id = '${id}'`)
  assert.equal(row?.state, 'refused')
})

test('a slip taken back before it was delivered never was at the receiver, and the page says so', async () => {
  const desk = await p.sender.at('vanthu')
  await p.receiver.close()
  try {
    const [asked, voided] = [await p.slip(p.sender, 806), await p.slip(p.sender, 807)]
    for (const one of [asked, voided]) {
      await signSlip(p.sender, one.id)
      await until(p.sender, one.number, 'sent')
    }
    fine(await transition(desk, asked.id, 'request-cancel', 'người bệnh không đi nữa'))
    fine(await transition(desk, voided.id, 'void', 'ghi nhầm nơi đến'))
    await until(p.sender, asked.number, 'cancel-requested')
    await until(p.sender, voided.number, 'void')
    const placesOf = async (number: string) =>
      (await rowsOf(desk, `direction=out&q=${encodeURIComponent(number)}`)).map((r) => [r.what, r.state, r.place]).sort()
    const where = (number: string, place: string) =>
      eventually(
        () => placesOf(number),
        (rows) => rows.length === 2 && rows.every(([, state, at]) => state === 'acked' && at === place),
        `${number} at ${place}`,
      )
    await where(asked.number, 'hub')
    await where(voided.number, 'ended')
  } finally {
    await p.receiver.open()
  }
})
