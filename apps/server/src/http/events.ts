/**
 * Live screens: server-sent events from the site's log. Only kind, type and id travel; the screen fetches again,
 * under its own rights. `?patient=` adds what happens to one patient the caller has in care. Each event carries its
 * cursor as id; `reset` says: fetch everything again.
 */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { OutcomeError, refuse } from '@yba/fhir'
import type { FastifyInstance } from 'fastify'
import type { Caller } from '../access/caller.ts'
import { findSession } from '../access/sessions.ts'
import type { Site } from '../site.ts'
import type { LogEntry } from '../store/types.ts'
import { cookieNames } from './identify.ts'
import { tooManyRequests } from './outcomes.ts'

const HEARTBEAT_MS = 15_000

/** The scope that shows every resource of a type, whoever the patient is. */
const WIDE: ReadonlySet<string> = new Set(['all'])

const typeOf = (entry: LogEntry): string => entry.type ?? entry.thread.split('/')[0] ?? ''

/**
 * How much the caller may know of an entry. `whole`: type and id, where the caller reads all of the type or has opened
 * this patient's chart (`patients`). `kind`: only that something of the type changed. `nothing`: never reads the type.
 */
export function visibility(caller: Caller, entry: LogEntry, patients: ReadonlySet<string>): 'whole' | 'kind' | 'nothing' {
  // The exchange itself: figures and alerts, no resource. Who has its page hears that something changed.
  if (entry.kind.startsWith('exchange.')) return caller.permissions.has('exchange.page') ? 'kind' : 'nothing'
  if (entry.kind === 'claim.file') return caller.permissions.has('claim.import') ? 'kind' : 'nothing'
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

/** Streams one person may hold: more tabs than anybody reads, fewer than would wear the site out. */
const MOST_STREAMS = 20

export function eventRoutes(server: FastifyInstance, site: Site): void {
  const streams = new Map<string, number>()
  const count = (caller: string, change: 1 | -1): void => {
    const now = (streams.get(caller) ?? 0) + change
    if (now > 0) streams.set(caller, now)
    else streams.delete(caller)
  }
  server.get<{ Querystring: { patient?: string } }>(
    '/events',
    { config: { policy: { permission: 'site.session' }, background: true } },
    async (request, reply) => {
      const { id } = request.caller
      if ((streams.get(id) ?? 0) >= MOST_STREAMS) {
        reply.header('retry-after', '15')
        throw refuse(tooManyRequests)
      }
      const patients = await openedCharts(site, request.caller, request.query.patient)
      const place = await startingPlace(site, request.headers['last-event-id'])
      count(id, 1)
      reply.hijack()
      const gone = new AbortController()
      request.raw.once('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, site.stopping])
      const { session } = request
      const held = watchSession(site, request.cookies[cookieNames(site.name).session], session?.user.role)
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      await follow(site, reply.raw, place, (entry) => visibility(request.caller, entry, patients), held, signal).finally(() =>
        count(id, -1),
      )
    },
  )
}

const SESSION_CHECK_MS = 1000

/**
 * Whether the session a stream was opened under still holds, asked at most once a second: a stream ends with its
 * session, its lock or its role, and never counts as use.
 */
function watchSession(site: Site, cookie: string | undefined, role: string | undefined): () => Promise<boolean> {
  const rules = { sql: site.store.sql, idleLockSeconds: site.settings.idleLockSeconds }
  let asked = Date.now()
  return async () => {
    if (Date.now() - asked < SESSION_CHECK_MS) return true
    asked = Date.now()
    const session = await findSession(rules, cookie, site.clock.now(), false)
    return session !== undefined && !session.locked && session.user.role === role
  }
}

/** Entries a screen that comes back still gets one by one; after more it fetches everything again at once. */
const REPLAYED = 5000

/**
 * Where a stream begins. A screen that comes back names what it saw last; when the log does not know that any more (a
 * restore began a new epoch) or too much has happened since, the stream says `reset` and begins at the end.
 */
async function startingPlace(site: Site, last: string | string[] | undefined): Promise<{ cursor: string; reset: boolean }> {
  const end = await site.store.log.end()
  if (typeof last !== 'string' || last === '') return { cursor: end, reset: false }
  const [epoch, n] = last.split('.')
  const [epochNow, endN] = end.split('.')
  const known = epoch === epochNow && /^\d{1,18}$/.test(n ?? '') && Number(n) <= Number(endN) && Number(endN) - Number(n) <= REPLAYED
  return known ? { cursor: last, reset: false } : { cursor: end, reset: true }
}

/** How long a client may leave what was sent to it untaken. What waits for it in memory is one page of entries. */
const SLOW_MS = 5000

/** Waits until the client has taken what was written. False: it is too slow, and is let go. */
async function taken(out: ServerResponse, signal: AbortSignal): Promise<boolean> {
  if (!out.writableNeedDrain) return true
  try {
    await once(out, 'drain', { signal: AbortSignal.any([signal, AbortSignal.timeout(SLOW_MS)]) })
    return true
  } catch {
    // Stopped or timed out; the caller tells the two apart.
    return signal.aborted
  }
}

async function follow(
  site: Site,
  out: ServerResponse,
  place: { cursor: string; reset: boolean },
  show: (entry: LogEntry) => ReturnType<typeof visibility>,
  held: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  let { cursor } = place
  out.write('retry: 2000\n: ready\n\n')
  if (place.reset) out.write(`event: reset\nid: ${cursor}\ndata: {}\n\n`)
  try {
    while (!signal.aborted) {
      const page = await site.store.log.read(cursor, 200)
      cursor = page.cursor
      if (!(await held())) return
      const told = page.entries.flatMap((entry) => {
        const shown = show(entry)
        return shown === 'nothing' ? [] : [line(entry, shown)]
      })
      if (told.length > 0) out.write(told.join(''))
      if (!(await taken(out, signal))) {
        site.log.warn({ code: 'event-stream-too-slow' }, 'a screen does not take its events: its stream ends')
        out.destroy()
        return
      }
      if (page.entries.length > 0) continue
      await site.store.log.wait(cursor, HEARTBEAT_MS, signal)
      if (!signal.aborted) out.write(': alive\n\n')
    }
  } catch (error) {
    // The browser connects again with the last id it saw.
    if (!signal.aborted) site.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'event stream ended')
  } finally {
    out.end()
  }
}
