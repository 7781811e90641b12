/**
 * What the BHXH portal answers when a claim file is handed in (BHXH web service, `/api/qd130/guiHoSoXml…`): JSON with
 * maKetQua, maGiaoDich, thoiGianTiepNhan, thongDiep. A HIS keeps it as it came, alone or several in a list, and may add
 * which record (maLk) or slip it is about and what the portal found wrong.
 */
import { defineOutcome, type Finding, finding, refuse } from '@yba/fhir'
import { claimTimeToFhir } from '../../dates/claim-date.ts'

export interface PortalError {
  code?: string
  text: string
  table?: string
  field?: string
}

export interface PortalReceipt {
  /** maGiaoDich */
  transaction?: string
  /** maKetQua as the portal wrote it. */
  code: string
  accepted: boolean
  /** thoiGianTiepNhan, ISO with zone. */
  receivedAt?: string
  message?: string
  errors: PortalError[]
  /** What it says it is about. */
  maLk?: string
  slip?: string
  facility?: string
  /** What is odd about it, though it was read. */
  findings: Finding[]
}

export const RECEIPT_UNREADABLE = defineOutcome({
  code: 'receipt-unreadable',
  http: 422,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Tệp JSON này không đọc được: {detail}.',
  en: 'This JSON file cannot be read: {detail}.',
  cure: {
    vi: 'Lưu lại trả lời của Cổng từ HIS, nguyên như Cổng gửi.',
    en: 'Save the answer of the portal from the HIS again, as it came.',
  },
})

export const RECEIPT_UNKNOWN = defineOutcome({
  code: 'receipt-unknown',
  http: 422,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Tệp JSON này không phải biên nhận của Cổng BHXH: thiếu {field}.',
  en: 'This JSON file is no receipt of the BHXH portal: {field} is missing.',
  cure: {
    vi: 'Chọn tệp XML của hồ sơ, hoặc tệp trả lời của Cổng có maKetQua, maGiaoDich, thoiGianTiepNhan.',
    en: 'Choose the XML of the record, or the answer of the portal with maKetQua, maGiaoDich, thoiGianTiepNhan.',
  },
})

export const RECEIPT_TIME = defineOutcome({
  code: 'receipt-time',
  http: 422,
  severity: 'warning',
  issue: 'value',
  vi: 'Không đọc được giờ tiếp nhận của Cổng: {value}.',
  en: "The portal's time of receipt cannot be read: {value}.",
  cure: { vi: 'Đối chiếu giờ trên Cổng; mốc VNeID không tính được.', en: 'Look it up on the portal; VNeID cannot be expected by an hour.' },
})

export const RECEIPT_NO_TRANSACTION = defineOutcome({
  code: 'receipt-no-transaction',
  http: 422,
  severity: 'warning',
  issue: 'required',
  vi: 'Cổng báo đã nhận nhưng không có mã giao dịch.',
  en: 'The portal says that it took the file, without a transaction number.',
  cure: { vi: 'Đối chiếu trên Cổng trước khi coi là đã gửi.', en: 'Look it up on the portal before it counts as handed in.' },
})

const MOST = 10_000
const MOST_ERRORS = 200
const LONGEST = 1_000

type Loose = Record<string, unknown>

/** Claim files are XML whatever carries them; what begins as JSON is something else. */
export function looksLikeJson(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const first = bytes.subarray(start, start + 1024).find((byte) => ![0x20, 0x09, 0x0a, 0x0d].includes(byte))
  return first === 0x7b || first === 0x5b
}

/** The receipts of a file. Throws `receipt-unreadable`, `receipt-unknown`. */
export function readReceipts(bytes: Uint8Array): PortalReceipt[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw refuse(RECEIPT_UNREADABLE, { detail: 'JSON, UTF-8' })
  }
  const list = Array.isArray(parsed) ? parsed : [parsed]
  if (list.length > MOST) throw refuse(RECEIPT_UNREADABLE, { detail: `> ${MOST}` })
  if (list.length === 0) throw refuse(RECEIPT_UNKNOWN, { field: 'maKetQua' })
  return list.map((one) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) throw refuse(RECEIPT_UNKNOWN, { field: 'maKetQua' })
    return receiptOf(lowered(one as Loose))
  })
}

/** Names as people and programs write them: maLk, MA_LK, maLK. */
const lowered = (given: Loose): Loose =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase().replaceAll('_', ''), value]))

function textOf(given: Loose, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = given[name]
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.normalize('NFC').trim() : ''
    if (text !== '') return text.slice(0, LONGEST)
  }
  return undefined
}

function receiptOf(given: Loose): PortalReceipt {
  const code = textOf(given, 'maketqua')
  if (code === undefined) throw refuse(RECEIPT_UNKNOWN, { field: 'maKetQua' })
  const findings: Finding[] = []
  const accepted = code === '200'
  const transaction = textOf(given, 'magiaodich')
  if (accepted && !transaction) findings.push(finding(RECEIPT_NO_TRANSACTION))
  const time = textOf(given, 'thoigiantiepnhan')
  const receivedAt = time === undefined ? undefined : portalTime(time)
  if (time !== undefined && receivedAt === undefined) findings.push(finding(RECEIPT_TIME, { value: time.slice(0, 40) }))
  const message = textOf(given, 'thongdiep', 'mota', 'message')
  const about = {
    maLk: textOf(given, 'malk', 'malienket'),
    slip: textOf(given, 'giaychuyentuyen', 'sophieu'),
    facility: textOf(given, 'macskcb'),
  }
  return {
    ...(transaction ? { transaction } : {}),
    code,
    accepted,
    ...(receivedAt ? { receivedAt } : {}),
    ...(message ? { message } : {}),
    errors: errorsOf(given),
    ...(about.maLk ? { maLk: about.maLk } : {}),
    ...(about.slip ? { slip: about.slip } : {}),
    ...(about.facility ? { facility: about.facility } : {}),
    findings,
  }
}

function errorsOf(given: Loose): PortalError[] {
  const list = ['dsloi', 'danhsachloi', 'loi', 'errors'].map((name) => given[name]).find(Array.isArray) ?? []
  return list.slice(0, MOST_ERRORS).flatMap((one: unknown): PortalError[] => {
    if (typeof one === 'string' && one.trim()) return [{ text: one.trim().slice(0, LONGEST) }]
    if (typeof one !== 'object' || one === null) return []
    const row = lowered(one as Loose)
    const [code, text] = [textOf(row, 'maloi', 'code'), textOf(row, 'motaloi', 'mota', 'noidung', 'tenloi', 'message')]
    const [table, field] = [textOf(row, 'tenbang', 'bang', 'xml', 'loaihoso'), textOf(row, 'tentruong', 'truong', 'field')]
    if (!code && !text) return []
    return [{ ...(code ? { code } : {}), text: text ?? code ?? '', ...(table ? { table } : {}), ...(field ? { field } : {}) }]
  })
}

/** `202611241030`, with seconds, `24/11/2026 10:30[:15]`, or ISO; Vietnam's time where none is named. */
function portalTime(text: string): string | undefined {
  const [, day, month, year, clock] = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}:\d{2})(?::\d{2})?$/.exec(text) ?? []
  const digits = day ? `${year}${month}${day}${clock?.replace(':', '')}` : text.replace(/^(\d{12})\d{2}$/, '$1')
  if (/^\d{12}$/.test(digits)) return claimTimeToFhir(digits)
  const iso = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(text)
  const at = iso ? Date.parse(`${iso[1]}${iso[2] ?? '+07:00'}`) : Number.NaN
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}
