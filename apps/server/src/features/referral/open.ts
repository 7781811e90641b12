/** A referral from a paper the HIS has already written (XML13): it lies complete in the tray, nothing typed again. */
import type { Finding } from '@yba/fhir'
import { type ReferralContent, referralGaps, type SummaryContent } from '@yba/vietnam'
import type { Stored, Transaction } from '../../store/types.ts'
import { facilityName } from '../directory/index.ts'
import { requestsOf } from '../sign-tray/index.ts'
import { appendHistory, loadDraft, saveDraft } from './tables.ts'
import { taskFacts, taskFromContent, taskIdentifierSystem, taskResource } from './task.ts'

export interface OpenedReferral {
  id: string
  number: string
  findings: Finding[]
  /** created, the draft changed, nothing new, or a correction of a paper that is already signed (kept for a person). */
  result: 'created' | 'updated' | 'unchanged' | 'signed-already'
}

export interface Origin {
  /** References of the local patient and encounter. */
  patient: string
  encounter?: string
  summary?: SummaryContent
  /** Cơ quan chủ quản, printed in the header; the claim file does not hold it. */
  managingBody?: string
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
  const content = await named(tx, { ...paper, ...(origin.managingBody ? { managingBody: origin.managingBody } : {}) })
  const known = await tx.findByIdentifier('Task', taskIdentifierSystem(content.from.code), content.numbers.slip, { lock: true })
  const findings = referralGaps(content)
  if (known) return { ...(await refresh(tx, known, content, origin)), findings }
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
  await saveDraft(tx, task.id, content, 0, origin.by.id, tx.now)
  if (origin.summary) await saveDraft(tx, task.id, headed(origin.summary, origin), 0, origin.by.id, tx.now)
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

async function refresh(
  tx: Transaction,
  known: Stored,
  content: ReferralContent,
  origin: Origin,
): Promise<Omit<OpenedReferral, 'findings'>> {
  const facts = taskFacts(known.resource())
  const base = { id: known.id, number: facts.number }
  const draft = await loadDraft(tx, known.id, 'referral')
  if (draft && JSON.stringify(sorted(draft.content)) === JSON.stringify(sorted(content))) return { ...base, result: 'unchanged' }
  const frozen = (await requestsOf(tx, known.id)).length > 0 || !['draft', 'to-sign'].includes(facts.state)
  if (frozen) return { ...base, result: draft ? 'signed-already' : 'unchanged' }
  await saveDraft(tx, known.id, content, draft?.version ?? 0, origin.by.id, tx.now)
  if (origin.summary)
    await saveDraft(
      tx,
      known.id,
      headed(origin.summary, origin),
      (await loadDraft(tx, known.id, 'summary'))?.version ?? 0,
      origin.by.id,
      tx.now,
    )
  const next = taskFromContent(content, facts.state, facts.authoredOn)
  await tx.write([
    {
      kind: 'update',
      id: known.id,
      ifMatch: known.versionId,
      ifChanged: true,
      resource: taskResource({ ...facts, to: next.to, person: next.person, diagnosis: next.diagnosis }),
    },
  ])
  return { ...base, result: 'updated' }
}

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
