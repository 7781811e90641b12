/** What a referral still lacks before it may be signed (TT 01/2025/TT-BYT Art. 12, Annex VI). */

import { defineOutcome, type Finding, finding } from '@yba/fhir'
import type { ReferralContent } from '../documents/content.ts'
import { isFacilityCode } from '../identifiers/facility.ts'
import { abbreviationsIn } from './abbreviations.ts'

const base = { http: 422, issue: 'business-rule' } as const

export const referralItemMissing = defineOutcome({
  ...base,
  code: 'referral-item-missing',
  severity: 'error',
  issue: 'required',
  vi: 'Phiếu chuyển thiếu mục "{label}".',
  en: 'The referral slip lacks the item "{labelEn}".',
  cure: { vi: 'Bổ sung mục này trước khi ký.', en: 'Fill it in before signing.' },
})
export const referralItemExpected = defineOutcome({
  ...base,
  code: 'referral-item-expected',
  severity: 'warning',
  issue: 'required',
  vi: 'Phiếu chuyển chưa có mục "{label}".',
  en: 'The referral slip has no "{labelEn}" yet.',
  cure: { vi: 'Bổ sung nếu có thông tin.', en: 'Fill it in if it is known.' },
})
export const referralAbbreviation = defineOutcome({
  ...base,
  code: 'referral-abbreviation',
  severity: 'warning',
  issue: 'value',
  vi: 'Mục "{label}" có chữ viết tắt "{short}" (có thể là "{long}"); phiếu không được viết tắt (TT 32/2023 Điều 52).',
  en: 'Item "{labelEn}" holds the abbreviation "{short}" (perhaps "{long}"); slips carry none (Circular 32/2023 Art. 52).',
  cure: { vi: 'Viết đầy đủ.', en: 'Write it out.' },
})
export const referralToSelf = defineOutcome({
  ...base,
  code: 'referral-to-self',
  severity: 'error',
  vi: 'Nơi chuyển đến trùng với cơ sở gửi ({code}).',
  en: 'The receiver is the sending facility itself ({code}).',
  cure: { vi: 'Chọn cơ sở nhận khác.', en: 'Choose another receiver.' },
})
export const referralReceiverCode = defineOutcome({
  ...base,
  code: 'referral-receiver-code',
  severity: 'error',
  issue: 'code-invalid',
  vi: 'Mã cơ sở nhận "{code}" không đúng dạng.',
  en: 'The receiver code "{code}" has the wrong form.',
  cure: { vi: 'Chọn cơ sở nhận trong danh bạ.', en: 'Choose the receiver from the directory.' },
})
export const referralDeparture = defineOutcome({
  ...base,
  code: 'referral-departure-before-admission',
  severity: 'error',
  vi: 'Thời điểm chuyển ({departure}) trước thời điểm vào viện ({admitted}).',
  en: 'The departure ({departure}) is before the admission ({admitted}).',
  cure: { vi: 'Sửa thời điểm chuyển.', en: 'Correct the time of departure.' },
})
export const referralDischargeDate = defineOutcome({
  ...base,
  code: 'referral-departure-not-discharge',
  severity: 'warning',
  vi: 'Ngày chuyển ({departure}) khác ngày kết thúc đợt điều trị ({ended}).',
  en: 'The day of departure ({departure}) is not the day the stay ended ({ended}).',
  cure: { vi: 'Kiểm tra lại ngày chuyển.', en: 'Check the day of departure.' },
})
export const referralDepartureAhead = defineOutcome({
  ...base,
  code: 'referral-departure-ahead',
  severity: 'warning',
  vi: 'Thời điểm chuyển ({departure}) còn hơn một ngày nữa mới tới.',
  en: 'The departure ({departure}) is more than a day ahead.',
  cure: {
    vi: 'Kiểm tra trước khi ký. Lấy từ tệp của HIS: kiểm tra NGAY_RA và giờ máy của HIS.',
    en: 'Check it before signing. If it came from a file of the HIS, check NGAY_RA and the clock of the HIS.',
  },
})

interface Item {
  path: string
  label: string
  labelEn: string
  filled: (c: ReferralContent) => boolean
  soft?: boolean
}

const ITEMS: Item[] = [
  { path: 'numbers.slip', label: 'Số giấy chuyển', labelEn: 'slip number', filled: (c) => c.numbers.slip !== '' },
  { path: 'to', label: 'Nơi chuyển đến', labelEn: 'receiver', filled: (c) => c.to.code !== '' },
  { path: 'patient.name', label: 'Họ và tên', labelEn: 'name', filled: (c) => c.patient.name !== '' },
  { path: 'patient.birthDate', label: 'Năm sinh', labelEn: 'year of birth', filled: (c) => c.patient.birthDate !== '' },
  { path: 'patient.address', label: 'Địa chỉ', labelEn: 'address', filled: (c) => c.patient.address !== '', soft: true },
  { path: 'patient.ethnicity', label: 'Dân tộc', labelEn: 'ethnic group', filled: (c) => c.patient.ethnicity !== undefined, soft: true },
  { path: 'encounter.admitted', label: 'Thời điểm vào viện', labelEn: 'admission', filled: (c) => c.encounter.admitted !== '' },
  { path: 'signs', label: 'Dấu hiệu lâm sàng', labelEn: 'clinical signs', filled: (c) => c.signs !== '' || c.results !== '' },
  { path: 'history', label: 'Quá trình bệnh lý', labelEn: 'history and course', filled: (c) => c.history !== '', soft: true },
  { path: 'results', label: 'Kết quả cận lâm sàng', labelEn: 'results', filled: (c) => c.results !== '', soft: true },
  { path: 'diagnosisText', label: 'Chẩn đoán', labelEn: 'diagnosis', filled: (c) => c.diagnosisText !== '' },
  { path: 'diagnoses', label: 'Mã ICD-10', labelEn: 'ICD-10 code', filled: (c) => c.diagnoses.some((d) => d.code !== '') },
  {
    path: 'treatment',
    label: 'Phương pháp, thủ thuật, kỹ thuật, thuốc đã sử dụng',
    labelEn: 'methods and medicines used',
    filled: (c) => c.treatment.method !== '' || (c.treatment.medicines ?? '') !== '',
    soft: true,
  },
  {
    path: 'condition',
    label: 'Tình trạng lúc chuyển',
    labelEn: 'condition at transfer',
    // XML13 of QĐ 4750 has no column for it: a slip of the HIS is complete without.
    filled: (c) => (c.condition ?? '') !== '' || c.numbers.source === 'his',
    soft: true,
  },
  { path: 'direction', label: 'Hướng điều trị', labelEn: 'direction of treatment', filled: (c) => c.direction !== '' },
  { path: 'departure', label: 'Thời điểm chuyển', labelEn: 'departure', filled: (c) => c.departure !== '' },
  {
    path: 'transport',
    label: 'Phương tiện vận chuyển',
    labelEn: 'means of transport',
    filled: (c) => (c.transport ?? '') !== '',
    soft: true,
  },
]

const TEXTS: [path: string, label: string, labelEn: string, get: (c: ReferralContent) => string][] = [
  ['signs', 'Dấu hiệu lâm sàng', 'clinical signs', (c) => c.signs],
  ['history', 'Quá trình bệnh lý', 'history and course', (c) => c.history],
  ['results', 'Kết quả cận lâm sàng', 'results', (c) => c.results],
  ['diagnosisText', 'Chẩn đoán', 'diagnosis', (c) => c.diagnosisText],
  ['treatment.method', 'Phương pháp điều trị', 'treatment', (c) => c.treatment.method],
  ['condition', 'Tình trạng lúc chuyển', 'condition at transfer', (c) => c.condition ?? ''],
  ['direction', 'Hướng điều trị', 'direction of treatment', (c) => c.direction],
]

function times(c: ReferralContent): Finding[] {
  const { departure } = c
  const { admitted, ended } = c.encounter
  // All in +07:00: texts compare as far as the shorter one goes.
  const size = Math.min(departure.length, admitted.length)
  if (size >= 10 && departure.slice(0, size) < admitted.slice(0, size))
    return [finding(referralDeparture, { departure, admitted }, 'departure')]
  if (ended && departure.length >= 10 && ended.slice(0, 10) !== departure.slice(0, 10)) {
    return [finding(referralDischargeDate, { departure: departure.slice(0, 10), ended: ended.slice(0, 10) }, 'departure')]
  }
  return []
}

/**
 * Findings of a draft; `error` = may not be signed yet. Paths are members of ReferralContent, so that a screen can
 * put the cursor there.
 */
export function referralGaps(content: ReferralContent): Finding[] {
  const found = ITEMS.filter((item) => !item.filled(content)).map((item) =>
    finding(item.soft ? referralItemExpected : referralItemMissing, { label: item.label, labelEn: item.labelEn }, item.path),
  )
  const { code } = content.to
  if (code !== '' && code === content.from.code) found.push(finding(referralToSelf, { code }, 'to'))
  else if (code !== '' && !isFacilityCode(code)) found.push(finding(referralReceiverCode, { code: code.slice(0, 10) }, 'to'))
  found.push(...times(content))
  for (const [path, label, labelEn, get] of TEXTS) {
    for (const { short, long } of abbreviationsIn(get(content))) {
      found.push(finding(referralAbbreviation, { label, labelEn, short, long }, path))
    }
  }
  return found
}

/** A departure after `latest`, which is a moment as departures are written (+07:00). */
export function departureAhead({ departure }: ReferralContent, latest: string): Finding[] {
  return departure > latest.slice(0, departure.length) ? [finding(referralDepartureAhead, { departure }, 'departure')] : []
}
