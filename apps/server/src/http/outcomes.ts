/** Named refusals of the HTTP layer. */
import { defineOutcome } from '@yba/fhir'

export const routeUnknown = defineOutcome({
  code: 'route-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có địa chỉ này.',
  en: 'There is nothing at this address.',
  cure: { vi: 'Xem /fhir/metadata để biết các địa chỉ.', en: 'See /fhir/metadata for the addresses.' },
})

export const typeUnknown = defineOutcome({
  code: 'type-not-served',
  http: 404,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Hệ thống không phục vụ loại tài nguyên này.',
  en: 'This site does not serve this resource type.',
  cure: { vi: 'Xem /fhir/metadata.', en: 'See /fhir/metadata.' },
})

export const methodWrong = defineOutcome({
  code: 'method-not-allowed',
  http: 405,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Địa chỉ này không nhận phương thức đó.',
  en: 'This address does not take that method.',
  cure: { vi: 'Xem /fhir/metadata.', en: 'See /fhir/metadata.' },
})

export const addressTooLong = defineOutcome({
  code: 'address-too-long',
  http: 414,
  severity: 'error',
  issue: 'too-long',
  vi: 'Địa chỉ dài hơn mức cho phép.',
  en: 'The address is longer than allowed.',
  cure: {
    vi: 'Kiểm tra mã trong địa chỉ; tìm kiếm dài thì gửi bằng POST …/_search.',
    en: 'Check the id in it; send a long search by POST …/_search.',
  },
})

export const headersTooLong = defineOutcome({
  code: 'headers-too-long',
  http: 431,
  severity: 'error',
  issue: 'too-long',
  vi: 'Địa chỉ và tiêu đề cộng lại dài hơn 32 kB.',
  en: 'Address and headers together are longer than 32 kB.',
  cure: { vi: 'Tìm kiếm dài thì gửi bằng POST …/_search.', en: 'Send a long search by POST …/_search.' },
})

export const addressUnreadable = defineOutcome({
  code: 'address-unreadable',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Địa chỉ có ký tự % không mã hóa đúng UTF-8.',
  en: 'The address holds a percent sign that escapes no UTF-8.',
  cure: { vi: 'Mã hóa từng phần của địa chỉ (encodeURIComponent).', en: 'Escape each part of the address (encodeURIComponent).' },
})

export const bodyUnreadable = defineOutcome({
  code: 'body-unreadable',
  http: 400,
  severity: 'error',
  issue: 'structure',
  vi: 'Nội dung gửi lên không phải JSON hợp lệ bằng UTF-8.',
  en: 'The body is not valid JSON in UTF-8.',
  cure: { vi: 'Kiểm tra dấu ngoặc, dấu phẩy và bảng mã.', en: 'Check brackets, commas and the encoding.' },
})

export const bodyMissing = defineOutcome({
  code: 'body-missing',
  http: 400,
  severity: 'error',
  issue: 'required',
  vi: 'Thiếu nội dung.',
  en: 'The body is missing.',
  cure: { vi: 'Gửi kèm nội dung của thao tác này.', en: 'Send the body this operation needs.' },
})

export const bodyTooLarge = defineOutcome({
  code: 'body-too-large',
  http: 413,
  severity: 'error',
  issue: 'too-long',
  vi: 'Nội dung gửi lên lớn hơn mức cho phép.',
  en: 'The body is larger than allowed.',
  cure: { vi: 'Chia nhỏ tệp rồi gửi lại.', en: 'Split the file and send it again.' },
})

export const bundleTooLong = defineOutcome({
  code: 'bundle-too-long',
  http: 413,
  severity: 'error',
  issue: 'too-long',
  vi: 'Gói có {found} mục; tối đa {most}.',
  en: 'The bundle has {found} entries; the most is {most}.',
  cure: { vi: 'Chia thành nhiều gói nhỏ hơn rồi gửi lại.', en: 'Split it into smaller bundles and send them again.' },
})

export const resourceMismatch = defineOutcome({
  code: 'resource-mismatch',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Loại hoặc id trong nội dung khác với địa chỉ.',
  en: 'The type or the id in the body differs from the address.',
  cure: { vi: 'Sửa cho khớp với địa chỉ.', en: 'Make them equal to the address.' },
})

export const tooManyRequests = defineOutcome({
  code: 'too-many-requests',
  http: 429,
  severity: 'error',
  issue: 'throttled',
  vi: 'Gửi quá nhiều yêu cầu trong thời gian ngắn.',
  en: 'Too many requests in a short time.',
  cure: { vi: 'Đợi theo tiêu đề Retry-After.', en: 'Wait as the Retry-After header says.' },
})

/** The emergency lane is narrow because people's lives may wait in it. */
export const urgentLaneMisused = defineOutcome({
  code: 'urgent-lane-misused',
  http: 429,
  severity: 'error',
  issue: 'throttled',
  vi: 'Yêu cầu đi làn cấp cứu nhưng nội dung không phải cấp cứu.',
  en: 'The request came by the emergency lane and is no emergency.',
  cure: { vi: 'Bỏ tiêu đề X-Urgent và đợi theo Retry-After.', en: 'Leave the X-Urgent header out and wait as Retry-After says.' },
})

export const tooManyAtOnce = defineOutcome({
  code: 'too-many-at-once',
  http: 429,
  severity: 'error',
  issue: 'throttled',
  vi: 'Có quá nhiều yêu cầu của bạn đang được xử lý cùng lúc.',
  en: 'Too many of your requests are in work at the same time.',
  cure: { vi: 'Đợi các yêu cầu trước xong rồi gửi tiếp.', en: 'Wait until the earlier ones are answered.' },
})

export const siteBusy = defineOutcome({
  code: 'site-busy',
  http: 503,
  severity: 'error',
  issue: 'throttled',
  vi: 'Hệ thống đang nhận quá nhiều dữ liệu; chưa có gì được ghi.',
  en: 'The site is receiving too much at the moment; nothing was written.',
  cure: { vi: 'Gửi lại sau ít giây.', en: 'Send again in a few seconds.' },
})

/** F19: the disk is full, the database takes no writes or is away. Nothing is acknowledged that is not persisted. */
export const storageUnavailable = defineOutcome({
  code: 'storage-unavailable',
  http: 503,
  severity: 'error',
  issue: 'no-store',
  vi: 'Hệ thống chưa ghi được dữ liệu ({what}); yêu cầu này chưa được nhận.',
  en: 'The site cannot write at the moment ({what}); this request was not accepted.',
  cure: {
    vi: 'Không có gì mất ở phía gửi: gửi lại sau. Quản trị viên: xem dung lượng đĩa và cơ sở dữ liệu (docs/operations.md).',
    en: 'Nothing is lost at the sender: send again later. Administrator: look at disk space and database (docs/operations.md).',
  },
})

/** A compressed body is one whose size nobody knows before it is unpacked. */
export const encodingRefused = defineOutcome({
  code: 'encoding-refused',
  http: 415,
  severity: 'error',
  issue: 'not-supported',
  vi: 'Không nhận nội dung nén (Content-Encoding).',
  en: 'Compressed bodies (Content-Encoding) are not taken.',
  cure: { vi: 'Gửi nội dung không nén.', en: 'Send the body uncompressed.' },
})

export const requestTooSlow = defineOutcome({
  code: 'request-too-slow',
  http: 408,
  severity: 'error',
  issue: 'timeout',
  vi: 'Nội dung gửi lên đến quá chậm.',
  en: 'The body arrived too slowly.',
  cure: { vi: 'Kiểm tra đường truyền rồi gửi lại.', en: 'Check the line and send again.' },
})

/** What is not foreseen: the answer says nothing of it, the log names the request. */
export const unforeseen = defineOutcome({
  code: 'unforeseen',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Có lỗi ngoài dự kiến; không có gì được ghi dở dang.',
  en: 'Something unforeseen went wrong; nothing was half-written.',
  cure: {
    vi: 'Thử lại; nếu còn lỗi, báo quản trị viên mã yêu cầu {request}.',
    en: 'Try again; if it stays, tell the administrator request {request}.',
  },
})

export const badRequest = defineOutcome({
  code: 'bad-request',
  http: 400,
  severity: 'error',
  issue: 'invalid',
  vi: 'Yêu cầu không đọc được.',
  en: 'The request cannot be read.',
  cure: { vi: 'Kiểm tra địa chỉ và tiêu đề.', en: 'Check the address and the headers.' },
})
