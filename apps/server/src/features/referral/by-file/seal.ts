/**
 * The worker behind files: what waited and is due again is followed, and an outcome is composed, frozen and handed to the
 * facility's seal. Safe to kill at any place: until the paper is filed, the stay stays due.
 */
import type { OutcomeContent } from '@yba/vietnam'
import { systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { requestsOf, startSigning } from '../../sign-tray/index.ts'
import { type FrozenPaper, filePaper, freeze } from '../freeze.ts'
import { dueFile, type FileRow, forgetFiles, nextDueFile, postponeFile, settleFile } from '../tables/files.ts'
import { dropDraft } from '../tables.ts'
import { taskFacts, taskResource } from '../task.ts'
import { nextVersion, versionsOf } from '../versions.ts'
import { followAgain, forgottenBefore } from './follow.ts'

const IDLE_MS = 5_000
const HOUR_MS = 3_600_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 300_000
const REASON = 'Phần mềm bệnh viện (HIS) gửi lại hồ sơ đã sửa'

const caller = (site: Site) => systemCaller('by-file', site.settings.facility.code)

/** Follows one stay that is due; gives whether there was one. */
export async function followNext(site: Site): Promise<boolean> {
  const row = await dueFile(site.store, site.clock.now())
  if (!row) return false
  try {
    await follow(site, row)
  } catch (error) {
    const next = new Date(site.clock.now().getTime() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(row.tries, 10)))
    await postponeFile(site.store, row.said.record, next)
    site.log.error({ err: error, tries: row.tries + 1 }, 'what a file says of a referral was not followed')
  }
  return true
}

async function follow(site: Site, row: FileRow): Promise<void> {
  const { said } = row
  const { next, content, visit } = await site.store.as(caller(site)).transact((tx) => followAgain(site, tx, said, row.task))
  if (next !== 'seal' || !content || !visit) return
  const version = await nextVersion(site, visit.task, content, REASON)
  const frozen = await freeze(site, content, version)
  await fileSealed(site, row, visit.stored.id, frozen, content)
}

/** Files the frozen outcome and asks for the seal, unless somebody was quicker; then the stay is looked at again. */
async function fileSealed(site: Site, { said }: FileRow, taskId: string, frozen: FrozenPaper, content: OutcomeContent): Promise<void> {
  await site.store.as(caller(site)).transact(async (tx) => {
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) throw new Error(`Task ${taskId} is gone`)
    const task = taskFacts(stored.resource())
    const others = await versionsOf(tx, task, 'outcome')
    if (others.some((v) => v.facts.version >= frozen.version || (v.facts.pending && !v.facts.superseded))) return
    if (!(await settleFile(tx, said, { task: taskId, waiting: true, due: false, findings: [] }, tx.now))) return
    const id = await filePaper(tx, frozen, task, taskId)
    const next = { ...task, output: [...task.output, id] }
    await tx.write([{ kind: 'update', id: taskId, ifMatch: stored.versionId, resource: taskResource(next) }])
    await dropDraft(tx, taskId, 'outcome')
    const seal = (await requestsOf(tx, taskId)).find((r) => r.document === id && r.role === 'seal')
    if (!seal) throw new Error('no seal was asked for')
    await startSigning(tx, seal, { id: 'seal', name: site.settings.facility.name, title: 'Dấu cơ sở' }, tx.now)
    tx.emit({ kind: 'referral.signing', thread: `Task/${taskId}`, payload: { task: taskId, role: 'seal' } })
    site.log.info({ number: content.number }, 'outcome composed from a file')
  })
}

/** Runs until stopped; woken by files and slips. */
export function startFollowing(site: Site): { stop(): Promise<void> } {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, site.stopping])
  let forgotten = 0
  const running = (async () => {
    while (!signal.aborted) {
      const cursor = await site.store.log.end()
      if (await followNext(site)) continue
      const now = site.clock.now()
      if (now.getTime() - forgotten > HOUR_MS) {
        await forgetFiles(site.store, forgottenBefore(now))
        forgotten = now.getTime()
      }
      const due = await nextDueFile(site.store)
      const ms = due ? Math.max(50, Math.min(IDLE_MS, due.getTime() - site.clock.now().getTime())) : IDLE_MS
      await site.store.log.heard(cursor, ['referral.file-due'], ms, signal)
    }
  })().catch((error: unknown) => {
    if (!signal.aborted) site.log.error({ err: error }, 'following of files ended')
  })
  return {
    stop: async () => {
      stop.abort()
      await running
    },
  }
}
