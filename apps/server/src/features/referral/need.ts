/** Whose work a received slip is now, and why: the inbox shows each person theirs. Pure. */
import type { Caller } from '../../access/caller.ts'
import type { AcceptanceSaid, Need } from './acceptance/contract.ts'
import type { ReferralRow } from './contract.ts'
import { type ReferralEvent, type ReferralState, STATES } from './transitions.ts'

type Asked = Omit<Need, 'mine'>
type Row = Pick<ReferralRow, 'direction' | 'state' | 'stat' | 'hasOutcome' | 'revision'>

/** On its way, the patient not here yet. */
const COMING: readonly ReferralState[] = ['sent', 'delivered', 'info-needed', 'accepted', 'scheduled']
const HERE: readonly ReferralState[] = ['in-care', 'interim', 'returned']

/** Everybody who is asked, the most urgent first. */
export function needsOf(row: Row, said: AcceptanceSaid | undefined): Asked[] {
  if (row.direction !== 'received' || STATES[row.state].terminal) return []
  const department = said?.case.department
  const at = (of: Need['of'], why: Need['why']): Asked => ({ of, why, ...(of === 'doctor' && department ? { department } : {}) })
  const asked: Asked[] = []
  const coming = COMING.includes(row.state)
  // Whoever may have to receive an emergency sees it until the patient is here, accepted or not.
  if (row.stat && coming) asked.push(at('doctor', 'emergency'))
  if (row.state === 'sent' || row.state === 'delivered') asked.push(...toAnswer(row, said, at))
  else if (row.stat && coming) asked.push(at('desk', 'emergency'))
  if (coming) asked.push(at('reception', 'expected'))
  if (row.state === 'cancel-requested') asked.push(at('desk', 'cancel-asked'))
  if (row.state === 'no-show') asked.push(at('desk', 'no-show'))
  if (row.revision?.kind === 'outcome' && row.revision.cause === 'sent-back') asked.push(at('doctor', 'sent-back'))
  if (row.state === 'arrived') asked.push(at('doctor', 'arrived'))
  if (HERE.includes(row.state) && !row.hasOutcome) asked.push(at('doctor', 'outcome-due'))
  if (row.state === 'closed-no-outcome' && !row.hasOutcome) asked.push(at('doctor', 'outcome-missing'), at('desk', 'outcome-missing'))
  return asked
}

/** A slip nobody has answered. */
function toAnswer(row: Row, said: AcceptanceSaid | undefined, at: (of: Need['of'], why: Need['why']) => Asked): Asked[] {
  const [doubt] = said?.doubts ?? []
  if (doubt) return [at('desk', doubt)]
  if (row.stat) return [at('desk', 'emergency')]
  if (said?.decision === 'doctor') return [at('doctor', 'by-row')]
  return [at('desk', said?.decision === 'desk' && said.row ? 'by-row' : 'new')]
}

/** Whether the person who asks is among those a need speaks of. */
export function isMine({ of, department }: Asked, caller: Caller): boolean {
  const may = caller.permissions
  if (of === 'desk') return may.has('referral.desk')
  if (of === 'reception') return may.has('referral.arrive') && !may.has('referral.desk') && !may.has('referral.care')
  // Sub-departments are read by their first three characters, as everywhere.
  const own = caller.departments.map((d) => d.slice(0, 3))
  return may.has('referral.care') && (!department || own.length === 0 || own.includes(department.slice(0, 3)))
}

/** Where the policy leaves a slip to a doctor of its department, that doctor answers it as the desk could. */
export const answersAsDoctor = (caller: Caller, event: ReferralEvent, said: AcceptanceSaid | undefined): boolean =>
  (event === 'accept' || event === 'decline') &&
  said?.decision === 'doctor' &&
  isMine({ of: 'doctor', why: 'by-row', ...(said.case.department ? { department: said.case.department } : {}) }, caller)

/** The needs of a row, each with whether it is this person's; what is doubtful about a slip is for those who read papers. */
export function needsFor(row: Row, said: AcceptanceSaid | undefined, caller: Caller): Need[] {
  const needs = needsOf(row, said).map((asked) => ({ ...asked, mine: isMine(asked, caller) }))
  return caller.permissions.has('referral.papers') ? needs : needs.filter((n) => n.mine)
}
