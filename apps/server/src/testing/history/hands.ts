/**
 * What people do to one referral, drawn from a seed: slips that are queued, steps at the desks of both hospitals and of a
 * third one, some of them at the wrong moment. Every step carries a word of its own, by which its effect is found again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '@yba/people'
import type { ReferralEvent } from '../../features/referral/transitions.ts'
import type { SiteName, World } from './world.ts'

export interface Act {
  tag: string
  site: SiteName
  number: string
  event: ReferralEvent
  /** done: the site said yes; refused: it said no; unknown: it died under the request. */
  answer: 'done' | 'refused' | 'unknown'
  code: string
}

export interface Slip {
  issuer: string
  number: string
  sender: 'sender' | 'other'
  stat: boolean
  acts: Act[]
}

type Step = [side: 'S' | 'R' | 'T', event: ReferralEvent]

/** Ways a referral goes; S the sender, R the receiver, T a third hospital. */
const WAYS: Step[][] = [
  [],
  [['R', 'accept']],
  [
    ['R', 'accept'],
    ['R', 'arrive'],
    ['R', 'start-care'],
  ],
  [
    ['R', 'arrive'],
    ['R', 'start-care'],
    ['R', 'interim'],
    ['R', 'return'],
  ],
  [
    ['R', 'decline'],
    ['R', 'arrive'],
  ],
  [
    ['R', 'ask-info'],
    ['S', 'add-info'],
    ['R', 'accept'],
  ],
  [
    ['R', 'accept'],
    ['R', 'schedule'],
    ['R', 'reschedule'],
  ],
  [
    ['S', 'request-cancel'],
    ['R', 'arrive'],
  ],
  [
    ['S', 'request-cancel'],
    ['R', 'confirm-cancel'],
    ['R', 'arrive'],
  ],
  [
    ['S', 'request-cancel'],
    ['R', 'refuse-cancel'],
  ],
  [
    ['R', 'arrive'],
    ['R', 'undo-arrival'],
    ['R', 'accept'],
  ],
  [
    ['R', 'arrive'],
    ['R', 'left-unseen'],
    ['R', 'arrive'],
  ],
  [['S', 'void']],
  [
    ['R', 'arrive'],
    ['S', 'ask-void'],
    ['R', 'void'],
  ],
  [
    ['R', 'arrive'],
    ['R', 'start-care'],
    ['R', 'redirect'],
    ['T', 'arrive'],
  ],
  [
    ['R', 'arrive'],
    ['R', 'died'],
  ],
  [['S', 'died']],
]
const SURPRISES: Step[] = [
  ['R', 'accept'],
  ['R', 'decline'],
  ['R', 'arrive'],
  ['S', 'void'],
  ['S', 'request-cancel'],
  ['R', 'died'],
]

const LOGIN: Partial<Record<ReferralEvent, string>> = {
  arrive: 'tiepdon',
  'undo-arrival': 'tiepdon',
  'left-unseen': 'tiepdon',
  'start-care': 'bs.mot',
  interim: 'bs.mot',
  return: 'bs.mot',
  redirect: 'bs.mot',
}

/** Steps of one referral. */
export function drawWay(r: Random): Step[] {
  const way = [...r.pick(WAYS)]
  if (r.int(1, 5) === 1) way.splice(r.int(0, way.length), 0, r.pick(SURPRISES))
  return way
}

const PATIENCE_MS = 120_000

/** The local Task of a slip, once it is there; null when it does not come. A child of the slip counts for a third hospital. */
async function taskAt(world: World, site: SiteName, number: string, child: boolean): Promise<string | null> {
  const end = Date.now() + (child ? 20_000 : PATIENCE_MS)
  const like = child ? `%"value":"${number}~%` : `%"value":"${number}"%`
  while (Date.now() < end) {
    const rows = await world
      .node(site)
      .sql<{ id: string }>(`select id from res where content like '%"resourceType":"Task"%' and content like $1 and not deleted limit 1`, [
        like,
      ])
    if (rows[0]) return rows[0].id
    await delay(150)
  }
  return null
}

let count = 0

/** Does the steps one after the other, without waiting for the hub's word about them. */
export async function walkSlip(world: World, slip: Slip, way: readonly Step[], r: Random): Promise<void> {
  for (const [side, event] of way) {
    const site: SiteName = side === 'S' ? slip.sender : side === 'R' ? 'receiver' : 'other'
    // The third hospital must be another one than the sender.
    if ((side === 'T' || event === 'redirect') && slip.sender === 'other') return
    const task = await taskAt(world, site, slip.number, side === 'T')
    if (!task) return
    if (r.int(1, 3) === 1) await delay(r.int(0, 300))
    await act(world, slip, site, task, event)
  }
}

async function act(world: World, slip: Slip, site: SiteName, task: string, event: ReferralEvent): Promise<void> {
  const tag = `#${++count}#`
  const request = {
    event,
    reason: `lý do ${tag}`,
    ...(event === 'schedule' || event === 'reschedule' ? { on: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10) } : {}),
    ...(event === 'redirect' ? { to: '24998' } : {}),
  }
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      const desk = await world.node(site).at(LOGIN[event] ?? 'vanthu')
      const answer = await desk.post(`/fhir/Task/${task}/$transition`, request)
      if (answer.status >= 500) throw new TypeError('fetch failed')
      const done = answer.status < 300
      slip.acts.push({ tag, site, number: slip.number, event, answer: done ? 'done' : 'refused', code: answer.code })
      return
    } catch (error) {
      if (!(error instanceof TypeError) || Date.now() > end) throw error
      // It died under the request, or is not up yet: what became of it nobody knows, and nobody asks again.
      const refused = (error.cause as { code?: string } | undefined)?.code === 'ECONNREFUSED'
      if (!refused) {
        slip.acts.push({ tag, site, number: slip.number, event, answer: 'unknown', code: '' })
        return
      }
      await delay(100)
    }
  }
}
