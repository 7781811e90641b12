/** How facilities join the exchange: names and shapes, shared with the web app. */

export const STEPS = ['facility', 'agreement', 'key', 'tests', 'decision'] as const
export type Step = (typeof STEPS)[number]

export const TESTS = ['directory', 'slip-key', 'out', 'back', 'feed', 'clock', 'seal'] as const
/** out: 200 kB reach the hub whole; back: 200 kB of the hub reach the node whole; feed: a long-poll is answered; seal: the node can seal. */
export type TestName = (typeof TESTS)[number]
/** Without a seal a facility can receive; whoever decides that it goes live is told that nothing of its own leaves. */
export const NEEDED_TESTS: readonly TestName[] = TESTS.filter((name) => name !== 'seal')

export interface TestResult {
  name: TestName
  ok: boolean
  /** Milliseconds, bytes, code of what failed. */
  detail: string
}

export type ActKind = 'open' | 'agreement' | 'key' | 'key-confirmed' | 'key-refused' | 'tested' | 'live' | 'withdraw'

export interface Agreement {
  number: string
  /** yyyy-mm-dd */
  signedOn: string
  /** Who answers for it at the facility: name and telephone. */
  contact: string
}

export interface JoiningKey {
  notAfter: string
  /** Both once the hospital has read the fingerprint out. */
  kid?: string
  fingerprint?: string
}

export interface ActView {
  act: ActKind
  at: string
  by: string
  /** Reason, number of the agreement, what was compared with whom. */
  words: string
}

export interface JoiningRow {
  facility: { code: string; name: string }
  /** founded: a node from before there was this page. */
  state: 'joining' | 'live' | 'withdrawn' | 'founded'
  /** What is done, in order; the first that is not is the next. */
  done: Step[]
  next?: Step
  agreement?: Agreement
  key?: JoiningKey
  tests: TestResult[]
  testedAt?: string
  story: ActView[]
  lastSeen?: string
}

/** GET /fhir/Organization/$joinings */
export interface JoiningsAnswer {
  rows: JoiningRow[]
  /** Of the directory, not joined yet. */
  others: { code: string; name: string }[]
  /** What a new node needs to know and believe the hub: handed over as a file (`yba join request --card`). */
  card: { hubUrl: string; directoryKeys: object[]; trust: string[] }
}

/** POST /fhir/Organization/$join */
export type JoinRequest = { facility: string } & (
  | { act: 'open' }
  | { act: 'agreement'; agreement: Agreement }
  | { act: 'key'; request: string }
  | { act: 'key-confirmed'; fingerprint: string; compared: string }
  | { act: 'key-refused' | 'live' | 'withdraw'; reason: string }
)

/** POST /fhir/Organization/$join-test: bytes out; then what came back, and what the node saw itself. */
export type JoinTestRequest = { step: 'out'; bytes: string; sha256: string } | { step: 'back'; sha256: string; results: TestResult[] }

export type JoinTestAnswer = { bytes: string; sha256: string } | { tests: TestResult[] }
