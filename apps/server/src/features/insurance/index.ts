/** Door of insurance: claim files in. */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { issuesOf } from '../documents/index.ts'
import type { ClaimIssuesAnswer } from './contract.ts'
import { fileOperations } from './files/operations.ts'
import { startFileWorker } from './files/worker.ts'
import { channelsOperation } from './receipts/channels.ts'
import { migrations, takenWithIssues } from './tables.ts'
import { undoOperations } from './undo-claim.ts'

export type { ImportAnswer } from './contract.ts'
export { importClaim } from './files/take.ts'
export { type DaySlips, lastFileAt, slipsByDay } from './tables/slip-counts.ts'

const MOST_LISTED = 100

/** GET /fhir/$claim-issues: what was taken with issues, with the issues. */
async function listIssues({ site, caller }: OperationContext): Promise<OperationAnswer> {
  const taken = await takenWithIssues(site.store, MOST_LISTED)
  const findings = await issuesOf(
    site.store,
    taken.map((r) => r.raw),
  )
  const rows = taken.map((r) => ({
    maLk: r.ma_lk,
    patient: r.patient.split('/')[1] ?? '',
    at: r.at.toISOString(),
    findings: findings.get(r.raw) ?? [],
  }))
  const patients = [...new Set(rows.map((r) => r.patient).filter((id) => id !== ''))]
  await site.store.audit.record(caller, { action: 'search', type: 'Patient', patients, outcome: 'ok', detail: 'claim issues' })
  return { json: { rows } satisfies ClaimIssuesAnswer }
}

const operations: readonly Operation[] = [
  ...undoOperations,
  { name: '$claim-issues', level: 'system', method: 'GET', permission: 'claim.import', body: 'none', handle: listIssues },
  ...fileOperations,
  channelsOperation,
]

export const insurance: Feature = { name: 'insurance', operations, migrations, start: startFileWorker }
