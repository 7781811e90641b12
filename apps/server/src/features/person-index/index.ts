/** Door of the person index (hub). */
import type { Feature } from '../../feature.ts'
import { reviewOperations } from './review.ts'
import { migrations } from './tables.ts'

export { personFacts } from './person-facts.ts'
export { type IncomingPerson, lockKeys, type Resolved, resolvePerson } from './resolve.ts'
export { judge, type RuleResult, type SourcePerson } from './rules.ts'
export { forgetSource } from './tables.ts'

export const personIndex: Feature = { name: 'person-index', operations: reviewOperations, migrations }
