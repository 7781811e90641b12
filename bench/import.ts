/** What importing the files of a hospital's own system costs in CPU, server and PostgreSQL together. */

import { setTimeout as sleep } from 'node:timers/promises'
import { claimFile, type StayKind, stay } from '@yba/people'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import type { Box } from './box.ts'
import { cpuOf } from './processes.ts'
import { quantile, report, say } from './report.ts'
import { startWard } from './ward.ts'

const STAYS = 150
/** Files under way at once where the rate is measured: two desks, or an edge that need not wait. */
const AT_ONCE = 2
const WARM = 10
/** A hospital's mix: two outpatients for one inpatient, some of them transferred. */
const KINDS: readonly StayKind[] = ['outpatient', 'outpatient', 'inpatient', 'outpatient', 'outpatient', 'inpatient-transfer']

/** Imports one file per stay over HTTP, as the referral desk uploads them; then as many again beside a ward at work. */
export async function measureImport(box: Box): Promise<void> {
  const desk = await box.signIn('bac-giang', 'chuyenvien')
  const files = Array.from({ length: 2 * STAYS + WARM }, (_, index) =>
    claimFile([stay(40_000 + index, { kind: KINDS[index % KINDS.length] ?? 'outpatient' })]),
  )
  const names: string[] = []
  const send = async (file: Buffer): Promise<number> => {
    const { status, json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', file, 'application/xml')
    const record = json.records?.[0]
    if (status !== 200 || record?.result !== 'created') throw new Error(`import answered ${status}: ${JSON.stringify(json).slice(0, 500)}`)
    if (record.patient) names.push(record.patient.name)
    return record.resources.created
  }
  say(`import of ${STAYS} stays`)
  for (const file of files.slice(0, WARM)) await send(file)
  await measureCost(box, files.slice(WARM, WARM + STAYS), send)
  say(`${STAYS} more beside a ward at work`)
  const ward = await startWard(box, names)
  await sleep(3000)
  const { resources, seconds } = await sendAll(files.slice(WARM + STAYS), send, AT_ONCE)
  const took = await ward.end()
  const out = (measure: string, value: number, unit: string, bar?: string): void =>
    report('import', { measure: `import.beside-a-ward.${measure}`, value, unit, ...(bar ? { bar } : {}) })
  out('rate', resources / seconds, 'resources per s', '>= 600')
  out('acts', took.length / (seconds + 3), 'acts of the ward per s')
  out('act.p50', quantile(took, 0.5), 'ms')
  out('act.p95', quantile(took, 0.95), 'ms')
}

type Send = (file: Buffer) => Promise<number>

/** Resources made, and seconds from the first file to the last answer. */
async function sendAll(files: readonly Buffer[], send: Send, width: number): Promise<{ resources: number; seconds: number }> {
  const begun = performance.now()
  const left = files.values()
  let resources = 0
  const hand = async (): Promise<void> => {
    for (const file of left) {
      const made = await send(file)
      resources += made
    }
  }
  await Promise.all(Array.from({ length: width }, hand))
  return { resources, seconds: (performance.now() - begun) / 1000 }
}

async function measureCost(box: Box, files: readonly Buffer[], send: Send): Promise<void> {
  await sleep(3000)
  const before = cpuOf(box.pid)
  const { resources, seconds } = await sendAll(files, send, 1)
  // What the write leaves to the log's readers belongs to its cost.
  await sleep(3000)
  const after = cpuOf(box.pid)
  const server = after.server - before.server
  const postgres = after.postgres - before.postgres
  const per = 1000 / resources
  report('import', { measure: 'import.cpu', value: (server + postgres) * per, unit: 'CPU s per 1000 resources', bar: '<= 1.6' })
  report('import', { measure: 'import.cpu.server', value: server * per, unit: 'CPU s per 1000 resources' })
  report('import', { measure: 'import.cpu.postgres', value: postgres * per, unit: 'CPU s per 1000 resources' })
  report('import', { measure: 'import.resources', value: resources, unit: 'resources' })
  report('import', { measure: 'import.rate', value: resources / seconds, unit: 'resources per s' })
  report('import', {
    measure: 'import.bytes',
    value: files.reduce((sum, file) => sum + file.length, 0) / files.length / 1000,
    unit: 'kB per stay',
  })
}
