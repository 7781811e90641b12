/** Door of the store. */

export { openPool } from './db.ts'
export { uuidv7 } from './ids.ts'
export type { IndexFault, IndexKeeper } from './index-keeper/index.ts'
export { localReference } from './local.ts'
export { type Migrations, migrateStore, migrationsDigest } from './migrate.ts'
export { openStore, type StoreOptions, startEpoch } from './open.ts'
export { IDENTIFIER_CLASH } from './outcomes.ts'
export type * from './types.ts'
