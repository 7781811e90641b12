/**
 * Certificates and programme records of a claim (XML6, XML9, XML10, XML11, XML15) → one Composition a row, as words to read
 * in the chart. One way: the row itself is kept verbatim with the record.
 */

import { codeSystemUrl, facilitySystem } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { codeName, ethnicName, facilityName, nationalityName } from '../../codes/display.ts'
import { claimTimeToFhir, printDate } from '../../dates/claim-date.ts'
import { type ClaimField, claimTable } from '../tables/index.ts'
import type { Row } from '../types.ts'
import { narrative } from './forms/values.ts'
import { type ClaimContext, facilityReference, get, lineIdentifier, type PlannedResource, practitioners, refTo, sourceOf } from './plan.ts'
import { RECORD_PAGES, type RecordPage } from './record-pages.ts'

/** Names of codes that no list of the table files holds. */
const NAMES: Readonly<Record<string, (code: string) => string | undefined>> = {
  NOI_LAY_MAU_XN: facilityName,
  NOI_XN_KD: facilityName,
  NOI_BDDT_ARV: facilityName,
  MA_DANTOC_NND: ethnicName,
  MA_QUOCTICH: nationalityName,
}

/** A value as it is read: dates as dates, codes by their names; what no list names stays as it was written. */
function printed(field: ClaimField, value: string): string {
  if (field.type === 'date' || field.type === 'time') {
    const at = claimTimeToFhir(value)
    return at ? printDate(at) : value
  }
  const nameOf = NAMES[field.name] ?? ((code: string) => codeName(field.list ?? '', code))
  if (field.list === undefined) return nameOf(value) ?? value
  return value
    .split(';')
    .map((code) => nameOf(code.trim()) ?? code.trim())
    .join('; ')
}

function sections(table: string, page: RecordPage, row: Row): fhir4.CompositionSection[] {
  const fields = claimTable(table)?.columns
  return page.sections.flatMap(({ title, columns }): fhir4.CompositionSection[] => {
    const lines = columns.flatMap((column) => {
      const [field, value] = [fields?.get(column), get(row, column)]
      return field && value !== '' ? [`${field.label}: ${printed(field, value)}`] : []
    })
    return lines.length > 0 ? [{ title, text: narrative(lines.join('\n')) }] : []
  })
}

/** Who signed, by licence and name as far as the paper says them, then the facility. */
function authors(ctx: ClaimContext, page: RecordPage, row: Row): fhir4.Reference[] {
  const signed = practitioners(get(row, page.doctor ?? ''))
  const name = get(row, page.doctorName ?? '')
  return [
    ...(name === '' ? signed : signed.map((one) => ({ ...one, display: name }))),
    facilityReference(ctx.facility.code, ctx.facility.name),
  ]
}

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
const RESTRICTED: fhir4.Coding[] = [{ system: CONFIDENTIALITY, code: 'R', display: 'restricted' }]

function planRecord(ctx: ClaimContext, table: string, page: RecordPage, row: Row, number: number): PlannedResource<fhir4.Composition> {
  const key = `${table}/${ctx.maLk}/${number}`
  const paper = get(row, page.number ?? '')
  const day = claimTimeToFhir(get(row, page.issuedOn ?? ''))
  const restricted = page.restricted === 'always' || page.restricted?.some((column) => get(row, column) !== '')
  const ended = claimTimeToFhir(get(ctx.one, 'NGAY_RA')) ?? claimTimeToFhir(get(ctx.one, 'NGAY_VAO')) ?? ''
  const identifier = paper === '' ? lineIdentifier(ctx, key)[0] : { system: facilitySystem.document(ctx.facility.code), value: paper }
  return {
    key,
    resource: {
      resourceType: 'Composition',
      meta: { ...sourceOf(ctx, table, number), ...(restricted ? { security: RESTRICTED } : {}) },
      ...(identifier ? { identifier } : {}),
      status: 'final',
      type: { coding: [{ system: codeSystemUrl('claim-table'), code: table }], text: page.title },
      subject: { reference: refTo(ctx.keys.patient) },
      encounter: { reference: refTo(ctx.keys.encounter) },
      date: day ?? ended,
      author: authors(ctx, page, row),
      title: page.title,
      section: sections(table, page, row),
    },
  }
}

/** Every certificate and programme record of the claim. */
export function planRecords(ctx: ClaimContext): PlannedResource[] {
  return Object.entries(RECORD_PAGES).flatMap(([table, page]) =>
    (ctx.record.tables[table] ?? []).map((row, i) => planRecord(ctx, table, page, row, i + 1)),
  )
}
