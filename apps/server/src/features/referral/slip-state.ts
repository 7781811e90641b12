/**
 * GET /fhir/Task/$slip-state?number=&issuer=: where a slip of this facility stands, for programs: so that a HIS learns that
 * its slip closed, or why it waits. No patient, no diagnosis, no reason in anybody's words.
 */
import { defineOutcome, refuse } from '@yba/fhir'
import { onBehalf } from '../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { SlipStateAnswer } from './contract.ts'
import { findSlip } from './find-slip.ts'
import { BAD_REQUEST } from './outcomes.ts'
import { referralRows } from './rows.ts'
import { loadHistory } from './tables.ts'
import { STATES } from './transitions.ts'

const LONGEST = 100

export const SLIP_STATE_UNKNOWN = defineOutcome({
  code: 'slip-state-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Cơ sở này không có phiếu số {number} do cơ sở {issuer} lập.',
  en: 'This facility has no slip {number} issued by facility {issuer}.',
  cure: {
    vi: 'Ghi số như trên phiếu; phiếu của cơ sở khác gửi tới thì thêm issuer=mã cơ sở lập phiếu.',
    en: 'Write the number as on the slip; for one that came from another facility add issuer=its code.',
  },
})

/** Throws `request-incomplete`, `slip-state-unknown`. */
async function slipState({ site, caller, query }: OperationContext): Promise<OperationAnswer> {
  const number = query.get('number')?.normalize('NFC').trim() ?? ''
  const issuer = query.get('issuer') ?? site.settings.facility.code
  if (number === '' || number.length > LONGEST) throw refuse(BAD_REQUEST, { what: 'number' })
  if (!/^\d{2}[0-9A-Z]{3}$/.test(issuer)) throw refuse(BAD_REQUEST, { what: 'issuer' })
  const stored = await site.store.as(onBehalf(caller)).transact((tx) => findSlip(tx, issuer, number))
  const [row] = stored ? await referralRows(site, [stored]) : []
  if (!row) throw refuse(SLIP_STATE_UNKNOWN, { number, issuer })
  const { vi, en, terminal } = STATES[row.state]
  const story = await loadHistory(site.store, { issuer: row.from.code, number: row.number }, 'hub')
  const why = row.waitingFor.find((one) => one.why)?.why
  const answer: SlipStateAnswer = {
    number: row.number,
    ...(row.hisNumbers ? { hisNumbers: row.hisNumbers } : {}),
    direction: row.direction,
    from: row.from,
    to: row.to,
    state: row.state,
    words: { vi, en },
    ended: terminal,
    outcome: row.hasOutcome,
    confirmed: row.proposed === undefined,
    ...(row.stopped ? { stopped: row.stopped.because } : {}),
    ...(why ? { waits: why } : {}),
    steps: story.map(({ event, state, recordedAt, facility }) => ({ event, state, at: recordedAt, facility })),
    updatedAt: row.updatedAt,
  }
  return { json: answer }
}

export const slipStateOperation: Operation = {
  name: '$slip-state',
  level: 'type',
  type: 'Task',
  method: 'GET',
  permission: 'referral.state',
  body: 'none',
  handle: slipState,
}
