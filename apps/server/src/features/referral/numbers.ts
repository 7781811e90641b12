/**
 * Further numbers of a slip at a node: the sender tells them after the slip has left, the receiver finds the slip by either
 * and joins to it what came here under the other one (ADR 0026).
 */
import { randomUUID } from 'node:crypto'
import type { Stored, Transaction } from '../../store/types.ts'
import type { ThreadState } from '../exchange/contract.ts'
import { enqueue } from '../exchange/index.ts'
import { tiePapers } from './by-file/release.ts'
import { joinedName } from './hub-numbers.ts'
import { samePerson } from './same-person.ts'
import { moveFiles } from './tables/files.ts'
import { dropCopy, moveDraft } from './tables.ts'
import { isShadow, priorityOf, type ReferralTask, taskFacts, taskIdentifierSystem, taskResource } from './task.ts'

const TELLER = { id: 'system:exchange', display: 'Phần mềm bệnh viện (HIS)', role: 'system' }

/** The slip has left with the numbers it had: the hub is told of those it has since. */
export async function tellNumbers(tx: Transaction, task: ReferralTask): Promise<void> {
  const { aliases = [] } = task
  const thread = { issuer: task.issuer.code, number: task.number }
  const message = {
    thread,
    event: 'also-numbered' as const,
    occurredAt: tx.now.toISOString(),
    by: TELLER,
    ...priorityOf(task),
    reason: `Số trong HIS: ${aliases.join(', ')}`,
    aliases,
  }
  await enqueue(tx, randomUUID(), 'transition', thread, message, tx.now)
}

export interface NumbersHere {
  /** The slip as it is found here from now on. */
  task: ReferralTask
  /** Visits that a file or desk opened here under one of its further numbers. */
  shadows: Stored[]
}

/**
 * The slip with the numbers of the hub's word that are free here, and with what its visits under them held; these give their
 * numbers up. The sender's own files know its numbers better than the hub.
 */
export async function withNumbersHere(tx: Transaction, state: ThreadState, here: string, slip: ReferralTask): Promise<NumbersHere> {
  if (state.to !== here || state.from === here) return { task: slip, shadows: [] }
  const aliases: string[] = []
  const shadows: Stored[] = []
  let { aliases: _before, ...task } = slip
  for (const number of state.aliases ?? []) {
    const other = await tx.findByIdentifier('Task', taskIdentifierSystem(state.thread.issuer), number, { lock: true })
    const facts = other && taskFacts(other.resource())
    if (other && facts && facts.number !== slip.number) {
      if (!isShadow(facts) || facts.partOf || facts.to.code !== here || !samePerson(facts.person, slip.person)) continue
      shadows.push(other)
      task = await takeOver(tx, task, other, facts)
    }
    aliases.push(number)
  }
  return { task: aliases.length > 0 ? { ...task, aliases } : task, shadows }
}

async function takeOver(tx: Transaction, slip: ReferralTask, stored: Stored, shadow: ReferralTask): Promise<ReferralTask> {
  const { patient, encounter, ...rest } = shadow
  await dropCopy(tx, { issuer: rest.issuer.code, number: rest.number })
  const given: ReferralTask = { ...rest, number: joinedName(rest.number, slip.number), state: 'void' }
  await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: taskResource(given) }])
  return { ...(patient ? { patient } : {}), ...(encounter ? { encounter } : {}), ...slip }
}

/** Files that hung on such a visit are the slip's, and are looked at again. */
export async function takeOverFiles(tx: Transaction, id: string, slip: ReferralTask, shadows: readonly Stored[]): Promise<void> {
  if (shadows.length === 0) return
  for (const shadow of shadows) {
    await moveDraft(tx, shadow.id, id, 'outcome')
    await moveFiles(tx, shadow.id, id, tx.now)
  }
  await tiePapers(tx, slip)
  tx.emit({ kind: 'referral.file-due', thread: `Task/${id}`, payload: {} })
}
