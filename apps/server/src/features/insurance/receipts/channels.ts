/**
 * GET /fhir/Task/{id}/$channels: where a slip stands on our exchange, at the BHXH portal (from the receipts of the HIS) and
 * in VNeID (vn-documents 7.4: BHXH shows a record within 24 hours; hospitals neither push to it nor can ask it).
 */
import { type Finding, finding } from '@yba/fhir'
import type { Operation, OperationAnswer, OperationContext } from '../../../feature.ts'
import { channelFacts, findingView } from '../../referral/index.ts'
import { type ReceiptRow, receiptsFor } from '../tables/receipts.ts'
import type { ChannelsAnswer, PortalReceiptView } from './contract.ts'
import { CHANNEL_NUMBERS, CHANNELS_DIFFER, PORTAL_REFUSED } from './outcomes.ts'

const VNEID_MS = 24 * 3_600_000

async function channels(context: OperationContext): Promise<OperationAnswer> {
  const { site } = context
  const facts = await channelFacts(context)
  const rows = await receiptsFor(site.store, facts.record, facts.numbers)
  const taken = rows.find((r) => r.said.accepted)?.said
  const by = taken?.receivedAt ? new Date(Date.parse(taken.receivedAt) + VNEID_MS) : undefined
  const answer: ChannelsAnswer = {
    number: facts.number,
    exchange: facts.exchange,
    portal: { ...(facts.record ? { record: facts.record } : {}), receipts: rows.map(receiptView) },
    vneid: { ...(by ? { expectedBy: by.toISOString() } : {}), due: by !== undefined && by <= site.clock.now() },
    findings: findingsOf(facts, rows).map(findingView),
  }
  return { json: answer }
}

function receiptView({ said, came_at }: ReceiptRow): PortalReceiptView {
  const { transaction, code, accepted, receivedAt, message, errors } = said
  return {
    ...(transaction ? { transaction } : {}),
    code,
    accepted,
    ...(receivedAt ? { receivedAt } : {}),
    cameAt: came_at.toISOString(),
    ...(message ? { message } : {}),
    errors,
  }
}

type Facts = Awaited<ReturnType<typeof channelFacts>>

/** What the channels tell differently: the newest word of the portal counts. */
export function findingsOf(facts: Pick<Facts, 'number' | 'numbers' | 'differing'>, rows: readonly Pick<ReceiptRow, 'said'>[]): Finding[] {
  const [newest] = rows
  if (!newest) return []
  const { accepted, code, message, errors, slip } = newest.said
  if (!accepted) return [finding(PORTAL_REFUSED, { code, message: message ?? errors[0]?.text ?? '' })]
  const names = (lang: 'vi' | 'en') => [...new Set(facts.differing.map((d) => d[lang]))].join(', ')
  const found: Finding[] = []
  if (slip && !facts.numbers.includes(slip)) found.push(finding(CHANNEL_NUMBERS, { portal: slip, number: facts.number }))
  if (facts.differing.length > 0) found.push(finding(CHANNELS_DIFFER, { number: facts.number, fields: names('vi'), fieldsEn: names('en') }))
  return found
}

export const channelsOperation: Operation = {
  name: '$channels',
  level: 'instance',
  type: 'Task',
  method: 'GET',
  permission: 'referral.papers',
  body: 'none',
  handle: channels,
}
