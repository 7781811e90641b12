/** `yba catalogue import|list|diff`. */

import { basename, resolve } from 'node:path'
import { findingText } from '@yba/fhir'
import { onBehalf, systemCaller } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import {
  catalogues,
  compareVersions,
  type Difference,
  FILE_KINDS,
  type GivenFacts,
  type GivenFile,
  type ImportedCatalogues,
  importCatalogues,
} from '../features/catalogue/index.ts'
import { givenFile } from './given-file.ts'
import type { Lang } from './text.ts'

interface Options {
  data: string
  site: string
  json: boolean
  lang: Lang
}

export interface CatalogueImportOptions extends Options, GivenFacts {
  dryRun: boolean
}

/** Findings and codes printed of each kind; all of them with `--json`. */
const SHOWN = 10

/** `list=FILE` or `FILE`. */
function named(text: string): GivenFile {
  const kind = FILE_KINDS.find((one) => text.startsWith(`${one}=`))
  const path = kind === undefined ? text : text.slice(kind.length + 1)
  return { file: basename(path), bytes: givenFile(resolve(path)), ...(kind === undefined ? {} : { kind }) }
}

/** Takes official files in, all of them or nothing; exit code 1 when something is wrong. Throws `file-unreadable`, `list-unreadable`, `catalogue-facts-unfit`. */
export async function importCataloguesCommand(files: readonly string[], options: CatalogueImportOptions): Promise<void> {
  const { system, version, title, from, until, dryRun, json } = options
  const given = files.map(named)
  await withSites(options.data, options.site, async (site) => {
    const caller = onBehalf(systemCaller('catalogue', site.settings.facility.code))
    const progress = (what: string, done: number, of: number): void => {
      if (!json) console.error(`  ${what}: ${done}/${of}`)
    }
    const facts: GivenFacts = { ...defined({ system, version, title, from, until }) }
    const ask = { files: given, facts, dryRun, by: caller.id, progress }
    const done = await site.store.as(caller).transact((tx) => importCatalogues(tx, ask))
    if (done.written) {
      const detail = [...done.catalogues.map(({ row }) => `${row.kind} ${row.version} ${row.codes}`), ...done.maps.map((m) => m.name)].join(
        '; ',
      )
      await site.store.audit.record(caller, { action: 'operation', outcome: 'ok', detail: `catalogue ${detail}` })
    }
    tell(done, options)
    if (!done.written && !dryRun) process.exitCode = 1
  })
}

const defined = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))

function tell(done: ImportedCatalogues, { json, lang, dryRun }: CatalogueImportOptions): void {
  const findings = done.findings.map(findingText)
  if (json) {
    console.log(JSON.stringify({ ...done, findings }))
    return
  }
  const told = new Map<string, number>()
  for (const f of findings) {
    const before = told.get(f.code) ?? 0
    told.set(f.code, before + 1)
    if (before >= SHOWN && f.severity !== 'error') continue
    console.log(`${f.severity === 'error' ? '✖' : '·'} ${f.path ?? ''} ${f[lang]} ${f.cure[lang]} [${f.code}]`)
  }
  for (const [code, count] of told) if (count > SHOWN) console.log(`· ${code}: ${count}`)
  for (const { row, against, difference } of done.catalogues) {
    const days = `${row.from} – ${row.until ?? '…'}`
    console.log(`${row.title} [${row.version}] ${days}: ${row.codes}${against === undefined ? '' : ` (↔ ${against})`}`)
    tellDifference(difference, lang)
  }
  for (const map of done.maps) console.log(`${map.title}: ${map.pairs}`)
  const end = done.written
    ? { vi: '✓ Đã nạp.', en: '✓ Imported.' }
    : dryRun
      ? { vi: 'Chạy thử: chưa ghi gì.', en: 'A trial: nothing was written.' }
      : { vi: '✖ Có lỗi: chưa ghi gì.', en: '✖ Something is wrong: nothing was written.' }
  console.log(end[lang])
}

function tellDifference({ added, changed, gone, unchanged }: Difference, lang: Lang): void {
  const words = lang === 'vi' ? ['mới', 'đổi', 'bỏ', 'như cũ'] : ['new', 'changed', 'gone', 'as before']
  console.log(`  ${added.length} ${words[0]}, ${changed.length} ${words[1]}, ${gone.length} ${words[2]}, ${unchanged} ${words[3]}`)
  for (const { code, before, now } of changed.slice(0, SHOWN)) console.log(`  ~ ${code} ${before.display} → ${now.display}`)
  for (const { code, display } of gone.slice(0, SHOWN)) console.log(`  - ${code} ${display}`)
}

/** Every version that is loaded, with its days and where it came from. */
export async function listCatalogues(options: Options): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    const all = await catalogues(site.store)
    if (options.json) console.log(JSON.stringify(all))
    else if (all.length === 0) console.log(options.lang === 'vi' ? 'Chưa nạp danh mục nào.' : 'No list is loaded.')
    else for (const c of all) console.log(`${c.kind}  ${c.version}  ${c.from} – ${c.until ?? '…'}  ${c.codes}  ${c.system}  ${c.source}`)
  })
}

/** Two loaded versions of a list. Throws `catalogue-version-unknown`. */
export async function diffCatalogues(list: string, options: Options & { before?: string; after?: string }): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    const { before, now, difference } = await compareVersions(site.store, list, options.before, options.after)
    if (options.json) return console.log(JSON.stringify({ before, now, ...difference }))
    console.log(`${before.version} → ${now.version}`)
    tellDifference(difference, options.lang)
  })
}
