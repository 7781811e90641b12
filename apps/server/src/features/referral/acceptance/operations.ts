/** The acceptance policy of this facility: read, tried on the slips of a month, written anew. */
import { type Finding, OutcomeError, refuse } from '@yba/fhir'
import { departments } from '@yba/vietnam'
import { onBehalf } from '../../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../../feature.ts'
import type { Site } from '../../../site.ts'
import { findingView } from '../finding-view.ts'
import { localDateTime } from '../local-time.ts'
import { addPolicy, type CameSince, cameSince, newestPolicy, policyVersions } from '../tables/acceptance.ts'
import type { AcceptanceAnswer, AcceptancePolicy, AcceptancePreview, DecisionCounts, SetAcceptanceRequest } from './contract.ts'
import { ACCEPTANCE_CHANGED, ACCEPTANCE_NOTE } from './outcomes.ts'
import { DEFAULT_POLICY, decide, departmentFor, inOrder, matrix, SUGGESTED_ROUTES } from './policy.ts'
import { faultsOf, readPolicy } from './read-policy.ts'

const EFFECT_DAYS = 30
const DAY_MS = 86_400_000
const LONGEST_NOTE = 500

const today = (site: Site): string => localDateTime(site.clock.now()).slice(0, 10)

async function inForce(site: Site): Promise<{ version: number; policy: AcceptancePolicy }> {
  return (await newestPolicy(site.store)) ?? { version: 0, policy: DEFAULT_POLICY }
}

/** GET /fhir/Task/$acceptance-policy */
async function read({ site }: OperationContext): Promise<OperationAnswer> {
  const { version, policy } = await inForce(site)
  const versions = await policyVersions(site.store)
  const answer: AcceptanceAnswer = {
    version,
    policy,
    matrix: matrix(policy, today(site)),
    departments: departments(),
    suggested: [...SUGGESTED_ROUTES],
    versions: versions.map((v) => ({
      version: v.version,
      at: v.recorded_at.toISOString(),
      by: v.recorded_by_name,
      note: v.note,
      policy: v.policy,
    })),
  }
  return { json: answer }
}

/** POST /fhir/Task/$acceptance-preview {policy} */
async function preview({ site, json }: OperationContext): Promise<OperationAnswer> {
  const policy = readPolicy((json as { policy?: unknown } | undefined)?.policy)
  const now = site.clock.now()
  const since = new Date(now.getTime() - EFFECT_DAYS * DAY_MS)
  const answer: AcceptancePreview = {
    policy,
    matrix: matrix(policy, today(site)),
    findings: faultsOf(policy, today(site)).map(findingView),
    effect: effectOf((await inForce(site)).policy, policy, await cameSince(site.store, since), since, today(site)),
  }
  return { json: answer }
}

/** POST /fhir/Task/$set-acceptance-policy. Throws what is wrong with it by name, and `acceptance-changed`. */
async function write(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const request = (json ?? {}) as Partial<SetAcceptanceRequest>
  const policy = readPolicy(request.policy)
  const faults: Finding[] = faultsOf(policy, today(site))
  if (faults.length > 0) throw new OutcomeError(faults)
  const note = typeof request.note === 'string' ? request.note.normalize('NFC').trim() : ''
  if (note === '' || note.length > LONGEST_NOTE) throw refuse(ACCEPTANCE_NOTE)
  const by = { id: caller.id, name: caller.display }
  await site.store.as(onBehalf(caller)).transact(async (tx) => {
    await tx.lockKey('acceptance-policy')
    const version = (await newestPolicy(tx))?.version ?? 0
    if (request.basedOn !== version) throw refuse(ACCEPTANCE_CHANGED)
    if (!(await addPolicy(tx, version + 1, policy, note, by, tx.now))) throw refuse(ACCEPTANCE_CHANGED)
    tx.emit({ kind: 'referral.acceptance-policy', thread: 'AcceptancePolicy/site', payload: { version: version + 1 } })
  })
  await site.store.audit.record(caller, {
    action: 'acceptance-policy',
    outcome: 'success',
    detail: `version ${(request.basedOn ?? 0) + 1}`,
  })
  return { ...(await read(context)), status: 201 }
}

/**
 * What two policies would have said of the slips that came, with what was doubtful about each at last; as if all came on
 * the first day on which every row of the new one has begun.
 */
export function effectOf(
  before: AcceptancePolicy,
  after: AcceptancePolicy,
  came: readonly CameSince[],
  since: Date,
  today: string,
): AcceptancePreview['effect'] {
  const now: DecisionCounts = { auto: 0, desk: 0, doctor: 0 }
  const then: DecisionCounts = { auto: 0, desk: 0, doctor: 0 }
  let moved = 0
  const day = after.rows.reduce((latest, { from }) => (from && from > latest ? from : latest), today)
  const asked = (policy: AcceptancePolicy) => {
    const rows = inOrder(policy.rows)
    return ({ case: slip, doubts }: CameSince) => {
      const { department: _department, ...bare } = slip
      const department = departmentFor(policy.routes, slip.diagnosis)
      return doubts.length > 0 ? 'desk' : decide(rows, { ...bare, ...(department ? { department } : {}) }, day).decision
    }
  }
  const [old, fresh] = [asked(before), asked(after)]
  for (const slip of came) {
    const [was, is] = [old(slip), fresh(slip)]
    now[was] += 1
    then[is] += 1
    if (was !== is) moved += 1
  }
  return { since: since.toISOString(), slips: came.length, now, then, moved }
}

const onTasks = { level: 'type', type: 'Task' } as const

export const acceptanceOperations: readonly Operation[] = [
  { name: '$acceptance-policy', ...onTasks, method: 'GET', permission: 'acceptance.read', body: 'none', handle: read },
  { name: '$acceptance-preview', ...onTasks, method: 'POST', permission: 'acceptance.manage', body: 'json', handle: preview },
  { name: '$set-acceptance-policy', ...onTasks, method: 'POST', permission: 'acceptance.manage', body: 'json', handle: write },
]
