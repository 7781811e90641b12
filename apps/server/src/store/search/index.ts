/** Search: from the request to rows, pages and audit lines. */
import { parseSearch, type SearchRequest, type SummaryMode, subsetText, typeName } from '@yba/fhir'
import type { AuditLine } from '../audit/rows.ts'
import { localRequest } from '../local.ts'
import { patientsOf, type Reading } from '../read/rows.ts'
import { shownRow } from '../shown.ts'
import type { Row } from '../stored.ts'
import type { HowToSearch, SearchPage } from '../types.ts'
import { withCodes } from './codes.ts'
import { namedPatients, runSearch } from './run.ts'

interface SearchAnswer {
  page: SearchPage
  rows: Row[]
  request: SearchRequest
}

interface Subset {
  summary?: SummaryMode | undefined
  elements?: readonly string[]
}

/** What part of each resource is asked for. */
const subsetOf = ({ summary, elements }: SearchRequest): Subset =>
  summary === 'true' || summary === 'text' || summary === 'data' ? { summary } : { elements }

const part = (row: Row, { summary, elements }: Subset): Row => ({
  ...row,
  content: subsetText(row.content, typeName(row.t) ?? '', { ...(summary ? { summary } : {}), ...(elements ? { elements } : {}) }),
})

/** The request of a query, with the codes it means. Throws the reader's findings and what `withCodes` throws. */
export async function readSearch(on: Reading, type: string, query: string, how: HowToSearch = {}): Promise<SearchRequest> {
  const request = localRequest(parseSearch(type, query, { zone: on.ctx.zone, ...how }), on.ctx.base)
  return withCodes(on, request, async (t, q) => (await searchPage(on, t, q)).page)
}

/** Runs a search under the caller's grants. Throws `narrow-your-search`, `not-supported-yet` and the reader's findings. */
export async function searchPage(on: Reading, type: string, query: string, how: HowToSearch = {}): Promise<SearchAnswer> {
  const request = await readSearch(on, type, query, how)
  const found = await runSearch(on, request)
  const { summary, elements } = subsetOf(request)
  const page: SearchPage = {
    entries: found.rows.map((row) => shownRow(on.access, 'search', part(row, { summary, elements }))),
    // The elements asked for are those of the type that is searched.
    included: found.included.map((row) => shownRow(on.access, 'read', part(row, { summary }))),
    ignored: request.ignored,
    told: found.told,
    ...(found.total === undefined ? {} : { total: found.total }),
    ...(found.next === undefined ? {} : { next: found.next }),
  }
  return { page, rows: [...found.rows, ...found.included], request }
}

/** One line for a search, with the patients it showed. Values may name persons: only the parameters are kept. */
export async function searchLine(on: Reading, request: SearchRequest, query: string, rows: readonly Row[]): Promise<AuditLine> {
  // Nothing shown is an answer as well: that this patient has none, or so many.
  const asked = rows.length === 0 ? await namedPatients(on, request) : []
  const { compartment } = request
  const names = [...new Set([...(compartment ? [`${compartment.type}/*`] : []), ...new URLSearchParams(query).keys()])].map((k) =>
    k.slice(0, 80),
  )
  return {
    caller: on.access.caller,
    at: on.access.now,
    action: 'search',
    ...(request.type === '*' ? {} : { type: request.type }),
    pats: [...(await patientsOf(on.db, rows)), ...asked],
    outcome: 'ok',
    detail: names.join('&').slice(0, 400),
  }
}
