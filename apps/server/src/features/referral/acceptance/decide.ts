/**
 * A slip that arrives meets the receiver's policy: its node decides, never the hub. What is accepted without a person is
 * the step of the table like any other, in one transaction with the word in the slip's story: a death in between leaves
 * both or neither.
 */
import { readDocument } from '@yba/forms'
import type { ReferralContent } from '@yba/vietnam'
import type { Caller } from '../../../access/caller.ts'
import { systemCaller } from '../../../access/index.ts'
import { faultPoint } from '../../../faults.ts'
import type { Site } from '../../../site.ts'
import type { Transaction } from '../../../store/types.ts'
import type { DocumentView } from '../../documents/contract.ts'
import { documentViews } from '../../documents/index.ts'
import { effectiveState, takeStep } from '../act.ts'
import { partyHere } from '../acting.ts'
import { localDateTime } from '../local-time.ts'
import { newestPolicy, putSaid, saidOf, settleAwaited } from '../tables/acceptance.ts'
import { loadHistory } from '../tables.ts'
import { type ReferralTask, taskFacts } from '../task.ts'
import { currentPapers } from '../view-versions.ts'
import type { AcceptanceDoubt, AcceptancePolicy, AcceptanceSaid } from './contract.ts'
import { doubtsOf } from './doubts.ts'
import { isUnanswered } from './due.ts'
import { DEFAULT_POLICY, decide, departmentFor, inOrder, type SlipCase } from './policy.ts'
import { reasonText } from './words.ts'

/** Doubts that go by themselves, or with a further paper of the sender. */
const MAY_GO: readonly AcceptanceDoubt[] = ['signature-pending', 'signature-unsure', 'signature-missing']

/** As this the policy's steps stand in the story, at both facilities. */
const policyCaller = (site: Site): Caller => ({
  ...systemCaller('acceptance', site.settings.facility.code),
  display: 'Bảng tiếp nhận (tự động)',
})

/** How often a slip is looked at again that changed while it was. */
const LOOKS = 4

/**
 * Decides about one slip, if its receiver is here and nobody has answered it yet. The same slip again, with nothing new
 * about it, changes nothing.
 */
export async function decideSlip(site: Site, taskId: string): Promise<void> {
  for (let look = 1; look <= LOOKS; look++) if (await tryDecide(site, taskId)) return
  throw new Error(`Task ${taskId} changed each time it was looked at`)
}

/** False when the slip changed meanwhile. */
async function tryDecide(site: Site, taskId: string): Promise<boolean> {
  const caller = policyCaller(site)
  const store = site.store.as(caller)
  const seen = await store.transact((tx) => tx.read('Task', taskId))
  if (!seen || !(await isOpen(site, site.store, taskFacts(seen.resource())))) {
    await settleAwaited(site.store, taskId)
    return true
  }
  const papers = (await documentViews(site, store, await currentPapers(store, taskFacts(seen.resource())))).filter(
    (p) => p.kind !== 'outcome',
  )
  const slip = await slipOf(site, papers)
  if (!slip) return true
  const done = await store.transact(async (tx): Promise<'again' | 'settled' | 'accepted'> => {
    const stored = await tx.read('Task', taskId, { lock: true })
    if (!stored) return 'settled'
    if (stored.versionId !== seen.versionId) return 'again'
    const task = taskFacts(stored.resource())
    if (!(await isOpen(site, tx, task))) return 'settled'
    const story = await loadHistory(tx, { issuer: task.issuer.code, number: task.number })
    const doubts = await doubtsOf(site, tx, task, slip, papers, story)
    const { version, policy } = (await newestPolicy(tx)) ?? { version: 0, policy: DEFAULT_POLICY }
    const before = (await saidOf(tx, [taskId])).get(taskId)?.at(-1)
    const slipCase = caseOf(slip, task, policy)
    const said = word(decide(inOrder(policy.rows), slipCase, localDateTime(tx.now).slice(0, 10)), version, slipCase, doubts, tx.now)
    // The word of the day it came holds until something about the slip itself has changed.
    if (before && sameSlip(before, said)) return 'settled'
    const awaits = doubts.some((d) => MAY_GO.includes(d)) && doubts.every((d) => MAY_GO.includes(d))
    await putSaid(tx, taskId, { said, papers: papers.map((p) => p.id), awaits }, tx.now)
    if (!said.accepted) {
      tx.emit({ kind: 'referral.acceptance', thread: `Task/${taskId}`, payload: { task: taskId } })
      return 'settled'
    }
    await takeStep(site, tx, taskId, caller, { event: 'accept', reason: reasonText(said) }, tx.now.toISOString())
    faultPoint(site, 'acceptance.before-commit')
    return 'accepted'
  })
  if (done === 'accepted') faultPoint(site, 'acceptance.after-commit')
  return done !== 'again'
}

/** Whether the slip is for this facility and nobody has answered it. */
async function isOpen(site: Site, db: Pick<Transaction, 'sql'>, task: ReferralTask): Promise<boolean> {
  const here = await partyHere(db, site, task)
  if (task.issuer.code === here || task.to.code !== here) return false
  return isUnanswered(await effectiveState(db, task, here))
}

async function slipOf(site: Site, papers: readonly DocumentView[]): Promise<ReferralContent | null> {
  const paper = papers.find((p) => p.kind === 'referral')
  const content = paper ? readDocument((await site.store.blobs.get(paper.digest)).toString('utf8')) : null
  return content?.kind === 'referral' ? content : null
}

/** NGAY_VAO_NOI_TRU says that the patient comes from a bed. */
function caseOf(slip: ReferralContent, task: ReferralTask, policy: AcceptancePolicy): SlipCase {
  const diagnosis = slip.diagnoses.toSorted((a, b) => a.rank - b.rank)[0]?.code
  const department = departmentFor(policy.routes, diagnosis)
  return {
    ...(department ? { department } : {}),
    ...(diagnosis ? { diagnosis } : {}),
    urgency: task.stat ? 'stat' : 'routine',
    setting: slip.encounter.inpatientSince ? 'inpatient' : 'outpatient',
  }
}

/**
 * What the policy says. An emergency waits for nobody's click: its row only says who is called to look. With a doubt it is
 * the desk's, whatever the row says, and nothing is declined by anybody but a person.
 */
export function word(
  decided: ReturnType<typeof decide>,
  version: number,
  slipCase: SlipCase,
  doubts: AcceptanceDoubt[],
  now: Date,
): AcceptanceSaid {
  const clear = doubts.length === 0
  return {
    at: now.toISOString(),
    decision: clear ? decided.decision : 'desk',
    wanted: decided.decision,
    version,
    ...(decided.row ? { row: decided.row } : {}),
    case: slipCase,
    doubts,
    ...(clear && (decided.decision === 'auto' || slipCase.urgency === 'stat') ? { accepted: true as const } : {}),
  }
}

/** Nothing about the slip itself has changed: a policy written meanwhile is for the slips that come after it. */
function sameSlip(a: AcceptanceSaid, b: AcceptanceSaid): boolean {
  const [x, y] = [a.case, b.case]
  return a.doubts.join() === b.doubts.join() && x.diagnosis === y.diagnosis && x.urgency === y.urgency && x.setting === y.setting
}
