/** `yba conformance --claims DIR [--out FILE] [--format html|md|json]`: exit code 0 all taken, 1 something refused, 2 nothing to judge. */
import { createWriteStream } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { OutcomeError } from '@yba/fhir'
import { examine, FORMATS, type Format, reportPieces, shortReport } from '../features/insurance/conformance/index.ts'
import { report } from './report.ts'
import type { Lang } from './text.ts'

export interface ConformanceOptions {
  claims: string
  out?: string
  format?: Format
  lang: Lang
}

/** What was asked for, else what the name of the file says, else Markdown, which reads well on a console. */
function formatOf({ out, format }: ConformanceOptions): Format {
  const named = FORMATS.find((f) => out !== undefined && extname(out).toLowerCase() === `.${f}`)
  return format ?? named ?? (out ? 'html' : 'md')
}

/** One line that goes on, for who sits before it. */
function progress(done: number, of: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${of}${done === of ? '\n' : ''}`)
}

/** `… | head` closes the door once it has its lines. */
function readEnough(error: unknown): void {
  if ((error as { code?: unknown }).code !== 'EPIPE') throw error
}

export async function conformance(options: ConformanceOptions): Promise<void> {
  const { claims, out, lang } = options
  const examined = await examine(claims, progress, new Date()).catch((error: unknown) => {
    if (!(error instanceof OutcomeError)) throw error
    report(error, lang)
    process.exitCode = 2
    return null
  })
  if (!examined) return
  try {
    const pieces = Readable.from(reportPieces(examined, formatOf(options), lang))
    await (out
      ? pipeline(pieces, createWriteStream(out, { mode: 0o600 }))
      : pipeline(pieces, process.stdout, { end: false }).catch(readEnough))
    if (out) console.log(`${shortReport(examined.summary, lang)}\n→ ${out}`)
    if (!examined.summary.passed) process.exitCode = 1
  } finally {
    examined.end()
  }
}
