/** People at the desks of both hospitals and of a third one, over HTTP. Every step carries a word of its own. */
import type { Random } from '@yba/people'
import type { ReferralEvent } from '../../features/referral/transitions.ts'
import { type Act, type Done, newTag, type Slip } from './acts.ts'
import { asked, PATIENCE_MS, said, UNKNOWN } from './asking.ts'
import { correction, outcome } from './papers.ts'
import type { TaskFinder } from './tasks.ts'
import type { Step } from './ways.ts'
import type { SiteName, World } from './world.ts'

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

/** After this long a visit, or a slip sent on, is not waited for any more, although it may still come. */
const CHILD_PATIENCE_MS = 60_000
const VISITS = [1, 2, 3, 4, 5]
const DAYS_AHEAD = 30

/** Does the steps one after the other, without waiting for the hub's word about them. */
export async function walkSlip(world: World, tasks: TaskFinder, slip: Slip, r: Random): Promise<void> {
  for (const step of slip.way.steps) {
    const [side, what, visit] = step
    const site: SiteName = side === 'S' ? slip.sender : side === 'R' ? 'receiver' : 'other'
    // The third hospital must be another one than the sender.
    if ((side === 'T' || what === 'redirect') && slip.sender === 'other') return
    const child = side === 'T' || visit !== undefined
    // No visit comes of an arrival, or a sending on, that was refused.
    if (child && !slip.acts.some((a) => a.answer !== 'refused' && (a.event === 'arrive' || a.event === 'redirect'))) return
    const task = child
      ? await childTask(world, tasks, slip, site, visit)
      : await world.patience.within(`${slip.number} at ${site}`, PATIENCE_MS, () => tasks.find(site, [slip.number]))
    if (!task) return
    if (r.int(1, 3) === 1) await world.patience.pause(r.int(0, 200))
    slip.acts.push(await act(world, site, task, what))
  }
}

/** The Task of a visit, or of a slip sent on; null once it is known that it will not come. */
async function childTask(world: World, tasks: TaskFinder, slip: Slip, site: SiteName, visit?: number): Promise<string | null> {
  const numbers = (visit === undefined ? VISITS : [visit]).map((n) => `${slip.number}~${n}`)
  const end = Date.now() + CHILD_PATIENCE_MS
  const hope = `select count(*)::int as n from outbox where issuer = $1 and number = $2 and state <> 'refused' and body->>'event' = $3`
  for (;;) {
    const task = await tasks.find(site, numbers, 1_000)
    if (task || Date.now() > end) return task
    // It comes of steps that the hub has taken, or may still take.
    const [row] = await world.node('receiver').sql<{ n: number }>(hope, [slip.issuer, slip.number, visit ? 'arrive' : 'redirect'])
    if ((row?.n ?? 0) < (visit ?? 1)) return null
  }
}

async function act(world: World, site: SiteName, task: string, what: Step[1]): Promise<Act> {
  const tag = newTag()
  const done = what === 'outcome' ? outcome(world, site, task, tag) : what === 'correction' ? correction(world, site, task, tag) : null
  return { tag, site, event: what, ...(await (done ?? transition(world, site, task, what as ReferralEvent, tag))) }
}

async function transition(world: World, site: SiteName, task: string, event: ReferralEvent, tag: string): Promise<Done> {
  const on = new Date(Date.now() + DAYS_AHEAD * 86_400_000).toISOString().slice(0, 10)
  const request = {
    event,
    reason: `lý do ${tag}`,
    ...(event === 'schedule' || event === 'reschedule' ? { on } : {}),
    ...(event === 'redirect' ? { to: '24998' } : {}),
  }
  const login = LOGIN[event] ?? 'vanthu'
  const answer = await asked(world, site, login, `${event} ${tag}`, (desk) => desk.post(`/fhir/Task/${task}/$transition`, request))
  return answer ? said(answer) : UNKNOWN
}
