/** Door of registration. */
import type { Feature } from '../../feature.ts'
import { findOperations } from './find.ts'

export const registration: Feature = { name: 'registration', operations: findOperations }
