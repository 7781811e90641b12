/** What a step of joining is refused with. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, http: number, issue: string, vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http, severity: 'error', issue, vi, en, cure })

export const JOINING_UNREADABLE = define(
  'joining-unreadable',
  400,
  'value',
  'Yêu cầu thiếu hoặc sai: {what}.',
  'The request lacks or misstates: {what}.',
  { vi: 'Điền lại mục này.', en: 'Fill it in again.' },
)

export const JOINING_FACILITY = define(
  'joining-facility-unknown',
  404,
  'not-found',
  'Danh bạ không có cơ sở {code}.',
  'The directory has no facility {code}.',
  { vi: 'Thêm cơ sở vào danh bạ trước: yba directory import TỆP.', en: 'Add it to the directory first: yba directory import FILE.' },
)

export const JOINING_STEP = define(
  'joining-step-not-possible',
  409,
  'conflict',
  'Chưa làm được bước này cho cơ sở {code}: {why}.',
  'This step is not possible for facility {code} yet: {whyEn}.',
  { vi: 'Tải lại trang và làm bước đang mở.', en: 'Load the page again and take the step that is open.' },
)

export const JOINING_KEY = define(
  'joining-key-unfit',
  422,
  'security',
  'Tệp yêu cầu không đọc được, không do chính khóa ấy ký, là của cơ sở khác hoặc khóa đã hết hạn ({what}).',
  'The request cannot be read, is not signed by its own key, is of another facility, or the key has run out ({what}).',
  { vi: 'Cơ sở tạo lại: yba join request --site TÊN.', en: 'The facility makes it again: yba join request --site NAME.' },
)

export const JOINING_CARD = define(
  'joining-card-unreadable',
  422,
  'invalid',
  'Không đọc được thẻ trục {file}.',
  'The card of the hub {file} cannot be read.',
  {
    vi: 'Xin lại tệp hub-card.json từ đơn vị vận hành trục (trang Cơ sở vào trục) và chỉ đúng đường dẫn.',
    en: 'Ask the operator of the hub for hub-card.json (page Facilities joining) and name where it lies.',
  },
)

export const JOINING_FINGERPRINT = define(
  'joining-fingerprint-differs',
  422,
  'security',
  'Dấu vân tay vừa gõ không phải của khóa này.',
  'The fingerprint typed is not that of this key.',
  {
    vi: 'Gọi lại số điện thoại đã biết của cơ sở và đọc từng nhóm. Nếu vẫn khác, từ chối khóa: có người khác đã gửi nó.',
    en: 'Call the facility again at a number you know and read group by group. If it still differs, refuse the key: somebody else sent it.',
  },
)

export const JOINING_REASON = define(
  'joining-reason',
  422,
  'required',
  'Cần lý do từ {least} đến {most} ký tự.',
  'A reason of {least} to {most} characters is needed.',
  { vi: 'Ghi ai đã quyết định và dựa vào đâu.', en: 'Write who decided, and on what ground.' },
)

export const JOINING_TEST = define(
  'joining-test-not-expected',
  409,
  'conflict',
  'Cơ sở này không đang ở bước thử.',
  'This facility is not at the step of tests.',
  { vi: 'Nhờ người vận hành trục xác nhận khóa trước.', en: 'Ask the operator of the hub to confirm the key first.' },
)
