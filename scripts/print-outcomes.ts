/**
 * Prints every named outcome that a program of a hospital may meet, with its cure. `--write` puts them into
 * docs/integrators/outcomes.md; a test holds the page to the code.
 */
import '../apps/server/src/features/insurance/index.ts'
import '../apps/server/src/features/insurance/conformance/index.ts'
import '../apps/server/src/features/joining/index.ts'
import '../apps/server/src/features/referral/hub-outcomes.ts'
import '../apps/server/src/http/server.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definedOutcomes, type OutcomeDefinition } from '@yba/fhir'

export const PAGE = join(import.meta.dirname, '..', 'docs', 'integrators', 'outcomes.md')

interface Chapter {
  vi: string
  en: string
  holds: (code: string) => boolean
}

const oneOf = (...codes: string[]) => {
  const known = new Set(codes)
  return (code: string) => known.has(code)
}

/** An outcome stands in the first chapter that holds it. */
const CHAPTERS: readonly Chapter[] = [
  {
    vi: 'Cả tệp bị trả lại',
    en: 'The whole file is refused',
    holds: oneOf(
      ...['claim-encoding', 'claim-doctype', 'claim-malformed', 'claim-too-large', 'claim-too-costly', 'claim-root', 'claim-readers-busy'],
      ...['claim-file-cut', 'claim-file-unknown', 'claim-file-asked-wrong', 'conformance-no-files'],
    ),
  },
  {
    vi: 'Cửa HTTP',
    en: 'The HTTP door',
    holds: oneOf(
      ...['invalid-token', 'not-permitted', 'route-unknown', 'method-not-allowed', 'body-missing', 'body-too-large', 'encoding-refused'],
      ...[
        'request-too-slow',
        'too-many-requests',
        'too-many-at-once',
        'site-busy',
        'storage-unavailable',
        'audit-unavailable',
        'unforeseen',
      ],
      ...['program-exists', 'program-invalid', 'program-unknown', 'request-incomplete', 'slip-state-unknown'],
    ),
  },
  {
    vi: 'Hồ sơ nào, của ai, đã có chưa',
    en: 'Which record, whose, known already',
    holds: oneOf(
      ...[
        'claim-other-facility',
        'claim-other-person',
        'claim-taken-back',
        'claim-older-file',
        'claim-check-in-late',
        'claim-check-in-older',
        'claim-record-empty',
      ],
      ...[
        'claim-two-persons',
        'claim-record-trouble',
        'claim-record-twice',
        'claim-record-unknown',
        'claim-undo-reason',
        'claim-undo-person-kept',
      ],
    ),
  },
  { vi: 'Bảng, cột và chữ', en: 'Tables, columns and letters', holds: (code) => code.startsWith('claim-') },
  {
    vi: 'Người bệnh chuyển đến và kết quả điều trị, đọc từ tệp',
    en: 'Arrival and outcome, read from files',
    holds: (code) => /^(arrival-|arrived-|died-by-file|outcome-(by-file|corrected-by-file|file-))/.test(code),
  },
  {
    vi: 'Phiếu chuyển đọc từ XML13',
    en: 'Referral slips read from XML13',
    holds: (code) =>
      /^referral-(item|abbreviation|departure|receiver|to-self)|^slip-(file|joined|stay-joined|withdrawn-by-file|cancelled-here|kept|other-person)/.test(
        code,
      ),
  },
  {
    vi: 'Cơ sở vào trục',
    en: 'Joining the exchange',
    holds: (code) => code.startsWith('joining-') || ['node-not-live', 'seal-missing'].includes(code),
  },
  { vi: 'Thư mục theo dõi', en: 'The watched folder', holds: (code) => code.startsWith('folder-') },
  {
    vi: 'Biên nhận của Cổng BHXH và tệp .json khác',
    en: 'Receipts of the BHXH portal, and other .json files',
    holds: (code) => /^(receipt|portal)-/.test(code),
  },
  { vi: 'Hủy một tệp nhầm', en: 'Taking a mistaken file back', holds: (code) => code.startsWith('file-undone-') },
]

const LEVELS = { fatal: 'hỏng · fatal', error: 'lỗi · error', warning: 'cảnh báo · warning', information: 'lưu ý · note' } as const

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

const row = ({ code, http, severity, vi, en, cure }: OutcomeDefinition): string =>
  `| \`${code}\` | ${LEVELS[severity]} | ${http} | ${cell(vi)} **→** ${cell(cure.vi)} | ${cell(en)} **→** ${cell(cure.en)} |`

/** The tables as Markdown, without the marks. */
export function printOutcomes(): string {
  const left = definedOutcomes().toSorted((a, b) => (a.code < b.code ? -1 : 1))
  return CHAPTERS.map(({ vi, en, holds }) => {
    const mine = left.filter((o) => holds(o.code))
    for (const one of mine) left.splice(left.indexOf(one), 1)
    return [
      `## ${vi} · ${en}`,
      '',
      '| Mã · Code | Mức · Level | HTTP | Tiếng Việt **→** cách sửa | English **→** cure |',
      '|---|---|---|---|---|',
      ...mine.map(row),
      '',
    ].join('\n')
  }).join('\n')
}

const HEAD = '<!-- outcomes: printed by scripts/print-outcomes.ts -->\n'
const TAIL = '\n<!-- end of outcomes -->'

/** A page around and between the marks. Throws when it has lost them. */
function parts(page: string): { before: string; printed: string; after: string } {
  const start = page.indexOf(HEAD) + HEAD.length
  const end = page.indexOf(TAIL, start - 1)
  if (start < HEAD.length || end < 0) throw new Error(`${PAGE} has lost its marks`)
  return { before: page.slice(0, start), printed: page.slice(start, end), after: page.slice(end) }
}

/** What stands between the marks of a page. */
export const printedPart = (page: string): string => parts(page).printed

if (import.meta.main) {
  if (process.argv.includes('--write')) {
    const { before, after } = parts(readFileSync(PAGE, 'utf8'))
    writeFileSync(PAGE, before + printOutcomes() + after)
  } else {
    console.log(printOutcomes())
  }
}
