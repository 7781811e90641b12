/** Reading what the site says of a file: an answer at once, or line by line what became of a large one. */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Finding, JudgedRecord, Verdict } from './answer.ts'

interface Answered {
  records?: JudgedRecord[]
  findings?: Finding[]
  issue?: {
    severity: string
    details?: { text?: string; _text?: Translated; coding?: { code?: string }[] }
    diagnostics?: string
    _diagnostics?: Translated
    expression?: string[]
  }[]
}

/** FHIR's extension `translation` of a primitive: the same words in the other language. */
interface Translated {
  extension?: { extension?: { url: string; valueString?: string }[] }[]
}

const otherWords = (translated?: Translated): string | undefined =>
  translated?.extension?.[0]?.extension?.find((e) => e.url === 'content')?.valueString

const NONE = { created: 0, updated: 0, unchanged: 0, refused: 0 }
const isError = (f: Finding): boolean => f.severity === 'error' || f.severity === 'fatal'

/** An `ImportAnswer`, or an OperationOutcome when the file as a whole was refused. */
export function verdictOf(status: number, json: object): Verdict {
  const { records = [], findings = [], issue = [] } = json as Answered
  const whole: Finding[] = [
    ...findings,
    // Asked in Vietnamese, so English is what stands beside it.
    ...issue.map((i) => ({
      severity: i.severity,
      code: i.details?.coding?.[0]?.code ?? '',
      path: i.expression?.[0] ?? '',
      vi: i.details?.text ?? '',
      en: otherWords(i.details?._text),
      cure: { vi: i.diagnostics ?? '', en: otherWords(i._diagnostics) },
    })),
  ]
  const counts = { ...NONE }
  for (const { result } of records) if (result in counts) counts[result as keyof typeof counts]++
  return { refused: records.length === 0 && (status !== 200 || whole.some(isError)), counts, findings: whole, records }
}

/** A file refused here, without troubling the site. */
export const refusedHere = (code: string, vi: string, en: string, cure: { vi: string; en: string }): Verdict => ({
  refused: true,
  counts: NONE,
  findings: [{ severity: 'error', code, vi, en, cure }],
  records: [],
})

/** `$received-file-report?format=lines`: the file on the first line, each record on one; read as it comes. */
export async function linesVerdict(body: ReadableStream<Uint8Array>): Promise<Verdict> {
  const lines = createInterface({
    input: Readable.fromWeb(body as import('node:stream/web').ReadableStream),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  const all = lines[Symbol.asyncIterator]()
  const first = await all.next()
  const file = JSON.parse(first.value ?? '') as { state: string; counts: Verdict['counts']; findings: Finding[] }
  async function* records(): AsyncGenerator<JudgedRecord> {
    for (let line = await all.next(); !line.done; line = await all.next()) if (line.value) yield JSON.parse(line.value) as JudgedRecord
  }
  return { refused: file.state === 'refused', counts: file.counts, findings: file.findings, records: records() }
}
