export const scan = {
  title: 'Quét mã phiếu chuyển',
  label: 'Mã QR hoặc số phiếu',
  hint: 'Quét mã QR trên phiếu bằng máy quét, dán nội dung mã, hoặc gõ số phiếu rồi nhấn Enter. Không cần đường truyền.',
  check: 'Kiểm tra',
  verdict: {
    genuine: 'Phiếu thật',
    unconfirmed: 'Chưa xác nhận được',
    'typed-number': 'Tìm theo số phiếu',
    unreadable: 'Không đọc được',
  },
  now: 'nay là {{name}}',
  valid: 'giá trị {{from}} – {{until}}',
  directoryAge: 'Kiểm tra theo danh bạ cách đây {{days}} ngày.',
  directoryOld: 'Danh bạ đã {{days}} ngày chưa cập nhật: khóa và cơ sở mới có thể còn thiếu.',
  known: 'Phiếu {{number}} đã có ở đây: {{state}}.',
  open: 'Mở phiếu',
  unknown: 'Phiếu chưa có trên hệ thống của cơ sở. Ghi nhận người bệnh đến; bản điện tử sẽ tự nhập vào đúng số phiếu này.',
} as const
