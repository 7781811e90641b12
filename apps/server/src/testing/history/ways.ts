/** What people do with one referral: ways drawn from a seed, some of them with a step at the wrong moment. */
import type { Random } from '@yba/people'
import type { ReferralEvent } from '../../features/referral/transitions.ts'

/** S the sender, R the receiver, T a third hospital; a paper that is signed, or a step; on which visit of the slip. */
export type Step = readonly [side: 'S' | 'R' | 'T', what: ReferralEvent | 'outcome' | 'correction', visit?: number]

export interface Way {
  steps: readonly Step[]
  /** The slip holds for a year: each arrival is a visit of its own. */
  oneYear?: true
  /** The patient stands at the receiver's desk with the paper before its message is sent. */
  paperFirst?: true
}

const STEPS_ONLY: Way[] = (
  [
    [],
    [['R', 'accept']],
    [
      ['R', 'accept'],
      ['R', 'arrive'],
      ['R', 'start-care'],
    ],
    [
      ['R', 'arrive'],
      ['R', 'start-care'],
      ['R', 'interim'],
      ['R', 'return'],
    ],
    [
      ['R', 'decline'],
      ['R', 'arrive'],
    ],
    [
      ['R', 'ask-info'],
      ['S', 'add-info'],
      ['R', 'accept'],
    ],
    [
      ['R', 'accept'],
      ['R', 'schedule'],
      ['R', 'reschedule'],
    ],
    [
      ['S', 'request-cancel'],
      ['R', 'arrive'],
    ],
    [
      ['S', 'request-cancel'],
      ['R', 'confirm-cancel'],
      ['R', 'arrive'],
    ],
    [
      ['S', 'request-cancel'],
      ['R', 'refuse-cancel'],
    ],
    [
      ['R', 'arrive'],
      ['R', 'undo-arrival'],
      ['R', 'accept'],
    ],
    [
      ['R', 'arrive'],
      ['R', 'left-unseen'],
      ['R', 'arrive'],
    ],
    [['S', 'void']],
    [
      ['R', 'arrive'],
      ['S', 'ask-void'],
      ['R', 'void'],
    ],
    [
      ['R', 'arrive'],
      ['R', 'start-care'],
      ['R', 'redirect'],
      ['T', 'arrive'],
    ],
    [
      ['R', 'arrive'],
      ['R', 'died'],
    ],
    [['S', 'died']],
  ] satisfies Step[][]
).map((steps) => ({ steps }))

/** A paper signed on the way costs as much as twenty steps: these come half as often, or as rarely as is asked for. */
const WITH_PAPERS: Way[] = [
  {
    steps: [
      ['R', 'accept'],
      ['R', 'arrive'],
      ['R', 'start-care'],
      ['R', 'outcome'],
    ],
  },
  {
    steps: [
      ['R', 'arrive'],
      ['R', 'start-care'],
      ['R', 'interim'],
      ['R', 'end-care'],
      ['R', 'outcome'],
    ],
  },
  {
    steps: [
      ['R', 'ask-info'],
      ['S', 'correction'],
      ['R', 'accept'],
    ],
  },
  {
    steps: [
      ['R', 'accept'],
      ['S', 'correction'],
      ['R', 'arrive'],
    ],
  },
]

const VISITS: Way[] = [
  {
    paperFirst: true,
    steps: [
      ['R', 'start-care'],
      ['R', 'interim'],
      ['R', 'return'],
    ],
  },
  {
    paperFirst: true,
    steps: [
      ['R', 'left-unseen'],
      ['R', 'arrive'],
    ],
  },
  {
    oneYear: true,
    steps: [
      ['R', 'accept'],
      ['R', 'arrive'],
      ['R', 'start-care', 1],
      ['R', 'arrive'],
      ['R', 'interim', 1],
      ['R', 'left-unseen', 2],
    ],
  },
]

const all = (papers: number): (readonly [Way, number])[] => [
  ...STEPS_ONLY.map((way) => [way, 2] as const),
  ...WITH_PAPERS.map((way) => [way, papers] as const),
  ...VISITS.map((way) => [way, 2] as const),
]

const SURPRISES: Step[] = [
  ['R', 'accept'],
  ['R', 'decline'],
  ['R', 'arrive'],
  ['S', 'void'],
  ['S', 'request-cancel'],
  ['R', 'died'],
]

/** The way of one referral; every fifth meets a step nobody expected. */
export function drawWay(r: Random, papers = 1): Way {
  const way = r.weighted(all(papers))
  if (r.int(1, 5) > 1) return way
  const steps = [...way.steps]
  steps.splice(r.int(0, steps.length), 0, r.pick(SURPRISES))
  return { ...way, steps }
}
