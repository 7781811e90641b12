/** Which calls of a node are about an emergency: what a signed slip says, not what a header claims. */
import { OutcomeError } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import { onBehalf } from '../../access/index.ts'
import type { OperationContext } from '../../feature.ts'
import { ownCodes } from '../directory/index.ts'
import { documentFacts } from '../documents/index.ts'
import type { Parcel, ThreadKey, TransitionMessage } from '../exchange/contract.ts'
import { addressedPaper } from './hub.ts'
import { type ReferralTask, taskFacts, taskIdentifierSystem } from './task.ts'

/** The thread as the hub knows it, where the caller is one of its two parties. */
async function known(context: OperationContext, thread: Partial<ThreadKey> | undefined): Promise<ReferralTask | null> {
  const { issuer, number } = thread ?? {}
  if (typeof issuer !== 'string' || typeof number !== 'string') return null
  const stored = await context.site.store
    .as(onBehalf(context.caller))
    .transact((tx) => tx.findByIdentifier('Task', taskIdentifierSystem(issuer), number))
  const task = stored && taskFacts(stored.resource())
  const { site, caller } = context
  const codes = await ownCodes(site.store, caller.facility, site.clock.now())
  return task && codes.some((code) => code === task.issuer.code || code === task.to.code) ? task : null
}

/** A parcel: its slip says so, or the slip of its thread did. */
export async function urgentParcel(context: OperationContext): Promise<boolean> {
  const parcel = context.json as Parcel | undefined
  if (parcel?.priority !== 'stat') return false
  const slip = Array.isArray(parcel.documents) ? parcel.documents.find((d) => d?.kind === 'referral') : undefined
  if (slip && typeof slip.bytesBase64 === 'string') return saysEmergency(slip.bytesBase64)
  return (await known(context, parcel.thread))?.stat === true
}

function saysEmergency(bytesBase64: string): boolean {
  try {
    const content = readDocument(Buffer.from(bytesBase64, 'base64').toString('utf8'))
    return content.kind === 'referral' && content.emergency === true
  } catch (error) {
    if (error instanceof OutcomeError) return false
    throw error
  }
}

/** A step of a thread whose slip says so. */
export async function urgentStep(context: OperationContext): Promise<boolean> {
  const message = context.json as TransitionMessage | undefined
  return message?.priority === 'stat' && (await known(context, message.thread))?.stat === true
}

/** The lane of the feed that tells of emergencies alone. */
export const urgentEvents = async (context: OperationContext): Promise<boolean> => context.query.get('lane') === 'stat'

/** Bytes of a paper of such a thread. */
export async function urgentDocument(context: OperationContext): Promise<boolean> {
  const { site, caller, query } = context
  const sha256 = query.get('sha256') ?? ''
  if (!/^[0-9a-f]{64}$/.test(sha256)) return false
  const paper = await site.store
    .as(onBehalf(caller))
    .transact(async (tx) => addressedPaper(tx, sha256, await ownCodes(tx, caller.facility, site.clock.now())))
  return paper !== undefined && (await known(context, documentFacts(paper.resource()).thread))?.stat === true
}
