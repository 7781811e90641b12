/** Steps of a referral in tests, taken by people at desks over HTTP, and what must be true afterwards. */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { composeDocument } from '@yba/forms'
import { contentDigest } from '@yba/signing'
import type { ReferralContent } from '@yba/vietnam'
import type { Parcel } from '../features/exchange/contract.ts'
import { HubRefusal } from '../features/exchange/hub-answers.ts'
import type { ReferralRow, ReferralView } from '../features/referral/contract.ts'
import type { ReferralEvent, ReferralState } from '../features/referral/transitions.ts'
import type { Answer, Desk, TestNode } from './exchange.ts'

const PATIENCE_MS = 100_000
/** Asked often at first and less often later: the asking itself keeps a loaded machine from getting there. */
const OFTEN_MS = 40
const RARELY_MS = 200

/** Asks until the answer satisfies; fails with the last one. */
export async function eventually<T>(ask: () => Promise<T>, done: (answer: T) => boolean, what: string, ms = PATIENCE_MS): Promise<T> {
  const end = Date.now() + ms
  for (let wait = OFTEN_MS; ; wait = Math.min(RARELY_MS, wait * 1.15)) {
    const answer = await ask()
    if (done(answer)) return answer
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(answer)?.slice(0, 600)}`)
    await delay(wait)
  }
}

/** What a desk's list says about a slip. */
export async function rowOf(desk: Desk, number: string): Promise<ReferralRow | undefined> {
  const answer = await desk.get(`/fhir/Task/$worklist?list=all&q=${encodeURIComponent(number)}`)
  return (answer.json.rows as ReferralRow[]).find((r) => r.number === number)
}

/** Waits until a site shows the slip in a state that the hub has confirmed; gives the local Task id. */
export async function until(node: TestNode, number: string, state: ReferralState, ms?: number): Promise<string> {
  const desk = await node.at('vanthu')
  const row = await eventually(
    () => rowOf(desk, number),
    (r) => r?.state === state && !r.proposed,
    `${node.settings.name}: ${number} → ${state}`,
    ms,
  )
  return row?.id ?? ''
}

export const transition = (desk: Desk, task: string, event: ReferralEvent, reason?: string): Promise<Answer> =>
  desk.post(`/fhir/Task/${task}/$transition`, { event, ...(reason ? { reason } : {}) })

function ok(answer: Answer): Answer {
  assert.ok(answer.status < 300, `${answer.status} ${answer.code} ${JSON.stringify(answer.json).slice(0, 400)}`)
  return answer
}

/** Doctor and authorised signer sign the slip; the seal follows by itself. */
export async function signSlip(node: TestNode, task: string): Promise<void> {
  const doctor = await node.at('bs.mot')
  ok(await doctor.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'doctor' }))
  const signer = await node.at('ky')
  await eventually(
    () => signer.get(`/fhir/Task/${task}/$view`),
    (a) => !(a.json as ReferralView).waitingFor.some((w) => w.role === 'doctor'),
    'the doctor signs',
  )
  ok(await signer.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'authorised' }))
}

/** Accept, arrive, start care. */
export async function takeIn(node: TestNode, task: string): Promise<void> {
  ok(await transition(await node.at('vanthu'), task, 'accept'))
  ok(await transition(await node.at('tiepdon'), task, 'arrive'))
  ok(await transition(await node.at('bs.mot'), task, 'start-care'))
}

/** The receiver's doctor writes and signs the outcome. */
export async function writeOutcome(node: TestNode, task: string): Promise<void> {
  const doctor = await node.at('bs.mot')
  const view = ok(await doctor.post(`/fhir/Task/${task}/$start-outcome`)).json as ReferralView
  assert.ok(view.outcomeDraft)
  const content = {
    ...view.outcomeDraft.content,
    course: 'Đáp ứng tốt.',
    treatment: 'Nội khoa.',
    outcome: '2',
    plan: 'Khám lại sau 1 tháng.',
  }
  const { draftVersion } = view.outcomeDraft
  ok(await doctor.post(`/fhir/Task/${task}/$save-draft`, { kind: 'outcome', content, draftVersion }))
  ok(await doctor.post(`/fhir/Task/${task}/$sign`, { kind: 'outcome', role: 'doctor' }))
}

/** All the receiver does, from the list to the signed outcome. */
export async function closeLoop(node: TestNode, task: string): Promise<void> {
  await takeIn(node, task)
  await writeOutcome(node, task)
}

export const EVENTS_OF_A_CLOSED_LOOP = ['send', 'deliver', 'accept', 'arrive', 'start-care', 'answer', 'file-outcome']

type Sql = TestNode['sql']

/** What a site holds about one slip, read from its tables past all code. */
export interface Effects {
  /** Events of the hub's story, in order. */
  events: string[]
  /** The same with what a rebuild needs beside: which step opened a thread of its own. */
  story: { event: ReferralEvent; child?: string }[]
  /** States of the Tasks of this slip; exactly one is right. */
  tasks: string[]
  /** `number#version` of each filed paper. */
  papers: string[]
  /** `kind/role` of each signing act. */
  signatures: string[]
  encounters: number
}

type Row = { id: string; content: string }

interface Loose {
  resourceType: string
  id?: string
  [name: string]: unknown
}

// biome-ignore lint/suspicious/noExplicitAny: resources as they lie in the table
const at = (r: any, ...path: (string | number)[]): any => path.reduce((v, k) => v?.[k], r)

export async function effects(sql: Sql, issuer: string, number: string): Promise<Effects> {
  // Only what names the number, then what points at the papers among it: a whole store is too much to ask for again and again.
  const rows = await sql<Row>('select id, content from res where not deleted and position($1 in content) > 0', [number])
  const documents = rows.filter((r) => r.content.includes('"DocumentReference"')).map((r) => `%DocumentReference/${r.id}"%`)
  if (documents.length > 0)
    rows.push(...(await sql<Row>('select id, content from res where not deleted and content like any($1)', [documents])))
  // Read last: a Task that is seen has its story, whatever is written in between.
  const told = await sql<{ event: ReferralEvent; child: string | null }>(
    `select entry->>'event' as event, entry->>'child' as child from referral_history where issuer = $1 and number = $2 and scope = 'hub' order by seq`,
    [issuer, number],
  )
  const all = [...new Map(rows.map((r) => [r.id, r])).values()].map((r) => ({ ...(JSON.parse(r.content) as Loose), id: r.id }))
  const of = (type: string) => all.filter((r) => r.resourceType === type)
  const papers = of('DocumentReference').filter((d) => {
    const related = at(d, 'context', 'related', 0, 'identifier')
    return related?.value === number && String(related.system).endsWith(`/${issuer}`)
  })
  const kinds = new Map(papers.map((d) => [`DocumentReference/${d.id}`, String(at(d, 'category', 0, 'coding', 0, 'code'))]))
  const acts = of('Provenance').filter((a) => kinds.has(at(a, 'target', 0, 'reference')))
  return {
    events: told.map((e) => e.event),
    story: told.map(({ event, child }) => ({ event, ...(child ? { child } : {}) })),
    tasks: of('Task')
      .filter((t) => at(t, 'identifier', 0, 'value') === number && String(at(t, 'identifier', 0, 'system')).endsWith(`/${issuer}`))
      .map((t) => String(at(t, 'businessStatus', 'coding', 0, 'code'))),
    papers: papers.map((d) => String(at(d, 'identifier', 0, 'value'))).sort(),
    signatures: acts
      .map((a) => `${kinds.get(at(a, 'target', 0, 'reference'))}/${at(a, 'agent', 0, 'role', 0, 'coding', 0, 'code')}`)
      .sort(),
    encounters: of('Encounter').filter((e) => at(e, 'identifier', 0, 'value') === `YB-${issuer}-${number}`).length,
  }
}

/** The loop is closed at every party, with each step, paper and signature there once. */
export async function assertOneEffect(sites: { sql: Sql; name: string }[], issuer: string, number: string): Promise<void> {
  for (const site of sites) {
    const found = await effects(site.sql, issuer, number)
    assert.deepEqual(found.tasks, ['completed'], site.name)
    assert.deepEqual(found.events, EVENTS_OF_A_CLOSED_LOOP, site.name)
    assert.equal(new Set(found.papers).size, found.papers.length, `${site.name}: ${found.papers}`)
    assert.equal(found.papers.length, 3, `${site.name}: ${found.papers}`)
    assert.deepEqual(
      found.signatures,
      ['outcome/doctor', 'outcome/seal', 'referral/authorised', 'referral/doctor', 'referral/seal', 'summary/seal'],
      site.name,
    )
    assert.ok(found.encounters <= 1, site.name)
  }
}

/** How many rows of each kind a site holds: equal before and after means that nothing was written. */
export async function rowCounts(node: TestNode): Promise<Record<string, number>> {
  const tables = ['res', 'hist', 'uniq', 'referral_history', 'referral_draft', 'idempotency', 'outbox', 'signature_request']
  const present = await node.sql<{ name: string }>('select table_name as name from information_schema.tables where table_name = any($1)', [
    [...tables, 'claim_record', 'person_link', 'person_decision', 'person_review'],
  ])
  const out: Record<string, number> = {}
  for (const { name } of present) {
    const [row] = await node.sql<{ n: string }>(`select count(*) as n from ${name}`)
    out[name] = Number(row?.n)
  }
  return out
}

/** A parcel as a node sends it, with one slip of its own; signatures may be pending. */
export function parcelOf(
  content: ReferralContent,
  version = 1,
  replaces?: { version: number; digest: string; issued?: false },
): Parcel & { documents: [Parcel['documents'][number]] } {
  const ids = { bundleId: randomUUID(), compositionId: randomUUID() }
  const composed = composeDocument(content, { ...ids, at: '2026-11-20T08:00:00.000Z', version, ...(replaces ? { replaces } : {}) })
  const bytes = Buffer.from(composed.text, 'utf8')
  const { patient } = content
  return {
    thread: { issuer: content.from.code, number: content.numbers.slip },
    to: content.to.code,
    patient: { mrn: patient.mrn, name: patient.name, birthDate: patient.birthDate, sex: patient.sex, cards: [] },
    documents: [
      {
        kind: 'referral',
        title: composed.title,
        issuer: content.from.code,
        number: content.numbers.slip,
        version,
        digest: createHash('sha256').update(bytes).digest('hex'),
        contentDigest: contentDigest(composed.text),
        signatures: [],
        bytesBase64: bytes.toString('base64'),
      },
    ],
    occurredAt: '2026-11-20T08:00:00.000Z',
    by: { id: 'seal', display: content.from.name, role: 'system' },
  }
}

/** What the hub answers a node: 200 with the thread, or its refusal. */
export async function ask(node: TestNode, path: string, body: unknown, key: string = randomUUID()): Promise<Answer> {
  try {
    return { status: 200, code: '', json: await node.hub().json('POST', path, body, { idempotencyKey: key }) }
  } catch (error) {
    if (!(error instanceof HubRefusal)) throw error
    return { status: error.status, code: error.code, json: error.body }
  }
}

/** The content of a slip that lies in a tray. */
export async function contentOf(node: TestNode, task: string): Promise<ReferralContent> {
  return ((await (await node.at('bs.mot')).get(`/fhir/Task/${task}/$view`)).json as ReferralView).content
}

/** Messages of a site in one state, oldest first. */
export const outboxOf = (node: TestNode, state: 'pending' | 'acked' | 'refused') =>
  node.sql<{ kind: string; number: string; event: string | null }>(
    `select kind, number, body->>'event' as event from outbox where state = $1 order by seq`,
    [state],
  )
