/** Texts of the start page. */

import type { HostState } from './hosts.ts'

interface PageText {
  language: string
  title: string
  subtitle: string
  lead: string
  sites: string
  hub: string
  facility: string
  open: string
  closed: string
  stop: string
  start: string
  states: Record<HostState, string>
  folders: string
  foldersLead: string
  hisOn: string
  hisOff: string
  hisStart: string
  hisStop: string
  drop: string
  walk: string
  walkLead: string
  accounts: string
  password: string
  site: string
  account: string
  person: string
  role: string
  footer: string
}

export const TEXT: Record<'vi' | 'en', PageText> = {
  vi: {
    language: 'Tiếng Việt',
    title: 'Y Bạ: tỉnh mẫu',
    subtitle: 'tỉnh mẫu trên một máy',
    lead: 'Bốn hệ thống riêng biệt, mỗi nơi có cơ sở dữ liệu, khóa và người dùng của mình, trao đổi với nhau qua mạng như trong thực tế. Mọi người và hồ sơ ở đây đều là dữ liệu giả lập.',
    sites: 'Các cơ sở',
    hub: 'Trục liên thông của tỉnh',
    facility: 'Cơ sở khám bệnh, chữa bệnh, mã',
    open: 'Mở',
    closed: 'Đang đóng: phiếu gửi đi nằm chờ trong hàng đợi, không mất.',
    stop: 'Đóng cơ sở này',
    start: 'Mở lại',
    states: { running: 'Đang chạy', stopped: 'Đã đóng', starting: 'Đang mở…', stopping: 'Đang đóng…', failed: 'Không mở được' },
    folders: 'Thư mục của phần mềm HIS',
    foldersLead:
      'Mỗi bệnh viện có một thư mục: thả tệp XML giám định vào, tệp trả lời nằm ngay bên cạnh. Bật HIS mẫu ở hai nơi rồi thả một hồ sơ chuyển tuyến: phiếu được ký, đi qua trục, nơi nhận tiếp đón, điều trị, ra viện bằng tệp, và hai đầu tự khép lại, không ai bấm gì.',
    hisOn: 'HIS mẫu đang chạy',
    hisOff: 'HIS mẫu đang tắt',
    hisStart: 'Bật HIS mẫu',
    hisStop: 'Tắt HIS mẫu',
    drop: 'Thả một hồ sơ chuyển tuyến',
    walk: 'Đi hết một vòng trong năm phút',
    walkLead: 'Mỗi vai nên mở một cửa sổ ẩn danh hoặc một hồ sơ trình duyệt riêng. Mật khẩu chung ở cuối trang.',
    accounts: 'Tài khoản mẫu',
    password: 'Mật khẩu của mọi tài khoản:',
    site: 'Cơ sở',
    account: 'Tài khoản',
    person: 'Người (giả lập)',
    role: 'Vai trò',
    footer: 'Chỉ dùng để thử: khóa và chứng thư do một cơ quan chứng thực mẫu trên máy này cấp, không có giá trị pháp lý.',
  },
  en: {
    language: 'English',
    title: 'Y Bạ: the demo province',
    subtitle: 'a province on one machine',
    lead: 'Four separate systems, each with its own database, keys and users, talking over HTTP as they would in life. All persons and records here are invented.',
    sites: 'Sites',
    hub: 'The exchange of the province',
    facility: 'Health facility, code',
    open: 'Open',
    closed: 'Closed: what is sent waits in the queue, nothing is lost.',
    stop: 'Close this site',
    start: 'Open again',
    states: { running: 'Running', stopped: 'Closed', starting: 'Opening…', stopping: 'Closing…', failed: 'Could not be opened' },
    folders: 'Folders of the hospitals’ own systems',
    foldersLead:
      'Each hospital has a folder: drop a claim file (XML) into it, its answer lies beside it. Switch the scripted HIS on at two places and drop a transfer: the slip is signed and crosses, the receiver registers, treats and discharges by files, and both ends close; nobody clicks.',
    hisOn: 'The scripted HIS is running',
    hisOff: 'The scripted HIS is off',
    hisStart: 'Switch the scripted HIS on',
    hisStop: 'Switch the scripted HIS off',
    drop: 'Drop a transfer',
    walk: 'The whole journey in five minutes',
    walkLead: 'Use a private window or a browser profile of its own for each role. The common password stands at the end of this page.',
    accounts: 'Demo accounts',
    password: 'Password of all accounts:',
    site: 'Site',
    account: 'Account',
    person: 'Person (invented)',
    role: 'Role',
    footer: 'For trying out only: keys and certificates come from a demo authority on this machine and have no legal force.',
  },
}

export interface WalkStep {
  site?: string
  login?: string
  vi: string
  en: string
}

export const WALK: readonly WalkStep[] = [
  {
    site: 'bac-giang',
    login: 'bs.an',
    vi: 'đăng nhập, mở <b>Khay ký</b>. Phiếu chuyển từ hồ sơ HIS đã nằm sẵn, không phải gõ lại gì. Xem bản in và ký.',
    en: 'sign in and open the <b>signing tray</b>. The referral from the hospital’s own system lies there complete, nothing is typed again. Look at the page and sign.',
  },
  {
    site: 'bac-giang',
    login: 'gd.truong',
    vi: 'người ký được ủy quyền ký tiếp. Dấu số của bệnh viện tự đóng sau cùng và phiếu tự gửi đi.',
    en: 'the authorised signer signs next. The hospital’s digital seal follows by itself and the referral is sent.',
  },
  {
    site: 'bac-giang',
    login: 'chuyenvien',
    vi: 'theo dõi phiếu trong danh sách <b>Đã gửi</b>: mỗi bước của nơi nhận hiện ra ngay.',
    en: 'follow the referral in the list <b>sent</b>: every step of the receiver shows at once.',
  },
  {
    site: 'hub',
    login: 'vanhanh',
    vi: 'xem luồng vừa đi qua. Thử <b>đóng trục</b> ở trên, gửi thêm một phiếu, rồi mở lại: hàng đợi tự chảy theo đúng thứ tự.',
    en: 'see the thread pass. Try to <b>close the hub</b> above, send another referral and open it again: the queue drains in order by itself.',
  },
  {
    site: 'bach-mai',
    login: 'chuyenvien',
    vi: 'phiếu hiện ra mà không cần tải lại trang: năm dòng đầu, chữ ký và lý do. Bấm <b>Tiếp nhận</b>.',
    en: 'the referral appears without reloading: five lines, then the signatures with their verdicts. Press <b>accept</b>.',
  },
  { site: 'bach-mai', login: 'tiepdon', vi: 'ghi nhận người bệnh <b>đã đến</b>.', en: 'register that the patient <b>arrived</b>.' },
  {
    site: 'bach-mai',
    login: 'bs.mai',
    vi: 'viết <b>phiếu phản hồi</b> và ký; dấu số của Bạch Mai tự đóng và phản hồi tự gửi về.',
    en: 'write the <b>outcome</b> and sign; the seal of Bạch Mai follows by itself and the answer goes back.',
  },
  {
    site: 'bac-giang',
    login: 'bs.an',
    vi: 'kết quả đã nằm trong bệnh án. Vòng đã khép.',
    en: 'the outcome lies in the chart. The loop is closed.',
  },
  {
    site: 'bac-giang',
    login: 'kiemsoat',
    vi: 'xem ai đã đọc hồ sơ này, khi nào, vì sao; hoặc chạy <code>npm run yba -- audit verify</code>.',
    en: 'see who read this record, when and why; or run <code>npm run yba -- audit verify</code>.',
  },
]
