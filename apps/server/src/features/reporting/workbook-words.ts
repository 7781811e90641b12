/** Every word of the workbook. */
import type { DepartmentTable, SnapshotHead, TableTotals } from './contract.ts'

const day = (text: string): string => text.split('-').reverse().join('/')
/** 23/11/2026 06:00, in Vietnam. */
function at(iso: string): string {
  const local = new Date(Date.parse(iso) + 7 * 3_600_000).toISOString()
  return `${day(local.slice(0, 10))} ${local.slice(11, 16)}`
}

const vi = {
  sheets: { table: 'Bảng', definitions: 'Định nghĩa', days: 'Số liệu theo ngày', months: 'Số liệu theo tháng' },
  title: (t: Pick<DepartmentTable, 'from' | 'until'>) =>
    `Liên thông phiếu chuyển cơ sở khám bệnh, chữa bệnh, ${day(t.from)} đến ${day(t.until)}`,
  asOf: (t: DepartmentTable, head?: SnapshotHead) =>
    `${head ? 'Chốt' : 'Lập'} lúc ${at(t.asOf)}, tính đến hết ngày ${day(t.counted)}. Định nghĩa ở trang “Định nghĩa”.`,
  edition: (s: SnapshotHead) =>
    s.edition === 1 ? 'Bản chốt lần 1.' : `Bản chốt lần ${s.edition}, bổ sung. Lý do: ${s.reason}. Người chốt: ${s.by ?? 'tự động'}.`,
  live: 'Số liệu hiện thời, chưa chốt.',
  noList: 'Chưa nạp danh sách cơ sở: đang lấy theo danh bạ.',
  outside: (o: DepartmentTable['outside']) =>
    o.exchanged > 0 ? `Ngoài danh sách: ${o.exchanged} phiếu của ${o.facilities} cơ sở, không tính vào bảng.` : '',
  unknown: 'chưa biết',
  never: 'chưa nối',
  nothingWaits: 'không có',
  demoCode: 'mã tạm',
  formerly: (code: string) => `trước là ${code}`,
  totals: (t: TableTotals) => `Tổng: ${t.facilities} cơ sở, ${t.connected} đã nối, ${t.reporting} có báo số liệu`,
  columns: {
    code: 'Mã',
    name: 'Cơ sở (tên trong danh sách)',
    nameToday: 'Tên hiện nay (nếu khác)',
    note: 'Ghi chú về mã',
    listedFrom: 'Trong danh sách từ',
    listedUntil: 'đến',
    connectedSince: 'Nối từ',
    lastFile: 'Tệp cuối',
    issued: 'Phiếu đã lập (XML13)',
    daysReported: 'Số ngày có báo',
    days: 'Số ngày của kỳ',
    reportedAt: 'Báo lần cuối',
    exchanged: 'Đã liên thông',
    exchangedReported: 'trong đó các ngày có báo',
    share: '% liên thông',
    answered: 'Có phản hồi',
    answeredShare: '% có phản hồi',
    oldestUnsent: 'Chờ gửi lâu nhất',
    lastContact: 'Liên lạc cuối',
  },
  definitionHeads: ['Số liệu', 'Đếm cái gì', 'Từ nguồn nào', 'Tính đến lúc nào'],
  monthHeads: ['Mã cơ sở', 'Tháng', 'Hồ sơ', 'Phiếu (XML13)', 'Số ngày có báo', 'Đã liên thông', 'Có phản hồi'],
  dayHeads: ['Mã cơ sở', 'Ngày', 'Hồ sơ', 'Phiếu (XML13)', 'Báo lúc', 'Số lần sửa', 'Đã liên thông', 'Có phản hồi'],
}

export type Words = typeof vi

const en: Words = {
  sheets: { table: 'Table', definitions: 'Definitions', days: 'Figures by day', months: 'Figures by month' },
  title: (t) => `Exchange of referral slips between facilities, ${day(t.from)} to ${day(t.until)}`,
  asOf: (t, head) => `${head ? 'Frozen' : 'Made'} at ${at(t.asOf)}, counted to the end of ${day(t.counted)}. See the sheet “Definitions”.`,
  edition: (s) =>
    s.edition === 1 ? 'First edition.' : `Edition ${s.edition}, a correction. Reason: ${s.reason}. By: ${s.by ?? 'the system'}.`,
  live: 'Figures of this moment, not frozen.',
  noList: 'No list of facilities was imported: those of the directory stand here.',
  outside: (o) => (o.exchanged > 0 ? `Outside the list: ${o.exchanged} slips of ${o.facilities} facilities, not in the table.` : ''),
  unknown: 'not known',
  never: 'never connected',
  nothingWaits: 'none',
  demoCode: 'provisional code',
  formerly: (code) => `formerly ${code}`,
  totals: (t) => `Total: ${t.facilities} facilities, ${t.connected} connected, ${t.reporting} told figures`,
  columns: {
    code: 'Code',
    name: 'Facility (name in the list)',
    nameToday: 'Name today (where another)',
    note: 'About the code',
    listedFrom: 'Listed from',
    listedUntil: 'until',
    connectedSince: 'Connected since',
    lastFile: 'Last file',
    issued: 'Slips issued (XML13)',
    daysReported: 'Days reported',
    days: 'Days of the period',
    reportedAt: 'Last report',
    exchanged: 'Exchanged',
    exchangedReported: 'of these, on reported days',
    share: '% exchanged',
    answered: 'With outcome',
    answeredShare: '% with outcome',
    oldestUnsent: 'Oldest unsent',
    lastContact: 'Last contact',
  },
  definitionHeads: ['Figure', 'What is counted', 'From which source', 'Until when'],
  monthHeads: ['Facility', 'Month', 'Records', 'Slips (XML13)', 'Days reported', 'Exchanged', 'With outcome'],
  dayHeads: ['Facility', 'Day', 'Records', 'Slips (XML13)', 'Told at', 'Corrections', 'Exchanged', 'With outcome'],
}

export const WORDS: Readonly<Record<'vi' | 'en', Words>> = { vi, en }
