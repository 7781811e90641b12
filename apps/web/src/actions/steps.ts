import type { ReferralEvent } from '../data/contracts.ts'

/** Steps of a referral a person presses a button for, the usual ones first; the others follow from signing or are the exchange's own. */
export const BY_HAND: readonly ReferralEvent[] = [
  'readdress',
  'accept',
  'arrive',
  'start-care',
  'file-outcome',
  'submit',
  'confirm-cancel',
  'refuse-cancel',
  'add-info',
  'decline',
  'void',
]
/** Less usual ones, behind "more". */
export const MORE: readonly ReferralEvent[] = [
  'send-back',
  'ask-info',
  'schedule',
  'reschedule',
  'request-cancel',
  'interim',
  'end-care',
  'return',
  'redirect',
  'left-unseen',
  'undo-arrival',
  'died',
  'ask-void',
]
/** Steps nobody should take by a slip of the hand. */
export const SURE: readonly ReferralEvent[] = ['died', 'end-care', 'confirm-cancel']
/** Ends or refusals: never what one key alone begins. */
export const NEVER_NEXT: readonly ReferralEvent[] = ['decline', 'void']
