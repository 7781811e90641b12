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

function bodyDigest(json: unknown): string {
  return createHash('sha256').update(JSON.stringify(json)).digest('hex')
}

/** `fresh`: the message had its effect now; else its stored answer was given again. */
export type OnceAnswer = OperationAnswer & { json: ThreadState; fresh: boolean }

/** Runs a message once: the same key gives the stored answer; the same key over other bytes is refused. */
export async function once(context: OperationContext, work: (tx: Transaction) => Promise<ThreadState>): Promise<OnceAnswer> {
  const { site, caller } = context
  checkEpoch(context)
  const key = String(context.headers['idempotency-key'] ?? '')
  if (!key) throw refuse(PARCEL_INCOMPLETE, { what: 'Idempotency-Key' })
  const digest = bodyDigest(context.json)
  let fresh = false
  const answer = await site.store.as(onBehalf(caller)).transact(async (tx) => {
    // Asked in one breath: the server answers the second only once it holds the lock of the first.
    const [, known] = await Promise.all([tx.lockKey(`message:${caller.facility}:${key}`), knownAnswer(tx, caller.facility, key)])
    if (known && known.digest !== digest) throw refuse(KEY_REUSED)
    if (known) return known.response
    const response = await work(tx)
    await rememberAnswer(tx, caller.facility, key, digest, 200, response, tx.now)
    fresh = true
    faultPoint(site, 'hub.before-commit')
    return response
  })
  if (fresh) noteContact(site, caller.facility, { accepted: 1 })
  faultPoint(site, 'hub.after-commit')
  return { json: answer, fresh }
}
