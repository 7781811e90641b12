/** `yba store check|reindex`. */

import { onBehalf, systemCaller } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import type { IndexFault } from '../store/index.ts'
import type { Lang } from './text.ts'

interface Options {
  data: string
  site: string | undefined
  json: boolean
  lang: Lang
}

const WHERE: Record<'hist' | 'reference' | 'res', Record<Lang, string>> = {
  hist: { vi: 'lịch sử thiếu phiên bản', en: 'a version is missing from the history' },
  reference: { vi: 'tham chiếu đến tài nguyên không có', en: 'a reference to a resource that is not there' },
  res: { vi: 'từ khóa tìm kiếm của bản ghi không khớp nội dung', en: 'the search tokens of the record are not those of its content' },
}

const isNamed = (where: string): where is keyof typeof WHERE => Object.hasOwn(WHERE, where)

/** One fault in words. Names a resource and a table, never what stands in it. */
export function faultText({ where, of, repaired }: IndexFault, lang: Lang): string {
  const what = isNamed(where)
    ? WHERE[where][lang]
    : `${where}: ${lang === 'vi' ? 'dòng chỉ mục không khớp nội dung' : 'index rows differ from the content'}`
  const done = repaired ? (lang === 'vi' ? ' → đã lập lại' : ' → made anew') : ''
  return `${repaired ? '·' : '✖'} ${of}  ${what}${done}`
}

function summary(faults: readonly IndexFault[], compared: number, lang: Lang): string {
  const left = faults.filter((f) => !f.repaired).length
  const numbers =
    lang === 'vi'
      ? `${compared} tài nguyên, ${faults.length} chỗ lệch, còn ${left}`
      : `${compared} resources, ${faults.length} differences, ${left} left`
  return `${left === 0 ? '✓' : '✖'} ${numbers}`
}

/** Compares the index with the contents; exit code 1 when something is left that is not as it should be. */
export async function checkStore(options: Options & { repair: boolean }): Promise<void> {
  const { repair, json, lang } = options
  const answers: Record<string, unknown> = {}
  await withSites(options.data, options.site, async (site) => {
    let compared = 0
    const tell = (count: number): void => {
      compared = count
      if (!json && count % 50_000 === 0) console.error(`  ${site.name}: ${count}`)
    }
    const faults = await site.store.index.check({ repair, tell })
    const caller = onBehalf(systemCaller('store', site.settings.facility.code))
    await site.store.audit.record(caller, {
      action: 'operation',
      outcome: 'ok',
      detail: `store check${repair ? ' repair' : ''} ${faults.length}`,
    })
    if (faults.some((f) => !f.repaired)) process.exitCode = 1
    answers[site.name] = { compared, faults }
    if (json) return
    for (const fault of faults) console.log(faultText(fault, lang))
    console.log(`${site.name.padEnd(12)} ${summary(faults, compared, lang)}`)
  })
  if (json) console.log(JSON.stringify(answers))
}

/** Makes all index rows anew beside the work of the site; goes on where an ended run was. */
export async function reindexStore(options: Options): Promise<void> {
  const answers: Record<string, unknown> = {}
  await withSites(options.data, options.site, async (site) => {
    await site.store.index.reindex(new AbortController().signal)
    const { generation } = await site.store.index.state()
    const caller = onBehalf(systemCaller('store', site.settings.facility.code))
    await site.store.audit.record(caller, { action: 'operation', outcome: 'ok', detail: `store reindex ${generation}` })
    answers[site.name] = { generation }
    if (!options.json)
      console.log(`${site.name.padEnd(12)} ✓ ${options.lang === 'vi' ? 'thế hệ chỉ mục' : 'index generation'} ${generation}`)
  })
  if (options.json) console.log(JSON.stringify(answers))
}
