/**
 * The box's own edge: one small process that watches a folder for each hospital, as `yba edge` does beside a real one. What a
 * person drops there goes the whole way.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { addProgram } from '../access/index.ts'
import type { GivenSettings } from '../settings.ts'
import { keepProcess } from './hosts.ts'
import { layout } from './layout.ts'
import type { OpenedSite } from './parts.ts'
import { writeWhole } from './site-keys.ts'

const EDGE = join(import.meta.dirname, '..', '..', '..', 'edge', 'src', 'main.ts')

const tokenFile = (data: string, site: string): string => join(layout.edge(data), `${site}.token`)

/** Whether the folder of a site may hand its files in already. */
export const isLetIn = (data: string, site: string): boolean => existsSync(tokenFile(data, site))

/** Gives the folder of a site its token, once. */
export async function letIn(data: string, site: string, opened: Pick<OpenedSite, 'store' | 'clock'>): Promise<void> {
  mkdirSync(layout.edge(data), { recursive: true, mode: 0o700 })
  const program = { id: `thu-muc-${randomBytes(3).toString('hex')}`, name: 'Thư mục theo dõi' }
  const { token } = await addProgram(opened.store.sql, program, opened.clock.now())
  writeFileSync(tokenFile(data, site), token, { mode: 0o600 })
}

/** Watches the folders of these sites until it is ended; a process that dies is started again. */
export async function openEdge(
  data: string,
  sites: readonly GivenSettings[],
  note: (line: string) => void,
): Promise<{ end(): Promise<void> }> {
  const config = sites.map(({ name, baseUrl }) => {
    mkdirSync(layout.watched(data, name), { recursive: true })
    return {
      folder: layout.watched(data, name),
      site: baseUrl,
      tokenFile: tokenFile(data, name),
      state: join(layout.edge(data), name),
    }
  })
  const file = join(layout.edge(data), 'folders.json')
  writeWhole(file, `${JSON.stringify(config, null, 2)}\n`)
  const what = { name: 'edge', program: EDGE, args: ['--config', file], logFile: join(layout.edge(data), 'edge.log') }
  return keepProcess(what, { note })
}
