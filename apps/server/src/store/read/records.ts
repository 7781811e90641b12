/** Reads of many resources that belong together, each with its one audit line; nothing leaves before that is written. */
import { shownRow } from '../shown.ts'
import type { Row } from '../stored.ts'
import type { Store } from '../types.ts'
import { compartment } from './everything.ts'
import { everythingOf } from './everything-of.ts'
import { exported } from './exported.ts'
import { labels } from './labels.ts'
import { type Note, present } from './reads.ts'
import { referredFrom } from './referred.ts'
import { currentRow, lineOf, patientsOf, type Reading } from './rows.ts'

const EVERYTHING_LIMIT = 10_000

/** `reading` is asked anew by each read: a handle's rights are judged at the moment. */
export function recordsOf(
  reading: () => Reading,
  note: Note,
): Pick<Store, 'everything' | 'everythingOf' | 'withReferred' | 'labels' | 'exportPage'> {
  /** What is there; a refusal is noted first. */
  async function subjectOf(on: Reading, action: string, type: string, id: string): Promise<Row> {
    const row = await currentRow(on, type, id, 'read')
    return row && !row.deleted ? row : present(on, note, action, type, id, row)
  }
  async function showed(on: Reading, action: string, [type, subject]: [string, Row], rows: readonly Row[]): Promise<void> {
    const line = await lineOf(on, action, type, subject.id, subject)
    await note({ ...line, pats: await patientsOf(on.db, [subject, ...rows]) })
  }
  return {
    async everything(patientId, options = {}) {
      const on = reading()
      const patient = await present(on, note, 'everything', 'Patient', patientId, await currentRow(on, 'Patient', patientId, 'read'))
      const rows = await compartment(on, patient.rid, options.types, options.limit ?? EVERYTHING_LIMIT)
      return rows.map((row) => shownRow(on.access, 'read', row))
    },
    async everythingOf(of, ask) {
      const on = reading()
      const subject = await subjectOf(on, 'everything', of.type, of.id)
      const { members, referred, next } = await everythingOf(on, of, ask)
      await showed(on, 'everything', [of.type, subject], [...members, ...referred])
      return {
        entries: members.map((row) => shownRow(on.access, 'search', row)),
        included: referred.map((row) => shownRow(on.access, 'read', row)),
        ...(next === undefined ? {} : { next }),
      }
    },
    async withReferred(of, { action, most }) {
      const on = reading()
      const subject = await subjectOf(on, action, of.type, of.id)
      const rows = await referredFrom(on, subject, most + 1)
      await showed(on, action, [of.type, subject], rows)
      return [subject, ...rows].map((row) => shownRow(on.access, 'read', row))
    },
    async exportPage(ask) {
      const on = reading()
      const { rows, next } = await exported(on, ask)
      const line = { caller: on.access.caller, at: on.access.now, action: 'export', type: ask.type, outcome: 'ok' }
      if (ask.count > 0) await note({ ...line, pats: await patientsOf(on.db, rows) })
      return { entries: rows.map((row) => shownRow(on.access, 'search', row)), ...(next === undefined ? {} : { next }) }
    },
    async labels(type) {
      const on = reading()
      const found = await labels(on, type)
      const line = { caller: on.access.caller, at: on.access.now, action: 'meta', pats: [], outcome: 'ok' }
      await note({ ...line, ...(type === undefined ? {} : { type }) })
      return found
    },
  }
}
