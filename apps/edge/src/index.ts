/** Door of the edge: one watched folder. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dropFolder } from './files/drop-folder.ts'
import { siteDoor } from './files/site-door.ts'
import { openSpool } from './files/spool.ts'
import { openTaken } from './files/tables.ts'
import { watchFolder } from './files/watch-folder.ts'
import { EdgeTrouble } from './trouble.ts'

export { EdgeTrouble } from './trouble.ts'

export interface WatchedFolder {
  /** Where the HIS drops its files; made when it is not there. */
  folder: string
  /** Base address of the facility's site. */
  site: string
  /** File with the token that `yba program add` printed. */
  tokenFile: string
  /** Folder of this computer for what is under way; by default one below the home folder. */
  state?: string
  stillMs?: number
  patienceMs?: number
  lingerMs?: number
  /** Files above this are refused here by name; by default what the site's door takes. */
  largestBytes?: number
}

export type Say = (what: string, about?: Record<string, unknown>) => void

const stateOf = (folder: string): string =>
  join(homedir(), '.yba-edge', createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12))

/** Opens a folder. Throws `EdgeTrouble` when another edge watches it already, or the token cannot be read. */
export function openFolder(watched: WatchedFolder, say: Say): { run(signal: AbortSignal): Promise<void>; close(): void } {
  const state = watched.state ?? stateOf(watched.folder)
  mkdirSync(state, { recursive: true, mode: 0o700 })
  if (!existsSync(watched.tokenFile))
    throw new EdgeTrouble(
      'no-token',
      `Không có tệp mã truy cập ${watched.tokenFile}. Lấy mã bằng: yba program add MÃ --site CƠ-SỞ --name TÊN`,
      `There is no token file ${watched.tokenFile}. Make one with: yba program add ID --site SITE --name NAME`,
    )
  const lock = onlyOne(state, watched.folder)
  const taken = openTaken(state)
  const parts = {
    taken,
    say,
    now: () => new Date(),
    drop: dropFolder(watched.folder),
    spool: openSpool(state, taken.wanted()),
    pace: { stillMs: watched.stillMs ?? 2000, patienceMs: watched.patienceMs ?? 60_000, lingerMs: watched.lingerMs ?? 600_000 },
    door: siteDoor({
      url: watched.site,
      folder: resolve(watched.folder),
      token: () => readFileSync(watched.tokenFile, 'utf8').trim(),
      ...(watched.largestBytes ? { largest: watched.largestBytes } : {}),
    }),
  }
  return {
    run: (signal) => watchFolder(parts, signal),
    close() {
      taken.close()
      lock.close()
    },
  }
}

/** Held by the open connection: a process that dies lets go of it. */
function onlyOne(state: string, folder: string): DatabaseSync {
  const lock = new DatabaseSync(join(state, 'lock.sqlite'))
  try {
    lock.exec('pragma busy_timeout = 0; begin exclusive')
  } catch {
    lock.close()
    throw new EdgeTrouble(
      'folder-watched',
      `Đã có một chương trình đang theo dõi ${folder}.`,
      `${folder} is being watched by another edge already.`,
    )
  }
  return lock
}
