/** A referral from a paper the HIS has already written (XML13): it lies complete in the tray, nothing typed again. */
import { type Finding, finding, refuse } from '@yba/fhir'
import { type PaperContent, type ReferralContent, referralGaps, type SummaryContent } from '@yba/vietnam'
import type { Stored, Transaction } from '../../store/types.ts'
import { facilityName } from '../directory/index.ts'
import { requestsOf } from '../sign-tray/index.ts'
import { SLIP_KEPT, SLIP_OTHER_PERSON } from './outcomes.ts'
import { lastProposed, noteProposed, proposeContent, proposedFor } from './tables/revisions.ts'
import { appendHistory, type Draft, loadDraft, saveDraft } from './tables.ts'
import { taskFacts, taskFromContent, taskIdentifierSystem, taskResource } from './task.ts'

/** Before the name of who saved a draft: it came with a claim file and nobody has typed in it. */
export const IMPORTED = 'import:'

export interface OpenedReferral {
  id: string
  number: string
  findings: Finding[]
  /** created, the draft changed, nothing new, or a paper that is signed or was worked on here stays as it is. */
  result: 'created' | 'updated' | 'unchanged' | 'kept'
}

export interface Origin {
  /** References of the local patient and encounter. */
  patient: string
  encounter?: string
  summary?: SummaryContent
  /** Cơ quan chủ quản, printed in the header; the claim file does not hold it. */
  managingBody?: string
  /** The slip the patient came here with: this one sends them back, or on. */
  cameWith?: NonNullable<ReferralContent['basedOn']>
  /** Caller id and display for the story. */
  by: { id: string; display: string }
}

/** The referral of a paper that was taken over before, or undefined. */
export async function findReferral(tx: Transaction, paper: ReferralContent): Promise<{ id: string; number: string } | undefined> {
  const known = await tx.findByIdentifier('Task', taskIdentifierSystem(paper.from.code), paper.numbers.slip)
  return known ? { id: known.id, number: paper.numbers.slip } : undefined
}

/** Opens (or refreshes) the referral of a slip number. Idempotent per (issuer, number). */
export async function openReferral(tx: Transaction, paper: ReferralContent, origin: Origin): Promise<OpenedReferral> {
  const content = await named(tx, {
    ...paper,
    ...(origin.managingBody ? { managingBody: origin.managingBody } : {}),
    ...(origin.cameWith ? { basedOn: origin.cameWith } : {}),
  })
  const known = await tx.findByIdentifier('Task', taskIdentifierSystem(content.from.code), content.numbers.slip, { lock: true })
  const findings = referralGaps(content)
  if (known) return refresh(tx, known, content, findings, origin)
  const complete = !findings.some((f) => f.definition.severity === 'error')
  const state = complete ? 'to-sign' : 'draft'
  const [task] = await tx.write([
    {
      kind: 'create',
      resource: taskResource({
        ...taskFromContent(content, state, tx.now.toISOString()),
        patient: origin.patient,
        ...(origin.encounter ? { encounter: origin.encounter } : {}),
      }),
    },
  ])
  if (!task) throw new Error('the store answered no task')
  const by = IMPORTED + origin.by.id
  await saveDraft(tx, task.id, content, 0, by, tx.now)
  await noteProposed(tx, task.id, content, by, tx.now)
  if (origin.summary) {
    await saveDraft(tx, task.id, headed(origin.summary, origin), 0, by, tx.now)
    await noteProposed(tx, task.id, headed(origin.summary, origin), by, tx.now)
  }
  await appendHistory(tx, { issuer: content.from.code, number: content.numbers.slip }, 'local', {
    event: 'submit',
    state,
    occurredAt: tx.now.toISOString(),
    recordedAt: tx.now.toISOString(),
    by: origin.by.display,
    facility: content.from.code,
  })
  tx.emit({
    kind: 'referral.opened',
    thread: `Task/${task.id}`,
    patient: origin.patient.split('/').at(-1) ?? '',
    payload: { task: task.id, state },
  })
  return { id: task.id, number: content.numbers.slip, findings, result: 'created' }
}

function headed(summary: SummaryContent, origin: Origin): SummaryContent {
  return origin.managingBody ? { ...summary, managingBody: origin.managingBody } : summary
}

/** Facilities are printed with the names of the directory; the claim file holds codes only. */
async function named(tx: Transaction, paper: ReferralContent): Promise<ReferralContent> {
  return {
    ...paper,
    from: { code: paper.from.code, name: paper.from.name || (await facilityName(tx, paper.from.code)) },
    to: { code: paper.to.code, name: (await facilityName(tx, paper.to.code)) || paper.to.name },
  }
}

/**
 * The HIS sends its record again with another slip. An untouched draft follows it; a paper that is signed, or that
 * somebody has worked on here, stays, and a finding says so: nothing anybody wrote is lost without a word.
 */
async function refresh(
  tx: Transaction,
  known: Stored,
  content: ReferralContent,
  findings: Finding[],
  origin: Origin,
): Promise<OpenedReferral> {
  const facts = taskFacts(known.resource())
  // Else one person's paper would be written into another's referral and chart.
  if (facts.patient !== origin.patient) throw refuse(SLIP_OTHER_PERSON, { number: facts.number }, 'XML13[1].GIAY_CHUYEN_TUYEN')
  const base = { id: known.id, number: facts.number, findings }
  const papers = [content, ...(origin.summary ? [headed(origin.summary, origin)] : [])]
  const changed: { paper: PaperContent; draft: Draft | null }[] = []
  for (const paper of papers) {
    const draft = await loadDraft(tx, known.id, paper.kind)
    // Against what the HIS said last: what people here wrote since is no change of the HIS's.
    const said = (await lastProposed(tx, known.id, paper.kind))?.content ?? draft?.content
    if (!said || !same(said, paper)) changed.push({ paper, draft })
  }
  if (changed.length === 0) {
    const waiting = (await proposedFor(tx, [known.id])).size > 0
    return waiting
      ? { ...base, findings: [...findings, finding(SLIP_KEPT, { number: facts.number })], result: 'kept' }
      : { ...base, result: 'unchanged' }
  }
  const frozen = (await requestsOf(tx, known.id)).length > 0 || !['draft', 'to-sign'].includes(facts.state)
  if (frozen || changed.some((c) => c.draft && !c.draft.updatedBy.startsWith(IMPORTED))) {
    // Nothing goes by silently: what the HIS says now waits beside the paper for a person to take or dismiss.
    if (frozen) for (const { paper } of changed) await proposeContent(tx, known.id, paper, IMPORTED + origin.by.id, tx.now)
    return { ...base, findings: [...findings, finding(SLIP_KEPT, { number: facts.number })], result: 'kept' }
  }
  for (const { paper, draft } of changed) {
    await saveDraft(tx, known.id, paper, draft?.version ?? 0, IMPORTED + origin.by.id, tx.now)
    await noteProposed(tx, known.id, paper, IMPORTED + origin.by.id, tx.now)
  }
  const next = taskFromContent(content, facts.state, facts.authoredOn)
  const { to, person, diagnosis, departure, stat } = next
  const resource = taskResource({ ...facts, to, person, diagnosis, departure, stat })
  await tx.write([{ kind: 'update', id: known.id, ifMatch: known.versionId, ifChanged: true, resource }])
  return { ...base, result: 'updated' }
}

const same = (a: PaperContent, b: PaperContent): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** jsonb does not keep the order of members. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  )
}
