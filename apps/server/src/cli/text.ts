/** Words of the command line in both languages. */

export type Lang = 'vi' | 'en'

/** `--lang` wins, then YBA_LANG and LANG; Vietnamese where nothing asks for English. */
export function chosenLanguage(words: readonly string[]): Lang {
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const asked = at < 0 ? undefined : (words[at]?.split('=')[1] ?? words[at + 1])
  const found = asked ?? process.env.YBA_LANG ?? process.env.LC_ALL ?? process.env.LANG ?? ''
  return /^en/i.test(found) ? 'en' : 'vi'
}

export const HELP = {
  program: { vi: 'Y Bạ: bệnh án điện tử và trục liên thông của tỉnh', en: 'Y Bạ: electronic medical record and provincial exchange' },
  start: {
    vi: 'chạy tỉnh mẫu: trục liên thông và ba cơ sở trên máy này',
    en: 'run the demo province: the hub and three facilities on this machine',
  },
  serve: {
    vi: 'chạy một cơ sở trên PostgreSQL bên ngoài, theo tệp cấu hình',
    en: 'run one site on an external PostgreSQL, from its settings file',
  },
  site: { vi: 'đóng, mở, liệt kê các cơ sở của tỉnh mẫu đang chạy', en: 'stop, start and list the sites of the running province' },
  siteStop: { vi: 'đóng một cơ sở: cổng, tiến trình nền và kết nối', en: 'close one site: its listener, workers and pool' },
  siteStart: { vi: 'mở lại một cơ sở', en: 'open a site again' },
  siteList: { vi: 'liệt kê các cơ sở và trạng thái', en: 'list the sites and their state' },
  siteExport: { vi: 'xuất toàn bộ một cơ sở để chuyển máy hoặc bàn giao', en: 'export a whole site, to move it or hand it over' },
  siteImport: {
    vi: 'nhập một cơ sở đã xuất vào cơ sở dữ liệu trống',
    en: 'import an exported site into an empty database',
  },
  directory: { vi: 'danh bạ của trục', en: 'the directory of the hub' },
  directoryImport: {
    vi: 'nạp danh sách (.csv, .xlsx) hoặc mã thay thế (.json) vào danh bạ; trọn tệp hoặc không gì cả',
    en: 'take an official list (.csv, .xlsx) or aliases of codes (.json) into the directory, all of it or nothing',
  },
  listKind: { vi: 'danh sách gì', en: 'what the list is of' },
  listName: {
    vi: 'tên danh sách các cơ sở đứng trong đó, như plan (kế hoạch của tỉnh); không ghi là danh mục chính thức',
    en: 'name of the list the facilities stand in, such as plan; without it: the official register',
  },
  listSource: { vi: 'văn bản ban hành, như "QĐ 12/QĐ-SYT"', en: 'the decision it comes from, such as "QĐ 12/QĐ-SYT"' },
  listFrom: { vi: 'ngày hiệu lực của dòng không ghi ngày (NNNN-TT-NN)', en: 'first day of rows that name none (yyyy-mm-dd)' },
  dryRun: { vi: 'chỉ xem, không ghi gì', en: 'only look, write nothing' },
  store: { vi: 'kho hồ sơ: chỉ mục tìm kiếm', en: 'the store of records: its search index' },
  storeCheck: {
    vi: 'so chỉ mục, lịch sử và tham chiếu với nội dung; cơ sở vẫn làm việc',
    en: 'compare index, history and references with the contents; the site goes on working',
  },
  storeRepair: { vi: 'lập lại những dòng chỉ mục bị lệch', en: 'make index rows anew where they differ' },
  storeReindex: { vi: 'lập lại toàn bộ chỉ mục; bị ngắt thì làm tiếp', en: 'make the whole index anew; goes on where it was ended' },
  catalogue: {
    vi: 'danh mục mã chính thức (ICD-10, xã, dịch vụ, khoa …)',
    en: 'official lists of codes (ICD-10, communes, services, departments …)',
  },
  catalogueImport: {
    vi: 'nạp tệp danh mục (.csv, .xlsx, .json), trọn lệnh hoặc không gì cả; ghi tên trước tệp khi cột không nói rõ: occupations=TỆP',
    en: 'take files of lists (.csv, .xlsx, .json), all or nothing; name the list where the columns do not tell: occupations=FILE',
  },
  catalogueSystem: { vi: 'URL hệ mã của danh mục không có sẵn', en: 'code system of a list that is not a known one' },
  catalogueVersion: { vi: 'văn bản ban hành, như "TT 06/2026/TT-BYT"', en: 'the decision it comes from, such as "TT 06/2026/TT-BYT"' },
  catalogueTitle: { vi: 'tên danh mục', en: 'title of the list' },
  catalogueFrom: { vi: 'ngày đầu có hiệu lực (NNNN-TT-NN)', en: 'first day it is in force (yyyy-mm-dd)' },
  catalogueUntil: { vi: 'ngày cuối còn hiệu lực', en: 'last day it is in force' },
  catalogueList: { vi: 'liệt kê các bản đã nạp và thời hạn', en: 'list the versions that are loaded, with their days' },
  catalogueDiff: { vi: 'so hai bản của một danh mục', en: 'compare two versions of a list' },
  catalogueBefore: { vi: 'bản trước; thiếu thì bản liền trước', en: 'the earlier version; else the one before' },
  catalogueAfter: { vi: 'bản sau; thiếu thì bản mới nhất', en: 'the later version; else the newest' },
  directoryShow: { vi: 'in danh bạ như trục đang phát', en: 'print the directory as the hub gives it out' },
  exportTo: { vi: 'thư mục mới hoặc trống của bản xuất', en: 'new or empty folder of the export' },
  transferKey: {
    vi: 'khóa chuyển mà lệnh export đã in; hoặc đặt YBA_TRANSFER_KEY',
    en: 'the transfer key that the export printed; or set YBA_TRANSFER_KEY',
  },
  migrate: { vi: 'đưa cơ sở dữ liệu lên cấu trúc của bản này', en: 'bring the databases to the layout of this version' },
  seed: { vi: 'nạp người dùng và hồ sơ mẫu (lặp lại không đổi gì)', en: 'load demo users and records (repeating changes nothing)' },
  user: { vi: 'người dùng của một cơ sở', en: 'users of one site' },
  userAdd: { vi: 'thêm người dùng', en: 'add a user' },
  userReset: { vi: 'đặt lại mật khẩu, đóng mọi phiên', en: 'give a new password and end all sessions' },
  userLock: { vi: 'khóa tài khoản và đóng mọi phiên', en: 'lock an account and end its sessions' },
  userUnlock: { vi: 'mở khóa tài khoản', en: 'unlock an account' },
  userList: { vi: 'liệt kê người dùng', en: 'list the users' },
  join: { vi: 'cơ sở vào trục: phần việc tại cơ sở', en: 'joining the exchange: what the facility does' },
  joinRequest: {
    vi: 'tạo yêu cầu nối trục và dấu vân tay để đọc qua điện thoại',
    en: 'make the request to be let in, and the fingerprint to read out',
  },
  joinCard: { vi: 'thẻ trục do đơn vị vận hành trao', en: "the hub's card, handed over by its operator" },
  joinOut: { vi: 'ghi yêu cầu vào tệp này; thiếu thì in ra', en: 'write the request to this file; else it is printed' },
  joinTest: { vi: 'gửi tin thử tới trục và nhận về', en: 'send test messages to the hub and back' },
  demoClaims: {
    vi: 'ghi các tệp của ví dụ trong docs/integrators, giờ giấc của hôm nay',
    en: 'write the files of the example in docs/integrators, with times of today',
  },
  demoOut: { vi: 'thư mục để ghi', en: 'folder to write them to' },
  conformance: {
    vi: 'xem tệp XML của một HIS đạt đến đâu, không cần cơ sở dữ liệu',
    en: 'tell how far the claim files of a HIS conform; needs no database',
  },
  conformanceClaims: { vi: 'thư mục tệp XML (cả thư mục con)', en: 'folder of claim files, with the folders in it' },
  conformanceOut: { vi: 'ghi báo cáo vào tệp này; thiếu thì in ra', en: 'write the report to this file; else it is printed' },
  conformanceFormat: { vi: 'dạng báo cáo; thiếu thì theo đuôi tệp', en: 'form of the report; else by the end of the file name' },
  machine: {
    vi: 'phần mềm của cơ sở tự gửi tệp (HIS, thư mục theo dõi)',
    en: 'programs of a site that hand files in (HIS, watched folder)',
  },
  machineAdd: { vi: 'thêm phần mềm, in mã truy cập một lần', en: 'add a program, print its token once' },
  machineClient: { vi: 'ứng dụng FHIR có toàn quyền (chỉ ở máy chủ bare)', en: 'a FHIR client that may do everything (bare sites only)' },
  machineName: { vi: 'tên gọi, vd. "HIS bệnh viện"', en: 'what people call it, for instance "hospital HIS"' },
  machineStop: { vi: 'dừng: mã truy cập của nó không còn dùng được', en: 'stop it: its token is refused from now on' },
  machineList: { vi: 'liệt kê và lần gặp cuối', en: 'list them and when they were last seen' },
  keys: { vi: 'khóa và chứng thư của một cơ sở', en: 'keys and certificates of a site' },
  keysList: { vi: 'liệt kê và số ngày còn lại', en: 'list them with the days left' },
  keysRotate: {
    vi: 'thay khóa: client (nối trục), slip (mã QR), seal hoặc mã người ký',
    en: 'renew a key: client (to the hub), slip (QR), seal or the id of a signer',
  },
  keysAccept: {
    vi: 'ở trục: nhận khóa mới của một cơ sở có khóa đã hết hạn',
    en: 'at the hub: take in the new key of a facility whose key ran out',
  },
  facilityCode: { vi: 'mã cơ sở', en: 'facility code' },
  authority: { vi: 'cơ quan chứng thực mẫu của tỉnh mẫu', en: 'the demo certificate authority of the province' },
  authorityServe: {
    vi: 'chạy dịch vụ OCSP, CRL và dấu thời gian (--apart tự gọi)',
    en: 'run its OCSP, CRL and timestamp services (--apart does it)',
  },
  authorityPort: { vi: 'cổng của dịch vụ', en: 'port of the service' },
  authorityList: { vi: 'liệt kê chứng thư đã cấp và tình trạng', en: 'list the certificates issued and their state' },
  authorityRevoke: { vi: 'thu hồi một chứng thư theo số sê-ri', en: 'revoke a certificate by its serial number' },
  authoritySwitch: {
    vi: 'đổi cách trả lời của dịch vụ ocsp, crl hoặc tsa: normal, slow, wrong, down',
    en: 'set how the service ocsp, crl or tsa answers: normal, slow, wrong, down',
  },
  authoritySeconds: { vi: 'slow: số giây chờ', en: 'slow: seconds to wait' },
  authorityHow: { vi: 'wrong: sai theo cách nào', en: 'wrong: in which way' },
  claim: { vi: 'tệp giám định bảo hiểm của HIS (QĐ 130, 4750, 3176)', en: 'claim files of the hospital’s own system (QĐ 130, 4750, 3176)' },
  claimImport: { vi: 'nhập một tệp vào bệnh án của cơ sở', en: 'import a file into the records of a site' },
  journey: { vi: 'đi hết một phiếu chuyển qua tỉnh, không cần trình duyệt', en: 'take one referral across the province without a browser' },
  demo: { vi: 'người và máy mẫu bên cạnh tỉnh đang chạy', en: 'scripted people and machines beside the running province' },
  demoHis: {
    vi: 'HIS mẫu của một bệnh viện: ai có phiếu chờ sẽ đến, được đăng ký, điều trị, ra viện bằng tệp',
    en: 'the scripted system of a hospital: who has a slip waiting comes, and is registered, treated, discharged by files',
  },
  demoFolder: {
    vi: 'thư mục đang được theo dõi (mặc định: tự tạo và theo dõi)',
    en: 'a folder that is watched (by default one is made and watched)',
  },
  demoSeed: { vi: 'số quyết định kịch bản', en: 'number that decides the script' },
  demoPace: { vi: 'số mili giây cho một phút của ngày bệnh viện', en: 'milliseconds for a minute of the hospital’s day' },
  audit: { vi: 'nhật ký truy cập', en: 'the audit trail' },
  exchange: { vi: 'liên thông', en: 'the exchange' },
  reconcile: { vi: 'kết quả đối chiếu sau khi phục hồi', en: 'what came of comparing after a restore' },
  reconcileAgain: { vi: 'cơ sở đối chiếu lại toàn bộ với trục', en: 'the node compares everything with the hub once more' },
  auditVerify: { vi: 'kiểm nhật ký: nêu dòng bị sửa, xóa hoặc đổi chỗ', en: 'verify it: names a changed, removed or reordered row' },
  backup: { vi: 'sao lưu tỉnh mẫu, đang chạy hoặc đã dừng', en: 'back up the province, running or stopped' },
  backupTo: { vi: 'thư mục mới hoặc trống của bản sao lưu', en: 'new or empty folder of this backup' },
  backupQuick: {
    vi: 'hết tốc độ, dù người đang làm việc phải chờ; không có thì sao lưu nhường họ và lâu gấp khoảng tám lần',
    en: 'at full speed, though people at work must wait; without it the backup gives way to them and takes some eight times as long',
  },
  backupSite: {
    vi: 'chỉ một cơ sở, trên PostgreSQL nào cũng được: tên hoặc tệp cấu hình',
    en: 'one site only, on whatever PostgreSQL: its name or settings file',
  },
  backupServer: {
    vi: 'sao chép cả máy chủ PostgreSQL bên ngoài đang chạy (pg_basebackup)',
    en: 'copy a whole external PostgreSQL server while it runs (pg_basebackup)',
  },
  backupFollow: {
    vi: 'giữ nhật ký của máy chủ PostgreSQL bên ngoài, chạy mãi (pg_receivewal)',
    en: 'keep the log of an external PostgreSQL server, runs until it is ended (pg_receivewal)',
  },
  serverUrl: {
    vi: 'địa chỉ PostgreSQL với tài khoản có quyền REPLICATION; hoặc đặt YBA_PG_SERVER',
    en: 'PostgreSQL URL of an account with REPLICATION; or set YBA_PG_SERVER',
  },
  logFolder: { vi: 'thư mục giữ nhật ký của máy chủ', en: 'folder in which the log of the server is kept' },
  slot: { vi: 'tên slot trên máy chủ', en: 'name of the slot on the server' },
  newSite: {
    vi: 'tệp cấu hình của nơi mới: cơ sở dữ liệu trống, thư mục chưa có khóa',
    en: 'settings file of the new place: empty database, folder without keys',
  },
  oldSite: {
    vi: 'cùng với --log và --to-time: tệp cấu hình của cơ sở trên máy chủ đã sao chép',
    en: 'with --log and --to-time: settings file of the site on the copied server',
  },
  backupDrill: {
    vi: 'diễn tập: phục hồi ở nơi tạm, so sánh, viết báo cáo rồi xóa nơi tạm',
    en: 'the drill: restores to a scratch place, compares, writes a report, removes the place',
  },
  backupFrom: { vi: 'thư mục của bản sao lưu', en: 'folder of the backup' },
  scratch: { vi: 'nơi tạm, mặc định ở cạnh bản sao lưu', en: 'scratch place, default is beside the backup' },
  restore: { vi: 'phục hồi bản sao lưu vào một thư mục trống', en: 'restore a backup to an empty folder' },
  newData: { vi: 'thư mục dữ liệu mới hoặc trống', en: 'new or empty data folder' },
  toTime: {
    vi: 'phục hồi tới thời điểm này sau bản sao lưu, ví dụ 2026-07-20T09:59:59+07:00',
    en: 'restore to this time after the backup, for instance 2026-07-20T09:59:59+07:00',
  },
  doctor: { vi: 'kiểm tra máy này và cách khắc phục', en: 'check this machine and say the cures' },
  data: { vi: 'thư mục dữ liệu', en: 'data folder' },
  port: {
    vi: 'cổng đầu tiên: trang khởi đầu; các cơ sở ở các cổng kế tiếp',
    en: 'first port: the start page; the sites take the next ones',
  },
  reset: { vi: 'xóa mọi dữ liệu và làm lại từ đầu (hỏi trước)', en: 'remove all data and begin again (asks first)' },
  yes: { vi: 'không hỏi', en: 'do not ask' },
  apart: { vi: 'mỗi cơ sở một tiến trình', en: 'one process per site' },
  lang: { vi: 'ngôn ngữ: vi hoặc en', en: 'language: vi or en' },
  siteName: {
    vi: 'tên cơ sở (hub, bac-giang, luc-nam, bach-mai) hoặc tệp cấu hình',
    en: 'name of the site (hub, bac-giang, luc-nam, bach-mai) or its settings file',
  },
  siteFile: { vi: 'tệp cấu hình của cơ sở', en: 'settings file of the site' },
  allSites: { vi: 'tên cơ sở; không ghi là mọi cơ sở', en: 'name of the site; default is every site' },
  name: { vi: 'họ tên', en: 'full name' },
  role: {
    vi: 'vai trò: reception, doctor, signer, referral-desk, auditor, administrator, hub-operator, health-department',
    en: 'role: reception, doctor, signer, referral-desk, auditor, administrator, hub-operator, health-department',
  },
  departments: { vi: 'mã khoa, cách nhau bằng dấu phẩy', en: 'department codes, separated by commas' },
  licence: { vi: 'số chứng chỉ hành nghề', en: 'practising licence' },
  title: { vi: 'chức danh', en: 'title' },
  json: { vi: 'in một đối tượng JSON', en: 'print one JSON object' },
  keep: { vi: 'để tỉnh chạy tiếp sau khi xong', en: 'leave the province running afterwards' },
  claimFile: { vi: 'tệp giám định (XML)', en: 'claim file (XML)' },
  help: { vi: 'hiện trợ giúp', en: 'show help' },
} as const

/** What the command line's own words are in Vietnamese. */
const COMMANDER: readonly (readonly [RegExp, string])[] = [
  [/^Usage:/, 'Cách dùng:'],
  [/^Arguments:/, 'Tham số:'],
  [/^Options:/, 'Lựa chọn:'],
  [/^Commands:/, 'Lệnh:'],
  [/^error: required option '(.+)' not specified/, 'Thiếu lựa chọn bắt buộc: $1'],
  [/^error: missing required argument '(.+)'/, 'Thiếu tham số: $1'],
  [/^error: unknown option '(.+)'/, 'Không có lựa chọn này: $1'],
  [/^error: unknown command '(.+)'/, 'Không có lệnh này: $1'],
  [/^error: option '(.+)' argument missing/, 'Lựa chọn này cần một giá trị: $1'],
  [/^error: option '(.+)' argument '(.+)' is invalid\. Allowed choices are (.+)\./, 'Giá trị “$2” không hợp với $1; chọn một trong: $3.'],
  [/^error: too many arguments.*/, 'Thừa tham số.'],
  [/\(Did you mean (.+)\?\)/, '(Có phải là $1?)'],
  [/\(default: (.+?)\)/, '(mặc định: $1)'],
  [/display help for command/, 'trợ giúp của một lệnh'],
]

/** A line the command line writes by itself, in the asked language. */
export function inWords(line: string, lang: Lang): string {
  // What a switch is without being named needs no saying.
  const bare = line.replace(/ ?\((default: false|choices: "vi", "en")\)/, '')
  return lang === 'vi' ? COMMANDER.reduce((said, [from, to]) => said.replace(from, to), bare) : bare
}

export const START = {
  first: { vi: 'Lần chạy đầu: dựng tỉnh mẫu (khoảng nửa phút)', en: 'First start: making the demo province (about half a minute)' },
  ready: { vi: 'Sẵn sàng', en: 'Ready' },
  after: { vi: 'sau', en: 'after' },
  startPage: { vi: 'Trang khởi đầu', en: 'Start page' },
  password: { vi: 'Mật khẩu mẫu', en: 'Demo password' },
  accounts: { vi: 'Tài khoản mẫu', en: 'Demo accounts' },
  data: { vi: 'Dữ liệu', en: 'Data' },
  end: { vi: 'Kết thúc: Ctrl-C', en: 'End with Ctrl-C' },
  stopping: { vi: 'Đang dừng…', en: 'Stopping…' },
  stopped: { vi: 'Đã dừng, dữ liệu được giữ.', en: 'Stopped; all data is kept.' },
  askReset: { vi: 'Xóa mọi dữ liệu trong {folder}? (y/N) ', en: 'Remove all data in {folder}? (y/N) ' },
  removed: { vi: 'Đã xóa dữ liệu cũ.', en: 'The old data is removed.' },
} as const
