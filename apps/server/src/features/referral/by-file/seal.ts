/**
 * What waited and is due again is followed, and an outcome is composed, frozen and handed to the
 * facility's seal. Safe to kill at any place: until the paper is filed, the stay stays due.
 */
import { systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import { requestsOf, startSigning } from '../../sign-tray/index.ts'
import { IMPORTED } from '../absorb.ts'
import { type FrozenPaper, filePaper, freeze } from '../freeze.ts'
import { dueFile, type FileRow, lockRecord, postponeFile, settleFile } from '../tables/files.ts'
import { dropDraft, loadDraft } from '../tables.ts'
import { taskFacts, taskResource } from '../task.ts'
import { nextVersion, versionsOf } from '../versions.ts'
import { followAgain } from './follow.ts'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 300_000
const REASON = 'Phần mềm bệnh viện (HIS) gửi lại hồ sơ đã sửa'

const caller = (site: Site) => systemCaller('by-file', site.settings.facility.code)

/** When to try again after so many tries. */
export const pause = (site: Site, tries: number): Date =>
  new Date(site.clock.now().getTime() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10)))

/** Follows one stay that is due; gives whether there was one. */
export async function followNext(site: Site): Promise<boolean> {
  const row = await dueFile(site.store, site.clock.now())
  if (!row) return false
  try {
    await follow(site, row)
  } catch (error) {
    await postponeFile(site.store, row, pause(site, row.tries))
    site.log.error({ err: error, tries: row.tries + 1 }, 'what a file says of a referral was not followed')
  }
  return true
}

async function follow(site: Site, { said: { record } }: FileRow): Promise<void> {
  const { next, content, visit, row } = await site.store.as(caller(site)).transact((tx) => followAgain(site, tx, record))
  if (next !== 'seal' || !content || !visit || !row) return
  const version = await nextVersion(site, visit.task, content, REASON)
  const frozen = await freeze(site, content, version)
  const task = visit.stored.id
  await fileSealed(site, task, frozen, {
    before: (tx) => lockRecord(tx, record),
    settle: (tx) => settleFile(tx, row, { task, waiting: true, due: null, findings: [] }),
  })
}

/**
 * Files the frozen outcome and asks for the seal, unless somebody was quicker: then what was due is looked at again.
 * @param how `before`: the lock that is taken before the slip's; `settle` says in the same transaction that it is done,
 * false: it is not to be done any more
 */
export async function fileSealed(
  site: Site,
  taskId: string,
  frozen: FrozenPaper,
  how: { before?: (tx: Transaction) => Promise<void>; settle: (tx: Transaction) => Promise<boolean> },
): Promise<void> {
  await site.store.as(caller(site)).transact(async (tx) => {
    await how.before?.(tx)
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) throw new Error(`Task ${taskId} is gone`)
    const task = taskFacts(stored.resource())
    const others = await versionsOf(tx, task, 'outcome')
    if (others.some((v) => v.facts.version >= frozen.version || (v.facts.pending && !v.facts.superseded))) return
    if (!(await how.settle(tx))) return
    const id = await filePaper(tx, frozen, task, taskId)
    const next = { ...task, output: [...task.output, id] }
    await tx.write([{ kind: 'update', id: taskId, ifMatch: stored.versionId, resource: taskResource(next) }])
    // A draft of ours says what the paper says now; a person's goes on.
    if ((await loadDraft(tx, taskId, 'outcome'))?.updatedBy.startsWith(IMPORTED)) await dropDraft(tx, taskId, 'outcome')
    const seal = (await requestsOf(tx, taskId)).find((r) => r.document === id && r.role === 'seal')
    if (!seal) throw new Error('no seal was asked for')
    await startSigning(tx, seal, { id: 'seal', name: site.settings.facility.name, title: 'Dấu cơ sở' }, tx.now)
    tx.emit({ kind: 'referral.signing', thread: `Task/${taskId}`, payload: { task: taskId, role: 'seal' } })
    site.log.info({ number: frozen.number, version: frozen.version }, 'outcome composed from a file')
  })
}
