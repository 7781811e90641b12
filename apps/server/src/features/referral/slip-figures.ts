/** What figures need of the slips at the hub: whose, of which day, had when, answered or not. No person, no diagnosis. */
import { localDay, slipNumber } from '@yba/vietnam'
import type { Transaction } from '../../store/types.ts'
import { type SlipTimes, slipTimes } from './tables/figures.ts'
import { hasOutcome, type ReferralTask, taskFacts, taskIdentifierSystem } from './task.ts'

export interface SlipFigures {
  /** The slip's first Task: the slip goes by another number later, the Task stays. */
  task: string
  issuer: string
  number: string
  /** Day the patient left, as the slip says; yyyy-mm-dd. */
  day: string
  /** When the hub first had the papers; null for a paper slip whose message has not come. */
  sentAt: Date | null
  /** An outcome stands on one of the slip's threads; one that was taken back does not. */
  answered: boolean
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
  return {
    others: others.map(({ id }) => id),
    slips: await Promise.all([...slips.values()].map(({ id, task }) => figuresOf(tx, id, task, times))),
  }
}

async function figuresOf(tx: Transaction, id: string, task: ReferralTask, times: Map<string, SlipTimes>): Promise<SlipFigures> {
  const [issuer, number] = [task.issuer.code, task.number]
  const time = times.get(`${issuer} ${number}`)
  return {
    task: id,
    issuer,
    number,
    day: dayOf(task),
    sentAt: time?.sent_at ?? null,
    answered: await anyAnswered(tx, task, time?.answered_in ?? []),
    withdrawn: task.state === 'cancelled' || task.state === 'void',
  }
}

/** Threads are few, and nearly always the one that is read already. */
async function anyAnswered(tx: Transaction, first: ReferralTask, threads: readonly string[]): Promise<boolean> {
  const system = taskIdentifierSystem(first.issuer.code)
  for (const number of threads) {
    const stored = number === first.number ? null : await tx.findByIdentifier('Task', system, number)
    if (hasOutcome(stored ? taskFacts(stored.resource()) : first)) return true
  }
  return false
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
