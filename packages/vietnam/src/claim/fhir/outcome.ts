/**
 * What a record says of how a stay went: XML7 (giấy ra viện) with XML8 (tóm tắt hồ sơ bệnh án), the next
 * appointment of XML14. A visit without a stay has neither XML7 nor XML8 by law; its XML1, XML4 and XML5 say it.
 */
import { departmentName } from '../../codes/display.ts'
import { claimTimeToFhir } from '../../dates/claim-date.ts'
import type { OutcomeContent } from '../../documents/content.ts'
import { SUMMARY_KINDS } from '../checks/cross.ts'
import type { Row } from '../types.ts'
import { claimDiagnoses } from './diagnoses.ts'
import { facilityByCode } from './papers.ts'
import { type ClaimContext, filled, get } from './plan.ts'
import { withoutVitalSigns } from './vital-signs.ts'

/** The part of an answer that a record can tell; whom it answers, only the slip knows. */
export type OutcomeFacts = Pick<
  OutcomeContent,
  'ended' | 'department' | 'diagnosisText' | 'diagnoses' | 'course' | 'results' | 'treatment' | 'outcome' | 'plan' | 'medicines' | 'doctor'
>

export interface ClaimOutcome {
  facts: OutcomeFacts
  /** Tables the facts were taken from. */
  tables: string[]
  /** Tables a stay of this kind ends with and that are not here yet: the facts are not the whole answer. */
  lacks: string[]
  /** KET_QUA_DTRI 5 or 8: FHIR time of the end of the stay, which is all a claim says of the hour. */
  died?: string
}

const DIED = ['5', '8']
/** Giấy ra viện is written when an inpatient leaves; a day or an observation may end with the summary alone. */
const INPATIENT = '03'

const distinct = (texts: string[]): string[] => [...new Set(texts.map((t) => t.trim()).filter(Boolean))]
const day = (claimTime: string): string => claimTime.slice(0, 8)
const shown = (date: string): string => `${date.slice(6, 8)}/${date.slice(4, 6)}/${date.slice(0, 4)}`
function course(ctx: ClaimContext, summary: Row | undefined): string {
  if (summary) return get(summary, 'QT_BENHLY')
  return distinct((ctx.record.tables.XML5 ?? []).map((row) => withoutVitalSigns(get(row, 'DIEN_BIEN_LS')))).join('\n')
}

function results(ctx: ClaimContext, summary: Row | undefined): string {
  if (summary) return get(summary, 'TOMTAT_KQ')
  const lines = (ctx.record.tables.XML4 ?? []).map((row) => {
    const measured = [get(row, 'TEN_CHI_SO'), get(row, 'GIA_TRI').replace('.', ','), get(row, 'DON_VI_DO')].filter(Boolean).join(' ')
    return get(row, 'KET_LUAN') || get(row, 'MO_TA') || measured
  })
  return distinct(lines).join('; ')
}

/** What is asked of who goes on: words for the way home, the appointment, the slip the patient goes on with. */
function plan(ctx: ClaimContext, rows: (Row | undefined)[]): string {
  const words = distinct(rows.map((row) => get(row, 'GHI_CHU')))
  const appointment = ctx.record.tables.XML14?.[0]
  const next = day(get(appointment, 'NGAY_HEN_KL'))
  const onward = ctx.record.tables.XML13?.[0]
  const to = onward && facilityByCode(get(onward, 'MA_CSKCB_DEN') || get(onward, 'MA_NOI_DEN') || get(ctx.one, 'MA_NOI_DEN'))
  return [
    ...words,
    ...(next ? [`Hẹn khám lại ngày ${shown(next)} (giấy hẹn số ${get(appointment, 'SO_GIAYHEN_KL')}).`] : []),
    ...(to ? [`Chuyển ${to.name} theo phiếu chuyển số ${get(onward, 'GIAY_CHUYEN_TUYEN')}.`] : []),
  ].join('\n')
}

function doctorOf(ctx: ClaimContext, leave: Row | undefined): OutcomeContent['doctor'] {
  if (leave) return { licence: get(leave, 'MA_BS'), name: filled(get(leave, 'TEN_BS')) }
  const licence = get(ctx.record.tables.XML14?.[0], 'MA_BAC_SI') || get(ctx.record.tables.XML5?.at(-1), 'NGUOI_THUC_HIEN')
  return { licence: licence || get(ctx.one, 'MA_TTDV') }
}

/** How the stay went, or undefined while the record does not say that it is over. */
export function claimOutcome(ctx: ClaimContext): ClaimOutcome | undefined {
  const ended = ctx.head === 'XML1' ? claimTimeToFhir(get(ctx.one, 'NGAY_RA')) : undefined
  if (!ended) return undefined
  const [leave, summary] = [ctx.record.tables.XML7?.[0], ctx.record.tables.XML8?.[0]]
  const kind = get(ctx.one, 'MA_LOAI_KCB')
  const stays = SUMMARY_KINDS.includes(kind) || leave !== undefined || summary !== undefined
  const outcome = get(summary, 'KET_QUA_DTRI') || get(ctx.one, 'KET_QUA_DTRI')
  const department = get(leave, 'MA_KHOA_RV') || (get(ctx.one, 'MA_KHOA').split(';').at(-1)?.trim() ?? '')
  const died = DIED.includes(outcome)
  const facts: OutcomeFacts = {
    ended,
    department: filled(departmentName(department) ?? department),
    diagnosisText: get(summary, 'CHAN_DOAN_RV') || get(leave, 'CHAN_DOAN_RV') || get(ctx.one, 'CHAN_DOAN_RV'),
    diagnoses: claimDiagnoses(ctx.one),
    course: course(ctx, summary),
    results: results(ctx, summary),
    treatment: get(summary, 'PP_DIEUTRI') || get(leave, 'PP_DIEUTRI') || get(ctx.one, 'PP_DIEU_TRI'),
    outcome,
    plan: plan(ctx, [leave, summary, ctx.one]),
    // What is listed here reads as "go on with this". XML2 bills medicines and marks none as taken home: nobody said so, we do not.
    medicines: [],
    doctor: doctorOf(ctx, leave),
  }
  const spoke = stays ? ['XML7', 'XML8', 'XML13', 'XML14'] : ['XML1', 'XML4', 'XML5', 'XML13', 'XML14']
  return {
    facts,
    tables: spoke.filter((table) => (ctx.record.tables[table]?.length ?? 0) > 0),
    lacks: [...(stays && !summary ? ['XML8'] : []), ...(kind === INPATIENT && !leave ? ['XML7'] : [])].sort(),
    ...(died ? { died: ended } : {}),
  }
}
