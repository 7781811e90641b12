/** Operations FHIR defines and the store alone answers; they stand on every site, whatever its features. */
import type { Feature, Operation } from '../../../feature.ts'
import { document } from './document.ts'
import { everything } from './everything.ts'
import { lastn } from './lastn.ts'
import { metaOperations } from './meta.ts'
import { validateInstance, validateType } from './validate.ts'

const fhirOperations: readonly Operation[] = [...metaOperations, validateType, validateInstance, ...everything, ...document, ...lastn]

const key = ({ name, level, type }: Operation): string => [level, type, name.replace(/^\$/, '')].join(' ')

/** All operations of a site. What a care area has under the same name and type is the care area's. */
export function operationsOf(features: readonly Feature[]): Operation[] {
  const own = features.flatMap((f) => f.operations)
  const taken = new Set(own.map(key))
  return [...fhirOperations.filter((o) => !taken.has(key(o))), ...own]
}
