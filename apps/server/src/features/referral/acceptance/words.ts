/** What the policy said, in the words that stand in the story of a slip at both facilities. */
import { departmentName } from '@yba/vietnam'
import type { AcceptanceSaid, Decision } from './contract.ts'

const DECISION: Record<Decision, string> = { auto: 'tự tiếp nhận', desk: 'bộ phận chuyển tuyến xem', doctor: 'bác sĩ khoa xem' }

/** `Bảng tiếp nhận bản 3, dòng 2 (Khoa Nội tim mạch, thường, ngoại trú): tự tiếp nhận` */
export function reasonText(said: AcceptanceSaid): string {
  const { case: slip, version, row, wanted } = said
  const department = slip.department ? (departmentName(slip.department) ?? slip.department) : 'chưa rõ khoa'
  const urgency = slip.urgency === 'stat' ? 'cấp cứu' : 'thường'
  const setting = slip.setting === 'inpatient' ? 'nội trú' : 'ngoại trú'
  const line = row ? `dòng ${row}` : 'không có dòng nào khớp'
  const what = slip.urgency === 'stat' && wanted !== 'auto' ? `cấp cứu tiếp nhận ngay, ${DECISION[wanted]}` : DECISION[wanted]
  return `Bảng tiếp nhận ${version === 0 ? 'mặc định' : `bản ${version}`}, ${line} (${department}, ${urgency}, ${setting}): ${what}`
}
