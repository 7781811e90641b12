/** `yba claim import FILE --site NAME`. Exit code 1 when a record was refused. */

import { basename } from 'node:path'
import { systemCaller } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import { importClaim } from '../features/insurance/index.ts'
import { givenFile } from './given-file.ts'
import type { Lang } from './text.ts'

export async function importClaimFile(file: string, options: { data: string; site: string; json: boolean; lang: Lang }): Promise<void> {
  const bytes = givenFile(file)
  await withSites(options.data, options.site, async (site) => {
    const caller = systemCaller('import:his', site.settings.facility.code)
    const answer = await importClaim(site, caller, bytes, basename(file))
    if (answer.records.length === 0 || answer.records.some((record) => record.result === 'refused')) process.exitCode = 1
    if (options.json) return console.log(JSON.stringify(answer))
    for (const record of answer.records) {
      const { created, updated, unchanged, removed } = record.resources
      console.log(
        `${record.maLk}  ${record.result}  +${created} ~${updated} =${unchanged} -${removed}  ${record.referral ? `referral ${record.referral.number}` : ''}`,
      )
      for (const finding of record.findings)
        console.log(`  ${finding.severity} ${finding.path ?? ''} ${finding[options.lang]} ${finding.cure[options.lang]}`)
    }
    for (const finding of answer.findings)
      console.log(`${finding.severity} ${finding.path ?? ''} ${finding[options.lang]} ${finding.cure[options.lang]}`)
  })
}
