/** Steps by the name their screen gave them: an answer that got lost on the line makes nobody take a step twice. */
import type { Transaction } from '../../../store/types.ts'

export const askedMigration = {
  name: 'asked-001',
  sql: `create table referral_asked(
    request text collate "C" primary key,
    task text collate "C" not null,
    event text not null,
    by text not null,
    at timestamptz not null)`,
}

export interface AskedStep {
  request: string
  task: string
  event: string
  /** Id of who asked. */
  by: string
}

/**
 * Notes the step inside its own transaction, under the lock of its Task.
 * @returns `first`; `again` when this very step was taken before; `other` when the name stands for another step
 */
export async function noteAsked(tx: Transaction, step: AskedStep): Promise<'first' | 'again' | 'other'> {
  const rows = await tx.sql(
    'insert into referral_asked(request, task, event, by, at) values ($1, $2, $3, $4, $5) on conflict (request) do nothing returning request',
    [step.request, step.task, step.event, step.by, tx.now],
  )
  if (rows.length === 1) return 'first'
  const same = await tx.sql('select 1 from referral_asked where request = $1 and task = $2 and event = $3 and by = $4', [
    step.request,
    step.task,
    step.event,
    step.by,
  ])
  return same.length === 1 ? 'again' : 'other'
}
