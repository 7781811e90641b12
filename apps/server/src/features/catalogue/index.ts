/** Door of the catalogues: official lists of codes with their versions and days. */
import type { Feature } from '../../feature.ts'
import { expandOperations } from './operations/expand.ts'
import { lookupOperations } from './operations/lookup.ts'
import { translateOperations } from './operations/translate.ts'
import { validateCodeOperations } from './operations/validate-code.ts'
import { migrations } from './tables.ts'
import { terminologyOf } from './terminology.ts'

export { type Compared, compareVersions } from './compare.ts'
export { type CatalogueImport, type GivenFacts, type ImportedCatalogues, importCatalogues } from './import.ts'
export { codeNames } from './names.ts'
export type { Difference } from './plan.ts'
export { FILE_KINDS, type GivenFile } from './read/files.ts'
export { catalogues, type KeptCatalogue } from './tables.ts'

export const catalogue: Feature = {
  name: 'catalogue',
  operations: [...expandOperations, ...lookupOperations, ...validateCodeOperations, ...translateOperations],
  migrations,
  terminology: terminologyOf,
}
