/** Door of charting: the whole chart of one patient in one answer. */
import type { Feature } from '../../feature.ts'
import { everythingOperation } from './everything.ts'

export const charting: Feature = { name: 'charting', operations: [everythingOperation] }
