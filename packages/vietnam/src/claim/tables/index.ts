import type { ClaimTable } from './define.ts'
import { XML0 } from './xml0.ts'
import { XML1 } from './xml1.ts'
import { XML2 } from './xml2.ts'
import { XML3 } from './xml3.ts'
import { XML4 } from './xml4.ts'
import { XML5 } from './xml5.ts'
import { XML6 } from './xml6.ts'
import { XML7 } from './xml7.ts'
import { XML8 } from './xml8.ts'
import { XML9 } from './xml9.ts'
import { XML10 } from './xml10.ts'
import { XML11 } from './xml11.ts'
import { XML13 } from './xml13.ts'
import { XML14 } from './xml14.ts'
import { XML15 } from './xml15.ts'

export type { ClaimField, ClaimTable, FieldType, Layout } from './define.ts'

/**
 * All tables a hospital sends, by name. XML12 (medical assessment councils) is typed on the portal and has no
 * published element path, so it is not here; a file that carries it is kept verbatim like any unknown table.
 */
export const CLAIM_TABLES: ReadonlyMap<string, ClaimTable> = new Map(
  [XML0, XML1, XML2, XML3, XML4, XML5, XML6, XML7, XML8, XML9, XML10, XML11, XML13, XML14, XML15].map((t) => [t.name, t]),
)

/** The definition of one table, or undefined for one we only keep. */
export const claimTable = (name: string): ClaimTable | undefined => CLAIM_TABLES.get(name)
