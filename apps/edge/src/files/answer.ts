/**
 * The answer file: for the HIS that reads it by program and for who opens it. Keys are Vietnamese without marks, as the
 * insurer's own receipts have them; no name of a patient is in it.
 */
import type { Taken } from './tables.ts'

/** What the site said: an `ImportAnswer`, or an OperationOutcome when the file as a whole was refused. */
export interface AnswerText {
  status: number
  json: Record<string, unknown>
}

interface Finding {
  severity: string
  code: string
  path?: string
  vi: string
  en: string
  cure: { vi: string; en: string }
}

interface Answered {
  records?: { maLk: string; result: string; referral?: { number: string }; findings: Finding[] }[]
  findings?: Finding[]
  issue?: { severity: string; details?: { text?: string; coding?: { code?: string }[] }; diagnostics?: string; expression?: string[] }[]
}

const RESULT: Record<string, string> = { created: 'nhan-moi', updated: 'cap-nhat', unchanged: 'khong-doi', refused: 'tra-lai' }
const LEVEL: Record<string, string> = { fatal: 'loi', error: 'loi', warning: 'canh-bao', information: 'thong-tin' }

const said = (f: Finding) => ({
  muc: LEVEL[f.severity] ?? f.severity,
  ma: f.code,
  viTri: f.path ?? '',
  noiDung: f.vi,
  cachSua: f.cure.vi,
  en: f.en,
})

/** @param times how often these bytes have come, this time included */
export function answerFile(taken: Taken, answer: AnswerText, times: number, now: Date): string {
  const { records = [], findings = [], issue = [] } = answer.json as Answered
  const whole = [
    ...findings.map(said),
    ...issue.map((i) => ({
      muc: LEVEL[i.severity] ?? i.severity,
      ma: i.details?.coding?.[0]?.code ?? '',
      viTri: i.expression?.[0] ?? '',
      noiDung: i.details?.text ?? '',
      cachSua: i.diagnostics ?? '',
    })),
  ]
  const refused = records.filter((r) => r.result === 'refused').length
  // An error of the whole file beside records: it was left at some record, and the rest of it was not read.
  const cut = whole.some((w) => w.muc === 'loi')
  const unread = records.length === 0 && (answer.status !== 200 || cut)
  const good = answer.status === 200 && !unread
  const result = !good ? 'tra-lai' : refused > 0 || cut ? 'nhan-mot-phan' : 'nhan'
  return `${JSON.stringify(
    {
      tep: taken.name,
      sha256: taken.sha256,
      nhanLuc: taken.takenAt,
      traLoiLuc: now.toISOString(),
      lanGui: times,
      ketQua: result,
      tomTat: `${summary(records, refused, unread)}${cut && !unread ? ' Phần còn lại của tệp chưa đọc; xem mục loi.' : ''}`,
      hoSo: records.map((r) => ({
        maLk: r.maLk,
        ketQua: RESULT[r.result] ?? r.result,
        ...(r.referral ? { soGiayChuyen: r.referral.number } : {}),
        loi: r.findings.map(said),
      })),
      ...(whole.length ? { loi: whole } : {}),
    },
    null,
    1,
  )}\n`
}

function summary(records: NonNullable<Answered['records']>, refused: number, unread: boolean): string {
  if (unread) return 'Tệp không đọc được; không ghi gì. Xem mục loi.'
  if (records.length === 0) return 'Tệp không có hồ sơ nào; không ghi gì.'
  const count = (result: string) => records.filter((r) => r.result === result).length
  const parts = [
    [count('created'), 'nhận mới'],
    [count('updated'), 'cập nhật'],
    [count('unchanged'), 'không đổi'],
    [refused, 'trả lại'],
  ] as const
  return `${records.length} hồ sơ: ${parts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`)
    .join(', ')}.`
}
