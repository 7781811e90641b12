/** `yba directory import|show`. */

import { readFileSync } from 'node:fs'
import { onBehalf, systemCaller } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import { type DirectoryFile, directorySnapshot, importDirectory } from '../features/directory/index.ts'

interface Options {
  data: string
  site: string
}

/** Throws `directory-facility-unfit`, `directory-alias-unfit`; then nothing was taken. */
export async function importDirectoryFile(file: string, options: Options): Promise<void> {
  const content = JSON.parse(readFileSync(file, 'utf8')) as DirectoryFile
  await withSites(options.data, options.site, async (site) => {
    const caller = onBehalf(systemCaller('directory', site.settings.facility.code))
    const done = await site.store.as(caller).transact((tx) => importDirectory(tx, content, caller.id))
    console.log(JSON.stringify(done))
  })
}

/** Prints the directory without its signature. */
export async function showDirectory(options: Options): Promise<void> {
  await withSites(options.data, options.site, async (site) => console.log(JSON.stringify(await directorySnapshot(site), null, 2)))
}
