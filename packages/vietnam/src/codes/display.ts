/** Names for codes on screens and papers. Unknown codes give undefined: the caller shows the code, never a guess. */

import { PROGRAMME_LISTS } from './programmes.ts'
import * as tables from './tables.ts'
import { DEPARTMENT, ETHNIC_GROUP } from './tables.ts'

const LISTS: Readonly<Record<string, tables.CodeTable>> = {
  GIOI_TINH: tables.SEX,
  MA_LOAI_RV: tables.DISCHARGE_KIND,
  KET_QUA_DTRI: tables.TREATMENT_RESULT,
  MA_LYDO_CT: tables.REFERRAL_REASON,
  MA_LOAI_KCB: tables.ENCOUNTER_KIND,
  MA_DOITUONG_KCB: tables.ENTITLEMENT,
  MA_NHOM: tables.COST_GROUP,
  FLAG01: tables.YES_NO,
  ...PROGRAMME_LISTS,
}

/** Name of a code in one of the lists above (list = its name in the claim tables). */
export function codeName(list: string, code: string, lang: 'vi' | 'en' = 'vi'): string | undefined {
  return LISTS[list]?.[code]?.[lang]
}

/** Department names for one MA_KHOA value; joint (`K0319`), sub-unit (`K16.1`, `K02.D35`) codes use the first three characters. */
export const departmentName = (code: string): string | undefined => DEPARTMENT[code] ?? DEPARTMENT[code.slice(0, 3)]

/** Every department of the list, by its code. */
export const departments = (): { code: string; name: string }[] => Object.entries(DEPARTMENT).map(([code, name]) => ({ code, name }))

export const ethnicName = (code: string): string | undefined => ETHNIC_GROUP[code]

/** Nationality: 000 is Việt Nam in practice (TT 07/2016/TT-BCA); the other codes are a catalogue we do not hold. */
export const nationalityName = (code: string): string | undefined => (code === '000' ? 'Việt Nam' : undefined)

/** First level of the occupation list (QĐ 34/2020/QĐ-TTg) by its first digit; the finer levels are an imported catalogue. */
const OCCUPATION_GROUP: Readonly<Record<string, string>> = {
  0: 'Lực lượng vũ trang',
  1: 'Nhà lãnh đạo, quản lý',
  2: 'Nhà chuyên môn bậc cao',
  3: 'Nhà chuyên môn bậc trung',
  4: 'Nhân viên trợ lý văn phòng',
  5: 'Nhân viên dịch vụ và bán hàng',
  6: 'Lao động có kỹ năng trong nông nghiệp, lâm nghiệp và thủy sản',
  7: 'Lao động thủ công và nghề có liên quan',
  8: 'Thợ lắp ráp và vận hành máy móc, thiết bị',
  9: 'Lao động giản đơn',
}

/** Occupation as a paper prints it: 00000 is none, any other code gives the name of its group. */
export function occupationName(code: string): string | undefined {
  if (/^0+$/.test(code)) return 'Không có nghề nghiệp'
  return /^\d{2,5}$/.test(code) ? OCCUPATION_GROUP[code[0] ?? ''] : undefined
}

/** Facilities of the demonstration province. The real codes of the first two are not published; these are placeholders. */
export const DEMO_FACILITIES: Readonly<Record<string, string>> = {
  24997: 'Bệnh viện Đa khoa tỉnh Bắc Giang',
  24998: 'Trung tâm Y tế Lục Nam',
  '01929': 'Bệnh viện Bạch Mai',
}

export const facilityName = (code: string): string | undefined => DEMO_FACILITIES[code]
