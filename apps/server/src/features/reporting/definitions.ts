/** What each number of the table says: beside the numbers on screen, and on a sheet of its own in the workbook. */
import type { Definition } from './contract.ts'

export const DEFINITIONS: readonly Definition[] = [
  {
    id: 'list',
    name: { vi: 'Danh sách cơ sở', en: 'List of facilities' },
    counted: {
      vi: 'Mỗi cơ sở có trong danh sách vào ít nhất một ngày của kỳ là một dòng, kể cả cơ sở chưa nối lần nào. Tên là tên trong danh sách; tên hiện nay ghi bên dưới nếu khác.',
      en: 'Each facility that stands in the list on a day of the period is a row, also one that has never connected. The name is the list’s; the name of today stands below where it is another.',
    },
    source: {
      vi: 'Danh sách đơn vị vận hành trục nạp từ tệp, có ngày hiệu lực. Chưa nạp thì lấy các cơ sở đang hoạt động trong danh bạ.',
      en: 'The list the operator of the hub imported from a file, with its days. Before that, the active facilities of the directory.',
    },
    until: { vi: 'Theo ngày hiệu lực trong kỳ.', en: 'By the days it is valid within the period.' },
  },
  {
    id: 'connectedSince',
    name: { vi: 'Nối từ', en: 'Connected since' },
    counted: { vi: 'Lần đầu trục nhận được tín hiệu của cơ sở.', en: 'The first time the hub heard from the facility.' },
    source: {
      vi: 'Sổ liên lạc của trục; cơ sở nối trước khi có sổ thì không rõ ngày.',
      en: 'The hub’s record of contacts; of facilities heard of before it was kept the day is not known.',
    },
    until: { vi: 'Lúc lập bảng.', en: 'When the table was made.' },
  },
  {
    id: 'lastFile',
    name: { vi: 'Tệp cuối', en: 'Last file' },
    counted: {
      vi: 'Lúc cơ sở nhận tệp XML giám định gần nhất từ phần mềm của mình.',
      en: 'When the facility last received a claim file from its own system.',
    },
    source: { vi: 'Cơ sở báo lên trục.', en: 'Told to the hub by the facility.' },
    until: { vi: 'Lần báo gần nhất của cơ sở.', en: 'The facility’s last report.' },
  },
  {
    id: 'issued',
    name: { vi: 'Phiếu đã lập (XML13)', en: 'Slips issued (XML13)' },
    counted: {
      vi: 'Số phiếu chuyển khác nhau có XML13 trong hồ sơ kết thúc vào các ngày của kỳ (XML1.NGAY_RA). Chỉ tính ngày cơ sở có báo; số ngày ghi bên cạnh. Ngày không có hồ sơ nào là chưa biết, không phải 0.',
      en: 'Different referral slips with an XML13 in records of stays that ended on the days of the period (XML1.NGAY_RA). Only days the facility reported count; how many stands beside it. A day without any record is not known, not 0.',
    },
    source: {
      vi: 'Cơ sở đếm từ tệp XML giám định của mình và báo số lượng theo ngày, không có dữ liệu người bệnh.',
      en: 'Counted by the facility from its own claim files and told as numbers by day, without data of patients.',
    },
    until: { vi: 'Lần báo gần nhất của cơ sở.', en: 'The facility’s last report.' },
  },
  {
    id: 'exchanged',
    name: { vi: 'Đã liên thông', en: 'Exchanged' },
    counted: {
      vi: 'Số phiếu của cơ sở đã đến trục, theo ngày chuyển ghi trên phiếu. Lần khám sau cùng phiếu và phiếu chuyển tiếp không tính thêm; phiếu đã hủy hoặc vô hiệu không tính.',
      en: 'Slips of the facility that reached the hub, by the day of departure on the slip. Later visits with a slip and its way on are not counted again; cancelled and void slips are not counted.',
    },
    source: { vi: 'Sổ của trục.', en: 'The hub’s own records.' },
    until: { vi: 'Lúc lập bảng.', en: 'When the table was made.' },
  },
  {
    id: 'share',
    name: { vi: '% liên thông', en: '% exchanged' },
    counted: {
      vi: 'Phiếu đã liên thông của các ngày cơ sở có báo, chia cho phiếu đã lập của đúng các ngày ấy. Trên 100 % nghĩa là có phiếu trên trục mà XML13 chưa về. Không có ngày nào được báo thì không tính.',
      en: 'Exchanged slips of the days the facility reported, divided by the slips issued on those same days. Above 100 % slips are at the hub whose XML13 has not come. Without a reported day there is no figure.',
    },
    source: { vi: 'Hai cột bên cạnh.', en: 'The two columns beside it.' },
    until: { vi: 'Như hai cột ấy.', en: 'As those columns.' },
  },
  {
    id: 'answeredShare',
    name: { vi: '% có phản hồi', en: '% with outcome' },
    counted: {
      vi: 'Phiếu đã liên thông đang có phiếu phản hồi từ nơi nhận, chia cho phiếu đã liên thông của kỳ. Phản hồi đã thu hồi không tính; bản đúng thay nó thì lại tính.',
      en: 'Exchanged slips with an outcome from a receiver that stands, divided by the exchanged slips of the period. An outcome that was taken back does not count; the right one in its place counts again.',
    },
    source: { vi: 'Sổ của trục.', en: 'The hub’s own records.' },
    until: { vi: 'Lúc lập bảng.', en: 'When the table was made.' },
  },
  {
    id: 'oldestUnsent',
    name: { vi: 'Chờ gửi lâu nhất', en: 'Oldest unsent' },
    counted: {
      vi: 'Tin cũ nhất còn nằm ở cơ sở, chưa gửi được lên trục.',
      en: 'The oldest message still at the facility, not yet sent to the hub.',
    },
    source: { vi: 'Cơ sở nói mỗi lần hỏi tin.', en: 'Told by the facility each time it asks for news.' },
    until: { vi: 'Lần liên lạc cuối của cơ sở.', en: 'The facility’s last contact.' },
  },
  {
    id: 'lastContact',
    name: { vi: 'Liên lạc cuối', en: 'Last contact' },
    counted: { vi: 'Lần cuối trục nhận được tín hiệu của cơ sở.', en: 'The last time the hub heard from the facility.' },
    source: { vi: 'Sổ liên lạc của trục.', en: 'The hub’s record of contacts.' },
    until: { vi: 'Lúc lập bảng.', en: 'When the table was made.' },
  },
]
