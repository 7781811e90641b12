/** Rows of `res` and `hist` as the contract's `Stored`. */
import { refuse, typeName, typeNumber } from '@yba/fhir'
import { unknownType } from './outcomes.ts'
import type { FhirResource, Stored } from './types.ts'

/** Columns every read selects, under alias `r`. */
export const ROW = 'r.rid, r.t, r.id, r.ver, r.lu, r.deleted, r.content, r.pat'

export interface Row {
  rid: string
  t: number
  id: string
  ver: number
  lu: Date
  deleted: boolean
  content: string
  pat: string | null
}

class StoredRow implements Stored {
  readonly type: string
  readonly id: string
  readonly versionId: number
  readonly lastUpdated: Date
  readonly deleted: boolean
  readonly text: string
  #parsed: FhirResource | undefined

  constructor(type: string, row: Omit<Row, 't' | 'rid' | 'pat'>) {
    this.type = type
    this.id = row.id
    this.versionId = row.ver
    this.lastUpdated = row.lu
    this.deleted = row.deleted
    this.text = row.content
  }

  resource(): FhirResource {
    this.#parsed ??= this.deleted ? { resourceType: this.type as FhirResource['resourceType'], id: this.id } : JSON.parse(this.text)
    return this.#parsed as FhirResource
  }
}

/** One stored version. */
export function stored(type: string, row: Omit<Row, 't' | 'rid' | 'pat'>): Stored {
  return new StoredRow(type, row)
}

/** A row with its own type number. */
export const storedRow = (row: Row): Stored => stored(typeName(row.t) ?? 'Basic', row)

/** The number of a type; throws `no-such-type`. */
export function typeOf(name: string): number {
  const t = typeNumber(name)
  if (t === undefined) throw refuse(unknownType, { type: name })
  return t
}
