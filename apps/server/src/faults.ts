/**
 * Fault points: named places between two steps where a crash test may kill the process. Demo sites only; the
 * environment variable names one point, `YBA_FAULT=<site>:<point>[:<n-th passage>]`.
 */
import type { Site } from './site.ts'

export const FAULT_POINTS = [
  'sign.after-prepare',
  'sign.before-record',
  'sign.after-record',
  'outbox.before-send',
  'outbox.after-send',
  'feed.before-apply',
  'feed.after-apply',
  'hub.before-commit',
  'hub.after-commit',
  'import.before-commit',
  'import.after-commit',
  'acceptance.before-commit',
  'acceptance.after-commit',
] as const

export type FaultPoint = (typeof FAULT_POINTS)[number]

const passages = new WeakMap<Site, Map<FaultPoint, number>>()

/** Dies here (SIGKILL, nothing flushed) when the crash test asked for this point of this site. */
export function faultPoint(site: Site, point: FaultPoint): void {
  const wanted = process.env.YBA_FAULT
  if (!wanted || site.settings.environment !== 'demo') return
  const [name, at, nth] = wanted.split(':')
  if (name !== site.name || at !== point) return
  const counts = passages.get(site) ?? new Map<FaultPoint, number>()
  passages.set(site, counts)
  const passage = (counts.get(point) ?? 0) + 1
  counts.set(point, passage)
  if (passage === Number(nth ?? '1')) process.kill(process.pid, 'SIGKILL')
}
