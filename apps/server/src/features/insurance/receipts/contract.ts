/** Shapes of a slip's channels, shared with the web app (types only). */
import type { FindingView } from '../../referral/contract.ts'
import type { ReferralState } from '../../referral/transitions.ts'

export interface PortalReceiptView {
  /** maGiaoDich */
  transaction?: string
  code: string
  accepted: boolean
  /** When the portal took it, as it says; absent where it does not. */
  receivedAt?: string
  /** When the HIS handed the receipt in here. */
  cameAt: string
  message?: string
  errors: { code?: string; text: string; table?: string; field?: string }[]
}

/** GET /fhir/Task/{id}/$channels: the same slip on the exchange, at the BHXH portal, and in VNeID. */
export interface ChannelsAnswer {
  number: string
  exchange: { state: ReferralState; sentAt?: string; deliveredAt?: string }
  /** Of the record (MA_LK) of this facility's HIS, the newest receipt first. */
  portal: { record?: string; receipts: PortalReceiptView[] }
  /** By when BHXH shows the record there (24 hours after the portal took it); nobody can ask VNeID. */
  vneid: { expectedBy?: string; due: boolean }
  findings: FindingView[]
}
