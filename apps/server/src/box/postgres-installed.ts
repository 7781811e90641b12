/** PostgreSQL as the machine has it, beside the one the box brings: for servers of hospitals, and for tests on older versions. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from './process.ts'

export interface InstalledPostgres {
  /** Folder above `bin/`. */
  programs: string
  major: number
}

/** Where packages lay whole installations: Debian and Ubuntu, Red Hat, Homebrew. */
const PLACES = [
  { folder: '/usr/lib/postgresql', name: /^\d+$/ },
  { folder: '/usr', name: /^pgsql-\d+$/ },
  { folder: '/opt/homebrew/opt', name: /^postgresql@\d+$/ },
]

/** Every installation with server and client programs, oldest first; `YBA_PG_HOME` names one more, and comes first. */
export function installedPostgres(): InstalledPostgres[] {
  const found = PLACES.flatMap(({ folder, name }) =>
    (existsSync(folder) ? readdirSync(folder) : []).filter((one) => name.test(one)).map((one) => join(folder, one)),
  )
  const own = process.env.YBA_PG_HOME ? [process.env.YBA_PG_HOME] : []
  const all = [...found.flatMap(look).sort((a, b) => a.major - b.major)]
  return [...own.flatMap(look), ...all]
}

/** The installation of one major version, with the programs that copy a running server. */
export function installedVersion(major: number): InstalledPostgres | undefined {
  return installedPostgres().find((one) => one.major === major && existsSync(join(one.programs, 'bin', 'pg_basebackup')))
}

function look(programs: string): InstalledPostgres[] {
  const server = join(programs, 'bin', 'postgres')
  if (!existsSync(server)) return []
  const major = Number(/(\d+)\.\d+/.exec(runQuietly(server, ['--version']) ?? '')?.[1])
  return major >= 15 ? [{ programs, major }] : []
}
