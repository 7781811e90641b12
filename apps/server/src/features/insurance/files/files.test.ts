/** Received files: each has its row, its progress, its report; a large one is judged by itself and goes on after a death. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { refuse } from '@yba/fhir'
import { claimFile, type StayOptions, stay } from '@yba/people'
import { addProgram, addUser, stopProgram, systemCaller } from '../../../access/index.ts'
import { tooBusy, versionConflict } from '../../../store/outcomes.ts'
import { type SignedIn, signIn } from '../../../testing/browser.ts'
import { eventually } from '../../../testing/referral.ts'
import { TEST_PASSWORD, type TestSite, testSite } from '../../../testing/site.ts'
import { siteApart } from '../../../testing/site-apart.ts'
import { openAlerts } from '../../exchange/index.ts'
import type { ImportAnswer, ReceivedFile, ReceivedFileAnswer, ReceivedFilesAnswer, TakenAnswer } from '../contract.ts'
import { importClaim } from '../index.ts'
import type { ChannelsAnswer } from '../receipts/contract.ts'
import { judgeFile } from './judge.ts'
import { fileById, putFile } from './tables.ts'
import { tidy } from './tidy.ts'

let t: TestSite
let desk: SignedIn
before(async () => {
  t = await testSite({ role: 'facility' })
  desk = await t.as('referral-desk')
})
after(() => t.close())

const LARGE = Buffer.alloc(1_100_000, '\n')
const made = (seed: number, more: Partial<StayOptions> = {}) => stay(seed, { kind: 'outpatient', facility: '24997', ...more })
const small = (...seeds: number[]) => claimFile(seeds.map((n) => made(n)))
const large = (...seeds: number[]) => Buffer.concat([small(...seeds), LARGE])

const post = (bytes: Buffer, name: string, headers: Record<string, string> = {}, by: SignedIn = desk, more = '') =>
  by.fetch(`/fhir/$import-claim?name=${encodeURIComponent(name)}${more}`, {
    method: 'POST',
    headers: { 'content-type': 'application/xml', ...headers },
    body: new Uint8Array(bytes),
  })
const ASYNC = { prefer: 'respond-async' }
const list = (query = '') => desk.json<ReceivedFilesAnswer>(`/fhir/$received-files?${query}`)
const one = (id: string, by: SignedIn = desk) => by.json<ReceivedFileAnswer>(`/fhir/$received-file?id=${id}`)
const closed = (id: string, by: SignedIn = desk): Promise<ReceivedFile> =>
  eventually(
    async () => (await one(id, by)).file,
    (file) => !['waiting', 'reading'].includes(file.state),
    `file ${id} is judged`,
  )
const spool = (folder: string): string[] => (existsSync(`${folder}/received`) ? readdirSync(`${folder}/received`) : [])

test('a small file is judged at once; its row, its records and both reports say what became of it', async () => {
  const wrong = made(11)
  Object.assign(wrong.tables.XML1?.[0] ?? {}, { GIOI_TINH: '9', HO_TEN: '=cmd|calc' })
  const bytes = claimFile([made(10), wrong])
  const answer = (await (await post(bytes, 'C:\\xuất\\tháng 11.xml')).json()) as ImportAnswer
  assert.deepEqual(
    answer.records.map((r) => r.result),
    ['created', 'refused'],
  )
  const [row] = (await list('q=thang')).rows
  assert.ok(row)
  assert.deepEqual([row.id, row.name, row.cameBy, row.state, row.total, row.times], [answer.file.id, 'tháng 11.xml', 'desk', 'done', 2, 1])
  assert.deepEqual([row.counts.created, row.counts.refused], [1, 1])
  const page = await one(row.id)
  assert.deepEqual(
    page.records.map((r) => [r.at, r.result]),
    [
      [1, 'created'],
      [2, 'refused'],
    ],
  )
  assert.equal(page.kinds[0]?.finding.severity, 'error')
  assert.ok(page.kinds[0]?.finding.cure.vi)
  const report = await desk.fetch(`/fhir/$received-file-report?id=${row.id}&format=csv`)
  const csv = Buffer.from(await report.arrayBuffer()).toString()
  assert.match(csv, /^\ufeffDòng,MA_LK,/)
  assert.match(csv, /Trả lại,,Lỗi,claim-list,XML1\[1\]\.GIOI_TINH,/)
  assert.ok(!/(^|[,\n])=cmd/.test(csv), 'no cell is a formula')
  const json = await desk.json<ImportAnswer>(`/fhir/$received-file-report?id=${row.id}`)
  assert.deepEqual(
    json.records.map((r) => [r.maLk, r.result]),
    answer.records.map((r) => [r.maLk, r.result]),
  )
  assert.ok(!JSON.stringify(json).includes(made(10).person.name))
  assert.equal((await list(`q=${made(10).maLk}`)).rows[0]?.id, row.id, 'found by its MA_LK')
  assert.ok((await list('kind=look')).rows.some((r) => r.id === row.id))
  assert.ok(!(await list('kind=taken')).rows.some((r) => r.id === row.id))
  assert.deepEqual((await list('q=100%25_')).rows, [])
  // The same bytes again: another row, the second time they came.
  await post(bytes, 'again.xml')
  assert.equal((await list('q=again')).rows[0]?.times, 2)
})

test('a large file is on disk when it is taken, is judged by itself, and leaves nothing behind; who waits gets the verdict', async () => {
  const response = await post(large(20, 21, 22), 'lớn.xml', ASYNC)
  assert.equal(response.status, 202)
  const { file } = (await response.json()) as TakenAnswer
  const end = await closed(file.id)
  assert.deepEqual([end.state, end.total, end.judged, end.counts.created], ['done', 3, 3, 3])
  const waited = await post(large(23), 'chờ.xml')
  assert.equal(waited.status, 200)
  assert.deepEqual(
    ((await waited.json()) as ImportAnswer).records.map((r) => r.result),
    ['created'],
  )
  const form = new FormData()
  form.append('file', new Blob([new Uint8Array(large(24))]), 'biểu mẫu.xml')
  assert.equal((await desk.fetch('/fhir/$import-claim', { method: 'POST', body: form })).status, 200)
  assert.equal((await list()).rows[0]?.name, 'biểu mẫu.xml')
  await eventually(
    async () => spool(t.site.settings.folder),
    (left) => left.length === 0,
    'the spool is empty',
  )
})

test('a file refused as a whole, small or large, is refused by name, in the list and in its report', async () => {
  for (const bytes of [Buffer.from('MA_LK;HO_TEN'), Buffer.concat([Buffer.from('<!DOCTYPE x>'), LARGE])]) {
    const answer = await post(bytes, 'không phải.xml')
    assert.equal(answer.status, 422)
    const said = (await answer.json()) as { issue: { details: { coding: { code: string }[] } }[] }
    const code = said.issue[0]?.details.coding[0]?.code ?? ''
    assert.match(code, /^claim-(malformed|doctype)$/)
    const [row] = (await list('kind=look')).rows
    assert.deepEqual([row?.state, row?.findings[0]?.code], ['refused', code])
    const report = await desk.fetch(`/fhir/$received-file-report?id=${row?.id}&format=csv`)
    assert.ok((await report.text()).includes(code))
  }
  const traces = await t.site.store.sql(`select 1 from audit where action = 'refused' and outcome = 'claim-doctype'`)
  assert.equal(traces.length, 1)
})

test('a file that came before changes nothing of a record that stands as a later file has it', async () => {
  const caller = systemCaller('import:his', '24997')
  const file = (name: string, n: number) => ({
    name,
    folded: name,
    sha256: String(n).repeat(64),
    size: 1,
    cameBy: 'program' as const,
    caller,
  })
  const [older, newer] = [await putFile(t.site.store, file('a', 1), new Date()), await putFile(t.site.store, file('b', 2), new Date())]
  const [first, second] = [made(30), made(30)]
  Object.assign(second.tables.XML1?.[0] ?? {}, { LY_DO_VV: 'Đau bụng' })
  await judgeFile({ site: t.site, caller, file: newer, from: { bytes: claimFile([second]) } })
  await judgeFile({ site: t.site, caller, file: older, from: { bytes: claimFile([first]) } })
  const records = (await one(older.id)).records
  assert.deepEqual(
    records.map((r) => [r.result, r.findings.at(-1)?.code]),
    [['unchanged', 'claim-older-file']],
  )
  // Sent again it is the newest.
  assert.equal((await importClaim(t.site, caller, claimFile([first]))).records[0]?.result, 'updated')
})

test('a fault of ours at one record is tried three times and then passed; the file is judged to its end', async () => {
  const caller = systemCaller('import:his', '24997')
  const broken = Object.create(t.site) as typeof t.site
  const bad = made(41).maLk
  let fault = (): Error => new TypeError('of undefined')
  Object.defineProperty(broken, 'store', {
    value: Object.create(t.site.store, {
      blobs: {
        value: {
          put: (bytes: Buffer) => (bytes.includes(bad) ? Promise.reject(fault()) : t.site.store.blobs.put(bytes)),
        },
      },
    }),
  })
  const row = await putFile(
    t.site.store,
    { name: 'lỗi', folded: 'loi', sha256: '3'.repeat(64), size: 1, cameBy: 'program', caller, spool: 'held' },
    new Date(),
  )
  await t.site.store.sql(`update claim_file set holder = 'test', held_until = now() + interval '1 hour' where id = $1`, [row.id])
  const judge = () => judgeFile({ site: broken, caller, file: row, from: { bytes: small(40, 41, 42) } })
  // A database that is away says nothing of the record, however often.
  fault = () => Object.assign(new Error('terminating connection'), { code: '57P01' })
  for (let n = 0; n < 4; n++) await assert.rejects(judge(), { code: '57P01' })
  for (const busy of [refuse(tooBusy, { attempts: 8 }), refuse(versionConflict, { type: 'Task', seen: 1, current: 2 })])
    for (let n = 0; n < 4; n++) {
      fault = () => busy
      await assert.rejects(judge(), { name: 'Error', code: busy.code })
    }
  fault = () => new TypeError('of undefined')
  await assert.rejects(judge(), TypeError)
  await assert.rejects(judge(), TypeError)
  assert.equal((await fileById(t.site.store, row.id))?.state, 'waiting')
  const end = await judge()
  assert.deepEqual([end.state, end.created, end.refused], ['done', 2, 1])
  assert.equal((await one(row.id)).records[1]?.findings[0]?.code, 'claim-record-trouble')
})

test('a program sees its own files only, and tells of its folder; one that was not told is not there', async () => {
  const { token } = await addProgram(t.site.store.sql, { id: 'tap-tin', name: 'HIS bệnh viện' }, new Date())
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/xml' }
  const ask = (path: string, init: RequestInit = {}) => fetch(`${t.url}/fhir/${path}`, { ...init, headers })
  const answer = await ask(`$import-claim?name=a.xml&folder=${encodeURIComponent('/mnt/his\nxuất')}`, {
    method: 'POST',
    body: new Uint8Array(small(50)),
  })
  const { file } = (await answer.json()) as ImportAnswer
  const mine = (await (await ask(`$received-files?q=a.xml`)).json()) as ReceivedFilesAnswer
  assert.deepEqual(
    mine.rows.map((r) => [r.id, r.cameBy, r.by, r.folder]),
    [[file.id, 'folder', 'HIS bệnh viện', '/mnt/his xuất']],
  )
  const others = (await list()).rows.find((r) => r.cameBy === 'desk')
  assert.equal((await ask(`$received-file?id=${others?.id}`)).status, 404)
  assert.equal((await ask('$received-file-report?id=x')).status, 400)
  const tell = (body: unknown) => ask('$watched-folder', { method: 'POST', body: JSON.stringify(body) })
  assert.equal((await tell({ folder: '/mnt/his', host: 'may-1', waiting: 2, trouble: 'ESTALE' })).status, 204)
  assert.equal((await tell({ folder: '/mnt/his', host: 'may-1', waiting: 2.5 })).status, 400)
  const [folder] = (await list()).folders
  assert.deepEqual([folder?.folder, folder?.waiting, folder?.trouble, folder?.silent], ['/mnt/his', 2, 'ESTALE', false])
  assert.deepEqual([folder?.why?.code, folder?.why?.cure.en.includes('share')], ['folder-no-answer', true])
  assert.equal((await tell({ folder: '/mnt/his', host: 'may-1', waiting: 2, trouble: 'folder-away' })).status, 204)
  const away = (await list()).folders[0]?.why
  assert.ok(away?.vi.includes('ổ mạng') && away.cure.vi.includes('da-nhan') && away.cure.en.includes('Mount'), 'in words, with its cure')
  const alerts = async () => {
    await tidy(t.site)
    return (await openAlerts(t.site.store)).map((a) => a.kind).filter((kind) => kind.startsWith('folder-'))
  }
  t.clock.forward(700_000)
  assert.equal((await list()).folders[0]?.silent, true)
  assert.deepEqual(await alerts(), ['folder-silent'])
  assert.equal((await tell({ folder: '/mnt/his', host: 'may-1', waiting: 3, lookedSeconds: 5, oldestSeconds: 2400 })).status, 204)
  assert.deepEqual(await alerts(), ['folder-waiting'])
  const told = (await list()).folders[0]
  assert.equal(Date.parse(told?.seenAt ?? '') - Date.parse(told?.oldestAt ?? ''), 2_400_000)
  assert.equal((await tell({ folder: '/mnt/his', host: 'may-1', waiting: 0, lookedSeconds: 900 })).status, 204)
  assert.deepEqual(await alerts(), ['folder-unreadable'])
  await stopProgram(t.site.store.sql, 'tap-tin', new Date())
  assert.deepEqual(await alerts(), [])
})

test('a large file comes in pieces and goes on where the line was cut; sent again it is the same file', async () => {
  const bytes = large(80, 81)
  const whole = { sha256: createHash('sha256').update(bytes).digest('hex'), size: String(bytes.length), delivery: 'e/1', name: 'tháng.xml' }
  const ask = (offset: number, piece: Uint8Array, more: Record<string, string> = {}) =>
    desk.fetch(`/fhir/$import-claim-piece?${new URLSearchParams({ ...whole, ...more, offset: String(offset) })}`, {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: new Uint8Array(piece),
    })
  const held = async (answer: Promise<Response>) => ((await (await answer).json()) as { held: number }).held
  assert.equal(await held(ask(0, bytes.subarray(0, 0))), 0)
  assert.equal(await held(ask(0, bytes.subarray(0, 300_000))), 300_000)
  assert.equal(await held(ask(0, bytes.subarray(0, 9))), 300_000, 'what begins elsewhere is not used')
  const half = new AbortController()
  const cut = desk.fetch(`/fhir/$import-claim-piece?${new URLSearchParams({ ...whole, offset: '300000' })}`, {
    method: 'POST',
    signal: half.signal,
    headers: { 'content-type': 'application/xml' },
    body: new ReadableStream({ start: (line) => line.enqueue(new Uint8Array(bytes.subarray(300_000, 500_000))) }),
    duplex: 'half',
  } as RequestInit)
  await eventually(
    () => held(ask(0, bytes.subarray(0, 0))),
    (n) => n === 500_000,
    'the half has come',
  )
  half.abort()
  await assert.rejects(cut)
  const last = await ask(500_000, bytes.subarray(500_000))
  assert.equal(last.status, 202)
  const { file } = (await last.json()) as TakenAnswer
  assert.equal((await closed(file.id)).counts.created, 2)
  const again = await ask(0, bytes.subarray(0, 0))
  assert.deepEqual([again.status, ((await again.json()) as TakenAnswer).file.id], [202, file.id])
  const lines = (await (await desk.fetch(`/fhir/$received-file-report?id=${file.id}&format=lines`)).text()).trim().split('\n')
  assert.deepEqual(
    lines.map((line) => (JSON.parse(line) as { state?: string; result?: string }).state ?? JSON.parse(line).result),
    ['done', 'created', 'created'],
  )
  const wrong = { delivery: 'e/2', sha256: 'a'.repeat(64), size: '3' }
  const differ = await ask(0, Buffer.from('abc'), wrong)
  assert.equal(differ.status, 409)
  assert.equal(await held(ask(0, new Uint8Array(0), wrong)), 0, 'forgotten')
  assert.equal((await ask(0, Buffer.from('abcd'), { ...wrong, delivery: 'e/3' })).status, 400)
  assert.equal((await ask(0, new Uint8Array(0), { size: '0' })).status, 400)
})

test('a small delivery sent twice is one file; what is judged from memory is closed when nobody holds it, and not before', async () => {
  const send = async () => (await (await post(small(90), 'hai lần.xml', {}, desk, '&delivery=e%2F9')).json()) as ImportAnswer
  const [first, second] = [await send(), await send()]
  assert.equal(first.file.id, second.file.id)
  assert.deepEqual(
    second.records.map((r) => r.result),
    ['created'],
  )
  const caller = systemCaller('import:his', '24997')
  const row = await putFile(
    t.site.store,
    { name: 'lệnh', folded: 'lenh', sha256: '5'.repeat(64), size: 1, cameBy: 'command', caller, holder: 'lệnh' },
    new Date(),
  )
  const stateAfterTidy = async () => {
    await tidy(t.site)
    return (await fileById(t.site.store, row.id))?.state
  }
  await t.site.store.sql(`update claim_file set received_at = now() - interval '2 hours' where id = $1`, [row.id])
  assert.equal(await stateAfterTidy(), 'reading')
  await t.site.store.sql(`update claim_file set held_until = now() - interval '1 second' where id = $1`, [row.id])
  assert.equal(await stateAfterTidy(), 'stopped')
})

test('what became of single records is removed after fifteen months; the figures stay and the report says so', async () => {
  const { file } = (await (await post(small(95), 'cũ.xml')).json()) as ImportAnswer
  await t.site.store.sql(`update claim_file set finished_at = finished_at - interval '3 years' where id = $1`, [file.id])
  await tidy(t.site)
  const { file: kept, records } = await one(file.id)
  assert.deepEqual([kept.counts.created, records.length, kept.findings.at(-1)?.code], [1, 0, 'claim-records-removed'])
})

test('slow: a process killed in the middle of a large file goes on behind the last record when it comes back', async () => {
  const facility = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh', managingBody: 'Sở Y tế' }
  const site = await siteApart({ role: 'facility', facility, heapMb: 256, fault: 'import.after-commit:3' })
  try {
    await addUser(site.sql, { login: 'desk', name: 'Bàn', role: 'referral-desk', departments: [], password: TEST_PASSWORD }, new Date())
    const person = await signIn(site.url, 'desk', TEST_PASSWORD)
    const seeds = [60, 61, 62, 63, 64, 65]
    const answer = await post(large(...seeds), 'tháng.xml', ASYNC, person)
    const { file } = (await answer.json()) as TakenAnswer
    await site.again()
    const end = await closed(file.id, await signIn(site.url, 'desk', TEST_PASSWORD))
    assert.deepEqual([end.state, end.total, end.judged, end.counts.created, end.counts.unchanged], ['done', 6, 6, 6, 0])
    const rows = await site.sql<{ at: number }>('select at from claim_file_record order by at')
    assert.deepEqual(
      rows.map((r) => r.at),
      [1, 2, 3, 4, 5, 6],
    )
    const [n] = await site.sql<{ n: number }>('select count(*)::int as n from claim_record')
    assert.equal(n?.n, 6)
    const callers = await site.sql<{ caller: string }>(`select distinct caller from audit where action = 'create'`)
    assert.ok(!callers.some((c) => c.caller === 'system:import:file'), 'in the name of who handed it in')
    assert.deepEqual(spool(site.settings.folder), [])
  } finally {
    await site.close()
  }
})

test('receipts of the BHXH portal are known for what they are, kept, and stand beside the slip; what is none is refused by name', async () => {
  const sent = stay(61, { kind: 'inpatient-transfer', facility: '24997' })
  const taken = (await (await post(claimFile([sent]), 'HS-61.xml')).json()) as ImportAnswer
  const slip = taken.records[0]?.referral
  assert.ok(slip)
  const receipt = (more: object) =>
    Buffer.from(JSON.stringify({ maKetQua: '200', maGiaoDich: 'GD-61', thoiGianTiepNhan: '202611231000', ...more }))
  const told = async (bytes: Buffer, name: string) => {
    const answer = (await (await post(bytes, name)).json()) as ImportAnswer
    return [answer.file?.layout, ...(answer.records ?? []).map((r) => [r.result, ...r.findings.map((f) => f.code)].join(' '))]
  }
  const channels = async () => desk.json<ChannelsAnswer>(`/fhir/Task/${slip.id}/$channels`)
  assert.deepEqual((await channels()).portal, { record: sent.maLk, receipts: [] })
  // Before the record is known; by the name of the claim file; by MA_LK.
  assert.deepEqual(await told(receipt({ maLk: 'CHUA-CO' }), 'a.json'), ['receipt', 'created receipt-untied'])
  assert.deepEqual(await told(receipt({ maKetQua: '701', maGiaoDich: '', dsLoi: ['Sai mã thẻ'] }), 'HS-61_phanhoi.json'), [
    'receipt',
    'created portal-refused',
  ])
  const refused = await channels()
  assert.deepEqual(
    [refused.portal.receipts[0]?.accepted, refused.vneid, refused.findings[0]?.code],
    [false, { due: false }, 'portal-refused'],
  )
  assert.deepEqual(await told(receipt({ maLk: sent.maLk, thoiGianTiepNhan: '202611241000' }), 'b.json'), ['receipt', 'created'])
  assert.deepEqual(await told(receipt({ maLk: sent.maLk, thoiGianTiepNhan: '202611241000' }), 'b.json'), ['receipt', 'unchanged'])
  const seen = await channels()
  assert.deepEqual(seen.portal.receipts.map((r) => [r.accepted, r.transaction ?? '']).toSorted(), [
    [false, ''],
    [true, 'GD-61'],
  ])
  assert.equal(seen.vneid.expectedBy, '2026-11-25T03:00:00.000Z')
  assert.deepEqual(await told(receipt({ maCskcb: '01929' }), 'c.json'), ['receipt', 'refused receipt-other-facility'])
  for (const [bytes, code] of [
    ['{"maKetQua":', 'receipt-unreadable'],
    ['{"gia":1}', 'receipt-unknown'],
  ] as const) {
    const response = await post(Buffer.from(bytes), 'd.json')
    assert.equal(response.status, 422)
    assert.match(await response.text(), new RegExp(code))
  }
})
