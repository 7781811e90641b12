/** `yba program add|stop|list`: programs of a facility that hand claim files in by themselves. A token is printed once. */
import { refuse } from '@yba/fhir'
import { addProgram, clientNotHere, listPrograms, stopProgram } from '../access/index.ts'
import { withSites } from '../box/with-site.ts'
import { chosenLanguage, type Lang } from './text.ts'

interface Place {
  data: string
  site: string
}

const lang = (): Lang => chosenLanguage(process.argv.slice(2))

/** Throws `program-exists`, `program-invalid`, `client-not-here`. */
export async function addProgramCommand(id: string, options: Place & { name: string; client?: boolean }): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    if (options.client && site.role !== 'bare') throw refuse(clientNotHere)
    const role = options.client ? 'client' : 'program'
    const { token } = await addProgram(site.store.sql, { id, name: options.name, role }, site.clock.now())
    console.error(lang() === 'vi' ? 'Mã truy cập (chỉ hiện một lần):' : 'Token (shown once):')
    console.log(token)
  })
}

/** Throws `program-unknown`. */
export async function stopProgramCommand(id: string, options: Place): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    await stopProgram(site.store.sql, id, site.clock.now())
    console.log(`${id} ✓`)
  })
}

export async function listProgramsCommand(options: Place): Promise<void> {
  await withSites(options.data, options.site, async (site) => {
    for (const one of await listPrograms(site.store.sql)) {
      console.log(`${one.id.padEnd(20)} ${one.name}  ${one.seenAt ?? '—'}${one.stoppedAt ? `  [stopped ${one.stoppedAt}]` : ''}`)
    }
  })
}
