/** Door of documents: filing, signing acts, signers, verdicts, views. */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { demoOperations } from './demo-switch.ts'
import { issuesOperation } from './issues.ts'
import { print } from './print.ts'
import { migrations } from './tables.ts'
import { startVerifier } from './verifier.ts'
import { documentViews } from './views.ts'

export { type AuthorityEnd, authorityEnds } from './authorities.ts'
export { ACCEPTED_WITH_ISSUES, type DocumentFacts, documentFacts, documentReference } from './document-reference.ts'
export {
  addSignatures,
  carried,
  carriedAll,
  fileDocument,
  findDocument,
  lookFor,
  markReplaced,
  type Seen,
  signaturesOf,
} from './file-document.ts'
export { keepIssues, paperIssues, worthKeeping } from './issues.ts'
export { PAPER_NUMBER_TAKEN } from './outcomes.ts'
export { printOf } from './print.ts'
export { sealFault, trySeal } from './seal.ts'
export { enrolSigner, hasSigner, type SigningKey, signerFor, signingCertificates, unreadableKeyFiles } from './signers.ts'
export { stampNow } from './stamp.ts'
export { issuesOf, issuesOfThreads } from './tables/issues.ts'
export { judgeActs } from './verdicts.ts'
export { documentViews } from './views.ts'

/** GET /fhir/DocumentReference/{id}/$signatures: one paper with its verdicts, for the chart. */
async function signatures(context: OperationContext): Promise<OperationAnswer> {
  const [view] = await documentViews(context.site, context.store, [context.id])
  return { json: view }
}

const operations: readonly Operation[] = [
  {
    name: '$signatures',
    level: 'instance',
    type: 'DocumentReference',
    method: 'GET',
    permission: ['chart.read', 'referral.read'],
    body: 'none',
    handle: signatures,
  },
  {
    name: '$print',
    level: 'instance',
    type: 'DocumentReference',
    method: 'GET',
    permission: ['chart.read', 'referral.read'],
    body: 'none',
    handle: print,
  },
  issuesOperation,
  ...demoOperations,
]

export const documents: Feature = { name: 'documents', operations, migrations, start: async (site) => startVerifier(site) }
