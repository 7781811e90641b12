/** `yba directory import|show`. */

import { basename } from 'node:path'
import { findingText } from '@yba/fhir'
import { onBehalf, systemCaller } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import {
  directorySnapshot,
  type ImportedList,
  importDirectory,
  importList,
  type ListKind,
  publishDirectory,
  readDirectoryFile,
} from '../features/directory/index.ts'
import { givenFile } from './given-file.ts'
import type { Lang } from './text.ts'

interface Options {
  data: string
  site: string
}

export interface ImportOptions extends Options {
  kind: ListKind
  list?: string
  source?: string
  from: string
  dryRun: boolean
  json: boolean
  lang: Lang
}

/**
 * A file of codes that became others (.json), or an official list (.csv, .xlsx). Throws `directory-file-unreadable`,
 * `directory-facility-unfit`, `directory-alias-unfit`, `list-unreadable`; exit code 1 when a row is wrong. Then nothing was taken.
 */
export async function importDirectoryFile(file: string, options: ImportOptions): Promise<void> {
  const bytes = givenFile(file)
  await withSites(options.data, options.site, async (site) => {
    const caller = onBehalf(systemCaller('directory', site.settings.facility.code))
    const store = site.store.as(caller)
    if (file.endsWith('.json')) {
      const content = readDirectoryFile(bytes)
      console.log(JSON.stringify(await store.transact((tx) => importDirectory(tx, content, caller.id))))
    } else {
      const { kind, list, from, dryRun, source = basename(file) } = options
      const ask = {
        kind,
        from,
        dryRun,
        source,
        bytes,
        file: basename(file),
        by: caller.id,
        province: site.settings.facility.code.slice(0, 2),
      }
      const done = await store.transact((tx) => importList(tx, { ...ask, ...(list ? { list } : {}) }))
      tell(done, options)
      if (!done.written && !dryRun) process.exitCode = 1
      if (!done.written) return
    }
    await publishDirectory(site)
  })
}

function tell(done: ImportedList, { json, lang, dryRun }: ImportOptions): void {
  const findings = done.findings.map(findingText)
  if (json) {
    console.log(JSON.stringify({ ...done, findings }))
    return
  }
  for (const f of findings) console.log(`${f.severity === 'error' ? '✖' : '·'} ${f.path ?? ''} ${f[lang]} ${f.cure[lang]} [${f.code}]`)
  const { rows, added, changed, unchanged, written } = done
  const figures =
    lang === 'vi'
      ? `${rows} dòng: ${added} mới, ${changed} đổi, ${unchanged} như cũ.`
      : `${rows} rows: ${added} new, ${changed} changed, ${unchanged} as before.`
  const end = written
    ? { vi: '✓ Đã nạp.', en: '✓ Imported.' }
    : dryRun
      ? { vi: 'Chạy thử: chưa ghi gì.', en: 'A trial: nothing was written.' }
      : { vi: '✖ Có dòng sai: chưa ghi gì.', en: '✖ Some rows are wrong: nothing was written.' }
  console.log(`${figures} ${end[lang]}`)
}

/** Prints the directory without its signature. */
export async function showDirectory(options: Options): Promise<void> {
  await withSites(options.data, options.site, async (site) => console.log(JSON.stringify(await directorySnapshot(site), null, 2)))
}
