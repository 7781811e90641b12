/** Each minute: are the seals keeping up, is a day over, has the hub what it should have. */
import { setTimeout as delay } from 'node:timers/promises'
import { systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import { clearAlert, hubClient, raiseAlert } from '../exchange/index.ts'
import { exchangeRoots, makeRoots, watchRoots } from './roots.ts'
import { rootsOf, undeposited } from './tables.ts'

const EVERY_MS = 60_000
const LATE_MS = 10 * 60_000

/** Raises an alert when rows have waited for their seal for ten minutes: a transaction that hangs open holds it up. */
export async function watchSealing(site: Site): Promise<void> {
  const state = await site.store.audit.state()
  const now = site.clock.now()
  if (!state.oldestUnsealed || now.getTime() - state.oldestUnsealed.getTime() < LATE_MS) {
    await clearAlert(site.store, 'audit-sealing-late', site.name, now)
    return
  }
  await raiseAlert(
    site.store,
    {
      kind: 'audit-sealing-late',
      subject: site.name,
      severity: 'warning',
      role: 'administrator',
      vi: `${state.unsealed} dòng nhật ký chưa được niêm phong từ ${state.oldestUnsealed.toISOString()}.`,
      en: `${state.unsealed} audit rows have waited for their seal since ${state.oldestUnsealed.toISOString()}.`,
      cure: {
        vi: 'Tìm và kết thúc giao dịch đang treo trong PostgreSQL (pg_stat_activity).',
        en: 'Find and end the transaction that hangs in PostgreSQL (pg_stat_activity).',
      },
      details: { unsealed: state.unsealed, ...(state.heldBy ? { pid: state.heldBy.pid, since: state.heldBy.since.toISOString() } : {}) },
    },
    now,
  )
}

/** Rows of the last minutes that somebody took out or changed before their seal: said once, and in the trail itself. */
export async function watchRunning(site: Site): Promise<void> {
  const lost = site.store.audit.lost()
  const [first] = lost
  if (!first) return
  const [at, rows] = [first.at.toISOString(), lost.length]
  const caller = systemCaller('audit', site.settings.facility.code)
  await site.store.audit.record(caller, {
    action: 'audit-row-lost',
    outcome: 'error',
    detail: `${rows} row(s), the first ${first.action} ${at}`,
  })
  await raiseAlert(
    site.store,
    {
      kind: 'audit-row-lost',
      subject: `${site.name} ${at}`,
      severity: 'error',
      role: site.role === 'hub' ? 'hub-operator' : 'auditor',
      vi: `${rows} dòng nhật ký từ ${at} đã bị xóa hoặc sửa trước khi niêm phong.`,
      en: `${rows} audit row(s) from ${at} on were removed or changed before they were sealed.`,
      cure: {
        vi: 'Tìm xem ai có quyền trên cơ sở dữ liệu vào phút đó; giữ nguyên máy và nhật ký PostgreSQL.',
        en: 'Find out who had the rights of the database in that minute; keep the machine and the log of PostgreSQL as they are.',
      },
      details: { rows, at },
    },
    site.clock.now(),
  )
}

async function pass(site: Site, hub: ReturnType<typeof hubClient> | undefined): Promise<void> {
  await watchSealing(site)
  await watchRunning(site)
  const made = await makeRoots(site)
  if (site.role === 'hub') return watchRoots(site)
  if (!hub) return
  const code = site.settings.facility.code
  const waiting = (await undeposited(site.store, code)).length > 0
  const newest = (await rootsOf(site.store, 'hub')).at(-1)?.day
  const own = (await rootsOf(site.store, code)).at(-1)?.day
  // Once a day is enough: when a day of ours is over, and until the hub's day of the same date has come.
  if (made > 0 || waiting || (own !== undefined && (newest ?? '') < own)) await exchangeRoots(site, hub)
}

export async function startAuditWorker(site: Site): Promise<{ stop(): Promise<void> }> {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  const hub = site.settings.hubUrl && site.keys.client ? hubClient(site) : undefined
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      await pass(site, hub).catch((error: unknown) => {
        if (!signal.aborted) site.log.warn({ error: (error as { code?: string }).code ?? 'exception' }, 'roots of days')
      })
    }
  }
  const running = run()
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}
