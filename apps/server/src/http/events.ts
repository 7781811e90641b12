/**
 * Live screens: server-sent events from the site's log. Only kind, type and id travel; the screen fetches again,
 * under its own rights. `?patient=` adds what happens to one patient the caller has in care.
 */
import type { ServerResponse } from 'node:http'
import { OutcomeError } from '@yba/fhir'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../access/caller.ts'
import type { Site } from '../site.ts'
import type { LogEntry } from '../store/types.ts'

const HEARTBEAT_MS = 15_000

/** The scope that shows every resource of a type, whoever the patient is. */
const WIDE: ReadonlySet<string> = new Set(['all'])

const typeOf = (entry: LogEntry): string => entry.type ?? entry.thread.split('/')[0] ?? ''

/**
 * How much the caller may know of an entry. `whole`: type and id, where the caller reads all of the type or has opened
 * this patient's chart (`patients`). `kind`: only that something of the type changed. `nothing`: never reads the type.
 */
export function visibility(caller: Caller, entry: LogEntry, patients: ReadonlySet<string>): 'whole' | 'kind' | 'nothing' {
  const type = typeOf(entry)
  const grants = caller.grants.filter((g) => g.actions.includes('read') && (g.types === '*' || g.types.includes(type)))
  if (grants.length === 0) return 'nothing'
  const opened = entry.patient !== undefined && patients.has(entry.patient)
  return opened || grants.some((g) => WIDE.has(g.scope)) ? 'whole' : 'kind'
}

function line(entry: LogEntry, shown: 'whole' | 'kind'): string {
  const type = typeOf(entry)
  const id = entry.id ?? entry.thread.split('/')[1]
  const whole = { ...(id ? { id } : {}), ...(entry.patient ? { patient: entry.patient } : {}) }
  const data = { kind: entry.kind, ...(type ? { type } : {}), ...(shown === 'whole' ? whole : {}) }
  return `id: ${entry.cursor}\ndata: ${JSON.stringify(data)}\n\n`
}

/**
 * The named patient, when the caller has them in care. Finding somebody by name is not care, so grants over everybody
 * do not count here; without care the stream opens all the same and says less.
 */
async function openedCharts(site: Site, caller: Caller, patient: string | undefined): Promise<ReadonlySet<string>> {
  const grants = caller.grants.filter((g) => g.scope === 'relation' || g.scope === 'department' || g.scope === 'self')
  if (!patient || grants.length === 0) return new Set()
  try {
    return new Set([(await site.store.as({ ...caller, grants }).read('Patient', patient)).id])
  } catch (error) {
    if (error instanceof OutcomeError && error.http < 500) return new Set()
    throw error
  }
}

export function eventRoutes(server: FastifyInstance, site: Site): void {
  server.get<{ Querystring: { patient?: string } }>(
    '/events',
    { config: { policy: { permission: 'site.session' }, background: true } },
    async (request, reply) => {
      const patients = await openedCharts(site, request.caller, request.query.patient)
      const last = request.headers['last-event-id']
      const from = typeof last === 'string' && last !== '' ? last : await site.store.log.end()
      reply.hijack()
      const gone = new AbortController()
      request.raw.once('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, site.stopping])
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      await follow(site, reply.raw, from, (entry) => visibility(request.caller, entry, patients), signal)
    },
  )
}

async function follow(
  site: Site,
  out: ServerResponse,
  from: string,
  show: (entry: LogEntry) => ReturnType<typeof visibility>,
  signal: AbortSignal,
): Promise<void> {
  let cursor = from
  out.write('retry: 2000\n: ready\n\n')
  try {
    while (!signal.aborted) {
      const page = await site.store.log.read(cursor, 200)
      cursor = page.cursor
      for (const entry of page.entries) {
        const shown = show(entry)
        if (shown !== 'nothing') out.write(line(entry, shown))
      }
      if (page.entries.length > 0) continue
      await site.store.log.wait(cursor, HEARTBEAT_MS, signal)
      if (!signal.aborted) out.write(': alive\n\n')
    }
  } catch (error) {
    // The browser connects again and starts at the end of the log.
    if (!signal.aborted) site.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'event stream ended')
  } finally {
    out.end()
  }
}
