/** What keeps a program from its watched folder, by the code it tells: in words, with what to do. */
import { type Bilingual, defineOutcome, finding, findingText, type OutcomeDefinition } from '@yba/fhir'
import type { FindingView } from '../../referral/contract.ts'

const define = (code: string, issue: string, vi: string, en: string, cure: Bilingual): OutcomeDefinition =>
  defineOutcome({ code, http: 200, severity: 'error', issue, vi, en, cure })

const AWAY = define(
  'folder-away',
  'not-found',
  'Thư mục trống như khi ổ mạng chưa gắn: không thấy .yba-edge và da-nhan.',
  'The folder looks like a share that is not mounted: .yba-edge and da-nhan are missing.',
  {
    vi: 'Gắn lại ổ mạng; nếu đúng là thư mục này, tạo lại thư mục con da-nhan. Tệp HIS đã thả không mất.',
    en: 'Mount the share; if this is the right folder, make da-nhan in it again. What the HIS dropped is not lost.',
  },
)

const OF_ANOTHER = define(
  'folder-of-another',
  'lock-error',
  'Thư mục đang do yba edge của một máy khác theo dõi.',
  'The folder is watched by yba edge on another computer.',
  {
    vi: 'Dừng chương trình ở máy kia rồi xóa tệp .yba-edge trong thư mục để chuyển sang máy này.',
    en: 'Stop the one over there, then remove .yba-edge in the folder to take it over.',
  },
)

const FORBIDDEN = define(
  'folder-forbidden',
  'forbidden',
  'Máy theo dõi không có quyền đọc ghi thư mục.',
  'The watching computer may not read and write the folder.',
  {
    vi: 'Cấp quyền đọc, ghi và đổi tên trong thư mục cho tài khoản chạy yba edge.',
    en: 'Give the account that runs yba edge the right to read, write and rename in the folder.',
  },
)

const FULL = define(
  'folder-full',
  'no-store',
  'Hết chỗ trên ổ của thư mục hoặc của máy theo dõi.',
  'The disk of the folder, or of the watching computer, is full.',
  { vi: 'Giải phóng chỗ; tự tiếp tục sau đó.', en: 'Free some space; it goes on by itself.' },
)

const NO_ANSWER = define('folder-no-answer', 'transient', 'Ổ mạng của thư mục không trả lời.', 'The share of the folder does not answer.', {
  vi: 'Kiểm tra máy chủ tệp và đường mạng, gắn lại ổ mạng nếu cần; tự tiếp tục khi thư mục trở lại.',
  en: 'Check the file server and the network, mount the share again if need be; it goes on by itself when the folder is back.',
})

const KNOWN: Record<string, OutcomeDefinition> = {
  'folder-away': AWAY,
  'folder-of-another': OF_ANOTHER,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: FORBIDDEN,
  ENOSPC: FULL,
  EDQUOT: FULL,
}

/** Of a code nobody foresaw (`ESTALE`, `EIO` …), and of none, it is said that the share does not answer; the code stands beside it. */
export const troubleView = (code: string | null): FindingView => findingText(finding((code && KNOWN[code]) || NO_ANSWER))
