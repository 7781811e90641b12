/** Shapes of the register of facilities, shared with the web app (types only). */
import type { DepartmentRow, ListRow, NameRow, PractitionerRow } from './tables/register.ts'

/** What the hub tells beside its signed directory, which names the digest of exactly these bytes. */
export interface DirectoryRegister {
  names: NameRow[]
  lists: ListRow[]
  departments: DepartmentRow[]
  practitioners: PractitionerRow[]
}

export interface RegisterRow {
  code: string
  name: string
  level: string
  managingBody: string
  /** Takes part in the exchange. */
  active: boolean
  suspended: boolean
  demoCode: boolean
  validFrom?: string
  validUntil?: string
  /** Other names it has or had, in the register or in a list. */
  otherNames: string[]
  /** Whose it is now, where the code became another. */
  becomes?: string
}

export interface RegisterDetail extends RegisterRow {
  names: NameRow[]
  lists: ListRow[]
  /** Codes that became this one, and what this one became. */
  aliases: { code: string; becomes: string; from: string; until?: string }[]
  keys: { kind: 'slip' | 'client'; kid: string; from?: string; until?: string; revoked?: string }[]
  departments: DepartmentRow[]
  practitioners: PractitionerRow[]
}

/** GET /fhir/Organization/$register?q= or ?code= */
export interface RegisterAnswer {
  rows: RegisterRow[]
  /** More facilities fit than are shown. */
  more: boolean
  /** Of the code that was asked for. */
  detail?: RegisterDetail
  /** Of when the directory here is; at the hub now. */
  asOf: string | null
}
