/** Shapes of the audit's operations (types only). */

/** What a site says at the end of a day in Vietnam of its chain of seals; signed, and kept by others. */
export interface DayRoot {
  /** Facility code of the site. */
  origin: string
  day: string
  /** Newest seal of the day, 0 when there is none yet. */
  to: number
  /** Its hash, hex. */
  hash: string
  rows: number
  /** First seal of the day and the hashes of all of the day, 16 hex digits each: a later change is located to its minute. */
  from: number
  seals: string[]
  /** sha-256, hex, of two bytes of each row of the day, which travel beside the root and are kept for sixty days. */
  marks?: string
  /** Place of the first of those rows in the order of sealing, as it travels beside them. */
  start?: number
}

/** Two bytes of each row of a day, in the order of sealing, base64; `start`: place of the first in that order. */
export interface DayMarks {
  day: string
  start: number
  marks: string
}

export interface HeldRoot {
  day: string
  to: number
  hash: string
  from: number
  seals: string[]
}

/** Answer of POST /fhir/AuditEvent/$deposit-root: what the hub holds of the node, and its own roots as JWS. */
export interface DepositAnswer {
  held: HeldRoot[]
  hub: string[]
  /** When they were asked for: what the hub holds of the node's rows from a day on. */
  marks?: DayMarks[]
}

export interface RootDifference {
  day: string
  /** First seal that is not as it was on that day. */
  seal: number
  /** Who holds the root that tells: `here`, `hub` or a facility code. */
  heldBy: string
  /** The row itself, where its marks are held: its number, or for removed ones the number before. */
  row?: { what: 'changed' | 'removed' | 'added'; seq: string; rows: number }
  vi: string
  en: string
}

export interface VerifyAnswer {
  ok: boolean
  seals: number
  rows: number
  problem?: { seal: number; seq?: string; what: string; vi: string; en: string }
  roots: {
    /** Days of which a root stands here, first and last. */
    first?: string
    last?: string
    /** Newest day that somebody else holds, and who. */
    deposited?: { day: string; heldBy: string }
    /** Days that nobody else holds although they are over. */
    missing: string[]
    differences: RootDifference[]
    /** The hub could not be asked now: only what lies here was compared. */
    unasked?: string
  }
  unsealed: number
  lastSeal?: string
}
