/** The edge beside a HIS that writes slowly, renames and sends again, killed at any moment: each file is judged once and answered once. */
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
import { claimFile, type Random, random, stay } from '@yba/people'
import { addProgram } from '../../access/index.ts'
import { testSeed } from '../../testing/exchange.ts'
import { eventually } from '../../testing/referral.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { putFacilities } from '../directory/index.ts'

const FILES = Number(process.env.YBA_EDGE_FILES ?? 80)
const KILLS = Number(process.env.YBA_EDGE_KILLS ?? 60)
const PATIENCE_MS = 600_000

const claim = (...seeds: number[]) => claimFile(seeds.map((n) => stay(n, { kind: 'outpatient', facility: '24997' })))

/** The same, of a size that goes in pieces. */
const large = (bytes: Buffer) => Buffer.from(bytes.toString('utf8').replace('<HOSO>', `${'\n'.repeat(1_300_000)}<HOSO>`))

let t: TestSite
let place: string
let edge: ChildProcess | undefined
const drop = (name = ''): string => join(place, 'drop', name)

before(async () => {
  t = await testSite({ role: 'facility' })
  place = mkdtempSync(join(tmpdir(), 'yba-edge-long-'))
  mkdirSync(drop())
  const facility = { code: '24997', name: '24997', managing_body: '', active: true, slip_keys: [], client_keys: [] }
  await putFacilities(t.site.store, [facility], new Date())
  writeFileSync(join(place, 'token'), (await addProgram(t.site.store.sql, { id: 'his', name: 'HIS' }, new Date())).token)
  const config = {
    folder: drop(),
    site: t.url,
    tokenFile: join(place, 'token'),
    state: join(place, 'state'),
    stillMs: 200,
    patienceMs: 20_000,
  }
  writeFileSync(join(place, 'edge.json'), JSON.stringify([config]))
})
after(async () => {
  await kill()
  await t.close()
  rmSync(place, { recursive: true, force: true })
})

function start(): void {
  const main = join(import.meta.dirname, '../../../../edge/src/main.ts')
  edge = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--config', join(place, 'edge.json')], { stdio: 'ignore' })
}

async function kill(): Promise<void> {
  const gone = new Promise((done) => edge?.once('exit', done))
  if (edge?.kill('SIGKILL')) await gone
}

async function killAgainAndAgain(r: Random): Promise<void> {
  for (let n = 0; n < KILLS; n++) {
    await delay(r.int(120, 1500))
    await kill()
    start()
  }
}

/** Whole, renamed, or slowly in three parts; each tenth is a large one. Times of the share are anywhere. */
async function dropOne(n: number, r: Random): Promise<void> {
  const name = drop(`${n}.xml`)
  const first = 5000 + 3 * n
  const bytes = n % 10 === 9 ? large(claim(first, first + 1, first + 2)) : claim(first)
  if (n % 3 === 0) writeFileSync(name, bytes)
  else if (n % 3 === 1) {
    const time = new Date(n % 2 ? '2011-01-01' : '2044-01-01')
    writeFileSync(`${name}.tmp`, bytes)
    utimesSync(`${name}.tmp`, time, time)
    renameSync(`${name}.tmp`, name)
  } else {
    const third = Math.ceil(bytes.length / 3)
    writeFileSync(name, bytes.subarray(0, third))
    for (const from of [third, 2 * third]) {
      await delay(r.int(50, 700))
      appendFileSync(name, bytes.subarray(from, from + third))
    }
  }
  await delay(r.int(20, 300))
}

test('a day of files, the edge killed again and again: nothing is lost, nothing is doubled', async (context) => {
  const seed = testSeed()
  context.diagnostic(`YBA_SEED=${seed}`)
  start()
  const killing = killAgainAndAgain(random(seed))
  const r = random(seed + 1)
  for (let n = 0; n < FILES; n++) await dropOne(n, r)
  await killing
  for (let n = 0; n < FILES; n++) {
    const answer = drop(`${n}.xml.ket-qua.json`)
    await eventually(
      async () => existsSync(answer),
      (there) => there,
      `answer to ${n}.xml`,
      PATIENCE_MS,
    )
    const { ketQua, hoSo } = JSON.parse(readFileSync(answer, 'utf8')) as { ketQua: string; hoSo: { ketQua: string }[] }
    assert.deepEqual([ketQua, ...new Set(hoSo.map((h) => h.ketQua))], ['nhan', 'nhan-moi'], `${n}.xml`)
  }
  const twice = await t.site.store.sql<{ name: string }>('select name from claim_file group by name having count(*) > 1')
  assert.deepEqual(twice, [], 'one row for each file')
  const xml = (names: (string | Buffer)[]) => names.map(String).filter((name) => name.endsWith('.xml'))
  assert.equal(xml(readdirSync(drop('da-nhan'), { recursive: true })).length, FILES)
  assert.deepEqual(xml(readdirSync(drop())), [])
})
