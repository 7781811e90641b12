/** Door of the bulk export: everything a client may read, as files. */
import type { Feature } from '../../feature.ts'
import { operations } from './operations.ts'
import { migrations } from './tables.ts'
import { startExports } from './worker.ts'

export const bulkExport: Feature = { name: 'bulk-export', operations, migrations, start: startExports }
