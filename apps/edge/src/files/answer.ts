/**
 * The answer file: for the HIS that reads it by program and for who opens it. Keys are Vietnamese without marks, as the
 * insurer's own receipts have them; no name of a patient is in it.
 */
import type { Taken } from './tables.ts'

export interface Finding {
  severity: string
  code: string
  path?: string
  vi: string
  en?: string | undefined
  cure: { vi: string; en?: string | undefined }
}

export interface JudgedRecord {
  maLk: string
  /** created, updated, unchanged, refused; empty: a HOSO without content. */
  result: string
  referral?: { number: string }
  findings: Finding[]
}

/** What the site said of a file. */
export interface Verdict {
  /** Nothing of it was read. */
  refused: boolean
  counts: { created: number; updated: number; unchanged: number; refused: number }
  /** Of the file as a whole. */
  findings: Finding[]
  records: Iterable<JudgedRecord> | AsyncIterable<JudgedRecord>
}

const RESULT: Record<string, string> = { created: 'nhan-moi', updated: 'cap-nhat', unchanged: 'khong-doi', refused: 'tra-lai' }
const LEVEL: Record<string, string> = { fatal: 'loi', error: 'loi', warning: 'canh-bao', information: 'thong-tin' }
/** A fault of the site, not of the record: it is no refusal, and sending it again may do. */
const SITE_FAULT = 'claim-record-trouble'

const said = (f: Finding) => ({
  muc: LEVEL[f.severity] ?? f.severity,
  ma: f.code,
  viTri: f.path ?? '',
  noiDung: f.vi,
  cachSua: f.cure.vi,
  ...(f.en ? { en: f.en } : {}),
  ...(f.cure.en ? { enCachSua: f.cure.en } : {}),
})

const recordText = (r: JudgedRecord) => ({
  maLk: r.maLk,
  ketQua: r.findings.some((f) => f.code === SITE_FAULT) ? 'loi-he-thong' : (RESULT[r.result] ?? r.result),
  ...(r.referral ? { soGiayChuyen: r.referral.number } : {}),
  loi: r.findings.map(said),
})

/**
 * The answer as text, in pieces: a month in one file is ten thousand records.
 * @param times how often these bytes have come, this time included
 */
export async function* answerText(taken: Taken, verdict: Verdict, times: number, now: Date): AsyncGenerator<string> {
  const { counts, refused: unread } = verdict
  const records = counts.created + counts.updated + counts.unchanged + counts.refused
  // An error of the whole file beside records: it was left at some record, and the rest of it was not read.
  const cut = !unread && verdict.findings.some((f) => LEVEL[f.severity] === 'loi')
  const nothing = unread || (records > 0 ? counts.refused === records : cut)
  const result = nothing ? 'tra-lai' : counts.refused > 0 || cut ? 'nhan-mot-phan' : 'nhan'
  const head = {
    tep: taken.name,
    sha256: taken.sha256,
    nhanLuc: taken.takenAt,
    traLoiLuc: now.toISOString(),
    lanGui: times,
    ketQua: result,
    tomTat: `${summary(verdict, records)}${cut && records > 0 ? ' Phần còn lại của tệp chưa đọc; xem mục loi.' : ''}`,
  }
  yield `${JSON.stringify(head, null, 1).slice(0, -2)},\n "hoSo": [`
  const whole = [...verdict.findings]
  let first = true
  for await (const record of verdict.records) {
    if (record.result === 'empty') {
      whole.push(...record.findings)
      continue
    }
    yield `${first ? '' : ','}\n  ${JSON.stringify(recordText(record))}`
    first = false
  }
  yield `${first ? '' : '\n '}]${whole.length ? `,\n "loi": ${JSON.stringify(whole.map(said), null, 1).replaceAll('\n', '\n ')}` : ''}\n}\n`
}

function summary({ refused, counts }: Verdict, records: number): string {
  if (refused) return 'Tệp không đọc được; không ghi gì. Xem mục loi.'
  if (records === 0) return 'Tệp không có hồ sơ nào; không ghi gì.'
  const parts = [
    [counts.created, 'nhận mới'],
    [counts.updated, 'cập nhật'],
    [counts.unchanged, 'không đổi'],
    [counts.refused, 'trả lại'],
  ] as const
  return `${records} hồ sơ: ${parts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(', ')}.`
}
