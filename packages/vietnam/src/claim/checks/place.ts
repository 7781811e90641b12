/** Builds findings that name the place: table, row, column, its Vietnamese label, and the value when it is no private text. */

import { type Finding, finding, type OutcomeDefinition, type OutcomeValues } from '@yba/fhir'
import type { ClaimTable } from '../tables/index.ts'
import { claimTable } from '../tables/index.ts'

/** Columns whose value names a person or tells a clinical story: findings reach logs, so only the length is shown. */
const PRIVATE =
  /^(HO_TEN|HOTEN|TEN_BS|DIA_CHI|SO_CCCD|DIEN_THOAI|MA_THE|MA_BENH|CHAN_DOAN|QT_BENHLY|DAU_HIEU|TOMTAT|DIEN_BIEN|LY_DO|NGUOI_|DON_VI$|MO_TA|KET_LUAN)/

const shown = (field: string, value: string): string => {
  if (value === '') return ''
  return PRIVATE.test(field) ? `…(${value.length})` : value.slice(0, 60)
}

/** Path of a cell: `XML2[3].SO_LUONG`; rows count from 1. */
export const cellPath = (table: string, row: number, field: string): string => `${table}[${row}].${field}`

/** A finding about one cell; row counts from 1. */
export function cell(
  definition: OutcomeDefinition,
  table: string | ClaimTable,
  row: number,
  field: string,
  value: string,
  more: OutcomeValues = {},
): Finding {
  const known = typeof table === 'string' ? claimTable(table) : table
  const name = typeof table === 'string' ? table : table.name
  const label = known?.columns.get(field)?.label ?? field
  return finding(definition, { table: name, row, field, label, value: shown(field, value), ...more }, cellPath(name, row, field))
}
