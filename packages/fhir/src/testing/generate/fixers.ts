/**
 * What is changed in a made object so that an invariant holds: type or backbone path → key of the R4 definitions → fixer.
 * Those of one type run in the order they stand in, after all of what stands below the object.
 */
import { CLINICAL } from './fixers-clinical.ts'
import { CONFORMANCE } from './fixers-conformance.ts'
import { DATATYPES } from './fixers-datatypes.ts'
import { DOCUMENTS } from './fixers-documents.ts'
import { STRUCTURES } from './fixers-structures.ts'
import { TESTS } from './fixers-tests.ts'
import type { Fixers } from './fixing.ts'

export const FIXERS: Fixers = { ...DATATYPES, ...STRUCTURES, ...CONFORMANCE, ...TESTS, ...DOCUMENTS, ...CLINICAL }
