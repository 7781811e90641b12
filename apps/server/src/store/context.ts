/** What every part of the store needs of its site. */

import type { Finding } from '@yba/fhir'
import type pg from 'pg'
import type { Caller } from '../access/caller.ts'
import type { Clock } from '../site.ts'
import type { Audit } from './audit/index.ts'
import type { Spool } from './audit/spool.ts'
import type { Db } from './db.ts'
import type { Access } from './grants.ts'
import type { Hasher } from './hash.ts'
import type { RowNumbers } from './ids.ts'
import type { Terminology } from './terminology.ts'
import type { Blobs, FhirResource, Write } from './types.ts'

/** Says no to plain FHIR writes of types that have commands (access/ownership.ts). */
export type Gate = (write: Write, caller: Caller, current?: FhirResource) => Finding | undefined

export interface Context {
  pool: pg.Pool
  db: Db
  clock: Clock
  hashes: Hasher
  rids: RowNumbers
  zone: string
  /** Address of the site's FHIR endpoint; undefined where nobody asks by it. */
  base: string | undefined
  epoch: number
  audit: Audit
  blobs: Blobs
  gate?: Gate
  /** Says what codes mean, once the care area that keeps the lists is there (`StoreRoot.use`). */
  terminology?: Terminology
  spool?: Spool
  /** Told after each commit that wrote event rows. */
  committed(): void
}

/** The caller's rights at this moment. */
export function accessOf(ctx: Context, caller: Caller): Access {
  const now = ctx.clock.now()
  const glass = caller.patient ? undefined : ctx.spool?.glassOf(caller.id, now.getTime())
  if (!glass) return { caller, now, ...(caller.patient ? { self: ctx.hashes.of(`Patient/${caller.patient}`) } : {}) }
  // An emergency while nothing can be written: what care would give, for this one patient, to read.
  const opened = caller.grants
    .filter((g) => g.scope === 'relation')
    .map((g) => ({ ...g, scope: 'self' as const, actions: g.actions.filter((a) => a !== 'write') }))
  return { caller: { ...caller, grants: [...caller.grants, ...opened] }, now, self: ctx.hashes.of(`Patient/${glass.patient}`) }
}
