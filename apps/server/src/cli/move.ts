/** `yba site export`, `yba site import`. */

import { refuse } from '@yba/fhir'
import { readJsonFile } from '../box/layout.ts'
import { exportSite } from '../box/move/export.ts'
import { importSite } from '../box/move/import.ts'
import { siteUnknown } from '../box/outcomes.ts'
import { withSites } from '../box/with-site.ts'
import type { GivenSettings } from '../settings.ts'
import type { Lang } from './text.ts'

const progress = (line: string): void => console.error(`  ${line}`)

/** Prints the transfer key once; without it the export's keys stay shut. */
export async function exportCommand(named: string, options: { data: string; to: string; lang: Lang }): Promise<void> {
  await withSites(options.data, named, async (site) => {
    const { note, transferKey } = await exportSite(site.settings, options.to, { say: progress })
    const rows = note.tables.reduce((sum, one) => sum + one.rows, 0)
    const [done, key] =
      options.lang === 'vi'
        ? [`✓ Đã xuất ${named}: ${rows} dòng, ${note.files.length} tệp`, 'Khóa chuyển (chỉ hiện lần này, gửi riêng):']
        : [`✓ Exported ${named}: ${rows} rows, ${note.files.length} files`, 'Transfer key (shown only now, send it apart):']
    console.log(`${done}\n${key}\n${transferKey}`)
  })
}

/** The key comes from `--key` or YBA_TRANSFER_KEY. Throws `site-unknown` and what the import throws. */
export async function importCommand(from: string, options: { site: string; key?: string; lang: Lang }): Promise<void> {
  const settings = readJsonFile<GivenSettings>(options.site)
  if (!settings) throw refuse(siteUnknown, { name: options.site, known: '' })
  const transferKey = options.key ?? process.env.YBA_TRANSFER_KEY ?? ''
  const { note, epoch } = await importSite({ from, settings, transferKey, say: progress })
  const count = note.tables.length
  console.log(
    options.lang === 'vi'
      ? `✓ Đã nhập ${note.site.facility.name}: ${count} bảng, kỷ nguyên ${epoch}`
      : `✓ Imported ${note.site.facility.name}: ${count} tables, epoch ${epoch}`,
  )
}
