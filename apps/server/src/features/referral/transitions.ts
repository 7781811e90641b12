/**
 * The referral's state machine, spec exchange ii.3 with its amendments. Server, web, tests and docs read this one table.
 * Pure data: imports nothing. There is no second table, and no state "expired": validity is computed, never a state.
 */

export type ReferralState =
  | 'draft'
  | 'to-sign'
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'info-needed'
  | 'accepted'
  | 'scheduled'
  | 'no-show'
  | 'cancel-requested'
  | 'multi-use'
  | 'arrived'
  | 'in-care'
  | 'interim'
  | 'returned'
  | 'closed-no-outcome'
  | 'completed'
  | 'declined'
  | 'cancelled'
  | 'redirected'
  | 'died'
  | 'void'

export type TaskStatus =
  | 'draft'
  | 'requested'
  | 'received'
  | 'accepted'
  | 'rejected'
  | 'in-progress'
  | 'on-hold'
  | 'cancelled'
  | 'completed'
  | 'failed'
  | 'entered-in-error'

/** sender: the issuing facility; receiver: the addressee; hub: the exchange itself; timer: the hub's clock. */
export type Actor = 'sender' | 'receiver' | 'hub' | 'timer'

export type ReferralEvent =
  | 'submit'
  | 'sign'
  | 'send'
  | 'deliver'
  | 'accept'
  | 'decline'
  | 'readdress'
  | 'ask-info'
  | 'add-info'
  | 'schedule'
  | 'reschedule'
  | 'no-show'
  | 'request-cancel'
  | 'confirm-cancel'
  | 'refuse-cancel'
  | 'arrive'
  | 'undo-arrival'
  | 'left-unseen'
  | 'start-care'
  | 'interim'
  | 'end-care'
  | 'redirect'
  | 'return'
  | 'answer'
  | 'send-back'
  | 'correct'
  | 'close-no-outcome'
  | 'end-of-use'
  | 'file-outcome'
  | 'died'
  | 'ask-void'
  | 'void'
  | 'also-numbered'

/** What must hold beside state and actor; each name is one small check beside the code that applies the table. */
export type Guard =
  | 'none'
  | 'gaps-settled'
  | 'all-signed'
  | 'registered'
  | 'reason'
  | 'info'
  | 'date'
  | 'facility'
  | 'elsewhere'
  | 'readdress'
  | 'one-year'
  | 'mistaken'
  | 'other-asked'
  | 'outcome-registered'
  | 'corrected'
  | 'outcome-present'
  | 'day-over'
  | 'silence'
  | 'outcome-overdue'
  | 'year-over'

export interface Transition {
  /** `none`: the hub knows nothing of the slip yet. */
  from: ReferralState | 'none'
  event: ReferralEvent
  actor: Actor
  guard: Guard
  /** `same`: only the story grows. `previous`: the state before the step that is taken back, read from the story. */
  to: ReferralState | 'same' | 'previous'
  /** A new Task, `partOf` this one: `arrived` at the same receiver, or `sent` to a third facility. */
  opens?: 'arrived' | 'sent'
}

export interface StateInfo {
  taskStatus: TaskStatus
  /** Task.status once an outcome document is there, where that makes a difference. */
  withOutcome?: TaskStatus
  vi: string
  en: string
  /** Only `void` may lead away from it; whatever else happens afterwards is told, or opens a child Task. */
  terminal: boolean
  /** Kept by the sender's site only, before the hub knows of it. */
  local: boolean
}

const info = (taskStatus: TaskStatus, vi: string, en: string, more: Partial<StateInfo> = {}): StateInfo => ({
  taskStatus,
  vi,
  en,
  terminal: false,
  local: false,
  ...more,
})

export const STATES: Record<ReferralState, StateInfo> = {
  draft: info('draft', 'Nháp', 'Draft', { local: true }),
  'to-sign': info('draft', 'Chờ ký', 'To sign', { local: true }),
  queued: info('draft', 'Chờ gửi', 'Queued', { local: true }),
  sent: info('requested', 'Đã gửi', 'Sent'),
  delivered: info('received', 'Phiếu đã tới cơ sở nhận', 'Slip delivered'),
  'info-needed': info('on-hold', 'Cần bổ sung', 'Information needed'),
  accepted: info('accepted', 'Đã tiếp nhận', 'Accepted'),
  scheduled: info('accepted', 'Đã hẹn ngày', 'Scheduled'),
  'no-show': info('on-hold', 'Không đến', 'No show'),
  'cancel-requested': info('on-hold', 'Xin hủy', 'Cancel requested'),
  'multi-use': info('accepted', 'Đang dùng (giá trị 1 năm)', 'In use (valid for a year)'),
  arrived: info('in-progress', 'Người bệnh đã đến', 'Patient arrived'),
  'in-care': info('in-progress', 'Đang điều trị', 'In care'),
  interim: info('in-progress', 'Phản hồi tạm thời', 'Interim note'),
  returned: info('in-progress', 'Chuyển về', 'Returned'),
  'closed-no-outcome': info('on-hold', 'Đóng, thiếu phản hồi', 'Closed without outcome'),
  completed: info('completed', 'Hoàn tất', 'Completed', { terminal: true }),
  declined: info('rejected', 'Đề nghị nơi khác', 'Declined', { terminal: true }),
  cancelled: info('cancelled', 'Đã hủy', 'Cancelled', { terminal: true }),
  redirected: info('completed', 'Chuyển tiếp', 'Redirected', { terminal: true }),
  died: info('failed', 'Tử vong', 'Died', { terminal: true, withOutcome: 'completed' }),
  void: info('entered-in-error', 'Vô hiệu', 'Void', { terminal: true }),
}

const LOCAL: ReferralState[] = ['draft', 'to-sign', 'queued']
/** Under way, the patient not there yet. */
const PRE: ReferralState[] = ['sent', 'delivered', 'info-needed', 'accepted', 'scheduled']
const WAITING: ReferralState[] = [...PRE, 'no-show', 'cancel-requested']
/** The patient is, or was, at the receiver. */
const OPEN: ReferralState[] = ['arrived', 'in-care', 'interim']
const AFTER: ReferralState[] = [...OPEN, 'returned', 'closed-no-outcome']
/** The patient has come, so that both parties may have papers out. */
const CORRECTABLE: ReferralState[] = ['multi-use', ...AFTER, 'completed', 'redirected', 'died']
const TERMINAL: ReferralState[] = ['completed', 'declined', 'cancelled', 'redirected', 'died', 'void']

const rows = (
  from: readonly Transition['from'][],
  event: ReferralEvent,
  actor: Actor,
  guard: Guard,
  to: Transition['to'],
  opens?: Transition['opens'],
): Transition[] => from.map((state) => ({ from: state, event, actor, guard, to, ...(opens ? { opens } : {}) }))

export const TRANSITIONS: readonly Transition[] = [
  ...rows(['draft'], 'submit', 'sender', 'gaps-settled', 'to-sign'),
  ...rows(['to-sign'], 'sign', 'sender', 'all-signed', 'queued'),
  ...rows(['queued'], 'send', 'hub', 'registered', 'sent'),
  // T09: the slip follows a patient who came first with the paper in hand; papers are never refused for what came of them.
  ...rows(['no-show', 'multi-use', ...AFTER, ...TERMINAL], 'send', 'hub', 'registered', 'same'),
  ...rows(['sent'], 'deliver', 'receiver', 'none', 'delivered'),
  ...rows(['cancel-requested'], 'deliver', 'receiver', 'none', 'same'),
  ...rows(['sent', 'delivered', 'info-needed'], 'accept', 'receiver', 'none', 'accepted'),
  ...rows(
    ['sent', 'delivered', 'info-needed', 'accepted', 'scheduled', 'multi-use', 'arrived', 'in-care'],
    'decline',
    'receiver',
    'elsewhere',
    'declined',
  ),
  // T04: the sender sends the same papers to another place; the declined thread stays as it ended.
  ...rows(['declined'], 'readdress', 'sender', 'readdress', 'same', 'sent'),
  ...rows(['delivered', 'accepted'], 'ask-info', 'receiver', 'reason', 'info-needed'),
  ...rows(['info-needed'], 'add-info', 'sender', 'info', 'delivered'),
  ...rows(['accepted'], 'schedule', 'receiver', 'date', 'scheduled'),
  ...rows(['scheduled', 'no-show'], 'reschedule', 'receiver', 'date', 'scheduled'),
  ...rows(['scheduled'], 'no-show', 'timer', 'day-over', 'no-show'),
  ...rows(PRE, 'request-cancel', 'sender', 'reason', 'cancel-requested'),
  ...rows(['cancel-requested'], 'confirm-cancel', 'receiver', 'none', 'cancelled'),
  ...rows(['cancel-requested'], 'confirm-cancel', 'timer', 'silence', 'cancelled'),
  ...rows(['cancel-requested'], 'refuse-cancel', 'receiver', 'reason', 'previous'),
  // Whoever stands at the desk is recorded, whatever the papers say (amendment 8).
  ...rows(['none', ...WAITING], 'arrive', 'receiver', 'none', 'arrived'),
  // T27: a slip of one year stays open; every visit with it, from the first, is a child Task of its own.
  ...rows(WAITING, 'arrive', 'receiver', 'one-year', 'multi-use', 'arrived'),
  ...rows(['multi-use', 'returned', 'closed-no-outcome', ...TERMINAL], 'arrive', 'receiver', 'none', 'same', 'arrived'),
  ...rows(['multi-use'], 'end-of-use', 'timer', 'year-over', 'completed'),
  ...rows(['arrived'], 'undo-arrival', 'receiver', 'mistaken', 'previous'),
  ...rows(['arrived'], 'left-unseen', 'receiver', 'reason', 'completed'),
  ...rows(['arrived'], 'start-care', 'receiver', 'none', 'in-care'),
  ...rows(['in-care', 'interim'], 'interim', 'receiver', 'reason', 'interim'),
  ...rows(['in-care', 'interim'], 'end-care', 'receiver', 'none', 'same'),
  ...rows(OPEN, 'redirect', 'receiver', 'facility', 'redirected', 'sent'),
  ...rows(['in-care', 'interim'], 'return', 'receiver', 'reason', 'returned'),
  ...rows(OPEN, 'answer', 'receiver', 'outcome-registered', 'in-care'),
  ...rows(['multi-use', 'returned', 'closed-no-outcome', ...TERMINAL], 'answer', 'receiver', 'outcome-registered', 'same'),
  // Trả lại: a paper that is formally wrong goes back to who wrote it; care goes on.
  ...rows(['to-sign'], 'send-back', 'sender', 'reason', 'same'),
  ...rows(['delivered', 'accepted'], 'send-back', 'receiver', 'reason', 'info-needed'),
  ...rows(['scheduled', 'no-show', ...CORRECTABLE], 'send-back', 'receiver', 'reason', 'same'),
  ...rows(CORRECTABLE, 'send-back', 'sender', 'reason', 'same'),
  // Đính chính: a newer version of an issued paper is there, signed by all who must.
  ...rows(['info-needed'], 'correct', 'sender', 'corrected', 'delivered'),
  ...rows(
    ['queued', 'sent', 'delivered', 'accepted', 'scheduled', 'no-show', 'cancel-requested', ...CORRECTABLE],
    'correct',
    'sender',
    'corrected',
    'same',
  ),
  ...rows(CORRECTABLE, 'correct', 'receiver', 'corrected', 'same'),
  ...rows(['in-care', 'interim'], 'close-no-outcome', 'timer', 'outcome-overdue', 'closed-no-outcome'),
  ...rows(['in-care', 'returned', 'closed-no-outcome'], 'file-outcome', 'sender', 'outcome-present', 'completed'),
  ...rows([...WAITING, 'multi-use', ...AFTER], 'died', 'sender', 'none', 'died'),
  ...rows([...WAITING, 'multi-use', ...AFTER], 'died', 'receiver', 'none', 'died'),
  ...rows(TERMINAL, 'died', 'sender', 'none', 'same'),
  ...rows(TERMINAL, 'died', 'receiver', 'none', 'same'),
  ...rows(['multi-use', ...AFTER, 'completed', 'redirected', 'died'], 'ask-void', 'sender', 'reason', 'same'),
  ...rows(['multi-use', ...AFTER, 'completed', 'redirected', 'died'], 'ask-void', 'receiver', 'reason', 'same'),
  ...rows([...LOCAL, ...WAITING, 'declined', 'cancelled'], 'void', 'sender', 'reason', 'void'),
  ...rows(['multi-use', ...AFTER, 'completed', 'redirected', 'died'], 'void', 'sender', 'other-asked', 'void'),
  ...rows(['multi-use', ...AFTER, 'completed', 'redirected', 'died'], 'void', 'receiver', 'other-asked', 'void'),
  // The sender's HIS has given the slip a number of its own since: by either everybody finds it (ADR 0026).
  ...rows([...WAITING, 'multi-use', ...AFTER, ...TERMINAL], 'also-numbered', 'sender', 'none', 'same'),
]

/** The row for (state, event, actor), or undefined: what is not in the table is refused. A slip of one year has rows of its own. */
export function transition(from: Transition['from'], event: ReferralEvent, actor: Actor, oneYear = false): Transition | undefined {
  const found = TRANSITIONS.filter((t) => t.from === from && t.event === event && t.actor === actor)
  return found.find((t) => (t.guard === 'one-year') === oneYear) ?? found.find((t) => t.guard !== 'one-year')
}

/** The row of a step that was taken, as the story tells it: whoever took it, with or without a visit of its own. */
export function rowTold(from: Transition['from'], event: ReferralEvent, child: boolean): Transition | undefined {
  const found = TRANSITIONS.filter((t) => t.from === from && t.event === event)
  return found.find((t) => (t.opens !== undefined) === child) ?? found[0]
}

/** Events an actor may cause in a state, in table order. */
export function allowedEvents(from: Transition['from'], actor: Actor): ReferralEvent[] {
  return [...new Set(TRANSITIONS.filter((t) => t.from === from && t.actor === actor).map((t) => t.event))]
}

/** What a person states with an event, from its row's guard: the screens ask for it, the commands require it. */
export const ASKS: Partial<Record<Guard, 'reason' | 'date' | 'facility' | 'elsewhere'>> = {
  reason: 'reason',
  info: 'reason',
  mistaken: 'reason',
  'other-asked': 'reason',
  corrected: 'reason',
  date: 'date',
  facility: 'facility',
  elsewhere: 'elsewhere',
  readdress: 'facility',
}

/** Vietnamese and English labels of the events. */
export const EVENT_TEXT: Record<ReferralEvent, { vi: string; en: string }> = {
  submit: { vi: 'Trình ký', en: 'Submit for signing' },
  sign: { vi: 'Ký', en: 'Sign' },
  send: { vi: 'Gửi', en: 'Send' },
  deliver: { vi: 'Phiếu tới cơ sở nhận', en: 'Slip delivered' },
  accept: { vi: 'Tiếp nhận', en: 'Accept' },
  decline: { vi: 'Đề nghị nơi khác', en: 'Decline' },
  readdress: { vi: 'Gửi nơi khác', en: 'Send elsewhere' },
  'ask-info': { vi: 'Hỏi bổ sung', en: 'Ask for information' },
  'add-info': { vi: 'Bổ sung thông tin', en: 'Add information' },
  schedule: { vi: 'Hẹn ngày', en: 'Schedule' },
  reschedule: { vi: 'Hẹn lại', en: 'Reschedule' },
  'no-show': { vi: 'Không đến theo hẹn', en: 'No show' },
  'request-cancel': { vi: 'Xin hủy', en: 'Request cancellation' },
  'confirm-cancel': { vi: 'Xác nhận hủy', en: 'Confirm cancellation' },
  'refuse-cancel': { vi: 'Không đồng ý hủy', en: 'Refuse cancellation' },
  arrive: { vi: 'Người bệnh đã đến', en: 'Register arrival' },
  'undo-arrival': { vi: 'Rút ghi nhận đến', en: 'Undo arrival' },
  'left-unseen': { vi: 'Bỏ về chưa khám', en: 'Left unseen' },
  'start-care': { vi: 'Bắt đầu điều trị', en: 'Start care' },
  interim: { vi: 'Phản hồi tạm thời', en: 'Interim note' },
  'end-care': { vi: 'Kết thúc điều trị', en: 'End care' },
  redirect: { vi: 'Chuyển tiếp cơ sở khác', en: 'Redirect' },
  return: { vi: 'Chuyển về', en: 'Return' },
  answer: { vi: 'Gửi phản hồi', en: 'Send outcome' },
  'end-of-use': { vi: 'Hết hạn dùng phiếu', en: 'End of use' },
  'send-back': { vi: 'Trả lại', en: 'Send back' },
  correct: { vi: 'Đính chính', en: 'Correct' },
  'close-no-outcome': { vi: 'Đóng vì thiếu phản hồi', en: 'Close without outcome' },
  'file-outcome': { vi: 'Lưu phản hồi vào hồ sơ', en: 'File outcome' },
  died: { vi: 'Ghi nhận tử vong', en: 'Record death' },
  'ask-void': { vi: 'Đề nghị vô hiệu', en: 'Ask to void' },
  void: { vi: 'Vô hiệu', en: 'Void' },
  'also-numbered': { vi: 'Thêm số của HIS', en: 'Number of the HIS added' },
}

/** Why a paper is sent back; the words beside the code say what exactly. */
export const SEND_BACK_REASONS: Record<string, { vi: string; en: string }> = {
  incomplete: { vi: 'Thiếu mục bắt buộc', en: 'An item is missing' },
  content: { vi: 'Nội dung chuyên môn chưa đúng', en: 'Clinical content is not right' },
  person: { vi: 'Sai thông tin hành chính của người bệnh', en: "The patient's particulars are wrong" },
  receiver: { vi: 'Sai nơi nhận hoặc lý do chuyển', en: 'Wrong receiver or reason of transfer' },
  signature: { vi: 'Thiếu hoặc sai chữ ký, dấu', en: 'A signature or seal is missing or wrong' },
  form: { vi: 'Sai thể thức văn bản', en: 'The form of the paper is wrong' },
  'his-changed': { vi: 'HIS đã sửa nội dung', en: 'The HIS has changed the content' },
  other: { vi: 'Lý do khác', en: 'Another reason' },
}
