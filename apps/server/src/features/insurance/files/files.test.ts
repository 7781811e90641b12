/** Received files: each has its row, its progress, its report; a large one is judged by itself and goes on after a death. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { claimFile, type StayOptions, stay } from '@yba/people'
import { addProgram, addUser, systemCaller } from '../../../access/index.ts'
import { type SignedIn, signIn } from '../../../testing/browser.ts'
import { eventually } from '../../../testing/referral.ts'
import { TEST_PASSWORD, type TestSite, testSite } from '../../../testing/site.ts'
import { siteApart } from '../../../testing/site-apart.ts'
import type { ImportAnswer, ReceivedFile, ReceivedFileAnswer, ReceivedFilesAnswer, TakenAnswer } from '../contract.ts'
import { importClaim } from '../index.ts'
import { judgeFile } from './judge.ts'
import { fileById, putFile } from './tables.ts'

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

const post = (bytes: Buffer, name: string, headers: Record<string, string> = {}, by: SignedIn = desk, url = '') =>
  by.fetch(`${url}/fhir/$import-claim?name=${encodeURIComponent(name)}`, {
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
  Object.defineProperty(broken, 'store', {
    value: Object.create(t.site.store, {
      blobs: {
        value: {
          put: (bytes: Buffer) => (bytes.includes(bad) ? Promise.reject(new TypeError('of undefined')) : t.site.store.blobs.put(bytes)),
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
  t.clock.forward(700_000)
  assert.equal((await list()).folders[0]?.silent, true)
})

test('a process killed in the middle of a large file goes on behind the last record when it comes back', async () => {
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
