/** One message, one effect: the answer is remembered under the message's key, so a lost response costs nothing. */
import { createHash } from 'node:crypto'
import { refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import { faultPoint } from '../../faults.ts'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Transaction } from '../../store/types.ts'
import type { ThreadState } from '../exchange/contract.ts'
import { knownAnswer, noteContact, rememberAnswer } from '../exchange/index.ts'
import { KEY_REUSED, PARCEL_INCOMPLETE } from './hub-outcomes.ts'
import { checkEpoch } from './reoffer.ts'

/** Of the bytes as they came; of one step among several in a request, of what it says. */
function bodyDigest({ bytes, json, part }: OnceContext): string {
  return createHash('sha256')
    .update(part ? JSON.stringify(json) : bytes)
    .digest('hex')
}

/** `part`: `json` is one step of the request's body, `bytes` are all of it. */
export type OnceContext = OperationContext & { part?: boolean }

/** `fresh`: the message had its effect now; else its stored answer was given again. */
export type OnceAnswer = OperationAnswer & { json: ThreadState; fresh: boolean }

/**
 * Runs a message once: the same key gives the stored answer; the same key over other bytes is refused.
 * @param look what the work wants to know first, asked in one breath with the key; it must change nothing
 */
export async function once<T>(
  context: OnceContext,
  look: (tx: Transaction) => Promise<T>,
  work: (tx: Transaction, seen: T) => Promise<ThreadState>,
): Promise<OnceAnswer> {
  const { site, caller } = context
  checkEpoch(context)
  const key = String(context.headers['idempotency-key'] ?? '')
  if (!key) throw refuse(PARCEL_INCOMPLETE, { what: 'Idempotency-Key' })
  const digest = bodyDigest(context)
  let fresh = false
  const answer = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    // Asked in one breath: the server answers each only once it holds the lock of the first.
    const locked = tx.lockKey(`message:${caller.facility}:${key}`)
    const [, known, seen] = await Promise.all([locked, knownAnswer(tx, caller.facility, key), look(tx)])
    if (known && known.digest !== digest) throw refuse(KEY_REUSED)
    if (known) return known.response
    const response = await work(tx, seen)
    rememberAnswer(tx, caller.facility, key, digest, 200, response)
    fresh = true
    faultPoint(site, 'hub.before-commit')
    return response
  })
  if (fresh) noteContact(site, caller.facility, { accepted: 1 })
  faultPoint(site, 'hub.after-commit')
  return { json: answer, fresh }
}
