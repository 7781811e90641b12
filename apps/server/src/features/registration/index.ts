/** Door of registration. */
import type { Feature } from '../../feature.ts'
import { findOperation } from './find.ts'

export const registration: Feature = { name: 'registration', operations: [findOperation] }
