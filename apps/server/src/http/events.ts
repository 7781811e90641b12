/**
 * Live screens: server-sent events from the site's log. Only kind, type and id travel; the screen fetches again,
 * under its own rights. `?patient=` adds what happens to one patient the caller may read.
 */
import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../access/caller.ts'
import type { Site } from '../site.ts'
import type { LogEntry } from '../store/types.ts'

const HEARTBEAT_MS = 15_000

/** Scopes that show every resource of a type, whoever the patient is. */
const WIDE = new Set(['all', 'addressed'])

/** Whether the caller may know that this entry happened. `patients`: those whose chart the caller opened. */
export function maySee(caller: Caller, entry: LogEntry, patients: ReadonlySet<string>): boolean {
  const type = entry.type ?? entry.thread.split('/')[0] ?? ''
  return caller.grants.some((g) => {
    if (!g.actions.includes('read') || !(g.types === '*' || g.types.includes(type))) return false
    return WIDE.has(g.scope) || (entry.patient !== undefined && patients.has(entry.patient))
  })
}

function line(entry: LogEntry): string {
  const [threadType, threadId] = entry.thread.split('/')
  const type = entry.type ?? threadType
  const id = entry.id ?? threadId
  const data = { kind: entry.kind, ...(type ? { type } : {}), ...(id ? { id } : {}), ...(entry.patient ? { patient: entry.patient } : {}) }
  return `id: ${entry.cursor}\ndata: ${JSON.stringify(data)}\n\n`
}

export function eventRoutes(server: FastifyInstance, site: Site): void {
  server.get<{ Querystring: { patient?: string } }>(
    '/events',
    { config: { policy: { permission: 'site.session' }, background: true } },
    async (request, reply) => {
      const patients = new Set<string>()
      const { patient } = request.query
      if (patient) patients.add((await site.store.as(request.caller).read('Patient', patient)).id)
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
      await follow(site, reply.raw, from, (entry) => maySee(request.caller, entry, patients), signal)
    },
  )
}

async function follow(
  site: Site,
  out: ServerResponse,
  from: string,
  shown: (entry: LogEntry) => boolean,
  signal: AbortSignal,
): Promise<void> {
  let cursor = from
  out.write('retry: 2000\n: ready\n\n')
  try {
    while (!signal.aborted) {
      const page = await site.store.log.read(cursor, 200)
      cursor = page.cursor
      for (const entry of page.entries) if (shown(entry)) out.write(line(entry))
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
