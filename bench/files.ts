/**
 * What a month of claim files costs a running site in memory: one file of many records, then as many files of one record each.
 * `YBA_RECORDS` (10,000) says how many; `YBA_ONLY=one|many` runs half of it. Memory is that of the site's process, as a whole.
 */
import { createHash } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimFile, type StayKind, stay } from '@yba/people'
import { addProgram } from '../apps/server/src/access/index.ts'
import type { ReceivedFileAnswer } from '../apps/server/src/features/insurance/contract.ts'
import { type SiteApart, siteApart } from '../apps/server/src/testing/site-apart.ts'
import { cpuOf, pssOf } from './processes.ts'
import { report, say } from './report.ts'

const RECORDS = Number(process.env.YBA_RECORDS ?? 10_000)
const ONLY = process.env.YBA_ONLY ?? ''
const WARM = 300
const FACILITY = { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang', managingBody: 'Sở Y tế' }
/** A hospital's mix, as in the measure of single files. */
const KINDS: readonly StayKind[] = ['outpatient', 'outpatient', 'inpatient', 'outpatient', 'outpatient', 'inpatient-transfer']
const PIECE = 8 * 1024 * 1024

const one = (seed: number): Buffer => claimFile([stay(seed, { kind: KINDS[seed % KINDS.length] ?? 'outpatient', facility: FACILITY.code })])

/** Writes a file of many records, record by record; gives its size and digest. */
function writeMonth(path: string, first: number, records: number): { size: number; sha256: string } {
  const hash = createHash('sha256')
  const file = openSync(path, 'w')
  let size = 0
  const write = (text: string): void => {
    const bytes = Buffer.from(text)
    hash.update(bytes)
    size += bytes.length
    writeSync(file, bytes)
  }
  const frame = one(first)
    .toString()
    .replace(/<SOLUONGHOSO>\d+</, `<SOLUONGHOSO>${records}<`)
  const [from, to] = [frame.indexOf('<HOSO>'), frame.lastIndexOf('</HOSO>') + '</HOSO>'.length]
  write(frame.slice(0, from))
  for (let n = 0; n < records; n++) {
    const text = one(first + n).toString()
    write(text.slice(text.indexOf('<HOSO>'), text.lastIndexOf('</HOSO>') + '</HOSO>'.length))
  }
  write(frame.slice(to))
  closeSync(file)
  return { size, sha256: hash.digest('hex') }
}

function door(site: SiteApart, token: string) {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${site.url}/fhir/${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/xml', ...init.headers },
    })
  return {
    async post(bytes: Buffer): Promise<void> {
      const response = await ask('$import-claim', { method: 'POST', body: new Uint8Array(bytes) })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`import answered ${response.status}`)
    },
    async month(path: string, { size, sha256 }: { size: number; sha256: string }): Promise<string> {
      const file = openSync(path, 'r')
      for (let held = 0; ; ) {
        const bytes = Buffer.alloc(Math.min(PIECE, size - held))
        readSync(file, bytes, 0, bytes.length, held)
        const response = await ask(`$import-claim-piece?sha256=${sha256}&size=${size}&offset=${held}`, { method: 'POST', body: bytes })
        const answer = (await response.json()) as { held?: number; file?: { id: string } }
        if (answer.file) {
          closeSync(file)
          return answer.file.id
        }
        held = answer.held ?? 0
      }
    },
    file: async (id: string) => ((await (await ask(`$received-file?id=${id}`)).json()) as ReceivedFileAnswer).file,
  }
}

/** Runs `work` and prints how far memory rose meanwhile, and what it cost. */
async function measured(site: SiteApart, name: string, work: () => Promise<void>): Promise<void> {
  const pid = site.process.pid ?? 0
  const base = pssOf(pid).server
  const cpu = cpuOf(pid)
  say(`before: ${base.toFixed(0)} MB`)
  const begun = performance.now()
  let peak = base
  const look = setInterval(() => {
    peak = Math.max(peak, pssOf(pid).server)
  }, 500)
  await work()
  clearInterval(look)
  const seconds = (performance.now() - begun) / 1000
  report('files', { measure: `files.${name}.growth`, value: peak - base, unit: 'MB', bar: '<= 150' })
  report('files', { measure: `files.${name}.before`, value: base, unit: 'MB' })
  report('files', { measure: `files.${name}.after`, value: pssOf(pid).server, unit: 'MB' })
  report('files', { measure: `files.${name}.rate`, value: RECORDS / seconds, unit: 'records per s' })
  report('files', {
    measure: `files.${name}.cpu`,
    value: ((cpuOf(pid).server - cpu.server) * 1000) / RECORDS,
    unit: 'CPU ms per record, site',
  })
}

const place = mkdtempSync(join(tmpdir(), 'yba-files-'))
const site = await siteApart({ role: 'facility', facility: FACILITY, heapMb: 4096 })
try {
  const { token } = await addProgram(site.sql as never, { id: 'bench', name: 'bench' }, new Date())
  const his = door(site, token)
  const judged = async (id: string): Promise<void> => {
    for (let said = 0; ; ) {
      const { state, judged } = await his.file(id)
      if (state !== 'waiting' && state !== 'reading') return say(`file ${id}: ${state}`)
      if (judged - said >= 1000) say(`${judged} records`)
      if (judged - said >= 1000) said = judged
      await sleep(1000)
    }
  }
  const month = join(place, 'month.xml')
  say(`warm: ${WARM} records, singly and in one file`)
  for (let n = 0; n < WARM; n++) await his.post(one(1 + n))
  await judged(await his.month(month, writeMonth(month, 1000, WARM)))
  await sleep(5000)
  if (ONLY !== 'many') {
    say(`writing one file of ${RECORDS} records`)
    const whole = writeMonth(month, 10_000, RECORDS)
    report('files', { measure: 'files.one.bytes', value: whole.size / 1e6, unit: 'MB' })
    await measured(site, 'one', async () => judged(await his.month(month, whole)))
    await sleep(5000)
  }
  if (ONLY !== 'one') {
    say(`${RECORDS} files of one record`)
    await measured(site, 'many', async () => {
      for (let n = 0; n < RECORDS; n++) {
        if (n % 500 === 0) say(`${n} files, ${pssOf(site.process.pid ?? 0).server.toFixed(0)} MB`)
        await his.post(one(500_000 + n))
      }
    })
  }
} finally {
  await site.close()
  rmSync(place, { recursive: true, force: true })
}
