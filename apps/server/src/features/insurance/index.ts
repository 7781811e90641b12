/** Door of insurance: claim files in. */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { importClaim } from './import-claim.ts'
import { migrations } from './tables.ts'

export type { ImportAnswer } from './contract.ts'
export { importClaim } from './import-claim.ts'

/** POST /fhir/$import-claim: one claim file, as raw XML or as the one file of a form. 422 when every record was refused. */
async function handle(context: OperationContext): Promise<OperationAnswer> {
  const answer = await importClaim(context.site, context.caller, context.bytes, context.query.get('name') ?? undefined)
  const refused = answer.records.length > 0 && answer.records.every((r) => r.result === 'refused')
  return { status: refused ? 422 : 200, json: answer }
}

const operations: readonly Operation[] = [
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
