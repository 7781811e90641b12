/** `yba exchange reconcile`: what came of comparing after a restore, at the hub and at each node. */

import { withSites } from '../box/with-site.ts'
import type { ReconcileReport } from '../features/exchange/contract.ts'
import { forgetResyncState, reconcileReports, resyncState } from '../features/exchange/index.ts'
import type { Lang } from './text.ts'

/** Why it compared and how far it is, in words. */
const WORDS = {
  'hub-restored': { vi: 'trục được phục hồi', en: 'the hub was put back' },
  'node-restored': { vi: 'cơ sở được phục hồi', en: 'the site was put back' },
  asked: { vi: 'theo yêu cầu', en: 'as asked' },
  offered: { vi: 'đang gửi lại', en: 'offering again' },
  done: { vi: 'đã khớp', en: 'both hold the same' },
} as const

function text(report: ReconcileReport, lang: Lang): string {
  const vi = lang === 'vi'
  const figures = [
    `${vi ? 'đối chiếu' : 'compared'} ${report.compared}`,
    `${vi ? 'giống' : 'same'} ${report.same}`,
    `${vi ? 'lấy về' : 'fetched'} ${report.fetched.length}`,
    `${vi ? 'gửi lại' : 'offered again'} ${report.messages}`,
    `${vi ? 'khác' : 'differing'} ${report.differing.length}`,
  ]
  const named = (words: string, numbers: readonly string[]) =>
    numbers.length > 0 ? [`  ${words}: ${numbers.slice(0, 50).join(', ')}`] : []
  return [
    `${WORDS[report.reason][lang]}, ${WORDS[report.stage][lang]}: ${figures.join(', ')}`,
    ...named(vi ? 'khác trước' : 'not as before', report.differing),
    ...named(vi ? 'mất lượt khám' : 'stay lost', report.stayMissing),
  ].join('\n')
}

/** Silence would look like a fault of the command. */
const nothing = (site: string, lang: Lang): void =>
  console.log(
    `${site.padEnd(12)} ${lang === 'vi' ? 'chưa từng phục hồi từ bản sao lưu: không có gì phải đối chiếu' : 'never put back from a backup: nothing had to be compared'}`,
  )

/** `again`: the node compares everything once more, at its next look at the feed. */
export async function reconcile(
  data: string,
  named: string | undefined,
  options: { json: boolean; again: boolean; lang: Lang },
): Promise<void> {
  const answers: Record<string, unknown> = {}
  await withSites(data, named, async (site) => {
    if (site.role === 'hub') {
      const reports = await reconcileReports(site.store)
      if (reports.length === 0 && !options.json) nothing(site.name, options.lang)
      answers[site.name] = reports
      for (const one of options.json ? [] : reports)
        console.log(`${site.name.padEnd(12)} ${one.facility} ${one.at.toISOString()} ${text(one.report, options.lang)}`)
      return
    }
    if (options.again) await forgetResyncState(site.store)
    const state = await resyncState(site.store)
    answers[site.name] = state?.report ?? null
    if (options.json) return
    if (options.again) {
      const words = options.lang === 'vi' ? 'sẽ đối chiếu lại với trục trong ít phút' : 'will compare with the hub again within minutes'
      console.log(`${site.name.padEnd(12)} ${words}`)
    } else if (state?.report) console.log(`${site.name.padEnd(12)} ${text(state.report, options.lang)}`)
    else nothing(site.name, options.lang)
  })
  if (options.json) console.log(JSON.stringify(answers))
}
