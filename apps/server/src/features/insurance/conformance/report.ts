/** The report as text, piece by piece: HTML to be opened and handed on, Markdown, or JSON for a program. */
import type { FindingView } from '../../referral/contract.ts'
import type { ConformanceSummary, FileReport, RecordReport, UseCount } from './contract.ts'
import type { Examined } from './examine.ts'
import { type Lang, LEVEL, USE, words } from './words.ts'

export const FORMATS = ['html', 'md', 'json'] as const
export type Format = (typeof FORMATS)[number]

/** How a format marks up what every report says in the same order. */
interface Markup {
  begin(title: string): string
  heading(text: string): string
  line(text: string): string
  table(heads: readonly string[], rows: readonly (readonly string[])[]): string
  file(head: string, good: boolean): string
  /** A record or the file itself, and what is said of it. */
  entry(head: string, good: boolean, said: readonly string[]): string
  endFile: string
  end: string
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1c2024}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}
th,td{border:1px solid #d9dde1;padding:.3rem .55rem;text-align:left;vertical-align:top}th{background:#f3f5f7}
details{border:1px solid #d9dde1;border-radius:6px;margin:.4rem 0;padding:.35rem .7rem}summary{cursor:pointer}
.bad{color:#b3261e}.good{color:#1b6e3c}ul{margin:.2rem 0 .6rem}@media print{details{break-inside:avoid}}`

const html = (lang: Lang): Markup => ({
  begin: (title) =>
    `<!doctype html>\n<html lang="${lang}"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>\n<h1>${escaped(title)}</h1>\n`,
  heading: (text) => `<h2>${escaped(text)}</h2>\n`,
  line: (text) => `<p>${escaped(text)}</p>\n`,
  table: (heads, rows) => {
    const row = (cells: readonly string[], tag: string) => `<tr>${cells.map((c) => `<${tag}>${escaped(c)}</${tag}>`).join('')}</tr>\n`
    return `<table>\n<thead>${row(heads, 'th')}</thead><tbody>\n${rows.map((r) => row(r, 'td')).join('')}</tbody></table>\n`
  },
  file: (head, good) => `<details${good ? '' : ' open'}><summary class="${good ? 'good' : 'bad'}">${escaped(head)}</summary>\n`,
  entry: (head, good, said) =>
    `<p class="${good ? 'good' : 'bad'}">${escaped(head)}</p>\n${said.length > 0 ? `<ul>${said.map((s) => `<li>${escaped(s)}</li>`).join('')}</ul>\n` : ''}`,
  endFile: '</details>\n',
  end: '</body></html>\n',
})

/** What would be markup stays what it is; an underscore inside a word is none. */
const plain = (text: string): string => text.replace(/([\\`*[\]<>|])/g, '\\$1').replaceAll('\n', ' ')

const markdown: Markup = {
  begin: (title) => `# ${plain(title)}\n\n`,
  heading: (text) => `\n## ${plain(text)}\n\n`,
  line: (text) => `${plain(text)}\n\n`,
  table: (heads, rows) => {
    const row = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |\n`
    return `${row(heads)}${`|${'---|'.repeat(heads.length)}\n`}${rows.map(row).join('')}\n`
  },
  file: (head, good) => `\n### ${good ? '✓' : '✖'} ${plain(head)}\n\n`,
  entry: (head, good, said) => `- ${good ? '✓' : '✖'} ${plain(head)}\n${said.map((s) => `  - ${plain(s)}\n`).join('')}`,
  endFile: '',
  end: '',
}

const useRow = (lang: Lang, { use, of, enough, lacks }: UseCount): string[] => [
  USE[use].name[lang],
  of === 0 ? '—' : `${enough} / ${of}`,
  of === 0 ? words(lang, 'unseen', { what: USE[use].send[lang] }) : lacks.map((l) => `${l[lang]} (${l.records})`).join('; '),
]

const said = (lang: Lang, f: FindingView): string =>
  `${LEVEL[f.severity][lang]} · ${f.path ?? '—'} · ${f.code}: ${f[lang]} → ${f.cure[lang]}`

const countsLine = (lang: Lang, { files, records }: ConformanceSummary): string =>
  words(lang, 'counts', {
    files: files.read + files.refused,
    bad: files.refused,
    records: records.passed + records.refused,
    passed: records.passed,
    notes: records.withNotes,
    refused: records.refused,
  })

/** What the console says when the report lies in a file: the verdict, the counts, and what the files are enough for. */
export function shortReport(summary: ConformanceSummary, lang: Lang): string {
  const lines = summary.uses.map((u) => {
    const [name = '', enough = '', lacks = ''] = useRow(lang, u)
    return `  ${name.padEnd(48)} ${enough.padStart(12)}  ${lacks}`
  })
  return [words(lang, summary.passed ? 'passed' : 'failed'), countsLine(lang, summary), ...lines].join('\n')
}

function* summaryText(m: Markup, summary: ConformanceSummary, lang: Lang): Generator<string> {
  const { files, facilities, layouts, uses, tables, rules } = summary
  yield m.begin(words(lang, 'title'))
  yield m.line(words(lang, summary.passed ? 'passed' : 'failed'))
  yield m.line(countsLine(lang, summary))
  const layoutsSeen = Object.entries(layouts).map(([name, n]) => `${name} (${n})`)
  yield m.line(
    `${words(lang, 'facilities')}: ${facilities.join(', ') || '—'}. ${words(lang, 'layouts')}: ${layoutsSeen.join(', ') || '—'}.`,
  )
  if (files.ignored.length > 0) yield m.line(`${words(lang, 'ignored')}: ${files.ignored.join(', ')}`)
  yield m.heading(words(lang, 'uses'))
  yield m.table(
    [words(lang, 'use'), words(lang, 'enough'), words(lang, 'lacking')],
    uses.map((u) => useRow(lang, u)),
  )
  yield m.heading(words(lang, 'tables'))
  yield m.table(
    [words(lang, 'table'), words(lang, 'records'), words(lang, 'rows')],
    Object.entries(tables).map(([name, t]) => [name, String(t.records), String(t.rows)]),
  )
  yield m.heading(words(lang, 'rules'))
  if (rules.length === 0) yield m.line(words(lang, 'none'))
  else
    yield m.table(
      (['level', 'rule', 'place', 'times', 'records', 'what', 'cure'] as const).map((key) => words(lang, key)),
      rules.map((r) => [LEVEL[r.severity][lang], r.code, r.place, String(r.count), String(r.records), r[lang], r.cure[lang]]),
    )
  yield m.heading(words(lang, 'files'))
}

const fileHead = (lang: Lang, f: FileReport): string =>
  f.state === 'refused'
    ? `${f.name}: ${words(lang, 'unread')}`
    : `${f.name}: ${f.layout}, ${f.records} ${words(lang, 'records').toLowerCase()}, ${f.passed} ${words(lang, 'taken')}, ${f.refused} ${words(lang, 'refused')}`

function recordEntry(m: Markup, lang: Lang, r: RecordReport): string {
  const lacks =
    r.result === 'refused'
      ? []
      : r.lacks.map((l) => `${USE[l.use].name[lang]}: ${words(lang, 'lacks')} ${l.what.map((w) => w[lang]).join('; ')}`)
  const tables = Object.keys(r.tables).join(', ')
  const head = `${r.row}. ${r.maLk || '—'} · ${tables} · ${words(lang, r.result === 'passed' ? 'taken' : 'refused')}`
  return m.entry(head, r.result === 'passed', [...r.findings.map((f) => said(lang, f)), ...lacks])
}

async function* readable(m: Markup, { summary, files }: Examined, lang: Lang): AsyncGenerator<string> {
  yield* summaryText(m, summary, lang)
  for await (const { file, records } of files()) {
    const good = file.state === 'read' && file.refused === 0
    yield m.file(fileHead(lang, file), good)
    if (file.findings.length > 0)
      yield m.entry(
        file.name,
        good,
        file.findings.map((f) => said(lang, f)),
      )
    for await (const record of records) yield recordEntry(m, lang, record)
    yield m.endFile
  }
  yield m.end
}

async function* json({ summary, files }: Examined): AsyncGenerator<string> {
  yield `{"summary":${JSON.stringify(summary)},\n"files":[`
  let first = true
  for await (const { file, records } of files()) {
    yield `${first ? '' : ',\n'}${JSON.stringify(file).slice(0, -1)},"of":[`
    first = false
    let one = true
    for await (const record of records) {
      yield `${one ? '' : ',\n'}${JSON.stringify(record)}`
      one = false
    }
    yield ']}'
  }
  yield ']}\n'
}

/** The whole report, piece by piece. */
export const reportPieces = (examined: Examined, format: Format, lang: Lang): AsyncGenerator<string> =>
  format === 'json' ? json(examined) : readable(format === 'html' ? html(lang) : markdown, examined, lang)
