/**
 * POST /fhir/Task/$scan: a slip's code at a desk. Works without a line, from the directory kept here: says whether it is
 * genuine and whose, opens the referral that is here already, or gives what the arrival form needs.
 */
import { type Finding, finding, findingText, refuse } from '@yba/fhir'
import { slipKey } from '@yba/vietnam'
import { onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Transaction } from '../../store/types.ts'
import { directoryAge } from '../directory/index.ts'
import { raiseAlert } from '../exchange/index.ts'
import type { ScanAnswer } from './contract.ts'
import { findSlip } from './find-slip.ts'
import { findingView } from './finding-view.ts'
import { BAD_REQUEST } from './outcomes.ts'
import { judgeSlip } from './slip-judge.ts'
import { SLIP_DIFFERS, SLIP_REPLACED } from './slip-outcomes.ts'
import { isReplaced, noteSlip, slipDigests } from './tables/slips.ts'
import { type ReferralTask, taskFacts } from './task.ts'

const LONGEST = 4000
const SEX = { male: '1', female: '2', other: '3', unknown: '3' } as const

async function scan(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, json } = context
  const text = (json as { text?: unknown } | undefined)?.text
  if (typeof text !== 'string' || text.trim() === '' || text.length > LONGEST) throw refuse(BAD_REQUEST, { what: 'text' })
  const judged = await judgeSlip(site, text)
  const { slip, issuer } = judged
  const notes = [...judged.notes]
  const store = site.store.as(onBehalf(caller))
  const known = await store.transact(async (tx) => {
    const found = slip ? await byThread(tx, slip) : await byNumber(tx, text.trim())
    if (!slip || !judged.genuine) return found
    await noteSlip(tx, slip, 'code', tx.now)
    const { paper } = await slipDigests(tx, slip.issuer, slip.number)
    if (paper.length > 0 && !paper.includes(slip.digest)) notes.push(await differs(tx, slip, tx.now))
    if (isReplaced(paper, slip.digest)) notes.push(finding(SLIP_REPLACED, { number: slip.number }))
    return found
  })
  const age = await directoryAge(site)
  const answer: ScanAnswer = {
    verdict: judged.genuine ? 'genuine' : slip ? 'unconfirmed' : known ? 'typed-number' : 'unreadable',
    ...(judged.fault && !(known && !slip) ? { fault: findingView(judged.fault) } : {}),
    ...(slip && issuer
      ? {
          slip: {
            number: slip.number,
            issuer,
            validFrom: slip.validFrom,
            validUntil: slip.validUntil,
            expired: judged.expired,
            birthYear: slip.birthYear,
            sex: SEX[slip.sex],
            digest: slip.digest,
          },
        }
      : {}),
    ...(known ? { known } : {}),
    notes: notes.map((n) => findingView(n)),
    directory: age,
  }
  return { json: answer }
}

async function byThread(tx: Transaction, slip: { issuer: string; number: string }): Promise<ScanAnswer['known']> {
  const stored = await findSlip(tx, slip.issuer, slip.number)
  return stored ? knownOf(stored.id, taskFacts(stored.resource())) : undefined
}

/** Somebody typed the number from the paper: only one referral of that number may be meant. */
async function byNumber(tx: Transaction, number: string): Promise<ScanAnswer['known']> {
  if (number.length > 100 || /[,|$\\]/.test(number)) return undefined
  const page = await tx.search('Task', `identifier=${[...new Set([number, slipKey(number)])].map(encodeURIComponent).join(',')}&_count=2`)
  const [first] = page.entries
  return first && page.entries.length === 1 ? knownOf(first.id, taskFacts(first.resource())) : undefined
}

const knownOf = (id: string, task: ReferralTask): ScanAnswer['known'] => ({ id, number: task.number, state: task.state })

async function differs(tx: Transaction, slip: { issuer: string; number: string }, now: Date): Promise<Finding> {
  const said = finding(SLIP_DIFFERS, { number: slip.number })
  const { vi, en, cure } = findingText(said)
  const subject = `${slip.issuer}/${slip.number}`
  await raiseAlert(tx, { kind: 'slip-differs', subject, severity: 'warning', role: 'referral-desk', vi, en, cure }, now)
  return said
}

/** A slip's paper was filed here: its digest is remembered, and held against the code that was scanned before. */
export async function slipFiled(tx: Transaction, slip: { issuer: string; number: string; digest: string }): Promise<void> {
  await noteSlip(tx, slip, 'paper', tx.now)
  const { code, paper } = await slipDigests(tx, slip.issuer, slip.number)
  // A correction is another version under the same number: the printed one may be any of them.
  if (code.length > 0 && !code.some((digest) => paper.includes(digest))) await differs(tx, slip, tx.now)
}

/** At a desk of the receiver. */
export const scanOperation: Operation = {
  name: '$scan',
  level: 'type',
  type: 'Task',
  method: 'POST',
  permission: ['referral.arrive', 'referral.desk'],
  body: 'json',
  bodyLimit: 16 * 1024,
  handle: scan,
}
