/** What importing the files of a hospital's own system costs in CPU, server and PostgreSQL together. */

import { setTimeout as sleep } from 'node:timers/promises'
import { claimFile, type StayKind, stay } from '@yba/people'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import type { Box } from './box.ts'
import { cpuOf } from './processes.ts'
import { report, say } from './report.ts'

const STAYS = 150
const WARM = 10
/** A hospital's mix: two outpatients for one inpatient, some of them transferred. */
const KINDS: readonly StayKind[] = ['outpatient', 'outpatient', 'inpatient', 'outpatient', 'outpatient', 'inpatient-transfer']

/** Imports one file per stay over HTTP, as the referral desk uploads them. */
export async function measureImport(box: Box): Promise<void> {
  const desk = await box.signIn('bac-giang', 'chuyenvien')
  const files = Array.from({ length: STAYS + WARM }, (_, index) =>
    claimFile([stay(40_000 + index, { kind: KINDS[index % KINDS.length] ?? 'outpatient' })]),
  )
  const send = async (file: Buffer): Promise<{ created: number; tasks: number }> => {
    const { status, json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', file, 'application/xml')
    const record = json.records?.[0]
    if (status !== 200 || record?.result !== 'created') throw new Error(`import answered ${status}: ${JSON.stringify(json).slice(0, 500)}`)
    return { created: record.resources.created, tasks: record.referral ? 1 : 0 }
  }
  say(`import of ${STAYS} stays`)
  for (const file of files.slice(0, WARM)) await send(file)
  await sleep(3000)
  const before = cpuOf(box.pid)
  const begun = performance.now()
  let resources = 0
  let bytes = 0
  for (const file of files.slice(WARM)) {
    resources += (await send(file)).created
    bytes += file.length
  }
  const seconds = (performance.now() - begun) / 1000
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
  report('import', { measure: 'import.bytes', value: bytes / STAYS / 1000, unit: 'kB per stay' })
}
