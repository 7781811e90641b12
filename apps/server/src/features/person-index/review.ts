/** Pairs of records a person has to judge: what is known of both, and what was decided. */
import { refuse, SYSTEM } from '@yba/fhir'
import type { Patient, Task } from 'fhir/r4.d.ts'
import { onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Transaction } from '../../store/types.ts'
import { facilities } from '../directory/index.ts'
import type { ReviewRequest, ReviewRow, ReviewSide, ReviewsAnswer } from './contract.ts'
import { decide } from './decide.ts'
import { REVIEW_REASON, REVIEW_REQUEST } from './outcomes.ts'
import { personFacts } from './person-facts.ts'
import { WHY, type Why } from './rules.ts'
import { openReviews, type Review, reviews } from './tables.ts'

const OPEN_SHOWN = 100
const DECIDED_SHOWN = 20
const SLIPS_READ = 500
const SLIPS_SHOWN = 5
const LEAST = 10
const MOST = 500
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The newest slips of each of these persons. */
async function slipsOf(tx: Transaction, persons: readonly string[]): Promise<Map<string, ReviewSide['slips']>> {
  const slips = new Map<string, ReviewSide['slips']>()
  const wanted = persons.map((id) => `Patient/${id}`).join(',')
  const page = await tx.search('Task', `patient=${wanted}&_sort=-_lastUpdated&_count=${SLIPS_READ}`)
  for (const stored of page.entries) {
    const task = stored.resource() as unknown as Task
    const person = task.for?.reference?.split('/').at(-1) ?? ''
    const known = slips.get(person) ?? []
    if (known.length < SLIPS_SHOWN) known.push({ id: stored.id, number: task.identifier?.[0]?.value ?? '', at: task.authoredOn ?? '' })
    slips.set(person, known)
  }
  return slips
}

async function list({ site, store }: OperationContext): Promise<ReviewsAnswer> {
  const [found, open, known] = await Promise.all([
    reviews(site.store, OPEN_SHOWN, DECIDED_SHOWN),
    openReviews(site.store),
    facilities(site.store),
  ])
  if (found.length === 0) return { open, rows: [] }
  const names = new Map(known.map((f) => [f.code, f.name]))
  const ids = [...new Set(found.flatMap((r) => [r.source, r.other]))]
  // Read as the person who looks: each look is in the trail, with who was shown.
  return store.transact(async (tx) => {
    const people = await tx.readMany(ids.map((id) => `Patient/${id}`))
    const slips = await slipsOf(tx, ids)
    const side = (id: string): ReviewSide | undefined => {
      const resource = people.get(`Patient/${id}`)?.resource()
      if (!resource) return undefined
      const { facility, ...facts } = personFacts(resource)
      const { identifier = [], telecom } = resource as unknown as Patient
      const citizenId = identifier.find((i) => i.system === SYSTEM.cccd)?.value
      return {
        id,
        facility: { code: facility, name: names.get(facility) ?? facility },
        mrn: facts.mrn,
        name: facts.name,
        birthDate: facts.birthDate,
        sex: facts.sex,
        cards: identifier.flatMap((i) => (i.system === SYSTEM.bhyt && i.use !== 'secondary' && i.value ? [i.value] : [])),
        ...(citizenId ? { citizenId } : {}),
        ...(telecom?.[0]?.value ? { phone: telecom[0].value } : {}),
        slips: slips.get(id) ?? [],
      }
    }
    return { open, rows: found.flatMap((r) => rowOf(r, side(r.source), side(r.other))) }
  })
}

function rowOf(r: Review, one: ReviewSide | undefined, other: ReviewSide | undefined): ReviewRow[] {
  if (!one || !other) return []
  const decision = r.state === 'same' || r.state === 'different' ? r.state : undefined
  return [
    {
      rule: r.rule,
      // Reasons written before they had codes are shown as they stand.
      why: r.why.map((code) => WHY[code as Why] ?? { vi: code, en: code }),
      since: r.at.toISOString(),
      sides: [one, other],
      together: r.together,
      ...(decision && r.decided_at
        ? { decided: { decision, reason: r.reason ?? '', by: r.by_name ?? '', at: r.decided_at.toISOString() } }
        : {}),
    },
  ]
}

function readRequest(json: unknown): ReviewRequest {
  const { one, other, decision, reason } = (json ?? {}) as Partial<Record<keyof ReviewRequest, unknown>>
  const known = decision === 'same' || decision === 'different' || decision === 'reopen' ? decision : undefined
  if (typeof one !== 'string' || typeof other !== 'string' || !ID.test(one) || !ID.test(other) || one === other || !known)
    throw refuse(REVIEW_REQUEST)
  const text = typeof reason === 'string' ? reason.trim() : ''
  const letters = [...text].length
  if (letters < LEAST || letters > MOST) throw refuse(REVIEW_REASON, { least: LEAST, most: MOST })
  return { one, other, decision: known, reason: text }
}

/**
 * POST /fhir/Patient/$review-decide {one, other, decision, reason}: the word of a person who compared both records. Throws
 * `person-review-unknown`, `-decided`, `-open`, `-contradicts`, `-reason`, `-unreadable`.
 */
async function decideOperation(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const request = readRequest(json)
  const demo = site.settings.environment === 'demo'
  await site.store.as(onBehalf(caller)).transact((tx) => decide(tx, request, { id: caller.id, name: caller.display }, demo))
  const patients = [request.one, request.other]
  await site.store.audit.record(caller, { action: 'person-review', outcome: 'success', patients, detail: request.decision })
  return { json: await list(context) }
}

const patient = { level: 'type', type: 'Patient', permission: 'person.review' } as const

export const reviewOperations: readonly Operation[] = [
  { name: '$reviews', ...patient, method: 'GET', body: 'none', handle: async (context) => ({ json: await list(context) }) },
  { name: '$review-decide', ...patient, method: 'POST', body: 'json', bodyLimit: 16_384, handle: decideOperation },
]
