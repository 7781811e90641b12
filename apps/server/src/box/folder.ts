/** Making a folder that a person has named, wherever that is. */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { refuse } from '@yba/fhir'
import { folderNotWritable } from './postgres-outcomes.ts'

/**
 * Makes the folder and whatever is missing above it, one after the other: Node's own recursive form never ends where a
 * file system takes no folders and says so with ENOENT, as /proc does. Throws `folder-not-writable`.
 */
export function makeFolder(asked: string, mode = 0o755): void {
  const folder = resolve(asked)
  const missing: string[] = []
  for (let at = folder; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  try {
    for (const one of missing) makeOne(one, mode)
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' })
  } catch (error) {
    throw refuse(folderNotWritable, { folder, reason: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Somebody else was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
