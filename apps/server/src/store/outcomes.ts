/** The store's named refusals. */
import { defineOutcome } from '@yba/fhir'

export const notFound = defineOutcome({
  code: 'not-found',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có {type} này, hoặc bạn không được xem.',
  en: 'There is no such {type}, or you may not see it.',
  cure: {
    vi: 'Kiểm tra lại mã; nếu cần quyền xem, liên hệ người quản trị.',
    en: 'Check the id; ask your administrator if you need access.',
  },
})

export const gone = defineOutcome({
  code: 'gone',
  http: 410,
  severity: 'error',
  issue: 'deleted',
  vi: '{type} này đã bị xóa; lịch sử vẫn còn.',
  en: 'This {type} was deleted; its history remains.',
  cure: { vi: 'Xem lịch sử các phiên bản.', en: 'Read its history.' },
})

export const versionConflict = defineOutcome({
  code: 'version-conflict',
  http: 412,
  severity: 'error',
  issue: 'conflict',
  vi: '{type} đã được người khác sửa: bạn có phiên bản {seen}, hiện tại là {current}.',
  en: '{type} was changed by someone else: you saw version {seen}, the current one is {current}.',
  cure: { vi: 'Tải lại rồi sửa trên phiên bản mới.', en: 'Load it again and edit the new version.' },
})

export const identifierTaken = defineOutcome({
  code: 'identifier-taken',
  http: 409,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Mã định danh này (hệ {system}) đã thuộc về một {type} khác.',
  en: 'This identifier (system {system}) already belongs to another {type}.',
  cure: { vi: 'Tìm bản ghi đang mang mã này.', en: 'Find the record that carries the identifier.' },
})

export const referenceNotFound = defineOutcome({
  code: 'reference-not-found',
  http: 422,
  severity: 'error',
  issue: 'not-found',
  vi: 'Tham chiếu tới {reference} không có trong hồ sơ.',
  en: 'The reference to {reference} leads nowhere.',
  cure: { vi: 'Tạo {reference} trước, hoặc tham chiếu bằng mã định danh.', en: 'Create {reference} first, or refer by identifier.' },
})

/** FHIR R4, references.html and http.html#trules: such a name means the entry of the bundle that bears it, and nothing else. */
export const referenceUnexplained = defineOutcome({
  code: 'reference-unexplained',
  http: 422,
  severity: 'error',
  issue: 'not-found',
  vi: 'Tham chiếu urn:uuid hoặc urn:oid này không ứng với mục nào của cùng một giao dịch.',
  en: 'This urn:uuid or urn:oid reference is the name of no entry of the same transaction.',
  cure: {
    vi: 'Gửi cả bản ghi được nhắc tới trong cùng transaction, với fullUrl đó; hoặc tham chiếu bằng Loại/id hay mã định danh.',
    en: 'Send what it names in the same transaction, with that fullUrl; or refer by Type/id or by identifier.',
  },
})

export const indexTooWide = defineOutcome({
  code: 'index-too-wide',
  http: 422,
  severity: 'error',
  issue: 'too-costly',
  vi: '{type} có hơn {most} giá trị để tìm kiếm, hoặc hơn ngần ấy tham chiếu.',
  en: 'This {type} has more than {most} values to be searched by, or references.',
  cure: { vi: 'Chia thành nhiều bản ghi.', en: 'Split it into several resources.' },
})

export const conditionalReference = defineOutcome({
  code: 'conditional-reference',
  http: 422,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Tham chiếu theo điều kiện (Loại?tham-số) chỉ dùng được trong gói transaction.',
  en: 'A reference by condition (Type?parameter) works in a transaction bundle only.',
  cure: { vi: 'Gửi trong gói transaction, hoặc tham chiếu bằng Loại/id.', en: 'Send it in a transaction bundle, or refer by Type/id.' },
})

export const stillReferenced = defineOutcome({
  code: 'still-referenced',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Không xóa được {type}: còn bản ghi khác tham chiếu tới.',
  en: '{type} cannot be deleted: other records refer to it.',
  cure: { vi: 'Xóa hoặc sửa các bản ghi tham chiếu trước.', en: 'Delete or change the referring records first.' },
})

export const patientEncounterMismatch = defineOutcome({
  code: 'patient-encounter-mismatch',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: '{type}: người bệnh và lượt khám không thuộc về nhau.',
  en: '{type}: the patient and the encounter do not belong together.',
  cure: { vi: 'Mở lại hồ sơ đúng người bệnh rồi nhập lại.', en: 'Open the right patient and enter it again.' },
})

export const writeForbidden = defineOutcome({
  code: 'write-forbidden',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Bạn không được ghi {type} này.',
  en: 'You may not write this {type}.',
  cure: { vi: 'Liên hệ người quản trị nếu công việc của bạn cần quyền này.', en: 'Ask your administrator if your work needs this.' },
})

export const searchNotShown = defineOutcome({
  code: 'search-not-shown',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Vai trò của bạn không xem phần này của {type}, nên không tìm theo {param} được.',
  en: 'Your role is not shown this part of {type}, so it cannot search by {param}.',
  cure: { vi: 'Tìm theo người bệnh, số giấy, ngày hoặc trạng thái.', en: 'Search by patient, number, date or status.' },
})

export const notShownWhole = defineOutcome({
  code: 'not-shown-whole',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Bạn chỉ xem được một phần của {type} này; ghi đè sẽ làm mất phần còn lại.',
  en: 'You see a part of this {type}; replacing it would wipe out the rest.',
  cure: {
    vi: 'Nhờ bác sĩ phụ trách sửa, hoặc dùng nút của màn hình (đã đến, hoàn tác).',
    en: 'Ask the doctor in charge, or use the buttons of the screen (arrived, undo).',
  },
})

export const narrowYourSearch = defineOutcome({
  code: 'narrow-your-search',
  http: 403,
  severity: 'error',
  issue: 'too-costly',
  vi: 'Hãy nêu người bệnh, lượt khám hoặc danh sách việc khi tìm {type}.',
  en: 'Name a patient, an encounter or a worklist when searching {type}.',
  cure: { vi: 'Thêm tham số patient hoặc encounter.', en: 'Add the parameter patient or encounter.' },
})

export const notSupportedYet = defineOutcome({
  code: 'not-supported-yet',
  http: 501,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Chưa hỗ trợ: {what}.',
  en: 'Not supported yet: {what}.',
  cure: { vi: 'Tìm bằng tham số khác.', en: 'Search by another parameter.' },
})

export const indexBeingBuilt = defineOutcome({
  code: 'index-being-built',
  http: 503,
  severity: 'error',
  issue: 'incomplete',
  vi: 'Chỉ mục cho {what} đang được xây dựng ({percent} %).',
  en: 'The index for {what} is being built ({percent} %).',
  cure: {
    vi: 'Tìm bằng tham số khác, hoặc thử lại sau ít phút.',
    en: 'Search by another parameter, or again in some minutes.',
  },
})

export const duplicateWrite = defineOutcome({
  code: 'duplicate-write',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: '{reference} được ghi hai lần trong một lần gửi.',
  en: '{reference} is written twice in one go.',
  cure: { vi: 'Gộp thành một lần ghi.', en: 'Merge the two writes.' },
})

export const idMismatch = defineOutcome({
  code: 'id-mismatch',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Mã {id} không hợp lệ hoặc khác với mã trong {type}.',
  en: 'The id {id} is malformed or differs from the one in the {type}.',
  cure: {
    vi: 'Dùng một mã, tối đa 64 ký tự A-Z a-z 0-9 - . và không phải là . hay ..',
    en: 'Use one id of at most 64 characters A-Z a-z 0-9 - . that is neither . nor ..',
  },
})

export const unknownType = defineOutcome({
  code: 'no-such-type',
  http: 404,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Không có loại tài nguyên {type} trong FHIR R4.',
  en: 'FHIR R4 has no resource type {type}.',
  cure: { vi: 'Kiểm tra tên loại, có phân biệt chữ hoa.', en: 'Check the name; capitals count.' },
})

export const tooBusy = defineOutcome({
  code: 'too-busy',
  http: 503,
  severity: 'error',
  issue: 'lock-error',
  vi: 'Nhiều người đang ghi cùng một chỗ; đã thử {attempts} lần.',
  en: 'Many are writing the same records; tried {attempts} times.',
  cure: { vi: 'Thử lại sau vài giây.', en: 'Try again in a few seconds.' },
})

export const cursorUnknown = defineOutcome({
  code: 'cursor-unknown',
  http: 410,
  severity: 'error',
  issue: 'expired',
  vi: 'Dấu đọc này thuộc về trước lần phục hồi dữ liệu, hoặc không hợp lệ.',
  en: 'This cursor is from before a restore, or malformed.',
  cure: { vi: 'Đọc lại từ đầu.', en: 'Read again from the start.' },
})

export const auditUnavailable = defineOutcome({
  code: 'audit-unavailable',
  http: 503,
  severity: 'error',
  issue: 'transient',
  vi: 'Không ghi được nhật ký truy cập, nên không mở được hồ sơ.',
  en: 'The audit cannot be written, so no record is opened.',
  cure: {
    vi: 'Tình huống cấp cứu: bác sĩ mở hồ sơ khẩn cấp, nêu lý do. Báo người quản trị kiểm tra cơ sở dữ liệu.',
    en: 'In an emergency a doctor opens the record with a reason (break-glass). Tell the administrator to look at the database.',
  },
})

export const blobMissing = defineOutcome({
  code: 'blob-missing',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có tệp {sha256}.',
  en: 'There is no file {sha256}.',
  cure: { vi: 'Kiểm tra sao lưu của thư mục tệp.', en: 'Check the backup of the file folder.' },
})

export const blobDamaged = defineOutcome({
  code: 'blob-damaged',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Tệp {sha256} không còn đúng với mã băm của nó.',
  en: 'The file {sha256} no longer matches its digest.',
  cure: { vi: 'Phục hồi tệp này từ bản sao lưu.', en: 'Restore this file from a backup.' },
})

export const migrationChanged = defineOutcome({
  code: 'migration-changed',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Bước nâng cấp {name} đã chạy với nội dung khác.',
  en: 'The migration {name} was applied with other content.',
  cure: { vi: 'Không sửa bước đã phát hành; thêm một bước mới.', en: 'Never edit a released step; add a new one.' },
})

/** Event kind, not a refusal: a citizen number two patients claim. */
export const IDENTIFIER_CLASH = 'identifier-clash'

export const alreadyExists = defineOutcome({
  code: 'already-exists',
  http: 409,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Đã có {type} mang mã này.',
  en: 'There already is a {type} with this id.',
  cure: { vi: 'Cập nhật bản ghi đó, hoặc tạo mới không kèm mã.', en: 'Update that record, or create one without an id.' },
})

export const tooManyResources = defineOutcome({
  code: 'too-many-resources',
  http: 400,
  severity: 'error',
  issue: 'too-costly',
  vi: 'Phép này chỉ xem được tối đa {most} tài nguyên.',
  en: 'This operation looks at {most} resources at most.',
  cure: { vi: 'Hỏi hẹp hơn: một loại, một người bệnh, một khoảng ngày.', en: 'Ask for less: one type, one patient, some days.' },
})
