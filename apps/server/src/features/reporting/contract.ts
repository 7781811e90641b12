/** Shapes of the health department's figures: what nodes tell the hub, and what the page shows (types only). */

/** Figures of one day at one facility, counted from the claim files it holds. */
export interface DayCount {
  /** yyyy-mm-dd in Vietnam. */
  day: string
  /** Records of stays that ended on this day. 0: none any more, the day is not known. */
  records: number
  /** Different referral slips in their XML13. */
  slips: number
}

/** POST /fhir/Organization/$daily-counts by a node: days that changed since it last told. */
export interface CountsMessage {
  days: DayCount[]
  /** When the last claim file came; null: none ever. */
  lastFile: string | null
}

/** What the hub then holds of this node, to be compared: `digestOf` its days. */
export interface CountsAnswer {
  digest: string
}

/** A day of one facility as it went into a table. */
export interface DayBasis {
  facility: string
  day: string
  /** Absent: the facility told nothing of this day. */
  records?: number
  slips?: number
  reportedAt?: string
  /** How often the facility has corrected this day. */
  corrections?: number
  /** Slips of this day at the hub, and those of them with an outcome. */
  exchanged: number
  answered: number
}

export interface Listed {
  code: string
  /** Codes it goes by: its own and those that became it. */
  codes: string[]
  /** The plan's name. */
  name: string
  /** The directory's name of the last day of the period, where it is another one. */
  nameToday: string
  /** The code stands for one that is not known yet. */
  demoCode: boolean
  /** Days it stands in the list; '' and absent: no end known. */
  from: string
  until?: string
  /** First heard of; absent: never, or before it was written down. */
  connectedSince?: string
  lastContact?: string
  lastFile?: string
  /** What the node last said of its queue: the oldest message not yet sent, or null for none; absent: it said nothing. */
  queue?: { oldest: string | null; at: string }
}

/** Everything a table is counted from. A snapshot keeps it. */
export interface TableBasis {
  kind: PeriodKind
  from: string
  until: string
  /** When it was counted, and how far the hub's log had come. */
  asOf: string
  log: string
  /** False: no list was imported; every active facility of the directory stands here. */
  listImported: boolean
  listed: Listed[]
  days: DayBasis[]
}

export type PeriodKind = 'week' | 'month' | 'days'

export interface FacilityRow extends Omit<Listed, 'codes'> {
  /** Other codes it went by. */
  formerCodes: string[]
  /** Days of the period on which it stands in the list and which have begun. */
  days: number
  /** Of these, days of which it told its records. */
  daysReported: number
  /** Last word about these days. */
  reportedAt?: string
  /** Slips counted from XML13 on the days reported; null: not known. */
  issued: number | null
  /** Slips of the period at the hub. */
  exchanged: number
  /** Of these, slips of the days reported. */
  exchangedReported: number
  /** exchangedReported ÷ issued; null where either is not known or nothing was issued. */
  share: number | null
  answered: number
  /** answered ÷ exchanged; null where nothing was exchanged. */
  answeredShare: number | null
}

export interface TableTotals {
  facilities: number
  /** Heard of at any time. */
  connected: number
  /** Told at least one day of the period. */
  reporting: number
  days: number
  daysReported: number
  issued: number | null
  exchanged: number
  exchangedReported: number
  share: number | null
  answered: number
  answeredShare: number | null
}

export interface DepartmentTable extends Pick<TableBasis, 'kind' | 'from' | 'until' | 'asOf' | 'listImported'> {
  /** Last day that has begun. */
  counted: string
  rows: FacilityRow[]
  totals: TableTotals
  /** Slips of facilities that do not stand in the list; in no row and no total. */
  outside: { facilities: number; exchanged: number }
}

export type FigureId =
  | 'connectedSince'
  | 'lastFile'
  | 'issued'
  | 'exchanged'
  | 'share'
  | 'answeredShare'
  | 'oldestUnsent'
  | 'lastContact'
  | 'list'

export interface Definition {
  id: FigureId
  name: { vi: string; en: string }
  /** What is counted. */
  counted: { vi: string; en: string }
  source: { vi: string; en: string }
  /** Until when. */
  until: { vi: string; en: string }
}

/** One frozen table; editions of a period stand beside each other. */
export interface SnapshotHead {
  id: string
  kind: 'week' | 'month'
  from: string
  until: string
  edition: number
  at: string
  /** Null: by itself, when the period was over. */
  by: string | null
  /** Of a later edition: why. */
  reason: string
  /** Digest of what it was counted from and of the table. */
  sha256: string
  totals: TableTotals
}

/** GET /fhir/Organization/$department?kind=&from=&until= or ?snapshot= */
export interface DepartmentAnswer {
  table: DepartmentTable
  definitions: readonly Definition[]
  snapshot?: SnapshotHead
  /** The edition before, to be shown beside. */
  before?: { snapshot: SnapshotHead; table: DepartmentTable }
  /** Of the newest edition: facilities of which other figures are known by now. */
  changed?: string[]
}

/** GET /fhir/Organization/$department-snapshots */
export interface SnapshotsAnswer {
  rows: SnapshotHead[]
}

/** POST /fhir/Organization/$department-freeze: the next edition of a period that is over. */
export interface FreezeRequest {
  kind: 'week' | 'month'
  from: string
  reason: string
}
