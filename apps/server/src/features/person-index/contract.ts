/** Pairs of records a person at the hub has to judge. Types only. */

/** One facility's record of a person, as it was sent. */
export interface ReviewSide {
  /** Patient at the hub. */
  id: string
  facility: { code: string; name: string }
  mrn: string
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  citizenId?: string
  cards: string[]
  phone?: string
  /** Its newest slips. */
  slips: { id: string; number: string; at: string }[]
}

export type ReviewDecision = 'same' | 'different'

export interface ReviewRow {
  /** Rule that asked. */
  rule: string
  why: { vi: string; en: string }[]
  since: string
  sides: [ReviewSide, ReviewSide]
  /** Both are taken for one person now, by this decision or by their numbers. */
  together: boolean
  /** The last word, while it stands. */
  decided?: { decision: ReviewDecision; reason: string; by: string; at: string }
}

/** GET /fhir/Patient/$reviews: what waits, oldest first, then what was decided last. */
export interface ReviewsAnswer {
  open: number
  rows: ReviewRow[]
}

/** POST /fhir/Patient/$review-decide. `reopen` takes the last decision back. */
export interface ReviewRequest {
  one: string
  other: string
  decision: ReviewDecision | 'reopen'
  reason: string
}
