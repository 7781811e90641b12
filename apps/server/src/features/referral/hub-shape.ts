/** What a node's message must look like at least; the rest of the hub's code reads it without asking again. */

import { refuse } from '@yba/fhir'
import { slipNumber } from '@yba/vietnam'
import type { OperationContext } from '../../feature.ts'
import type { CarriedDocument, Parcel, ShadowPerson, TransitionMessage } from '../exchange/contract.ts'
import { NOT_YOUR_THREAD, PARCEL_INCOMPLETE, TIME_UNREAL } from './hub-outcomes.ts'
import { isBirthDate, isWithin } from './real-time.ts'

const AHEAD_MS = 24 * 3_600_000
const SHORT = 400
const LONG = 2000
const MOST_DOCUMENTS = 20
const MOST_SIGNATURES = 20
const MOST_NUMBERS = 5
const LONGEST_NUMBER = 100

const lacks = (what: string) => refuse(PARCEL_INCOMPLETE, { what })
const isText = (value: unknown, most = SHORT): value is string => typeof value === 'string' && value.length <= most
const isPriority = (value: unknown): boolean => value === 'stat' || value === 'routine'
const isWord = (value: unknown): value is string => isText(value) && value !== ''
const isMissingOr = (value: unknown, fits: (value: unknown) => boolean): boolean => value === undefined || fits(value)

/**
 * A moment on a real day, not far ahead of the hub's clock and not of another age: a node's clock may be wrong, not by
 * years. False for what is no time at all; throws `time-unreal` for a time that cannot be.
 */
function isInstant(text: unknown, now: Date, what: string): boolean {
  if (!isText(text) || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text)) return false
  if (!isWithin(text, now, AHEAD_MS)) throw refuse(TIME_UNREAL, { what })
  return true
}

/** Throws `parcel-incomplete`, `time-unreal`, `thread-unknown`. @param codes all the caller answers for */
export function checkedParcel(context: OperationContext, codes: readonly string[]): Parcel {
  const parcel = context.json as Parcel | undefined
  const now = context.site.clock.now()
  if (!isWord(parcel?.thread?.issuer) || !isWord(parcel.thread.number)) throw lacks('thread')
  const { documents } = parcel
  if (!Array.isArray(documents) || documents.length === 0 || documents.length > MOST_DOCUMENTS) throw lacks('documents')
  if (!isText(parcel.patient?.mrn) || !Array.isArray(parcel.patient.cards)) throw lacks('patient')
  if (!isText(parcel.by?.display)) throw lacks('by')
  if (!isMissingOr(parcel.priority, isPriority)) throw lacks('priority')
  if (!isMissingOr(parcel.aliases, areNumbers)) throw lacks('aliases')
  if (!isInstant(parcel.occurredAt, now, 'occurredAt')) throw lacks('occurredAt')
  for (const document of documents) {
    if (!isDocument(document)) throw lacks('document')
    const { signatures } = document
    const good = Array.isArray(signatures) && signatures.length <= MOST_SIGNATURES && signatures.every((s) => isSignature(s, now))
    if (!good) throw lacks(`signatures of ${document.number}`)
    // Before any byte is kept: nobody lays papers of somebody else.
    if (!codes.includes(document.issuer)) throw refuse(NOT_YOUR_THREAD)
  }
  return parcel
}

function isDocument(d: Parcel['documents'][number] | null): boolean {
  const bytes = (value: unknown) => typeof value === 'string'
  return (
    isWord(d?.number) &&
    Number.isSafeInteger(d.version) &&
    isText(d.title) &&
    isMissingOr(d.bytesBase64, bytes) &&
    isMissingOr(d.pdfBase64, bytes) &&
    isMissingOr(d.pdf, isText)
  )
}

const isSignature = (s: CarriedDocument['signatures'][number] | null, now: Date): boolean =>
  isText(s?.role) &&
  isText(s.jws, 100_000) &&
  isInstant(s.signedAt, now, 'signedAt') &&
  isText(s.by) &&
  isText(s.serial) &&
  isMissingOr(s.title, (value) => isText(value)) &&
  isMissingOr(s.timestamp, (value) => isText(value, 20_000))

/** Throws `parcel-incomplete`, `time-unreal`. */
export function checkedMessage(context: OperationContext): TransitionMessage {
  const message = context.json as TransitionMessage | undefined
  if (!isWord(message?.thread?.issuer) || !isWord(message.thread.number) || !isWord(message.event)) throw lacks('thread, event')
  const now = context.site.clock.now()
  if (!isText(message.by?.display) || !isInstant(message.occurredAt, now, 'occurredAt')) throw lacks('by, occurredAt')
  if (!isMissingOr(message.priority, isPriority)) throw lacks('priority')
  if (!isMissingOr(message.reason, (value) => isText(value, LONG))) throw lacks('reason')
  for (const what of ['on', 'to', 'code'] as const) if (!isMissingOr(message[what], (value) => isText(value))) throw lacks(what)
  if (message.event === 'also-numbered' ? !areNumbers(message.aliases) : message.aliases !== undefined) throw lacks('aliases')
  if (!isMissingOr(message.wrongPatient, (value) => typeof value === 'boolean')) throw lacks('wrongPatient')
  if (!isMissingOr(message.document, isPaperKey)) throw lacks('document')
  if (!isMissingOr(message.shadow?.person, (value) => isPerson(value, now))) throw lacks('shadow.person')
  if (!isMissingOr(message.shadow?.digest, (value) => isText(value, 64))) throw lacks('shadow.digest')
  return message
}

/** Numbers of slips, none of them that of a visit. */
const areNumbers = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MOST_NUMBERS &&
  value.every((one) => isWord(one) && one.length <= LONGEST_NUMBER && slipNumber(one) === one)

function isPaperKey(value: unknown): boolean {
  const key = value as TransitionMessage['document'] | null
  return isWord(key?.issuer) && isWord(key.number) && Number.isSafeInteger(key.version)
}

/** Who stands at a desk with a paper slip: a name, a date as exact as the paper says, a sex. */
function isPerson(value: unknown, now: Date): boolean {
  const person = value as ShadowPerson | null
  if (!isWord(person?.name) || ![person.mrn, person.citizenId].every((value) => isMissingOr(value, (v) => isText(v)))) return false
  return isText(person.birthDate) && isBirthDate(person.birthDate, now) && ['1', '2', '3'].includes(person.sex)
}
