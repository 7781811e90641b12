/** The files of an export on the disk: `exports/<job>/<n>.ndjson` in the site's folder, for nobody but the server. */
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Site } from '../../site.ts'

const folderOf = (site: Site): string => join(site.settings.folder, 'exports')
const pathOf = (site: Site, job: string, n: number): string => join(folderOf(site), job, `${n}.ndjson`)

/** A line is the resource as it is kept; line ends in it, which stand between members only, become spaces. */
export const lineOf = (text: string): string => `${text.replace(/\r\n|\r|\n/g, ' ')}\n`

/** Cuts the file to what is certain and adds to it. Gives its length when all of it lies on the disk. */
export async function append(site: Site, job: string, { n, size }: { n: number; size: number }, text: string): Promise<number> {
  await mkdir(join(folderOf(site), job), { recursive: true, mode: 0o700 })
  const file = await open(pathOf(site, job, n), 'a', 0o600)
  try {
    await file.truncate(size)
    const bytes = Buffer.from(text)
    await file.appendFile(bytes)
    await file.datasync()
    return size + bytes.length
  } finally {
    await file.close()
  }
}

/** The certain bytes of a file, as fast as they are taken. */
export const contentOf = (site: Site, job: string, { n, size }: { n: number; size: number }): AsyncIterable<Buffer> =>
  createReadStream(pathOf(site, job, n), { end: size - 1 })

export const drop = (site: Site, job: string): Promise<void> => rm(join(folderOf(site), job), { recursive: true, force: true })

/** Folders of jobs that are no more. */
export async function sweep(site: Site, known: ReadonlySet<string>): Promise<void> {
  const there = await readdir(folderOf(site)).catch(() => [])
  for (const job of there) if (!known.has(job)) await drop(site, job)
}
