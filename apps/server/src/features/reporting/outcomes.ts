/** What can be wrong with the figures of the health department. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, http: number, issue: string, vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http, severity: 'error', issue, vi, en, cure })

export const COUNTS_UNREADABLE = define(
  'daily-counts-unreadable',
  400,
  'invalid',
  'Số liệu theo ngày gửi lên không đọc được: {what}.',
  'The daily figures cannot be read: {what}.',
  { vi: 'Nâng phần mềm của cơ sở lên bản mới; không có gì được ghi.', en: "Update the facility's software; nothing was recorded." },
)
export const PERIOD_UNREADABLE = define(
  'period-unreadable',
  400,
  'value',
  'Không đọc được kỳ từ "{from}" đến "{until}".',
  'The period from "{from}" to "{until}" cannot be read.',
  {
    vi: 'Ngày viết NNNN-TT-NN, ngày đầu không sau ngày cuối, không quá 400 ngày.',
    en: 'Days are yyyy-mm-dd, the first not after the last, at most 400 of them.',
  },
)
export const SNAPSHOT_UNKNOWN = define('snapshot-unknown', 404, 'not-found', 'Không có bản chốt này.', 'There is no such snapshot.', {
  vi: 'Chọn bản chốt trong danh sách.',
  en: 'Choose a snapshot of the list.',
})
export const PERIOD_NOT_OVER = define(
  'period-not-over',
  409,
  'business-rule',
  'Kỳ này chưa hết ({until}); chưa chốt được.',
  'This period is not over yet ({until}); it cannot be frozen.',
  { vi: 'Chốt sau ngày cuối của kỳ.', en: 'Freeze it after its last day.' },
)
export const FREEZE_REASON = define(
  'freeze-reason-missing',
  422,
  'required',
  'Bản chốt bổ sung cần lý do.',
  'A further edition needs a reason.',
  { vi: 'Ghi vì sao số liệu khác bản chốt trước.', en: 'Write why the figures are not those of the edition before.' },
)
