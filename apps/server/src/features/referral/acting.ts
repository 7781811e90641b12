/**
 * Whose threads a facility answers for after a merger or a change of code (failure mode F17). Papers and threads keep the
 * code they were written under; who answers for that code today acts as the party it was.
 */
import type { OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { Transaction } from '../../store/types.ts'
import { ownCodes } from '../directory/index.ts'
import type { ThreadKey } from '../exchange/contract.ts'

import type { ReferralTask } from './task.ts'

type Sql = Pick<Transaction, 'sql'>
type Parties = { issuer: { code: string }; to: { code: string } }

/** All codes this site answers for, its own first. */
export const codesHere = (db: Sql, site: Site): Promise<string[]> => ownCodes(db, site.settings.facility.code, site.clock.now())

/** The code under which the owner of these codes is a party of a thread; its own where it is, or is none. */
export function partyOf(codes: readonly string[], task: Parties): string {
  const [own = ''] = codes
  const party = [own, ...codes].find((code) => code === task.issuer.code || code === task.to.code)
  return party ?? own
}

/** The code under which this site is a party of a thread. */
export const partyHere = async (db: Sql, site: Site, task: Parties): Promise<string> => partyOf(await codesHere(db, site), task)

/**
 * At the hub: the caller of a step or parcel, acting as the party it is of this thread. `caller.id` stays who it is.
 * @param codes all the caller answers for
 * @param task the thread, when the hub knows it
 */
export function actingFor(
  context: OperationContext,
  codes: readonly string[],
  thread: ThreadKey,
  task: ReferralTask | null,
): OperationContext {
  const { caller } = context
  if (codes.length === 1) return context
  const facility = partyOf(codes, task ?? { issuer: { code: thread.issuer }, to: { code: '' } })
  return { ...context, caller: { ...caller, facility } }
}
