/** Door of the person index (hub). */
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { migrations, openReviews } from './tables.ts'

export { type IncomingPerson, personFacts, type Resolved, resolvePerson } from './resolve.ts'
export { judge, type RuleResult, type SourcePerson } from './rules.ts'
export { forgetSource } from './tables.ts'

/** GET /fhir/Patient/$reviews: pairs a person has to judge. */
async function reviews(context: OperationContext): Promise<OperationAnswer> {
  return { json: { rows: await openReviews(context.site.store) } }
}

const operations: readonly Operation[] = [
  { name: '$reviews', level: 'type', type: 'Patient', method: 'GET', permission: 'person.review', body: 'none', handle: reviews },
]

export const personIndex: Feature = { name: 'person-index', operations, migrations }
