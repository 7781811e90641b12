/** The words of the access log, in both languages: only the auditor's screens load them. Codes without words are shown as they are. */
interface Words {
  readonly vi: string
  readonly en: string
}
type Table = Readonly<Record<string, Words>>

/** What was done. */
export const auditAction: Table = {
  read: { vi: 'Xem', en: 'Read' },
  vread: { vi: 'Xem phiên bản cũ', en: 'Read an old version' },
  history: { vi: 'Xem lịch sử', en: 'Read the history' },
  search: { vi: 'Tìm, liệt kê', en: 'Searched, listed' },
  create: { vi: 'Thêm', en: 'Added' },
  update: { vi: 'Sửa', en: 'Changed' },
  delete: { vi: 'Xóa', en: 'Deleted' },
  operation: { vi: 'Thao tác', en: 'Operation' },
  login: { vi: 'Đăng nhập', en: 'Signed in' },
  logout: { vi: 'Đăng xuất', en: 'Signed out' },
  export: { vi: 'Xuất dữ liệu', en: 'Exported' },
  everything: { vi: 'Mở hồ sơ', en: 'Opened the chart' },
  'break-glass': { vi: 'Mở khẩn cấp', en: 'Opened in an emergency' },
  'audit-list': { vi: 'Xem nhật ký', en: 'Read the audit' },
  'audit-verify': { vi: 'Kiểm chứng nhật ký', en: 'Verified the audit' },
  'user-add': { vi: 'Thêm người dùng', en: 'Added a user' },
  'user-reset': { vi: 'Đặt lại mật khẩu', en: 'Reset a password' },
  'user-lock': { vi: 'Khóa tài khoản', en: 'Locked an account' },
  'user-unlock': { vi: 'Mở tài khoản', en: 'Unlocked an account' },
  refused: { vi: 'Bị từ chối', en: 'Was refused' },
  public: { vi: 'Xem trang công khai', en: 'Saw a public page' },
  token: { vi: 'Cấp thẻ truy cập', en: 'Issued a token' },
  'client-key': { vi: 'Thay khóa nút', en: 'Changed a node key' },
  'alert-clear': { vi: 'Xử lý cảnh báo', en: 'Dealt with an alert' },
  'exchange-settle': { vi: 'Xử lý tin liên thông', en: 'Settled a message' },
  'exchange-replay': { vi: 'Gửi, nhận lại', en: 'Replayed messages' },
  'exchange-offer': { vi: 'Mời nút đọc lại', en: 'Offered to read again' },
  'delegation-grant': { vi: 'Ghi ủy quyền ký', en: 'Entered authority to sign' },
  'delegation-revoke': { vi: 'Thu hồi ủy quyền ký', en: 'Revoked authority to sign' },
  'person-review': { vi: 'Đối chiếu hai hồ sơ', en: 'Judged two records' },
  'demo-switch': { vi: 'Công tắc thử nghiệm', en: 'Demo switch' },
}

/** What came of it, where it was not allowed. */
export const auditOutcome: Table = {
  'not-found': { vi: 'Không có', en: 'Not there' },
  gone: { vi: 'Đã xóa', en: 'Deleted' },
  'not-permitted': { vi: 'Không được phép', en: 'Not permitted' },
  damaged: { vi: 'Đã bị sửa', en: 'Tampered with' },
  refused: { vi: 'Bị từ chối', en: 'Refused' },
}

/** What a job of the system does. */
export const auditJob: Table = {
  import: { vi: 'nhập hồ sơ', en: 'import of records' },
  exchange: { vi: 'liên thông', en: 'exchange' },
  directory: { vi: 'danh bạ', en: 'directory' },
  sign: { vi: 'ký số', en: 'signing' },
  'sign-tray': { vi: 'ký số', en: 'signing' },
  verify: { vi: 'kiểm tra chữ ký', en: 'checking signatures' },
  evidence: { vi: 'hồ sơ giữ lại', en: 'papers kept' },
  timers: { vi: 'hẹn giờ', en: 'timers' },
  watch: { vi: 'giám sát', en: 'watch' },
  replay: { vi: 'gửi, nhận lại', en: 'replay' },
  seed: { vi: 'dữ liệu ban đầu', en: 'first data' },
  view: { vi: 'hiển thị phiếu', en: 'showing a slip' },
  conduct: { vi: 'giám sát các nút', en: 'watch over nodes' },
}

/** Kinds of records as people call them. */
export const resources: Table = {
  Patient: { vi: 'Hồ sơ người bệnh', en: 'Patient record' },
  RelatedPerson: { vi: 'Người nhà', en: 'Relative' },
  Coverage: { vi: 'Thẻ bảo hiểm', en: 'Insurance card' },
  Encounter: { vi: 'Lượt khám', en: 'Stay' },
  Task: { vi: 'Phiếu chuyển', en: 'Referral' },
  DocumentReference: { vi: 'Văn bản', en: 'Paper' },
  Provenance: { vi: 'Chữ ký', en: 'Signature' },
  Binary: { vi: 'Tệp văn bản', en: 'Paper file' },
  Bundle: { vi: 'Văn bản', en: 'Paper' },
  Condition: { vi: 'Chẩn đoán', en: 'Diagnosis' },
  Observation: { vi: 'Chỉ số, kết quả', en: 'Value, result' },
  DiagnosticReport: { vi: 'Kết quả cận lâm sàng', en: 'Report' },
  Procedure: { vi: 'Thủ thuật', en: 'Procedure' },
  MedicationRequest: { vi: 'Chỉ định thuốc', en: 'Medicine order' },
  AllergyIntolerance: { vi: 'Dị ứng', en: 'Allergy' },
  ServiceRequest: { vi: 'Chỉ định', en: 'Order' },
  Appointment: { vi: 'Lịch hẹn', en: 'Appointment' },
  Practitioner: { vi: 'Nhân viên y tế', en: 'Practitioner' },
  Organization: { vi: 'Cơ sở', en: 'Facility' },
  ClinicalImpression: { vi: 'Nhận định lâm sàng', en: 'Impression' },
  ImagingStudy: { vi: 'Chẩn đoán hình ảnh', en: 'Imaging' },
  Specimen: { vi: 'Mẫu xét nghiệm', en: 'Specimen' },
  Medication: { vi: 'Thuốc', en: 'Medicine' },
  MedicationDispense: { vi: 'Cấp thuốc', en: 'Dispensed medicine' },
  MedicationAdministration: { vi: 'Dùng thuốc', en: 'Given medicine' },
  CarePlan: { vi: 'Kế hoạch chăm sóc', en: 'Care plan' },
  Composition: { vi: 'Văn bản', en: 'Paper' },
  Claim: { vi: 'Hồ sơ thanh toán', en: 'Claim' },
  Flag: { vi: 'Cảnh báo lâm sàng', en: 'Clinical flag' },
  Person: { vi: 'Người', en: 'Person' },
  AuditEvent: { vi: 'Nhật ký', en: 'Audit' },
}

/** Purpose of use (HL7 v3 ActReason). */
export const purpose: Table = {
  TREAT: { vi: 'Khám, điều trị', en: 'Treatment' },
  ETREAT: { vi: 'Cấp cứu', en: 'Emergency' },
  BTG: { vi: 'Mở khẩn cấp', en: 'Break-glass' },
  HOPERAT: { vi: 'Vận hành bệnh viện', en: 'Hospital operations' },
  HSYSADMIN: { vi: 'Quản trị hệ thống', en: 'System administration' },
  HRESCH: { vi: 'Nghiên cứu', en: 'Research' },
  PATRQT: { vi: 'Người bệnh yêu cầu', en: 'Patient’s request' },
}
