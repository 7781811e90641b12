/** `yba journey --claim FILE`: walks the journey of the box and prints one JSON object. */

import { resolve } from 'node:path'
import type { JourneyReport } from '../box/journey/report.ts'
import { runJourney } from '../box/journey.ts'
import { onEnd } from './signals.ts'
import type { Lang } from './text.ts'

export interface JourneyOptions {
  claim: string
  /** One line of JSON on standard output and nothing else; without it the object is indented and the story told beside it. */
  json: boolean
  data?: string
  keep: boolean
  lang: Lang
}

/** Exit 0 only when the loop is closed and every signature is valid; an invalid claim exits 1 with its findings. */
export async function journey(options: JourneyOptions): Promise<void> {
  const data = options.data ? { data: resolve(options.data) } : {}
  const { report, stop } = await runJourney({ claim: resolve(options.claim), keep: options.keep, lang: options.lang, ...data })
  const { ok, ...rest } = report
  console.log(JSON.stringify(rest, null, options.json ? undefined : 2))
  process.exitCode = ok ? 0 : 1
  if (!options.json) console.error(story(report, options.lang))
  if (!options.keep) return stop()
  const keeping = { vi: 'Tỉnh vẫn chạy để xem lại. Kết thúc: Ctrl-C', en: 'The province goes on for inspection. To end: Ctrl-C' }
  console.error(keeping[options.lang])
  onEnd(stop)
}

/** The same in a few lines for people. */
function story(report: JourneyReport, lang: Lang): string {
  const vi = lang === 'vi'
  const lines = report.referral?.events.map((e) => `  ${e.at.slice(11, 19)}  ${e.state.padEnd(10)} ${e.by}`) ?? []
  const refused = report.claim.records.length > 0 && !report.referral
  const head = report.referral
    ? `${vi ? 'Phiếu' : 'Slip'} ${report.referral.number}`
    : vi
      ? 'Hồ sơ bị từ chối, xem claim.findings'
      : 'The record was refused, see claim.findings'
  const end = report.ok
    ? vi
      ? '✔ Vòng đã khép kín, mọi chữ ký hợp lệ.'
      : '✔ The loop is closed, every signature is valid.'
    : vi
      ? '✖ Chưa khép kín.'
      : '✖ Not closed.'
  return [head, ...lines, refused ? '' : end].filter(Boolean).join('\n')
}
