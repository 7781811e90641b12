/**
 * What a month of single claim files costs the watched folder: all of them are dropped at once, taken, handed to a site that
 * answers like ours (a stand-in: the site has measures of its own) and answered beside. `YBA_RECORDS` (10,000) says how many.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimFile, stay } from '@yba/people'
import { NODE_FLAGS } from '../apps/server/src/box/hosts.ts'
import { cpuOf, pssOf } from './processes.ts'
import { report, say } from './report.ts'

const FILES = Number(process.env.YBA_RECORDS ?? 10_000)
const WARM = 200

const answer = JSON.stringify({ records: [{ maLk: 'LK', result: 'created', findings: [] }], findings: [] })
const site = createServer((request, response) => {
  request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer))
})
await new Promise<void>((done) => site.listen(0, '127.0.0.1', done))

const place = mkdtempSync(join(tmpdir(), 'yba-edge-'))
const folder = join(place, 'tha')
mkdirSync(folder)
writeFileSync(join(place, 'token'), 'x')
const address = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
const main = join(import.meta.dirname, '../apps/edge/src/main.ts')
const options = ['--folder', folder, '--site', address, '--token-file', join(place, 'token'), '--state', join(place, 'state')]
const edge = spawn(process.execPath, [...NODE_FLAGS, main, ...options], { stdio: ['ignore', 'ignore', 'inherit'] })
const pid = edge.pid ?? 0

const memory = (): number => pssOf(pid).server
const answered = (): number => readdirSync(folder).filter((name) => name.endsWith('.ket-qua.json')).length
const body = claimFile([stay(1, { kind: 'outpatient', facility: '24997' })])

/** Drops so many files and waits for their answers; gives the most memory it saw meanwhile. */
async function drop(first: number, count: number): Promise<number> {
  for (let n = first; n < first + count; n++) writeFileSync(join(folder, `${n}.xml`), body)
  let peak = memory()
  for (let said = 0, there = answered(); there < first + count; there = answered()) {
    peak = Math.max(peak, memory())
    if (there - said >= 1000) say(`${there} answered, ${memory().toFixed(0)} MB`)
    if (there - said >= 1000) said = there
    await sleep(500)
  }
  return peak
}

try {
  await drop(0, WARM)
  await sleep(3000)
  const [before, cpu, begun] = [memory(), cpuOf(pid).server, performance.now()]
  const peak = await drop(WARM, FILES)
  const seconds = (performance.now() - begun) / 1000
  report('edge', { measure: 'edge.files.growth', value: peak - before, unit: 'MB', bar: '<= 150' })
  report('edge', { measure: 'edge.files.before', value: before, unit: 'MB' })
  report('edge', { measure: 'edge.files.after', value: memory(), unit: 'MB' })
  report('edge', { measure: 'edge.files.rate', value: FILES / seconds, unit: 'files per s' })
  report('edge', { measure: 'edge.files.cpu', value: ((cpuOf(pid).server - cpu) * 1000) / FILES, unit: 'CPU ms per file' })
} finally {
  edge.kill('SIGTERM')
  site.close()
  rmSync(place, { recursive: true, force: true })
}
