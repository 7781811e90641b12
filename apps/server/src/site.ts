/**
 * A site: one installation with its own database, keys and users. Everything a feature needs hangs on this object;
 * there is no module-level mutable state, so one process hosts many sites.
 */
import type { Logger } from 'pino'
import type { Feature } from './feature.ts'
import type { SiteKeys } from './keys.ts'
import type { SiteSettings } from './settings.ts'
import type { StoreRoot } from './store/types.ts'

export interface Clock {
  now(): Date
}

export interface Site {
  readonly name: string
  readonly role: 'facility' | 'hub' | 'bare'
  readonly settings: SiteSettings
  readonly clock: Clock
  readonly store: StoreRoot
  readonly keys: SiteKeys
  readonly log: Logger
  readonly features: readonly Feature[]
  /** Aborted when the site stops; every wait and fetch of the site listens to it. */
  readonly stopping: AbortSignal
}
