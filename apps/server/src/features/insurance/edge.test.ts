/** The watched folder, as a process of its own, against a real site: whatever happens on the way, each file is judged once and none is lost. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { checkInFile, claimFile, type StayOptions, stay } from '@yba/people'
import { writeClaim } from '@yba/vietnam'
import { addProgram, stopProgram } from '../../access/index.ts'
import { eventually } from '../../testing/referral.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { putFacilities } from '../directory/index.ts'

let t: TestSite
let place: string
let token: string
let edge: ChildProcess | undefined
const edgeLines: string[] = []
const drop = (...names: string[]): string => join(place, 'drop', ...names)

before(async () => {
  t = await testSite({ role: 'facility' })
  const facility = (code: string) => ({ code, name: code, managing_body: '', active: true, slip_keys: [], client_keys: [] })
  await putFacilities(t.site.store, [facility('24997'), facility('01929')], new Date())
  place = mkdtempSync(join(tmpdir(), 'yba-edge-'))
  mkdirSync(drop())
  token = (await addProgram(t.site.store.sql, { id: 'his', name: 'HIS bệnh viện' }, new Date())).token
  writeFileSync(join(place, 'token'), token)
  await start()
})
after(async () => {
  await stop('SIGKILL')
  await t.close()
  rmSync(place, { recursive: true, force: true })
})

async function start(site = t.url): Promise<void> {
  const config = [
    {
      folder: drop(),
      site,
      tokenFile: join(place, 'token'),
      state: join(place, 'state'),
      stillMs: 250,
      patienceMs: 1500,
      lingerMs: 1600,
      largestBytes: 400_000,
    },
  ]
  writeFileSync(join(place, 'edge.json'), JSON.stringify(config))
  const main = join(import.meta.dirname, '../../../../edge/src/main.ts')
  edge = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--config', join(place, 'edge.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  edge.stdout?.on('data', (piece: Buffer) => edgeLines.push(String(piece)))
  await new Promise((done) => edge?.stdout?.once('data', done))
}

async function stop(signal: NodeJS.Signals): Promise<void> {
  const one = edge
  if (!one || one.exitCode !== null || one.signalCode !== null) return
  const gone = new Promise((done) => one.once('exit', done))
  one.kill(signal)
  await gone
}

const bytes = (seed: number, more: Partial<StayOptions> = {}) => claimFile([stay(seed, { kind: 'outpatient', facility: '24997', ...more })])

interface AnswerFile {
  ketQua: string
  tomTat: string
  lanGui: number
  hoSo: { ketQua: string; soGiayChuyen?: string; loi: { ma: string }[] }[]
  loi?: { ma: string; noiDung: string; cachSua: string; en: string; enCachSua: string }[]
}
const answered = (name: string): Promise<AnswerFile> =>
  eventually(
    async () => (existsSync(drop(`${name}.ket-qua.json`)) ? JSON.parse(readFileSync(drop(`${name}.ket-qua.json`), 'utf8')) : undefined),
    (answer) => answer !== undefined,
    `answer to ${name}`,
  )
const lying = (): string[] => readdirSync(drop()).filter((n) => n.endsWith('.xml'))
const archived = (): string[] =>
  readdirSync(drop('da-nhan'), { recursive: true })
    .map(String)
    .filter((n) => /\.xml$/i.test(n))
const records = async (): Promise<number> => Number((await t.site.store.sql<{ n: string }>('select count(*) as n from claim_record'))[0]?.n)

test('a file is taken, judged, archived and answered; a record with its slip, a check-in, a refused one, and what is no claim', async () => {
  writeFileSync(drop('CHUYEN.xml'), claimFile([stay(701, { kind: 'inpatient-transfer', facility: '24997' })]))
  writeFileSync(drop('checkin.XML'), checkInFile([stay(702, { kind: 'inpatient', facility: '24997' })]))
  writeFileSync(drop('cơ sở khác.xml'), claimFile([stay(703, { kind: 'outpatient', facility: '24998' })]))
  writeFileSync(drop('không phải XML.xml'), 'MA_LK;HO_TEN')
  writeFileSync(drop('utf16.xml'), Buffer.from(`\ufeff${bytes(704).toString('utf8')}`, 'utf16le'))
  writeFileSync(drop('bom.xml'), `<!DOCTYPE a [<!ENTITY b "${'c'.repeat(90)}">]><GIAMDINHHS>${'&b;'.repeat(9)}</GIAMDINHHS>`)
  writeFileSync(drop('cụt.xml'), bytes(705).subarray(0, 2000))
  writeFileSync(drop('tuần.zip'), Buffer.from('PK\x03\x04 tuần', 'latin1'))
  writeFileSync(drop('trống.xml'), '')
  writeFileSync(drop('ghi chú.txt'), 'không phải việc của ai')
  writeFileSync(drop('rỗng.xml'), writeClaim({ facility: '24997', madeOn: '20261101', layout: '4750', records: [{ tables: {} }] }))
  writeFileSync(drop('quá lớn.xml'), `<GIAMDINHHS>${' '.repeat(400_000)}</GIAMDINHHS>`)
  const one = await answered('CHUYEN.xml')
  assert.deepEqual([one.ketQua, one.tomTat, one.hoSo[0]?.ketQua], ['nhan', '1 hồ sơ: 1 nhận mới.', 'nhan-moi'])
  assert.match(one.hoSo[0]?.soGiayChuyen ?? '', /GCT/)
  // What the BHXH portal answered goes the same way; the answer files themselves are nobody's receipts.
  writeFileSync(drop('CHUYEN_bienlai.json'), '{"maKetQua":"200","maGiaoDich":"GD-701","thoiGianTiepNhan":"202611231000"}')
  const receipt = await answered('CHUYEN_bienlai.json')
  assert.deepEqual([receipt.ketQua, receipt.hoSo[0]?.ketQua, receipt.hoSo[0]?.loi], ['nhan', 'nhan-moi', []])
  await eventually(
    async () => readdirSync(drop('da-nhan'), { recursive: true }).map(String),
    (names) => names.some((n) => n.endsWith('CHUYEN_bienlai.json')),
    'the receipt lies in the archive',
  )
  assert.equal((await answered('checkin.XML')).ketQua, 'nhan')
  const other = await answered('cơ sở khác.xml')
  assert.deepEqual([other.ketQua, other.hoSo[0]?.loi.some((l: { ma: string }) => l.ma === 'claim-other-facility')], ['tra-lai', true])
  const not = await answered('không phải XML.xml')
  assert.deepEqual([not.ketQua, (not.loi?.[0]?.cachSua ?? '') !== ''], ['tra-lai', true])
  for (const [name, code] of [
    ['utf16.xml', 'claim-encoding'],
    ['bom.xml', 'claim-doctype'],
    ['cụt.xml', 'claim-malformed'],
    ['tuần.zip', 'claim-packed'],
    ['trống.xml', 'claim-malformed'],
  ] as const) {
    const { ketQua, loi } = await answered(name)
    assert.deepEqual([ketQua, loi?.[0]?.ma], ['tra-lai', code], name)
    const { cachSua, en, enCachSua } = loi?.[0] ?? {}
    assert.ok(cachSua && en && enCachSua && en !== loi?.[0]?.noiDung, `${name}: in both languages`)
  }
  const empty = await answered('rỗng.xml')
  assert.deepEqual([empty.ketQua, empty.tomTat], ['nhan', 'Tệp không có hồ sơ nào; không ghi gì.'])
  const large = await answered('quá lớn.xml')
  assert.deepEqual([large.ketQua, large.loi?.[0]?.ma], ['tra-lai', 'body-too-large'])
  // What does not look ended stays for a while: its writer may come back to it.
  await eventually(
    async () => lying(),
    (left) => left.length === 0,
    'all moved away',
  )
  assert.equal(archived().length, 10)
  assert.ok(existsSync(drop('ghi chú.txt')))
  const text = readdirSync(drop())
    .filter((n) => n.endsWith('.json'))
    .map((n) => readFileSync(drop(n), 'utf8'))
    .join()
  assert.ok(!text.includes(stay(701, { kind: 'inpatient-transfer', facility: '24997' }).person.name), 'no name of a patient')
  const rows = await t.site.store.sql<{ caller: string }>(`select distinct caller from audit where action in ('create', 'update')`)
  assert.ok(rows.some((r) => r.caller === 'system:import:his'))
})

test('a file that is still being written is never read half, however slowly its writer goes on', async () => {
  const whole = bytes(710)
  const before = await records()
  const third = Math.ceil(whole.length / 3)
  writeFileSync(drop('cham.xml'), whole.subarray(0, third))
  await delay(600)
  appendFileSync(drop('cham.xml'), whole.subarray(third, 2 * third))
  await delay(600)
  assert.ok(existsSync(drop('cham.xml')) && !existsSync(drop('cham.xml.ket-qua.json')))
  assert.equal(await records(), before)
  appendFileSync(drop('cham.xml'), whole.subarray(2 * third))
  assert.equal((await answered('cham.xml')).ketQua, 'nhan')
  // A writer that gave up: taken in the end, and said what it is.
  writeFileSync(drop('do dang.xml'), bytes(711).subarray(0, 900))
  assert.equal((await answered('do dang.xml')).ketQua, 'tra-lai')
})

test('renamed, sent again, corrected under the same name, with clocks that are wrong: one effect each, nothing replaced in the archive', async () => {
  const one = bytes(720)
  writeFileSync(drop('a.xml'), one)
  utimesSync(drop('a.xml'), new Date('2011-01-01'), new Date('2011-01-01'))
  assert.equal((await answered('a.xml')).hoSo[0]?.ketQua, 'nhan-moi')
  writeFileSync(drop('.tam'), one)
  renameSync(drop('.tam'), drop('b.xml'))
  utimesSync(drop('b.xml'), new Date('2044-01-01'), new Date('2044-01-01'))
  const again = await answered('b.xml')
  assert.deepEqual([again.hoSo[0]?.ketQua, again.lanGui], ['khong-doi', 2])
  const corrected = stay(720, { kind: 'outpatient', facility: '24997' })
  Object.assign(corrected.tables.XML1?.[0] ?? {}, { LY_DO_VV: 'Ho kéo dài' })
  rmSync(drop('a.xml.ket-qua.json'))
  writeFileSync(drop('a.xml'), claimFile([corrected]))
  assert.equal((await answered('a.xml')).hoSo[0]?.ketQua, 'cap-nhat')
  const names = archived()
  assert.ok(names.some((n) => n.endsWith('/a.xml')) && names.some((n) => n.endsWith('/a (2).xml')), names.join())
})

test('slow: the site is away, the edge is killed: what was taken goes on in its order; a second edge for the folder is refused', async () => {
  const second = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, '../../../../edge/src/main.ts'),
      '--config',
      join(place, 'edge.json'),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let told = ''
  second.stderr?.on('data', (piece) => {
    told += piece
  })
  assert.equal(await new Promise((done) => second.once('exit', done)), 1)
  assert.match(told, /Đã có một chương trình đang theo dõi/)

  await stop('SIGTERM')
  await start('http://127.0.0.1:9')
  const first = stay(730, { kind: 'outpatient', facility: '24997' })
  const corrected = structuredClone(first)
  Object.assign(corrected.tables.XML1?.[0] ?? {}, { LY_DO_VV: 'Sốt cao' })
  writeFileSync(drop('1.xml'), claimFile([first]))
  writeFileSync(drop('2.xml'), claimFile([corrected]))
  await eventually(
    async () => lying(),
    (left) => left.length === 0,
    'taken without the site',
  )
  await stop('SIGKILL')
  await start()
  assert.deepEqual([(await answered('1.xml')).hoSo[0]?.ketQua, (await answered('2.xml')).hoSo[0]?.ketQua], ['nhan-moi', 'cap-nhat'])
})

test('slow: a share that goes away in the middle: nothing is laid into its empty mount point, and it goes on when it is back', async () => {
  const away = join(place, 'away')
  writeFileSync(drop('trước khi mất.xml'), bytes(760))
  await eventually(
    async () => lying(),
    (left) => left.length === 0,
    'taken',
  )
  renameSync(drop(), away)
  mkdirSync(drop())
  // Another computer may write at the mount point, too; what is not the folder is not touched.
  writeFileSync(drop('không phải ổ mạng.xml'), bytes(761))
  await eventually(
    async () => edgeLines,
    (lines) => lines.some((line) => line.includes('folder-away') && line.includes('ổ mạng') && line.includes('Mount it')),
    'the edge says so, in both languages',
  )
  assert.deepEqual(readdirSync(drop()), ['không phải ổ mạng.xml'])
  rmSync(drop(), { recursive: true })
  writeFileSync(join(away, 'khi quay lại.xml'), bytes(762))
  renameSync(away, drop())
  assert.equal((await answered('khi quay lại.xml')).ketQua, 'nhan')
  assert.equal((await answered('trước khi mất.xml')).ketQua, 'nhan')
})

test('a token that is wrong or stopped is refused, and says so; the files wait', async () => {
  const post = (bearer: string, path = '/fhir/$import-claim') =>
    fetch(`${t.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/xml' },
      body: new Uint8Array(bytes(740)),
    })
  assert.equal((await post(token)).status, 200)
  assert.equal((await post(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).status, 401)
  assert.equal((await post(`yba1.nobody.${'A'.repeat(43)}`)).status, 401)
  const search = await fetch(`${t.url}/fhir/Patient?name=a`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(search.status, 403, 'it hands files in and reads no chart')
  await stopProgram(t.site.store.sql, 'his', new Date())
  writeFileSync(drop('cho.xml'), bytes(741))
  await eventually(
    async () => lying(),
    (left) => left.length === 0,
    'taken',
  )
  assert.equal((await post(token)).status, 401)
  assert.ok(!existsSync(drop('cho.xml.ket-qua.json')))
  writeFileSync(join(place, 'token'), (await addProgram(t.site.store.sql, { id: 'his-2', name: 'HIS bệnh viện' }, new Date())).token)
  assert.equal((await answered('cho.xml')).ketQua, 'nhan')
})
