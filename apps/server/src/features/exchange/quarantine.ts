/** F16: what a node sent and the hub could not take is kept as it came, so that two sides can look at the same bytes. Bounded per node. */
import { randomUUID } from 'node:crypto'
import { defineOutcome, type Finding, refuse } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import { keepQuarantined, quarantined, quarantinedBytes } from './tables/conduct.ts'

const LARGEST = 4 * 1024 * 1024
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Refusals that say something about the content; races and rights need no copy. */
const KEPT = new Set(['parcel-incomplete', 'time-unreal', 'digest-mismatch', 'signature-invalid', 'duplicate-identifier-different-content'])

const NOT_KEPT = defineOutcome({
  code: 'quarantine-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không còn giữ bản này.',
  en: 'This copy is not kept any more.',
  cure: {
    vi: 'Tải lại danh sách; mỗi cơ sở giữ hai mươi bản mới nhất.',
    en: 'Load the list again; of each facility the newest twenty are kept.',
  },
})

/** Keeps the bytes of a refused message, when the refusal is about its content. */
export async function quarantine(context: OperationContext, name: string, found: Finding): Promise<void> {
  const { site, caller, bytes } = context
  if (!KEPT.has(found.definition.code) || bytes.length === 0 || bytes.length > LARGEST) return
  const place = found.path ?? String(found.values.what ?? found.values.role ?? '')
  const copy = { id: randomUUID(), facility: caller.facility, route: name, code: found.definition.code, place: place.slice(0, 200), bytes }
  await keepQuarantined(site.store, copy, site.clock.now())
}

/** GET /fhir/Organization/$quarantine: what is kept, without its content; with `id` the bytes, which leaves an audit row. */
async function look({ site, caller, query }: OperationContext): Promise<OperationAnswer> {
  const id = query.get('id')
  if (id === null) return { json: { rows: await quarantined(site.store) } }
  const bytes = UUID.test(id) ? await quarantinedBytes(site.store, id) : null
  if (!bytes) throw refuse(NOT_KEPT)
  await site.store.audit.record(caller, { action: 'read', outcome: 'success', detail: `quarantine ${id}` })
  return { bytes, contentType: 'application/octet-stream' }
}

export const quarantineOperation: Operation = {
  name: '$quarantine',
  level: 'type',
  type: 'Organization',
  method: 'GET',
  permission: 'hub.console',
  body: 'none',
  handle: look,
}
