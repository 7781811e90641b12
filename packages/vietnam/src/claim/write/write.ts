/** The writer: rows to the bytes of a GIAMDINHHS file. The same input always gives the same bytes. */

import { refuse } from '@yba/fhir'
import { claimTableTwice } from '../outcomes.ts'
import { byTable } from '../read/digest.ts'
import { layoutOn } from '../tables/in-force.ts'
import { claimTable, type Layout } from '../tables/index.ts'
import type { Row } from '../types.ts'

/** How NOIDUNGFILE carries a table; law asks for base64, the others are met in the field. */
export type ClaimEncoding = 'base64' | 'base64-bom' | 'inline' | 'cdata'

export interface WritableRecord {
  tables: Record<string, Row[]>
}

export interface WritableFile {
  facility: string
  /** NGAYLAP, yyyymmdd. */
  madeOn: string
  /** The layout in force on `madeOn` when absent. */
  layout?: Layout
  records: WritableRecord[]
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' }
const xmlText = (text: string): string => text.replaceAll(/[&<>\r]/g, (c) => ESCAPES[c] ?? c)

function rowXml(columns: string[], row: Row): string {
  return columns.map((name) => `<${name}>${xmlText(row[name] ?? '')}</${name}>`).join('')
}

/**
 * XML text of one table: every column of the layout in order, empty ones too, then columns we do not know.
 * @throws OutcomeError claim-table-twice: a table that is one form, such as XML13, holds one row. Error on a table without a definition.
 */
export function writeTable(name: string, rows: Row[], layout: Layout): string {
  const table = claimTable(name)
  if (!table) throw new Error(`no claim table ${name}`)
  const known = table.layouts[layout].map((f) => f.name)
  const inner = table.path.slice(1)
  if (inner.length === 0 && rows.length > 1) throw refuse(claimTableTwice, { table: name }, name)
  const body = rows.map((row) => {
    const extra = Object.keys(row).filter((column) => !known.includes(column))
    const text = rowXml([...known, ...extra], row)
    return inner.length === 0 ? text : `<${table.row}>${text}</${table.row}>`
  })
  const list = inner.slice(0, -1)
  const opened = [table.root, ...list].map((tag) => `<${tag}>`).join('')
  const closed = [...list.toReversed(), table.root].map((tag) => `</${tag}>`).join('')
  return `${opened}${body.join('')}${closed}`
}

const BOM = '\ufeff'

function carry(xml: string, encoding: ClaimEncoding): string {
  switch (encoding) {
    case 'base64':
      return Buffer.from(xml, 'utf8').toString('base64')
    case 'base64-bom':
      return Buffer.from(BOM + xml, 'utf8').toString('base64')
    case 'cdata':
      return `<![CDATA[${xml.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
    case 'inline':
      return xml
  }
}

function recordXml(record: WritableRecord, layout: Layout, encoding: ClaimEncoding): string {
  const names = Object.keys(record.tables).filter((name) => (record.tables[name]?.length ?? 0) > 0)
  const files = names.sort(byTable).map((name) => {
    const content = carry(writeTable(name, record.tables[name] ?? [], layout), encoding)
    return `<FILEHOSO><LOAIHOSO>${name}</LOAIHOSO><NOIDUNGFILE>${content}</NOIDUNGFILE></FILEHOSO>`
  })
  return `<HOSO>${files.join('\n')}</HOSO>`
}

/** Bytes of a claim file (UTF-8), unsigned (CHUKYDONVI empty). */
export function writeClaim(file: WritableFile, encoding: ClaimEncoding = 'base64'): Buffer {
  const layout = file.layout ?? layoutOn(file.madeOn)
  const records = file.records.map((record) => recordXml(record, layout, encoding)).join('\n')
  const xml = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<GIAMDINHHS xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">',
    `<THONGTINDONVI><MACSKCB>${xmlText(file.facility)}</MACSKCB></THONGTINDONVI>`,
    `<THONGTINHOSO><NGAYLAP>${xmlText(file.madeOn)}</NGAYLAP><SOLUONGHOSO>${file.records.length}</SOLUONGHOSO>`,
    `<DANHSACHHOSO>${records}</DANHSACHHOSO></THONGTINHOSO>`,
    '<CHUKYDONVI/></GIAMDINHHS>',
    '',
  ].join('\n')
  return Buffer.from(xml, 'utf8')
}
