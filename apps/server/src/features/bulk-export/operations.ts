/** `$export` and what follows it (Bulk Data Access IG 2.0): kick-off, status, files, cancelling. */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { askOf } from './asked.ts'
import { contentOf, drop } from './files.ts'
import { rightsOf } from './jobs.ts'
import { exportFailed, exportParameterWrong, exportRightsChanged, exportTooMany, exportUnknown } from './outcomes.ts'
import { type Ask, type JobRow, jobs } from './tables.ts'
import { pageAsk } from './worker.ts'

/** Open at once, of one caller. */
const MOST_OPEN = 3
const RETRY_SECONDS = 2

const base = ({ site }: OperationContext): string => `${site.settings.baseUrl}/fhir`

async function kickOff(context: OperationContext, of: Ask['of']) {
  const { site, caller, store, type, id } = context
  const ask = askOf(context, of)
  const asked_at = site.clock.now()
  // What would be refused at the first page is refused now.
  for (const one of ask.types) await store.exportPage({ ...(await pageAsk(site, caller, { ask, asked_at }, one)), count: 0 })
  const place = of === 'system' ? '' : of === 'group' ? `/${type}/${id}` : `/${type}`
  const request = `${base(context)}${place}/$export${context.query.size > 0 ? `?${context.query}` : ''}`
  const job = { id: randomUUID(), caller: caller.id, caller_kind: caller.kind, rights: rightsOf(caller), request, ask, asked_at }
  if (!(await jobs.insert(site.store, job, MOST_OPEN))) throw refuse(exportTooMany, { most: MOST_OPEN })
  const detail = `${of}, ${ask.types.length} types, job ${job.id}`
  await site.store.audit.record(caller, { action: 'export-start', outcome: 'ok', detail, ...(of === 'system' ? {} : { type }) })
  return { status: 202, headers: { 'content-location': `${base(context)}/$export-status?job=${job.id}` } }
}

/** Only who asked finds a job. Throws `export-unknown`, `export-parameter-wrong`. */
async function jobOf({ site, caller, query }: OperationContext): Promise<JobRow> {
  const id = query.get('job')
  if (id === null) throw refuse(exportParameterWrong, { name: 'job' })
  const job = await jobs.find(site.store, id, caller.id)
  const now = site.clock.now().getTime()
  if (!job || (job.expires_at && job.expires_at.getTime() <= now)) throw refuse(exportUnknown)
  return job
}

/** Throws `export-rights-changed`. */
function checkRights(context: OperationContext, job: JobRow): void {
  if (rightsOf(context.caller) !== job.rights) throw refuse(exportRightsChanged)
}

async function status(context: OperationContext): Promise<OperationAnswer> {
  const job = await jobOf(context)
  if (job.state === 'failed') throw refuse(exportFailed, { why: job.problem ?? 'unknown' })
  if (job.state !== 'done') {
    const progress = `${job.resources} resources, type ${Math.min(job.type_at + 1, job.ask.types.length)} of ${job.ask.types.length}`
    return { status: 202, headers: { 'x-progress': progress, 'retry-after': String(RETRY_SECONDS) } }
  }
  checkRights(context, job)
  const output = job.files.map(({ n, type, count }) => ({ type, url: `${base(context)}/$export-file?job=${job.id}&n=${n}`, count }))
  const manifest = { transactionTime: job.asked_at.toISOString(), request: job.request, requiresAccessToken: true, output, error: [] }
  return { json: manifest, headers: { expires: job.expires_at?.toUTCString() ?? '' } }
}

async function file(context: OperationContext) {
  const job = await jobOf(context)
  const found = job.state === 'done' ? job.files.find(({ n }) => String(n) === context.query.get('n')) : undefined
  if (!found) throw refuse(exportUnknown)
  checkRights(context, job)
  const { site, caller } = context
  const detail = `job ${job.id}, file ${found.n}`
  await site.store.audit.record(caller, { action: 'export-file', type: found.type, outcome: 'ok', detail })
  return {
    pieces: contentOf(site, job.id, found),
    contentType: 'application/fhir+ndjson',
    headers: { 'content-length': String(found.size) },
  }
}

async function cancel(context: OperationContext) {
  const { site, caller } = context
  const job = await jobOf(context)
  await jobs.remove(site.store, job.id)
  await drop(site, job.id)
  await site.store.audit.record(caller, { action: 'export-cancel', outcome: 'ok', detail: `job ${job.id}` })
  return { status: 202 }
}

const PLACES = [
  { level: 'system', of: 'system' },
  { level: 'type', type: 'Patient', of: 'patients' },
  { level: 'instance', type: 'Group', of: 'group' },
] as const

const common = { permission: 'fhir.read' } as const
const followed = { ...common, level: 'system', body: 'none' } as const

export const operations: readonly Operation[] = [
  ...PLACES.flatMap(({ of, ...place }): Operation[] => {
    const handle = (context: OperationContext) => kickOff(context, of)
    return [
      { ...common, ...place, name: 'export', method: 'GET', body: 'none', handle },
      { ...common, ...place, name: 'export', method: 'POST', body: 'json', handle },
    ]
  }),
  { ...followed, name: 'export-status', method: 'GET', handle: status },
  { ...followed, name: 'export-status', method: 'DELETE', handle: cancel },
  { ...followed, name: 'export-file', method: 'GET', handle: file },
]
