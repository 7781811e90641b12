/** How a service of the demo authority behaves: as it should, slowly, wrongly in a named way, or not at all. */
import { CRL_LIES, OCSP_LIES, TIMESTAMP_LIES } from '@yba/signing'

export const SERVICES = ['ocsp', 'crl', 'tsa'] as const
export type ServiceName = (typeof SERVICES)[number]
export const MODES = ['normal', 'slow', 'wrong', 'down'] as const

/** Wrong on the way rather than in the answer. */
export const LINE_LIES = ['giant', 'drip', 'redirect', 'html'] as const

export const LIES: Readonly<Record<ServiceName, readonly string[]>> = {
  ocsp: [...OCSP_LIES, ...LINE_LIES],
  crl: [...CRL_LIES, ...LINE_LIES],
  tsa: [...TIMESTAMP_LIES, ...LINE_LIES],
}

export interface Behaviour {
  mode: (typeof MODES)[number]
  /** Slow: seconds before the answer. */
  seconds?: number
  /** Wrong: in which way. */
  how?: string
}

export type Behaviours = Record<ServiceName, Behaviour>

export const NORMAL: Behaviours = { ocsp: { mode: 'normal' }, crl: { mode: 'normal' }, tsa: { mode: 'normal' } }

const LONGEST_SECONDS = 600

/** A behaviour as it came from outside, or null when it is none. */
export function behaviourOf(service: ServiceName, raw: unknown): Behaviour | null {
  const { mode, seconds, how } = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>
  const known = MODES.find((m) => m === mode)
  if (!known) return null
  if (known === 'slow') {
    const wait = seconds ?? 10
    return typeof wait === 'number' && wait > 0 && wait <= LONGEST_SECONDS ? { mode: known, seconds: wait } : null
  }
  if (known !== 'wrong') return { mode: known }
  const way = how ?? LIES[service][0]
  return typeof way === 'string' && LIES[service].includes(way) ? { mode: known, how: way } : null
}
