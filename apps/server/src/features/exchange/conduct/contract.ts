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

/** GET /fhir/$standing at the hub: a node's own. */
export interface Standing {
  suspended: Suspension | null
  misdeeds: Misdeeds[]
  /** The node's clock minus the hub's; null when unknown. */
  skewMs: number | null
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
