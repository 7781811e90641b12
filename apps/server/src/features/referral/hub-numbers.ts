/**
 * Further numbers of a slip at the hub: its sender's HIS gave one of its own to a slip a person had written before. A step or
 * paper that names either belongs to the same thread; what came under the other number before joins it.
 */
import { finding, findingText } from '@yba/fhir'
import type { Stored, Transaction } from '../../store/types.ts'
import { raiseAlert } from '../exchange/index.ts'
import type { ReferralHistoryEntry } from './contract.ts'
import { SECOND_NUMBER_TAKEN } from './hub-outcomes.ts'
import { samePerson } from './same-person.ts'
import { loadHistory, moveHistory } from './tables.ts'
import { isShadow, type ReferralTask, taskFacts, taskIdentifierSystem, taskResource } from './task.ts'

export interface Numbered {
  task: ReferralTask
  /** What desks told of the patient under the other numbers, to be told again in this thread. */
  told: { facility: string; story: ReferralHistoryEntry[] }[]
}

/** The Task with further numbers, as far as they are nobody else's. A paper slip's visit under one of them gives it up. */
export async function withNumbers(tx: Transaction, task: ReferralTask, numbers: readonly string[]): Promise<Numbered> {
  const added: string[] = []
  const told: Numbered['told'] = []
  for (const number of new Set(numbers)) {
    if (number === task.number || task.aliases?.includes(number)) continue
    const other = await tx.findByIdentifier('Task', taskIdentifierSystem(task.issuer.code), number, { lock: true })
    if (other && !isTheSameSlips(taskFacts(other.resource()), task)) {
      await tellTaken(tx, task, number)
      continue
    }
    if (other) told.push(await gaveUp(tx, other, task.number))
    added.push(number)
  }
  return { task: added.length > 0 ? { ...task, aliases: [...(task.aliases ?? []), ...added] } : task, told }
}

/** A desk wrote down who came with a paper of that number: the person of this slip, at the place it is addressed to. */
const isTheSameSlips = (other: ReferralTask, task: ReferralTask): boolean =>
  isShadow(other) && !other.partOf && other.to.code === task.to.code && samePerson(other.person, task.person)

async function gaveUp(tx: Transaction, other: Stored, slip: string): Promise<Numbered['told'][number]> {
  const task = taskFacts(other.resource())
  const { code } = task.issuer
  const story = await loadHistory(tx, { issuer: code, number: task.number }, 'hub')
  const number = joinedName(task.number, slip)
  await moveHistory(tx, code, task.number, number)
  await tx.write([{ kind: 'update', id: other.id, ifMatch: other.versionId, resource: taskResource({ ...task, number, state: 'void' }) }])
  return { facility: task.to.code, story }
}

/** What a visit is called whose number turned out to be another slip's second one. */
export const joinedName = (number: string, slip: string): string => `${number} (nhập ${slip})`

async function tellTaken(tx: Transaction, task: ReferralTask, number: string): Promise<void> {
  const { vi, en, cure } = findingText(finding(SECOND_NUMBER_TAKEN, { number: task.number, second: number }))
  const subject = `${task.issuer.code}|${task.number}|${number}`
  await raiseAlert(tx, { kind: 'number-clash', subject, severity: 'warning', role: 'hub-operator', vi, en, cure }, tx.now)
}
