/** Whose rights count in an export, and whether they are still the same. */
import { createHash } from 'node:crypto'
import { type Caller, callerAgain } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { JobRow } from './tables.ts'

/** What a caller may do, as one digest. */
export function rightsOf({ role, permissions, grants, departments, facility }: Caller): string {
  const rights = JSON.stringify([role, [...permissions].sort(), grants, [...departments].sort(), facility])
  return createHash('sha256').update(rights).digest('hex')
}

/** Who asked, as they stand now; undefined when they may ask no more or are allowed something else. */
export async function askerOf(site: Site, job: Pick<JobRow, 'id' | 'caller' | 'caller_kind' | 'rights'>): Promise<Caller | undefined> {
  const known = { kind: job.caller_kind, id: job.caller }
  const caller = await callerAgain(site.store.sql, known, site.settings.facility.code, `export:${job.id}`)
  return caller && rightsOf(caller) === job.rights ? caller : undefined
}
