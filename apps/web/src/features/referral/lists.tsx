import type { ReferralRow } from '../../data/contracts.ts'
import { Worklist } from './Worklist.tsx'

const page = (row: ReferralRow): string => `/referrals/${row.id}`
const composer = (row: ReferralRow): string => `/referrals/${row.id}/compose`

const SENT = ['patient', 'born', 'number', 'diagnosis', 'to', 'departure', 'state', 'updated'] as const
const RECEIVED = ['patient', 'born', 'number', 'diagnosis', 'from', 'departure', 'state', 'updated'] as const
const DRAFTS = ['patient', 'born', 'number', 'diagnosis', 'to', 'departure', 'updated'] as const

export const Sent = () => <Worklist list="sent" columns={SENT} address={page} />
export const Received = () => <Worklist list="received" columns={RECEIVED} address={page} />
export const Drafts = () => <Worklist list="drafts" columns={DRAFTS} address={composer} />
