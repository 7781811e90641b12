/** Door of insurance: claim files in. */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { issuesOf } from '../documents/index.ts'
import type { ClaimIssuesAnswer, ImportAnswer } from './contract.ts'
import { importClaim } from './import-claim.ts'
import { migrations, takenWithIssues } from './tables.ts'
import { undoOperation } from './undo-claim.ts'

export type { ImportAnswer } from './contract.ts'
export { importClaim } from './import-claim.ts'

/** POST /fhir/$import-claim: one claim file, as raw XML or as the one file of a form. 422 when every record was refused. */
async function handle(context: OperationContext): Promise<OperationAnswer> {
  const answer = await importClaim(context.site, context.caller, context.bytes, context.query.get('name') ?? undefined)
  await traceBomb(context, answer)
  const refused = answer.records.length > 0 && answer.records.every((r) => r.result === 'refused')
  return { status: refused ? 422 : 200, json: answer }
}

/** A file refused as a whole leaves its trace at the door; one that hides it in a table of a record leaves it here. */
async function traceBomb({ site, caller }: OperationContext, answer: ImportAnswer): Promise<void> {
  const bomb = answer.records.flatMap((r) => r.findings).find((f) => f.code === 'claim-doctype' || f.code === 'claim-too-large')
  if (bomb) await site.store.audit.record(caller, { action: 'refused', outcome: bomb.code, detail: `claim ${bomb.path ?? ''}`.trim() })
}

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
  undoOperation,
  { name: '$claim-issues', level: 'system', method: 'GET', permission: 'claim.import', body: 'none', handle: listIssues },
  {
    name: '$import-claim',
    level: 'system',
    method: 'POST',
    permission: 'claim.import',
    body: 'bytes',
    bodyLimit: 64 * 1024 * 1024,
    handle,
  },
]

export const insurance: Feature = { name: 'insurance', operations, migrations }
