/**
 * Frozen tables of weeks and months: each with all it was counted from, and one digest over both. The first edition is
 * made by itself some hours after the period; what becomes known later is a further edition beside it, by a person who
 * says why. None is ever changed.
 */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import type { Caller } from '../../access/index.ts'
import { onBehalf, systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { DepartmentTable, SnapshotHead, TableBasis } from './contract.ts'
import { type Period, periodOf } from './days.ts'
import { changedRows, departmentTable } from './figures.ts'
import { FREEZE_REASON, PERIOD_NOT_OVER, SNAPSHOT_UNKNOWN } from './outcomes.ts'
import { editionsOf, type Frozen, putSnapshot, snapshotById } from './tables/snapshots.ts'

/** What a period's table is counted from, as it stands now. */
export type Gather = (period: Period) => Promise<TableBasis>

const sealOf = (basis: string, body: string): string => createHash('sha256').update(basis).update('\n').update(body).digest('hex')

/** Whether a frozen table is as it was written: by its digest, and counted again from what it was counted from. */
export function isWhole({ head, basis, body }: Frozen): boolean {
  return sealOf(basis, body) === head.sha256 && JSON.stringify(departmentTable(JSON.parse(basis) as TableBasis)) === body
}

export interface Freeze {
  kind: 'week' | 'month'
  from: string
  reason: string
  /** Null: by itself. */
  by: Caller | null
}

/** Writes the next edition. Throws `period-not-over`, `freeze-reason-missing` for a second one without its reason. */
export async function freeze(site: Site, asked: Freeze, gather: Gather): Promise<string> {
  const period = { kind: asked.kind, ...periodOf(asked.kind, asked.from) }
  if (localDay(site.clock.now()) <= period.until) throw refuse(PERIOD_NOT_OVER, { until: period.until })
  const basis = await gather(period)
  const table = departmentTable(basis)
  const [text, body] = [JSON.stringify(basis), JSON.stringify(table)]
  const caller = asked.by ? onBehalf(asked.by) : systemCaller('reporting', site.settings.facility.code)
  return site.store.as(caller).transact(async (tx) => {
    await tx.lockKey('reporting-snapshot')
    const last = (await editionsOf(tx, period.kind, period.from))[0]
    if (last && asked.reason === '') throw refuse(FREEZE_REASON)
    const { by, reason } = asked
    return putSnapshot(tx, {
      ...period,
      edition: (last?.edition ?? 0) + 1,
      at: site.clock.now(),
      by: by?.display ?? null,
      byId: by?.id ?? null,
      reason,
      sha256: sealOf(text, body),
      totals: table.totals,
      basis: text,
      body,
    })
  })
}

interface FrozenTable {
  table: DepartmentTable
  basis: TableBasis
  snapshot: SnapshotHead
  before?: { snapshot: SnapshotHead; table: DepartmentTable }
  changed?: string[]
}

/** A frozen table, the edition before it, and for the newest edition who has other figures by now. Throws `snapshot-unknown`. */
export async function frozenTable(site: Site, id: string, gather: Gather): Promise<FrozenTable> {
  const frozen = await snapshotById(site.store, id)
  if (!frozen) throw refuse(SNAPSHOT_UNKNOWN)
  const { head } = frozen
  const table = JSON.parse(frozen.body) as DepartmentTable
  const editions = await editionsOf(site.store, head.kind, head.from)
  const earlier = editions.find((e) => e.edition === head.edition - 1)
  const before = earlier && (await snapshotById(site.store, earlier.id))
  const newest = editions[0]?.id === id
  const now = newest ? departmentTable(await gather({ kind: head.kind, from: head.from, until: head.until })) : undefined
  return {
    table,
    basis: JSON.parse(frozen.basis) as TableBasis,
    snapshot: head,
    ...(before ? { before: { snapshot: before.head, table: JSON.parse(before.body) as DepartmentTable } } : {}),
    ...(now ? { changed: changedRows(table, now) } : {}),
  }
}
