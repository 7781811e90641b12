/** Search: from the request to rows, pages and audit lines. */
import { parseSearch } from '@yba/fhir'
import type { AuditLine } from '../audit/rows.ts'
import { patientsOf, type Reading } from '../read/rows.ts'
import { shownRow } from '../shown.ts'
import type { Row } from '../stored.ts'
import type { SearchPage } from '../types.ts'
import { namedPatients, runSearch } from './run.ts'

/** Runs a search under the caller's grants. Throws `narrow-your-search`, `not-supported-yet` and the reader's findings. */
export async function searchPage(on: Reading, type: string, query: string): Promise<{ page: SearchPage; rows: Row[] }> {
  const request = parseSearch(type, query, { zone: on.ctx.zone })
  const found = await runSearch(on, request)
  const page: SearchPage = {
    entries: found.rows.map((row) => shownRow(on.access, 'search', row)),
    included: found.included.map((row) => shownRow(on.access, 'read', row)),
    ...(found.total === undefined ? {} : { total: found.total }),
    ...(found.next === undefined ? {} : { next: found.next }),
  }
  return { page, rows: [...found.rows, ...found.included] }
}

/** One line for a search, with the patients it showed. Values may name persons: only the parameters are kept. */
export async function searchLine(on: Reading, type: string, query: string, rows: readonly Row[]): Promise<AuditLine> {
  // Nothing shown is an answer as well: that this patient has none, or so many.
  const asked = rows.length === 0 ? await namedPatients(on, parseSearch(type, query, { zone: on.ctx.zone })) : []
  const names = [...new Set([...new URLSearchParams(query).keys()])].map((k) => k.slice(0, 80))
  return {
    caller: on.access.caller,
    at: on.access.now,
    action: 'search',
    type,
    pats: [...(await patientsOf(on.db, rows)), ...asked],
    outcome: 'ok',
    detail: names.join('&').slice(0, 400),
  }
}
