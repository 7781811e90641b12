/** What figures need of the slips at the hub: whose, of which day, had when, answered when. No person, no diagnosis. */
import { slipNumber } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { localDay } from '../directory/index.ts'
import { slipTimes } from './tables/figures.ts'
import { type ReferralTask, taskFacts, taskIdentifierSystem } from './task.ts'

export interface SlipFigures {
  /** The slip's first Task: the slip goes by another number later, the Task stays. */
  task: string
  issuer: string
  number: string
  /** Day the patient left, as the slip says; yyyy-mm-dd. */
  day: string
  /** When the hub first had the papers; null for a paper slip whose message has not come. */
  sentAt: Date | null
  /** When an outcome first came, on whichever of the slip's threads. */
  answeredAt: Date | null
  /** Cancelled, or void: it does not count. */
  withdrawn: boolean
}

/** Of the slips of these Tasks. `others`: Tasks that are no slip of their own, but a visit with one, or its way on. */
export async function slipFigures(tx: Transaction, tasks: readonly string[]): Promise<{ slips: SlipFigures[]; others: string[] }> {
  const stored = await tx.readMany(tasks.map((id) => `Task/${id}`))
  const read = [...stored.values()].map((s) => ({ id: s.id, task: taskFacts(s.resource()) }))
  const first = read.filter(({ task }) => !task.partOf)
  const others = read.filter(({ task }) => task.partOf)
  const parents = await Promise.all(others.map(({ task }) => parentOf(tx, task)))
  const slips = new Map([...parents.filter((p) => p !== undefined), ...first].map((one) => [one.id, one]))
  const keys = [...slips.values()].map(({ task }) => ({ issuer: task.issuer.code, number: task.number }))
  const times = new Map((await slipTimes(tx, keys)).map((t) => [`${t.issuer} ${t.number}`, t]))
  return { others: others.map(({ id }) => id), slips: [...slips.values()].map(({ id, task }) => figuresOf(id, task, times)) }
}

type Times = Map<string, { sent_at: Date | null; answered_at: Date | null }>

function figuresOf(id: string, task: ReferralTask, times: Times): SlipFigures {
  const [issuer, number] = [task.issuer.code, task.number]
  const time = times.get(`${issuer} ${number}`)
  return {
    task: id,
    issuer,
    number,
    day: dayOf(task),
    sentAt: time?.sent_at ?? null,
    answeredAt: time?.answered_at ?? null,
    withdrawn: task.state === 'cancelled' || task.state === 'void',
  }
}

/** The day of departure; where a slip leaves it open, the day it was written. */
function dayOf(task: ReferralTask): string {
  const day = (task.departure ?? '').slice(0, 10)
  return day.length === 10 ? day : localDay(new Date(task.authoredOn))
}

async function parentOf(tx: Transaction, { issuer, number }: ReferralTask): Promise<{ id: string; task: ReferralTask } | undefined> {
  const found = await tx.findByIdentifier('Task', taskIdentifierSystem(issuer.code), slipNumber(number))
  return found ? { id: found.id, task: taskFacts(found.resource()) } : undefined
}
