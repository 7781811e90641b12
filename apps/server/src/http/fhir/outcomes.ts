/** Named refusals and findings of the FHIR interactions. */
import { defineOutcome } from '@yba/fhir'

export const notAcceptable = defineOutcome({
  code: 'not-acceptable',
  http: 406,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Chỉ trả lời bằng FHIR R4 dạng JSON, không có dạng đã hỏi.',
  en: 'Answers are FHIR R4 in JSON; the form asked for is not there.',
  cure: {
    vi: 'Dùng Accept: application/fhir+json hoặc _format=json.',
    en: 'Send Accept: application/fhir+json or _format=json.',
  },
})

export const mediaTypeUnknown = defineOutcome({
  code: 'media-type-unknown',
  http: 415,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Không nhận nội dung thuộc loại này (Content-Type).',
  en: 'A body of this Content-Type is not taken here.',
  cure: { vi: 'Gửi {wanted} bằng UTF-8.', en: 'Send {wanted} in UTF-8.' },
})

/** FHIR R4, search.html#elements: a part bears the tag so that nobody takes it for the whole. */
export const subsettedWrite = defineOutcome({
  code: 'subsetted-write',
  http: 422,
  severity: 'error',
  issue: 'incomplete',
  vi: '{type} này chỉ là một phần (nhãn SUBSETTED); ghi lại sẽ làm mất phần còn lại.',
  en: 'This {type} is a part only (tag SUBSETTED); writing it would lose the rest.',
  cure: {
    vi: 'Đọc lại bản đầy đủ (không _summary, không _elements), sửa rồi gửi; hoặc dùng PATCH.',
    en: 'Read the whole one (without _summary and _elements), change and send that; or use PATCH.',
  },
})

export const preconditionUnreadable = defineOutcome({
  code: 'if-match-unreadable',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Tiêu đề If-Match và If-None-Match phải có dạng W/"số phiên bản".',
  en: 'The headers If-Match and If-None-Match must look like W/"version number".',
  cure: { vi: 'Gửi lại ETag đã nhận.', en: 'Send back the ETag you received.' },
})

/** What `Prefer: return=OperationOutcome` asks for where all went well. */
export const written = defineOutcome({
  code: 'written',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đã ghi {type}, phiên bản {version}.',
  en: '{type} was written, version {version}.',
  cure: { vi: 'Không cần làm gì thêm.', en: 'Nothing more to do.' },
})

export const foundInstead = defineOutcome({
  code: 'found-instead',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đã có {type} thỏa điều kiện; không tạo thêm.',
  en: 'A {type} that fits the condition is there; none was made.',
  cure: { vi: 'Dùng bản ghi đã có ở tiêu đề Location.', en: 'Use the one the Location header names.' },
})

export const removed = defineOutcome({
  code: 'removed',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Không còn {type} này; lịch sử vẫn đọc được.',
  en: 'This {type} is not there any more; its history remains.',
  cure: { vi: 'Không cần làm gì thêm.', en: 'Nothing more to do.' },
})

export const removedSeveral = defineOutcome({
  code: 'removed-several',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Đã xóa {count} {type} thỏa điều kiện; lịch sử vẫn đọc được.',
  en: '{count} {type} that fit the condition were removed; their histories remain.',
  cure: { vi: 'Không cần làm gì thêm.', en: 'Nothing more to do.' },
})

/** FHIR R4, http.html#cdelete: the criteria were not selective enough. */
export const deleteTooWide = defineOutcome({
  code: 'conditional-delete-too-wide',
  http: 412,
  severity: 'error',
  issue: 'multiple-matches',
  vi: 'Hơn {most} {type} thỏa điều kiện; không xóa gì.',
  en: 'More than {most} {type} fit the condition; nothing was deleted.',
  cure: { vi: 'Nêu điều kiện chặt hơn và xóa nhiều lần.', en: 'Ask more narrowly, and delete in several steps.' },
})

export const conditionUnusable = defineOutcome({
  code: 'condition-unusable',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Điều kiện phải nêu ít nhất một tham số tìm kiếm của {type} và không kèm tham số trình bày.',
  en: 'The condition must name at least one search parameter of {type}, and none that steers the answer.',
  cure: { vi: 'Ví dụ: identifier=hệ|giá-trị.', en: 'For instance: identifier=system|value.' },
})

/** FHIR R4, http.html#ccreate: the criteria were not selective enough. */
export const multipleMatches = defineOutcome({
  code: 'multiple-matches',
  http: 412,
  severity: 'error',
  issue: 'multiple-matches',
  vi: 'Có nhiều {type} thỏa điều kiện; không ghi gì.',
  en: 'Several {type} fit the condition; nothing was written.',
  cure: { vi: 'Nêu điều kiện chặt hơn, ví dụ mã định danh kèm hệ.', en: 'Ask more narrowly, for instance by identifier with its system.' },
})

export const noMatch = defineOutcome({
  code: 'no-match',
  http: 412,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có {type} nào thỏa điều kiện.',
  en: 'No {type} fits the condition.',
  cure: { vi: 'Kiểm tra điều kiện, hoặc tạo bản ghi trước.', en: 'Check the condition, or create the resource first.' },
})

export const entryUnreadable = defineOutcome({
  code: 'bundle-entry-unreadable',
  http: 400,
  severity: 'error',
  issue: 'structure',
  vi: 'Mục của gói thiếu method, url hoặc nội dung hợp lệ.',
  en: 'An entry of the bundle lacks a method, a url or a body that fits them.',
  cure: {
    vi: 'Mỗi mục cần request.method, request.url và resource đúng loại.',
    en: 'Each entry needs request.method, request.url and a resource of that type.',
  },
})

export const nameTwice = defineOutcome({
  code: 'bundle-name-twice',
  http: 400,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Hai mục của gói có cùng fullUrl.',
  en: 'Two entries of the bundle have the same fullUrl.',
  cure: { vi: 'Đặt cho mỗi mục một fullUrl riêng.', en: 'Give each entry a fullUrl of its own.' },
})

export const entryUnsupported = defineOutcome({
  code: 'interaction-not-supported',
  http: 422,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Gói không nhận: {what}.',
  en: 'A bundle does not take this: {what}.',
  cure: {
    vi: 'Dùng POST, PUT, PATCH, DELETE, GET hoặc HEAD trên Loại, Loại/id hoặc Loại?điều-kiện.',
    en: 'Use POST, PUT, PATCH, DELETE, GET or HEAD on Type, Type/id or Type?condition.',
  },
})

export const operationUnknown = defineOutcome({
  code: 'operation-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Không có thao tác này ở địa chỉ này.',
  en: 'There is no such operation at this address.',
  cure: {
    vi: 'Xem /fhir/metadata: thao tác nào có, của loại nào, trên loại hay trên một bản ghi.',
    en: 'See /fhir/metadata: which operations there are, of which types, and whether of the type or of one resource.',
  },
})

export const validateModeUnknown = defineOutcome({
  code: 'validate-mode-unknown',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: '$validate ở đây không có chế độ đó.',
  en: '$validate has no such mode here.',
  cure: { vi: 'Dùng một trong: {modes}.', en: 'Use one of: {modes}.' },
})

export const allGood = defineOutcome({
  code: 'valid',
  http: 200,
  severity: 'information',
  issue: 'informational',
  vi: 'Tài nguyên hợp lệ.',
  en: 'The resource is valid.',
  cure: { vi: 'Không phải làm gì.', en: 'Nothing to do.' },
})

export const historyUnreadable = defineOutcome({
  code: 'history-unreadable',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Lịch sử không nhận tham số này hoặc giá trị này: {param}.',
  en: 'A history does not take this parameter or its value: {param}.',
  cure: {
    vi: 'Dùng _count (số dương), _since (thời điểm đến giây, kèm múi giờ) và _at (năm, tháng, ngày hoặc thời điểm).',
    en: 'Use _count (a positive number), _since (an instant to the second, with its zone) and _at (a year, month, day or instant).',
  },
})

export const operationParameterWrong = defineOutcome({
  code: 'operation-parameter-wrong',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Phép này không có tham số "{name}", hoặc không đọc được giá trị của nó.',
  en: 'This operation has no parameter "{name}", or its value cannot be read.',
  cure: { vi: 'Các tham số của phép này: {known}.', en: 'The parameters of the operation: {known}.' },
})

export const lastnNeedsPatient = defineOutcome({
  code: 'lastn-needs-patient',
  http: 400,
  severity: 'error',
  issue: 'required',
  vi: '$lastn chỉ hỏi được về từng người bệnh.',
  en: '$lastn is asked of one patient at a time.',
  cure: { vi: 'Thêm patient= hoặc subject=.', en: 'Add patient= or subject=.' },
})

/** A letter that leaves something out says something else. */
export const documentNotWhole = defineOutcome({
  code: 'document-not-whole',
  http: 422,
  severity: 'error',
  issue: 'incomplete',
  vi: 'Không đọc được một phần mà Composition này dẫn tới, nên không lập được văn bản trọn vẹn.',
  en: 'A part that this Composition refers to cannot be read, so the document would not be whole.',
  cure: {
    vi: 'Sửa tham chiếu ở chỗ đã nêu, hoặc nhờ người được xem mọi phần lập văn bản.',
    en: 'Mend the reference at the place named, or let somebody make it who may see all parts.',
  },
})
