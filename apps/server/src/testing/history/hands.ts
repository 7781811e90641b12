/**
 * People at the desks of both hospitals and of a third one, over HTTP. Every step carries a word of its own, by which its
 * effect is found again; a step under which a site dies is not asked for again, so that nobody knows what became of it.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { claimFile, type Random, stay } from '@yba/people'
import type { ReferralView } from '../../features/referral/contract.ts'
import type { ReferralEvent } from '../../features/referral/transitions.ts'
import type { Answer, Desk } from '../exchange.ts'
import type { Mint } from '../parcel-mint.ts'
import type { TaskFinder } from './tasks.ts'
import type { Step, Way } from './ways.ts'
import type { SiteName, World } from './world.ts'

export interface Act {
  tag: string
  site: SiteName
  event: ReferralEvent | 'outcome' | 'correction'
  /** done: the site said yes; refused: it said no; unknown: it died under the request. */
  answer: 'done' | 'refused' | 'unknown'
  code: string
}

export interface Slip {
  issuer: string
  number: string
  sender: 'sender' | 'other'
  stat: boolean
  way: Way
  /** Came with a claim file and is signed at the desks; else it is put into the outbox signed. */
  claim?: number
  acts: Act[]
}

export interface Hands {
  world: World
  tasks: TaskFinder
  mints: Record<'sender' | 'other', Mint>
}

const LOGIN: Partial<Record<ReferralEvent, string>> = {
  arrive: 'tiepdon',
  'undo-arrival': 'tiepdon',
  'left-unseen': 'tiepdon',
  'start-care': 'bs.mot',
  interim: 'bs.mot',
  'end-care': 'bs.mot',
  return: 'bs.mot',
  redirect: 'bs.mot',
}

const PATIENCE_MS = 180_000
const CHILD_PATIENCE_MS = 30_000
const VISITS = [1, 2, 3, 4, 5]

let count = 0
const newTag = (): string => `#${++count}#`

/** Does the steps one after the other, without waiting for the hub's word about them. */
export async function walkSlip(hands: Hands, slip: Slip, r: Random): Promise<void> {
  for (const step of slip.way.steps) {
    const [side, what, visit] = step
    const site: SiteName = side === 'S' ? slip.sender : side === 'R' ? 'receiver' : 'other'
    // The third hospital must be another one than the sender.
    if ((side === 'T' || what === 'redirect') && slip.sender === 'other') return
    const child = side === 'T' || visit !== undefined
    // No visit comes of an arrival, or a sending on, that was refused.
    if (child && !slip.acts.some((a) => a.answer !== 'refused' && (a.event === 'arrive' || a.event === 'redirect'))) return
    const visits = visit === undefined ? VISITS : [visit]
    const numbers = child ? visits.map((n) => `${slip.number}~${n}`) : [slip.number]
    const task = await hands.tasks.find(site, numbers, child ? CHILD_PATIENCE_MS : PATIENCE_MS)
    if (!task) return
    if (r.int(1, 3) === 1) await delay(r.int(0, 200))
    slip.acts.push(await act(hands.world, site, task, what))
  }
}

type Done = Pick<Act, 'answer' | 'code'>
const UNKNOWN: Done = { answer: 'unknown', code: '' }
const said = (answer: Answer): Done => ({ answer: answer.status < 300 ? 'done' : 'refused', code: answer.code })

/** One request; waits while nobody listens. Null when the site died under it. */
async function asked(world: World, site: SiteName, login: string, request: (desk: Desk) => Promise<Answer>): Promise<Answer | null> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      const answer = await request(await world.node(site).at(login))
      return answer.status >= 500 ? null : answer
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      const notThere = (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED'
      if (!notThere || Date.now() > end) return null
      await delay(100)
    }
  }
}

/** For what may be asked twice: again until it is answered. */
async function insist(world: World, site: SiteName, login: string, request: (desk: Desk) => Promise<Answer>): Promise<Answer> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const answer = await asked(world, site, login, request)
    if (answer) return answer
    if (Date.now() > end) throw new Error(`${site} does not answer`)
    await delay(200)
  }
}

async function act(world: World, site: SiteName, task: string, what: Step[1]): Promise<Act> {
  const tag = newTag()
  const done = what === 'outcome' ? outcome(world, site, task, tag) : what === 'correction' ? correction(world, site, task, tag) : null
  return { tag, site, event: what, ...(await (done ?? transition(world, site, task, what as ReferralEvent, tag))) }
}

async function transition(world: World, site: SiteName, task: string, event: ReferralEvent, tag: string): Promise<Done> {
  const request = {
    event,
    reason: `lý do ${tag}`,
    ...(event === 'schedule' || event === 'reschedule' ? { on: '2031-03-03' } : {}),
    ...(event === 'redirect' ? { to: '24998' } : {}),
  }
  const answer = await asked(world, site, LOGIN[event] ?? 'vanthu', (desk) => desk.post(`/fhir/Task/${task}/$transition`, request))
  return answer ? said(answer) : UNKNOWN
}

/** The doctor writes the outcome and signs it; the seal and the parcel follow by themselves. */
async function outcome(world: World, site: SiteName, task: string, tag: string): Promise<Done> {
  const ask = (name: string, body?: unknown) => asked(world, site, 'bs.mot', (desk) => desk.post(`/fhir/Task/${task}/$${name}`, body))
  const begun = await ask('start-outcome')
  if (!begun || begun.status >= 300) return begun ? said(begun) : UNKNOWN
  const draft = (begun.json as ReferralView).outcomeDraft
  if (!draft) return { answer: 'refused', code: 'no-draft' }
  const content = { ...draft.content, course: 'Đáp ứng tốt.', treatment: 'Nội khoa.', outcome: '2', plan: `Khám lại ${tag}` }
  const saved = await ask('save-draft', { kind: 'outcome', content, draftVersion: draft.draftVersion })
  if (!saved || saved.status >= 300) return saved ? said(saved) : UNKNOWN
  const signed = await ask('sign', { kind: 'outcome', role: 'doctor' })
  return signed ? said(signed) : UNKNOWN
}

/** The doctor corrects a slip that was sent; doctor and authorised signer sign, the next version travels by itself. */
async function correction(world: World, site: SiteName, task: string, tag: string): Promise<Done> {
  const doctor = (request: (desk: Desk) => Promise<Answer>) => asked(world, site, 'bs.mot', request)
  const opened = await doctor((desk) => desk.post(`/fhir/Task/${task}/$correct`, { kind: 'referral', reason: `sửa ${tag}` }))
  if (!opened || opened.status >= 300) return opened ? said(opened) : UNKNOWN
  const draft = (opened.json as ReferralView).draft
  if (!draft) return { answer: 'refused', code: 'no-draft' }
  const content = { ...draft.content, condition: `Tỉnh, tiếp xúc tốt ${tag}` }
  const body = { kind: 'referral', content, draftVersion: draft.draftVersion }
  const saved = await doctor((desk) => desk.post(`/fhir/Task/${task}/$save-draft`, body))
  if (!saved || saved.status >= 300) return saved ? said(saved) : UNKNOWN
  const first = await doctor((desk) => desk.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'doctor' }))
  if (!first || first.status >= 300) return first ? said(first) : UNKNOWN
  await doctorSigned(world, site, task)
  const second = await asked(world, site, 'ky', (desk) => desk.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'authorised' }))
  return second ? said(second) : UNKNOWN
}

/** Until the doctor's signature is made: the next signer's turn. */
async function doctorSigned(world: World, site: SiteName, task: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const seen = await insist(world, site, 'ky', (desk) => desk.get(`/fhir/Task/${task}/$view`))
    if (seen.status < 300 && !(seen.json as ReferralView).waitingFor.some((w) => w.role === 'doctor')) return
    if (Date.now() > end) throw new Error(`${site}: the doctor's signature does not come`)
    await delay(150)
  }
}

/** The patient stands there with the paper; its message is not sent yet. */
export async function paperFirst(hands: Hands, slip: Slip): Promise<void> {
  const tag = newTag()
  const { mrn: _mrn, ...person } = hands.mints[slip.sender].person(slip.number)
  const body = { issuer: slip.issuer, number: slip.number, person, reason: `giấy ${tag}` }
  const answer = await asked(hands.world, 'receiver', 'tiepdon', (desk) => desk.post('/fhir/Task/$shadow', body))
  slip.acts.push({ tag, site: 'receiver', event: 'arrive', ...(answer ? said(answer) : UNKNOWN) })
}

/** A slip as hospitals make most of them: the HIS's claim file, then the doctor, the authorised signer and the seal. */
export async function deskSlip({ world }: Hands, slip: Slip, claim: number): Promise<void> {
  const file = Buffer.from(claimFile([stay(claim, { kind: 'inpatient-transfer', facility: slip.issuer })]))
  const taken = await insist(world, slip.sender, 'vanthu', (desk) => desk.upload('/fhir/$import-claim', file, 'application/xml'))
  const referral = taken.json?.records?.[0]?.referral as { id: string; number: string } | undefined
  if (!referral) throw new Error(`no slip from claim ${claim}: ${taken.status} ${JSON.stringify(taken.json).slice(0, 300)}`)
  slip.number = referral.number
  for (const [login, role] of [
    ['bs.mot', 'doctor'],
    ['ky', 'authorised'],
  ] as const) {
    const path = `/fhir/Task/${referral.id}/$sign`
    const signed = await insist(world, slip.sender, login, (desk) => desk.post(path, { kind: 'referral', role }))
    if (signed.status >= 300 && signed.code !== 'signature-already-made') throw new Error(`${slip.number}: ${role} ${signed.code}`)
    if (role === 'doctor') await doctorSigned(world, slip.sender, referral.id)
  }
}
