/** What was done in a history, and what was said to it. */
import type { ReferralEvent } from '../../features/referral/transitions.ts'
import type { Way } from './ways.ts'
import type { SiteName } from './world.ts'

export interface Act {
  tag: string
  site: SiteName
  event: ReferralEvent | 'outcome' | 'correction'
  /** done: the site said yes; refused: it said no; unknown: it died under the request. */
  answer: 'done' | 'refused' | 'unknown'
  code: string
}

export type Done = Pick<Act, 'answer' | 'code'>

export interface Slip {
  issuer: string
  number: string
  sender: 'sender' | 'other'
  stat: boolean
  way: Way
  /** Came with a claim file and is signed at the desks; else it is put into the outbox signed. */
  claim?: number
  acts: Act[]
}

let count = 0

/** The word of one step, by which its effect is found again. */
export const newTag = (): string => `#${++count}#`
