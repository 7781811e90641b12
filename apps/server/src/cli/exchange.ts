/** `yba exchange reconcile`: what came of comparing after a restore, at the hub and at each node. */

import { withSites } from '../box/with-site.ts'
import type { ReconcileReport } from '../features/exchange/contract.ts'
import { forgetResyncState, reconcileReports, resyncState } from '../features/exchange/index.ts'
import type { Lang } from './text.ts'

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
    `${report.reason}, ${report.stage}: ${figures.join(', ')}`,
    ...named(vi ? 'khác trước' : 'not as before', report.differing),
    ...named(vi ? 'mất lượt khám' : 'stay lost', report.stayMissing),
  ].join('\n')
}

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
      answers[site.name] = reports
      for (const one of options.json ? [] : reports)
        console.log(`${site.name} ${one.facility} ${one.at.toISOString()} ${text(one.report, options.lang)}`)
      return
    }
    if (options.again) await forgetResyncState(site.store)
    const state = await resyncState(site.store)
    answers[site.name] = state?.report ?? null
    if (!options.json && state?.report) console.log(`${site.name} ${text(state.report, options.lang)}`)
  })
  if (options.json) console.log(JSON.stringify(answers))
}
