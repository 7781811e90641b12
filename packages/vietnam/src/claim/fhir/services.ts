/**
 * XML3 and XML4 → DiagnosticReport with its Observations, and Procedure.
 *
 * By cost group (MA_NHOM): 1 laboratory, 2 imaging, 3 functional tests become reports; 8 surgery, 9 services with a
 * rate, 13 examinations and 18 minor procedures become procedures. Beds (14 to 16) are places of the encounter.
 * Supplies, transport and other charges say nothing clinical: they stay verbatim with the record only.
 */

import { extensionUrl } from '@yba/fhir'
import type * as fhir4 from 'fhir/r4.d.ts'
import { COST_GROUP } from '../../codes/tables.ts'
import { claimTimeToFhir } from '../../dates/claim-date.ts'
import type { Row } from '../types.ts'
import { type ClaimContext, concept, get, lineIdentifier, type PlannedResource, practitioners, refTo, rowKeys, sourceOf } from './plan.ts'
import { interpretation, isRangeOrFlag, readRange, splitValue } from './range.ts'
import { resultValue } from './value.ts'

const REPORT: Record<string, { code: string; category: string; text: string }> = {
  1: { code: 'LAB', category: 'laboratory', text: 'Xét nghiệm' },
  2: { code: 'RAD', category: 'imaging', text: 'Chẩn đoán hình ảnh' },
  3: { code: 'OTH', category: 'procedure', text: 'Thăm dò chức năng' },
}
const PROCEDURE = new Set(['8', '9', '13', '18'])

interface Numbered {
  row: Row
  key: string
  number: number
}

interface Group {
  code: string
  service?: Numbered
  results: Numbered[]
}

const numbered = (ctx: ClaimContext, table: string): Numbered[] => {
  const rows = ctx.record.tables[table] ?? []
  const keys = rowKeys(ctx, table, rows)
  return rows.map((row, i) => ({ row, key: keys[i] ?? '', number: i + 1 }))
}

/**
 * Puts results under the service row they belong to: the same code and result time, else the first row of that code
 * that has none yet, else the last one; results without a service row make a report of their own.
 */
function groups(services: Numbered[], results: Numbered[]): Group[] {
  const reports = services
    .filter((s) => REPORT[get(s.row, 'MA_NHOM')])
    .map((s): Group => ({ code: get(s.row, 'MA_DICH_VU'), service: s, results: [] }))
  const byCode = Map.groupBy(reports, (g) => g.code)
  const batches = Map.groupBy(results, (r) => `${get(r.row, 'MA_DICH_VU')}|${get(r.row, 'NGAY_KQ')}`)
  const orphans: Group[] = []
  for (const [name, batch] of batches) {
    const [code = '', at = ''] = name.split('|')
    const same = byCode.get(code) ?? []
    const exact = same.find((g) => g.service && get(g.service.row, 'NGAY_KQ') === at && g.results.length === 0)
    const target = exact ?? same.find((g) => g.results.length === 0) ?? same.at(-1)
    if (target) target.results.push(...batch)
    else orphans.push({ code, results: batch })
  }
  return [...reports, ...orphans]
}

function observation(ctx: ClaimContext, result: Numbered, group: Group, category: string): PlannedResource<fhir4.Observation> | null {
  const { row, key, number } = result
  const [written, name, unit] = [get(row, 'GIA_TRI'), get(row, 'TEN_CHI_SO'), get(row, 'DON_VI_DO')]
  if (written === '') return null
  const [value, behind] = splitValue(written)
  const said = [behind, get(row, 'MO_TA'), get(row, 'KET_LUAN')]
  const measured = resultValue(value, unit)
  const range = said.map((text) => readRange(text, unit)).find((r) => r !== undefined)
  const flag = interpretation(said, measured.valueQuantity, range)
  const issued = claimTimeToFhir(get(row, 'NGAY_KQ'))
  const taken = claimTimeToFhir(get(group.service?.row, 'NGAY_TH_YL')) ?? issued
  const performer = practitioners(get(row, 'MA_BS_DOC_KQ'))
  const note = isRangeOrFlag(get(row, 'MO_TA'), unit) ? '' : get(row, 'MO_TA')
  return {
    key,
    resource: {
      resourceType: 'Observation',
      meta: sourceOf(ctx, 'XML4', number),
      identifier: lineIdentifier(ctx, key),
      status: 'final',
      category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: category }] }],
      code: {
        ...concept('ma-chi-so', get(row, 'MA_CHI_SO'), ''),
        text: name || get(group.service?.row, 'TEN_DICH_VU') || get(row, 'MA_CHI_SO') || group.code,
      },
      subject: { reference: refTo(ctx.keys.patient) },
      encounter: { reference: refTo(ctx.keys.encounter) },
      ...(taken ? { effectiveDateTime: taken } : {}),
      ...(issued?.includes('T') ? { issued } : {}),
      ...(performer.length > 0 ? { performer } : {}),
      ...measured,
      ...(flag ? { interpretation: [flag] } : {}),
      ...(range ? { referenceRange: [range] } : {}),
      ...(note === '' ? {} : { note: [{ text: note }] }),
    },
  }
}

function report(ctx: ClaimContext, group: Group): PlannedResource[] {
  const head = group.service ?? group.results[0]
  if (!head) return []
  const kind = REPORT[get(group.service?.row, 'MA_NHOM')] ?? { code: 'LAB', category: 'laboratory', text: 'Xét nghiệm' }
  const found = group.results.flatMap((r) => observation(ctx, r, group, kind.category) ?? [])
  const key = group.service ? head.key : `${head.key}/report`
  const issued = claimTimeToFhir(get(group.results[0]?.row, 'NGAY_KQ')) ?? claimTimeToFhir(get(group.service?.row, 'NGAY_KQ'))
  const taken = claimTimeToFhir(get(group.service?.row, 'NGAY_TH_YL')) ?? issued ?? claimTimeToFhir(get(group.service?.row, 'NGAY_YL'))
  // A range or flag behind a value belongs to that value.
  const isWords = (row: Row, column: string): boolean =>
    get(row, 'GIA_TRI') === '' || !isRangeOrFlag(get(row, column), get(row, 'DON_VI_DO'))
  const words = (column: string): string[] => group.results.filter((r) => isWords(r.row, column)).map((r) => get(r.row, column))
  const text = (column: string): string => [...new Set(words(column).filter(Boolean))].join('; ')
  const [conclusion, description] = [text('KET_LUAN'), text('MO_TA')]
  const readers = practitioners(get(group.results[0]?.row, 'MA_BS_DOC_KQ'))
  const answered = found.length > 0 || conclusion !== '' || description !== ''
  const resource: fhir4.DiagnosticReport = {
    resourceType: 'DiagnosticReport',
    meta: sourceOf(ctx, group.service ? 'XML3' : 'XML4', head.number),
    ...(description === '' ? {} : { extension: [{ url: extensionUrl('report-description'), valueString: description }] }),
    identifier: lineIdentifier(ctx, key),
    status: answered ? 'final' : 'registered',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0074', code: kind.code }], text: kind.text }],
    code: {
      ...concept('ma-dich-vu', group.code, ''),
      text: get(group.service?.row, 'TEN_DICH_VU') || group.code || 'Kết quả cận lâm sàng',
    },
    subject: { reference: refTo(ctx.keys.patient) },
    encounter: { reference: refTo(ctx.keys.encounter) },
    ...(taken ? { effectiveDateTime: taken } : {}),
    ...(issued?.includes('T') ? { issued } : {}),
    ...(readers.length > 0 ? { resultsInterpreter: readers } : {}),
    ...(found.length > 0 ? { result: found.map((f) => ({ reference: refTo(f.key) })) } : {}),
    ...(conclusion === '' ? {} : { conclusion }),
  }
  return [...found, { key, resource }]
}

function procedure(ctx: ClaimContext, service: Numbered): PlannedResource<fhir4.Procedure> {
  const { row, key, number } = service
  const at = claimTimeToFhir(get(row, 'NGAY_TH_YL')) ?? claimTimeToFhir(get(row, 'NGAY_YL'))
  const actors = practitioners(get(row, 'NGUOI_THUC_HIEN') || get(row, 'MA_BAC_SI'))
  const international = get(row, 'MA_PTTT_QT')
  const code = concept('ma-dich-vu', get(row, 'MA_DICH_VU'), '')
  if (international !== '') code.coding?.push({ system: 'http://hl7.org/fhir/sid/icd-9-cm', code: international })
  return {
    key,
    resource: {
      resourceType: 'Procedure',
      meta: sourceOf(ctx, 'XML3', number),
      identifier: lineIdentifier(ctx, key),
      status: 'completed',
      category: { text: COST_GROUP[get(row, 'MA_NHOM')]?.vi ?? '' },
      code: { ...code, text: get(row, 'TEN_DICH_VU') || get(row, 'MA_DICH_VU') },
      subject: { reference: refTo(ctx.keys.patient) },
      encounter: { reference: refTo(ctx.keys.encounter) },
      ...(at ? { performedDateTime: at } : {}),
      ...(actors.length > 0 ? { performer: actors.map((actor) => ({ actor })) } : {}),
    },
  }
}

/** Reports with their results, then procedures. */
export function planServices(ctx: ClaimContext): PlannedResource[] {
  const services = numbered(ctx, 'XML3').filter((s) => get(s.row, 'MA_VAT_TU') === '')
  const reports = groups(services, numbered(ctx, 'XML4')).flatMap((g) => report(ctx, g))
  const procedures = services.filter((s) => PROCEDURE.has(get(s.row, 'MA_NHOM'))).map((s) => procedure(ctx, s))
  return [...reports, ...procedures]
}
