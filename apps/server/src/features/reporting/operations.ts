/** The health department's operations at the hub. */
import { refuse } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { FreezeRequest, SnapshotsAnswer } from './contract.ts'
import { isDay } from './days.ts'
import { department, departmentAnswer, gather } from './department.ts'
import { PERIOD_UNREADABLE } from './outcomes.ts'
import { freeze } from './snapshots.ts'
import { snapshotHeads } from './tables/snapshots.ts'
import { takeCounts } from './take-counts.ts'
import { workbook } from './workbook.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
/** Ten years of weeks and months. */
const MOST_SNAPSHOTS = 700
const LONGEST_REASON = 500

/** GET /fhir/Organization/$department-snapshots: the newest first. */
async function snapshots({ site }: OperationContext): Promise<OperationAnswer> {
  return { json: { rows: await snapshotHeads(site.store, MOST_SNAPSHOTS) } satisfies SnapshotsAnswer }
}

/** POST /fhir/Organization/$department-freeze: the next edition of a period that is over. */
async function freezeOperation({ site, caller, json }: OperationContext): Promise<OperationAnswer> {
  const { kind, from, reason } = (json ?? {}) as Partial<FreezeRequest>
  const readable = (kind === 'week' || kind === 'month') && typeof from === 'string' && isDay(from)
  if (!readable) throw refuse(PERIOD_UNREADABLE, { from: String(from).slice(0, 20), until: '' })
  const why = typeof reason === 'string' ? reason.trim().slice(0, LONGEST_REASON) : ''
  const id = await freeze(site, { kind, from, reason: why, by: caller }, (period) => gather(site, period))
  await site.store.audit.record(caller, { action: 'department-freeze', outcome: 'success', detail: `${kind} ${from}: ${why}` })
  return { status: 201, json: { id } }
}

/** GET /fhir/Organization/$department-workbook?kind=&from=&until= or ?snapshot= */
async function workbookOperation({ site, caller, query, lang }: OperationContext): Promise<OperationAnswer> {
  const answer = await departmentAnswer(site, query)
  const { from, until } = answer.table
  const bytes = await workbook(answer, query.get('lang') === 'en' || query.get('lang') === 'vi' ? (query.get('lang') as 'vi' | 'en') : lang)
  const edition = answer.snapshot ? `-${answer.snapshot.edition}` : ''
  await site.store.audit.record(caller, { action: 'department-export', outcome: 'success', detail: `${from} ${until}${edition}` })
  const name = `lien-thong-${from}-${until}${edition}.xlsx`
  return { bytes, contentType: XLSX, headers: { 'content-disposition': `attachment; filename="${name}"` } }
}

const reading = { level: 'type', type: 'Organization', method: 'GET', permission: 'reporting.read', body: 'none' } as const

export const hubOperations: readonly Operation[] = [
  { ...reading, name: '$department', handle: department },
  { ...reading, name: '$department-snapshots', handle: snapshots },
  { ...reading, name: '$department-workbook', handle: workbookOperation },
  {
    name: '$department-freeze',
    level: 'type',
    type: 'Organization',
    method: 'POST',
    permission: 'reporting.freeze',
    body: 'json',
    bodyLimit: 8_192,
    handle: freezeOperation,
  },
  {
    name: '$daily-counts',
    level: 'type',
    type: 'Organization',
    method: 'POST',
    permission: 'exchange.feed',
    body: 'json',
    bodyLimit: 262_144,
    handle: takeCounts,
  },
]
