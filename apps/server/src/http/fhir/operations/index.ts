/** Operations FHIR defines and the store alone answers; they stand on every site, whatever its features. */
import type { Operation } from '../../../feature.ts'
import { meta } from './meta.ts'
import { validateInstance, validateType } from './validate.ts'

export const fhirOperations: readonly Operation[] = [meta, validateType, validateInstance]
