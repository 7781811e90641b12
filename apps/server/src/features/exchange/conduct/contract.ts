/** The standing of a node at the hub, as node and operator see it. Types only. */

export interface Appeal {
  at: string
  by: string
  text: string
  decision: 'lifted' | 'confirmed' | null
  decidedAt: string | null
  decidedBy: string | null
  decisionReason: string | null
}

export interface Misdeeds {
  kind: string
  count: number
  score: number
  lastAt: string
}

export interface Suspension {
  facility: string
  since: string
  /** By the hub's rules, or by its operator. */
  automatic: boolean
  /** Kind of misdeed that weighed most, or `manual`. */
  cause: string
  evidence: Misdeeds[]
  by: string
  reason: string
  liftedAt: string | null
  liftedBy: string | null
  liftReason: string | null
  appeals: Appeal[]
}

export type QuarantineState = 'open' | 'taken' | 'refused'

/** A refusal in words. */
export interface QuarantineWords {
  code: string
  vi: string
  en: string
  cure: { vi: string; en: string }
}

/** A message the hub could not take, kept as it came. */
export interface QuarantineRow {
  id: string
  facility: string
  name: string
  at: string
  route: string
  code: string
  /** Member of the message the refusal is about. */
  place: string
  size: number
  /** Slip it says it is about; '' when it does not say. */
  number: string
  words: QuarantineWords | null
  role: 'hub-operator' | 'administrator'
  state: QuarantineState
  tried: QuarantineWords | null
  settled?: { at: string; by: string }
  reason?: string
}

export interface QuarantineAnswer {
  rows: QuarantineRow[]
}

export interface QuarantineAct {
  id: string
  act: 'take-in' | 'refuse' | 'forward'
  reason?: string
  role?: QuarantineRow['role']
}

/** GET /fhir/$standing at the hub: a node's own. */
export interface Standing {
  suspended: Suspension | null
  misdeeds: Misdeeds[]
  /** The node's clock minus the hub's; null when unknown. */
  skewMs: number | null
  /** Messages the hub's operator refused for good, with the reason. */
  refused?: { number: string; code: string; at: string; reason: string }[]
}

/** GET /fhir/Organization/$conduct: the operator's list. */
export interface ConductRow extends Standing {
  facility: string
  name: string
  story: Suspension[]
}

export interface ConductAnswer {
  rows: ConductRow[]
}

/** GET /fhir/Organization/$own-standing at a facility: what the hub said last, and when. */
export interface OwnStanding {
  standing: Standing | null
  at: string | null
  /** Of now, as far as the line knows. */
  skewMs: number
}
