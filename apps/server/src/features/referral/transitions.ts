/**
 * The referral's state machine, spec exchange ii.3 with its amendments. Server, web, tests and docs read this one table.
 * Pure data: imports nothing. Further rows (no-show, redirect, cancel …) join this table, never a second one.
 */

export type ReferralState =
  | 'draft'
  | 'to-sign'
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'accepted'
  | 'declined'
  | 'arrived'
  | 'in-care'
  | 'completed'
  | 'void'

export type TaskStatus = 'draft' | 'requested' | 'received' | 'accepted' | 'rejected' | 'in-progress' | 'completed' | 'entered-in-error'

/** sender: the issuing facility; receiver: the addressee; hub: the exchange itself. */
export type Actor = 'sender' | 'receiver' | 'hub'

export type ReferralEvent =
  | 'submit'
  | 'sign'
  | 'send'
  | 'deliver'
  | 'accept'
  | 'decline'
  | 'arrive'
  | 'start-care'
  | 'answer'
  | 'file-outcome'
  | 'void'

/** What must hold beside state and actor; each name is one small check beside the code that applies the table. */
export type Guard = 'gaps-settled' | 'all-signed' | 'registered' | 'reason' | 'outcome-registered' | 'outcome-present' | 'none'

export interface Transition {
  from: ReferralState
  event: ReferralEvent
  actor: Actor
  guard: Guard
  to: ReferralState
}

export interface StateInfo {
  taskStatus: TaskStatus
  vi: string
  en: string
  /** No event but `void` may follow. */
  terminal: boolean
  /** Kept by the sender's site only, before the hub knows of it. */
  local: boolean
}

export const STATES: Record<ReferralState, StateInfo> = {
  draft: { taskStatus: 'draft', vi: 'Nháp', en: 'Draft', terminal: false, local: true },
  'to-sign': { taskStatus: 'draft', vi: 'Chờ ký', en: 'To sign', terminal: false, local: true },
  queued: { taskStatus: 'draft', vi: 'Chờ gửi', en: 'Queued', terminal: false, local: true },
  sent: { taskStatus: 'requested', vi: 'Đã gửi', en: 'Sent', terminal: false, local: false },
  delivered: { taskStatus: 'received', vi: 'Đã đến cơ sở nhận', en: 'Delivered', terminal: false, local: false },
  accepted: { taskStatus: 'accepted', vi: 'Đã tiếp nhận', en: 'Accepted', terminal: false, local: false },
  declined: { taskStatus: 'rejected', vi: 'Đề nghị nơi khác', en: 'Declined', terminal: true, local: false },
  arrived: { taskStatus: 'in-progress', vi: 'Người bệnh đã đến', en: 'Arrived', terminal: false, local: false },
  'in-care': { taskStatus: 'in-progress', vi: 'Đang điều trị', en: 'In care', terminal: false, local: false },
  completed: { taskStatus: 'completed', vi: 'Hoàn tất', en: 'Completed', terminal: true, local: false },
  void: { taskStatus: 'entered-in-error', vi: 'Vô hiệu', en: 'Void', terminal: true, local: false },
}

export const TRANSITIONS: readonly Transition[] = [
  { from: 'draft', event: 'submit', actor: 'sender', guard: 'gaps-settled', to: 'to-sign' },
  { from: 'to-sign', event: 'sign', actor: 'sender', guard: 'all-signed', to: 'queued' },
  { from: 'queued', event: 'send', actor: 'hub', guard: 'registered', to: 'sent' },
  { from: 'sent', event: 'deliver', actor: 'receiver', guard: 'none', to: 'delivered' },
  { from: 'sent', event: 'accept', actor: 'receiver', guard: 'none', to: 'accepted' },
  { from: 'delivered', event: 'accept', actor: 'receiver', guard: 'none', to: 'accepted' },
  { from: 'sent', event: 'decline', actor: 'receiver', guard: 'reason', to: 'declined' },
  { from: 'delivered', event: 'decline', actor: 'receiver', guard: 'reason', to: 'declined' },
  { from: 'accepted', event: 'decline', actor: 'receiver', guard: 'reason', to: 'declined' },
  { from: 'sent', event: 'arrive', actor: 'receiver', guard: 'none', to: 'arrived' },
  { from: 'delivered', event: 'arrive', actor: 'receiver', guard: 'none', to: 'arrived' },
  { from: 'accepted', event: 'arrive', actor: 'receiver', guard: 'none', to: 'arrived' },
  { from: 'arrived', event: 'start-care', actor: 'receiver', guard: 'none', to: 'in-care' },
  { from: 'arrived', event: 'answer', actor: 'receiver', guard: 'outcome-registered', to: 'in-care' },
  { from: 'in-care', event: 'answer', actor: 'receiver', guard: 'outcome-registered', to: 'in-care' },
  { from: 'in-care', event: 'file-outcome', actor: 'sender', guard: 'outcome-present', to: 'completed' },
  { from: 'draft', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
  { from: 'to-sign', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
  { from: 'queued', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
  { from: 'sent', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
  { from: 'delivered', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
  { from: 'accepted', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
  { from: 'declined', event: 'void', actor: 'sender', guard: 'reason', to: 'void' },
]

/** The row for (state, event, actor), or undefined: what is not in the table is refused. */
export function transition(from: ReferralState, event: ReferralEvent, actor: Actor): Transition | undefined {
  return TRANSITIONS.find((t) => t.from === from && t.event === event && t.actor === actor)
}

/** Events an actor may cause in a state, in table order. */
export function allowedEvents(from: ReferralState, actor: Actor): ReferralEvent[] {
  return TRANSITIONS.filter((t) => t.from === from && t.actor === actor).map((t) => t.event)
}

/** Vietnamese and English labels of the events people cause. */
export const EVENT_TEXT: Record<ReferralEvent, { vi: string; en: string }> = {
  submit: { vi: 'Trình ký', en: 'Submit for signing' },
  sign: { vi: 'Ký', en: 'Sign' },
  send: { vi: 'Gửi', en: 'Send' },
  deliver: { vi: 'Đến cơ sở nhận', en: 'Deliver' },
  accept: { vi: 'Tiếp nhận', en: 'Accept' },
  decline: { vi: 'Đề nghị nơi khác', en: 'Decline' },
  arrive: { vi: 'Người bệnh đã đến', en: 'Register arrival' },
  'start-care': { vi: 'Bắt đầu điều trị', en: 'Start care' },
  answer: { vi: 'Gửi phản hồi', en: 'Send outcome' },
  'file-outcome': { vi: 'Lưu phản hồi vào hồ sơ', en: 'File outcome' },
  void: { vi: 'Vô hiệu', en: 'Void' },
}
