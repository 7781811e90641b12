/** One report for each file: a table for people (CSV that a spreadsheet opens), the answer for programs (JSON); made page by page. */
import type { Site } from '../../../site.ts'
import type { FindingView } from '../../referral/contract.ts'
import type { RecordResult } from '../contract.ts'
import { type FileRow, type RecordRow, recordsAfter } from './tables.ts'
import { fileView, recordView } from './views.ts'

const PAGE = 200

/** Records of a file, page by page; each page is told to `seen` before it is given. */
async function* pagesOf(site: Site, file: FileRow, seen: (patients: string[]) => Promise<void>): AsyncGenerator<RecordRow[]> {
  for (let after = 0; ; ) {
    const page = await recordsAfter(site.store, file.id, after, PAGE)
    const last = page.at(-1)
    if (!last) return
    await seen([...new Set(page.flatMap((r) => r.patient ?? []))])
    yield page
    after = last.at
  }
}

const HEADS = {
  vi: ['Dòng', 'MA_LK', 'Kết quả', 'Số phiếu chuyển', 'Mức', 'Mã', 'Vị trí', 'Nội dung', 'Cách sửa'],
  en: ['Row', 'MA_LK', 'Result', 'Referral number', 'Level', 'Code', 'Place', 'What', 'Cure'],
} as const
const RESULTS: Record<'vi' | 'en', Record<RecordResult, string>> = {
  vi: { created: 'Nhận mới', updated: 'Cập nhật', unchanged: 'Không đổi', refused: 'Trả lại', empty: 'Không có nội dung' },
  en: { created: 'Taken', updated: 'Updated', unchanged: 'Unchanged', refused: 'Refused', empty: 'No content' },
}
const LEVELS: Record<'vi' | 'en', Record<FindingView['severity'], string>> = {
  vi: { fatal: 'Hỏng', error: 'Lỗi', warning: 'Cảnh báo', information: 'Lưu ý' },
  en: { fatal: 'Fatal', error: 'Error', warning: 'Warning', information: 'Note' },
}

/** A cell that a spreadsheet takes for text: a value of a claim must not become a formula. */
function cell(value: string | number): string {
  const text = String(value)
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n;']/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

const line = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`

/** One line for each finding, one for a record without any; with the mark by which spreadsheets know UTF-8. */
export async function* csvReport(
  site: Site,
  file: FileRow,
  lang: 'vi' | 'en',
  seen: (patients: string[]) => Promise<void>,
): AsyncGenerator<string> {
  yield `\ufeff${line(HEADS[lang])}`
  const of = (f: FindingView) => [LEVELS[lang][f.severity], f.code, f.path ?? '', f[lang], f.cure[lang]]
  for (const f of fileView(file).findings) yield line(['', '', '', '', ...of(f)])
  for await (const page of pagesOf(site, file, seen)) {
    yield page
      .map((r) => {
        const head = [r.at, r.ma_lk, RESULTS[lang][r.result], r.referral?.number ?? '']
        return r.findings.length === 0 ? line([...head, '', '', '', '', '']) : r.findings.map((f) => line([...head, ...of(f)])).join('')
      })
      .join('')
  }
}

/** An `ImportAnswer` without the names of patients, as text. */
export async function* jsonReport(site: Site, file: FileRow, seen: (patients: string[]) => Promise<void>): AsyncGenerator<string> {
  const { id, name, sha256, facility } = file
  yield `{"file":${JSON.stringify({ id, name, sha256, layout: file.layout ?? 'unknown', facility: facility ?? '' })},"records":[`
  const said = [...fileView(file).findings]
  let first = true
  for await (const page of pagesOf(site, file, seen)) {
    for (const row of page) {
      if (row.result === 'empty') said.push(...row.findings)
      else {
        const { at: _, ...record } = recordView(row)
        yield `${first ? '' : ','}${JSON.stringify(record)}`
        first = false
      }
    }
  }
  yield `],"findings":${JSON.stringify(said)}}`
}

/** For programs that answer beside the file: the file on the first line, then each record on one. */
export async function* linesReport(site: Site, file: FileRow, seen: (patients: string[]) => Promise<void>): AsyncGenerator<string> {
  yield `${JSON.stringify(fileView(file))}\n`
  for await (const page of pagesOf(site, file, seen)) yield page.map((row) => `${JSON.stringify(recordView(row))}\n`).join('')
}
