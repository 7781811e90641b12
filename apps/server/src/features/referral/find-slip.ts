/** A slip by its number as somebody typed it: as it stands, else by the key under which spellings of one number meet. */
import { slipKey } from '@yba/vietnam'
import type { Stored, Transaction } from '../../store/types.ts'
import type { ThreadKey } from '../exchange/contract.ts'
import { slipKeySystem, taskIdentifierSystem } from './task.ts'

/** Whether two numbers are one, typed in two ways. */
export const isSameNumber = (a: string, b: string): boolean => a === b || slipKey(a) === slipKey(b)

/** The slip of an issuer, or null. What is sent and printed is its own spelling, whichever it was found by. */
export async function findSlip(
  tx: Pick<Transaction, 'findByIdentifier'>,
  issuer: string,
  number: string,
  options: { lock?: boolean } = {},
): Promise<Stored | null> {
  const key = slipKey(number)
  return (
    (await tx.findByIdentifier('Task', taskIdentifierSystem(issuer), number, options)) ??
    // A number that is its own key has no further identifier.
    (key === number ? null : await tx.findByIdentifier('Task', taskIdentifierSystem(issuer), key, options)) ??
    (await tx.findByIdentifier('Task', slipKeySystem(issuer), key, options))
  )
}

/** Holds a thread at the hub, whichever spelling of its number a message names. */
export async function lockThread(tx: Pick<Transaction, 'lockKey'>, { issuer, number }: ThreadKey): Promise<void> {
  // In one breath, so that what is asked beside it is answered under both.
  await Promise.all([...new Set([number, slipKey(number)])].map((name) => tx.lockKey(`thread:${issuer}:${name}`)))
}
