/**
 * Abbreviations met in Vietnamese records. A paper given to the patient has none (TT 32/2023/TT-BYT Art. 52); the
 * expansion is a proposal the doctor accepts, never put in by itself: some stand for more than one thing.
 */
export const ABBREVIATIONS: Readonly<Record<string, string>> = {
  BN: 'người bệnh',
  NB: 'người bệnh',
  BS: 'bác sĩ',
  ĐD: 'điều dưỡng',
  BV: 'bệnh viện',
  BC: 'bạch cầu',
  HC: 'hồng cầu',
  TC: 'tiểu cầu',
  XQ: 'X-quang',
  SA: 'siêu âm',
  CLVT: 'chụp cắt lớp vi tính',
  CHT: 'chụp cộng hưởng từ',
  ĐTĐ: 'đái tháo đường',
  THA: 'tăng huyết áp',
  HA: 'huyết áp',
  SHH: 'suy hô hấp',
  SHHC: 'suy hô hấp cấp',
  VP: 'viêm phổi',
  VPQ: 'viêm phế quản',
  NMCT: 'nhồi máu cơ tim',
  NMN: 'nhồi máu não',
  TBMMN: 'tai biến mạch máu não',
  XHTH: 'xuất huyết tiêu hóa',
  XHN: 'xuất huyết não',
  NKH: 'nhiễm khuẩn huyết',
  STM: 'suy thận mạn',
  RLCH: 'rối loạn chuyển hóa',
  RRPN: 'rì rào phế nang',
  KS: 'kháng sinh',
  NKQ: 'nội khí quản',
  TM: 'tĩnh mạch',
  TDD: 'tiêm dưới da',
  HSCC: 'hồi sức cấp cứu',
  HSTC: 'hồi sức tích cực',
  CLS: 'cận lâm sàng',
  CĐ: 'chẩn đoán',
  ĐT: 'điều trị',
  TD: 'theo dõi',
  PT: 'phẫu thuật',
  TT: 'thủ thuật',
}

const PATTERN = new RegExp(
  `(?<![\\p{L}\\p{N}])(${Object.keys(ABBREVIATIONS)
    .sort((a, b) => b.length - a.length)
    .join('|')})(?![\\p{L}\\p{N}])`,
  'gu',
)

/** Before a value, PT is the prothrombin time of a laboratory, no operation. */
const isMeasured = (short: string, after: string): boolean => short === 'PT' && /^\s*(?:%|[:=]?\s*\d)/.test(after)

/** Abbreviations in a text, each once, with the proposed words. */
export function abbreviationsIn(text: string): { short: string; long: string }[] {
  const whole = text.normalize('NFC')
  const found = new Set(
    [...whole.matchAll(PATTERN)].filter((m) => !isMeasured(m[1] ?? '', whole.slice(m.index + m[0].length))).map((m) => m[1] ?? ''),
  )
  return [...found].map((short) => ({ short, long: ABBREVIATIONS[short] ?? '' }))
}
