/** Reads under a caller's grants, with the audit line of each. */
import { refuse } from '@yba/fhir'
import type { AuditLine } from '../audit/rows.ts'
import { gone, notFound } from '../outcomes.ts'
import { searchLine, searchPage } from '../search/index.ts'
import { shownRow } from '../shown.ts'
import type { Row } from '../stored.ts'
import type { Reads } from '../types.ts'
import { changes } from './changes.ts'
import { cameByPut, version, versionPage, versions } from './history.ts'
import { currentRow, lineOf, patientsOf, type Reading } from './rows.ts'

/** Takes the line of what was read; nothing leaves before it is done. */
export type Note = (line: AuditLine) => Promise<void>

/** A current row or the named refusal; both are noted first. */
export async function present(on: Reading, note: Note, action: string, type: string, id: string, row: Row | undefined): Promise<Row> {
  await note(await lineOf(on, action, type, id, row))
  if (!row) throw refuse(notFound, { type })
  if (row.deleted) throw refuse(gone, { type })
  return row
}

/** `reading` is asked anew by each read: a handle's rights are judged at the moment. */
export function readsOf(reading: () => Reading, note: Note): Reads {
  return {
    async read(type, id) {
      const on = reading()
      return shownRow(on.access, 'read', await present(on, note, 'read', type, id, await currentRow(on, type, id, 'read')))
    },
    async vread(type, id, versionId) {
      const on = reading()
      return shownRow(on.access, 'read', await present(on, note, 'vread', type, id, await version(on, type, id, versionId)))
    },
    async history(type, id) {
      const on = reading()
      const found = await versions(on, type, id)
      await note(await lineOf(on, 'history', type, id, found && { ...found.current, deleted: false }))
      if (!found) throw refuse(notFound, { type })
      return found.all.map((row) => shownRow(on.access, 'history', { ...found.current, ...row }))
    },
    async historyOf(ask) {
      const on = reading()
      const { type, id } = ask
      if (type === undefined || id === undefined) {
        const { rows, ...page } = await changes(on, ask)
        const pats = await patientsOf(on.db, rows)
        const line = { caller: on.access.caller, at: on.access.now, action: 'history', pats, outcome: 'ok' }
        await note({ ...line, ...(type === undefined ? {} : { type }) })
        return page
      }
      const found = await versions(on, type, id)
      await note(await lineOf(on, 'history', type, id, found && { ...found.current, deleted: false }))
      if (!found) throw refuse(notFound, { type })
      const first = (await cameByPut(on, found.current)) ? 'PUT' : 'POST'
      return versionPage(ask, { all: found.all, first }, (row) => shownRow(on.access, 'history', { ...found.current, ...row }))
    },
    async search(type, query, how) {
      const on = reading()
      const { page, rows, request } = await searchPage(on, type, query, how)
      await note(await searchLine(on, request, query, rows))
      return page
    },
  }
}
