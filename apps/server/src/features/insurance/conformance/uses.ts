/** What Y Bạ can do with a record, and what the record lacks for it. Pure; judged by the code that takes records in. */
import { type Bilingual, findingText } from '@yba/fhir'
import {
  type ClaimPlan,
  type ClaimRecord,
  isCccd,
  type OutcomeContent,
  type OutcomeFacts,
  type ReferralContent,
  referralGaps,
} from '@yba/vietnam'
import { paperGaps } from '../../referral/index.ts'

export const USES = ['chart', 'check-in', 'arrival', 'referral', 'outcome', 'death'] as const
export type Use = (typeof USES)[number]

export interface Judged {
  use: Use
  /** Empty: the record is enough. */
  lacks: Bilingual[]
}

const lack = (vi: string, en: string): Bilingual => ({ vi, en })

const REFUSED = lack('hồ sơ bị trả lại vì có lỗi', 'the record is refused for its errors')
const NO_ARRIVAL = lack('NGAY_VAO không đọc được', 'NGAY_VAO cannot be read')
const NO_TIE = lack(
  'không có cặp MA_NOI_DI + GIAY_CHUYEN_TUYEN, SO_CCCD cũng không phải số định danh 12 chữ số',
  'no pair MA_NOI_DI + GIAY_CHUYEN_TUYEN, and SO_CCCD is no citizen number of 12 digits',
)
const NO_PAPER = lack('XML13 không đọc thành phiếu chuyển', 'XML13 gives no slip')
const OUTCOME_COLUMNS: Record<string, Bilingual> = {
  diagnosisText: lack('chẩn đoán ra viện (CHAN_DOAN_RV)', 'diagnosis at discharge (CHAN_DOAN_RV)'),
  treatment: lack('phương pháp điều trị (PP_DIEUTRI)', 'treatment (PP_DIEUTRI)'),
  outcome: lack('kết quả điều trị (KET_QUA_DTRI)', 'result of treatment (KET_QUA_DTRI)'),
}

const rows = (record: ClaimRecord, table: string) => record.tables[table] ?? []

/** A slip's number with its issuer, else the citizen's number; never a name (ADR 0026). */
function arrivalLacks(record: ClaimRecord): Bilingual[] {
  const row = rows(record, 'XML1')[0] ?? rows(record, 'XML0')[0]
  const get = (column: string): string => (row?.[column] ?? '').trim()
  const tied = (get('MA_NOI_DI') !== '' && get('GIAY_CHUYEN_TUYEN') !== '') || isCccd(get('SO_CCCD'))
  return [...(get('NGAY_VAO') === '' ? [NO_ARRIVAL] : []), ...(tied ? [] : [NO_TIE])]
}

function referralLacks(plan: ClaimPlan): Bilingual[] {
  const paper = plan.papers.find((p): p is ReferralContent => p.kind === 'referral')
  if (!paper) return [NO_PAPER]
  return referralGaps(paper)
    .filter((gap) => gap.definition.severity === 'error')
    .map((gap) => {
      const { vi, en } = findingText(gap)
      return { vi, en }
    })
}

function outcomeLacks(facts: OutcomeFacts, tables: readonly string[]): Bilingual[] {
  const items = paperGaps({ kind: 'outcome', ...facts } as OutcomeContent).map((gap) => gap.path ?? '')
  return [...tables.map((table) => lack(table, table)), ...items.map((path) => OUTCOME_COLUMNS[path] ?? lack(path, path))]
}

/**
 * The uses a record is there for, each with what it lacks. A refused record is enough for none of them.
 * @param plan undefined when the record is refused
 */
export function judgeUses(record: ClaimRecord, plan: ClaimPlan | undefined): Judged[] {
  const isRecord = rows(record, 'XML1').length > 0
  const ended = isRecord && (rows(record, 'XML1')[0]?.NGAY_RA ?? '') !== ''
  const asked: [Use, boolean, () => Bilingual[]][] = [
    ['chart', isRecord, () => []],
    ['check-in', rows(record, 'XML0').length > 0, () => []],
    ['arrival', true, () => arrivalLacks(record)],
    ['referral', rows(record, 'XML13').length > 0, () => (plan ? referralLacks(plan) : [])],
    ['outcome', ended, () => (plan?.outcome ? outcomeLacks(plan.outcome.facts, plan.outcome.lacks) : [])],
    ['death', plan?.outcome?.died !== undefined, () => []],
  ]
  return asked.filter(([, meant]) => meant).map(([use, , lacks]) => ({ use, lacks: plan ? lacks() : [REFUSED] }))
}
