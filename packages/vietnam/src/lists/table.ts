/** The rows of a list, whichever of the two ways offices save it. */
import { refuse } from '@yba/fhir'
import { csvRows } from './csv.ts'
import { LIST_UNREADABLE } from './outcomes.ts'
import { xlsxRows } from './xlsx.ts'

const LARGEST = 20 * 1024 * 1024

/** A workbook is known by its first bytes (zip), everything else is text. Throws `list-unreadable`. */
export function tableOf(bytes: Uint8Array): string[][] {
  if (bytes.length === 0) throw refuse(LIST_UNREADABLE, { what: '0 B' })
  if (bytes.length > LARGEST) throw refuse(LIST_UNREADABLE, { what: `${Math.round(bytes.length / 1_048_576)} MB` })
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? xlsxRows(bytes) : csvRows(bytes)
}
