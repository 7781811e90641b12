/** Named refusals of sign-in, sessions, tokens, permissions and ownership. */
import { defineOutcome } from '@yba/fhir'

export const signInRequired = defineOutcome({
  code: 'sign-in-required',
  http: 401,
  severity: 'error',
  issue: 'login',
  vi: 'Cần đăng nhập.',
  en: 'Sign-in is required.',
  cure: { vi: 'Đăng nhập rồi thử lại.', en: 'Sign in and try again.' },
})

export const sessionLocked = defineOutcome({
  code: 'session-locked',
  http: 401,
  severity: 'error',
  issue: 'login',
  vi: 'Phiên làm việc đã khóa vì lâu không dùng.',
  en: 'The session is locked because it was idle.',
  cure: { vi: 'Nhập lại mật khẩu để mở khóa.', en: 'Type your password again to unlock.' },
})

export const wrongCredentials = defineOutcome({
  code: 'wrong-credentials',
  http: 401,
  severity: 'error',
  issue: 'login',
  vi: 'Tên đăng nhập hoặc mật khẩu không đúng.',
  en: 'The user name or the password is wrong.',
  cure: {
    vi: 'Kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi nhập lại.',
    en: 'Check Caps Lock and the Vietnamese input method, then type again.',
  },
})

export const accountLocked = defineOutcome({
  code: 'account-locked',
  http: 401,
  severity: 'error',
  issue: 'login',
  vi: 'Tài khoản tạm khóa vì nhập sai mật khẩu {limit} lần.',
  en: 'The account is locked for a while after {limit} wrong passwords.',
  cure: { vi: 'Đợi {minutes} phút, hoặc nhờ quản trị viên mở khóa.', en: 'Wait {minutes} minutes, or ask an administrator to unlock it.' },
})

export const accountClosed = defineOutcome({
  code: 'account-closed',
  http: 401,
  severity: 'error',
  issue: 'login',
  vi: 'Tài khoản đã bị quản trị viên khóa.',
  en: 'An administrator has locked this account.',
  cure: { vi: 'Liên hệ quản trị viên của cơ sở.', en: 'Ask the administrator of your facility.' },
})

export const signInExpired = defineOutcome({
  code: 'sign-in-expired',
  http: 400,
  severity: 'error',
  issue: 'expired',
  vi: 'Lần đăng nhập này đã hết hạn hoặc đã dùng.',
  en: 'This sign-in has expired or was already used.',
  cure: { vi: 'Mở lại trang đăng nhập.', en: 'Open the sign-in page again.' },
})

export const weakPassword = defineOutcome({
  code: 'weak-password',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Mật khẩu cần ít nhất {least} và nhiều nhất {most} ký tự, khác tên đăng nhập.',
  en: 'A password needs {least} to {most} characters and must differ from the user name.',
  cure: { vi: 'Chọn một câu dài, dễ nhớ.', en: 'Choose a long phrase that is easy to remember.' },
})

export const foreignOrigin = defineOutcome({
  code: 'foreign-origin',
  http: 403,
  severity: 'error',
  issue: 'security',
  vi: 'Yêu cầu không đến từ trang của chính hệ thống này.',
  en: 'The request does not come from this site’s own pages.',
  cure: {
    vi: 'Mở lại trang tại địa chỉ chính thức; chương trình ngoài phải gửi tiêu đề Origin.',
    en: 'Open the page at its official address; programs must send the Origin header.',
  },
})

export const notPermitted = defineOutcome({
  code: 'not-permitted',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Vai trò của bạn không có quyền này ({permission}).',
  en: 'Your role does not have this permission ({permission}).',
  cure: { vi: 'Nhờ người có quyền, hoặc xin quản trị viên cấp.', en: 'Ask somebody who has it, or the administrator to grant it.' },
})

export const useOperation = defineOutcome({
  code: 'use-operation',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: '{type} không ghi trực tiếp được; thuộc phần "{owner}".',
  en: '{type} cannot be written directly; it belongs to "{owner}".',
  cure: { vi: 'Dùng thao tác: {operations}.', en: 'Use the operation: {operations}.' },
})

export const userExists = defineOutcome({
  code: 'user-exists',
  http: 409,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Đã có người dùng với tên đăng nhập này.',
  en: 'There is already a user with this user name.',
  cure: { vi: 'Chọn tên đăng nhập khác.', en: 'Choose another user name.' },
})

export const userUnknown = defineOutcome({
  code: 'user-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có người dùng này.',
  en: 'There is no such user.',
  cure: { vi: 'Xem danh sách người dùng.', en: 'Look at the list of users.' },
})

export const userInvalid = defineOutcome({
  code: 'user-invalid',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Trường "{field}" của người dùng không đúng.',
  en: 'The field "{field}" of the user is not right.',
  cure: {
    vi: 'Tên đăng nhập: chữ thường, số, dấu chấm hoặc gạch; họ tên không để trống; vai trò có trong danh sách.',
    en: 'User name: lower-case letters, digits, dots or dashes; a name; a role from the list.',
  },
})

/** One code for every refused client assertion: the sender learns no more than it must; the log names the reason. */
export const invalidClient = defineOutcome({
  code: 'invalid-client',
  http: 401,
  severity: 'error',
  issue: 'security',
  vi: 'Không xác thực được cơ sở gửi ({reason}).',
  en: 'The sending facility could not be authenticated ({reason}).',
  cure: {
    vi: 'Kiểm tra khóa ES384 đã đăng ký, đồng hồ máy và địa chỉ aud.',
    en: 'Check the registered ES384 key, the clock and the audience address.',
  },
})

export const invalidToken = defineOutcome({
  code: 'invalid-token',
  http: 401,
  severity: 'error',
  issue: 'security',
  vi: 'Mã truy cập không hợp lệ hoặc đã hết hạn.',
  en: 'The access token is not valid or has expired.',
  cure: {
    vi: 'Nút liên thông: lấy mã mới tại /auth/token. Phần mềm bệnh viện: nhờ quản trị cấp mã bằng yba program add.',
    en: 'A node gets a new one at /auth/token; for a program of the hospital the administrator makes one with yba program add.',
  },
})

export const programExists = defineOutcome({
  code: 'program-exists',
  http: 409,
  severity: 'error',
  issue: 'duplicate',
  vi: 'Đã có phần mềm mang mã này.',
  en: 'A program has this id already.',
  cure: { vi: 'Chọn mã khác; mã đã dừng cũng không dùng lại.', en: 'Choose another id; one that was stopped is not used again.' },
})

/** What a client may is everything of FHIR; where care areas stand, that is theirs to give. */
export const clientNotHere = defineOutcome({
  code: 'client-not-here',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Chỉ máy chủ FHIR đơn thuần (vai trò bare) nhận ứng dụng FHIR có toàn quyền.',
  en: 'Only a plain FHIR site (role bare) takes FHIR clients that may do everything.',
  cure: { vi: 'Đăng ký không kèm --client, hoặc tại một máy chủ bare.', en: 'Register it without --client, or at a bare site.' },
})

export const programInvalid = defineOutcome({
  code: 'program-invalid',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Mã hoặc tên phần mềm không hợp lệ ({field}).',
  en: 'The id or the name of the program is not valid ({field}).',
  cure: {
    vi: 'Mã gồm chữ thường không dấu, số, gạch nối, 2 đến 40 ký tự; tên không để trống.',
    en: 'An id is 2 to 40 lower-case letters, digits and hyphens; the name is not empty.',
  },
})

export const programUnknown = defineOutcome({
  code: 'program-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có phần mềm này.',
  en: 'There is no such program.',
  cure: { vi: 'Xem danh sách: yba program list.', en: 'Look at the list: yba program list.' },
})

/** The token's key is not the caller's, or the proof was made for another request or used before. */
export const invalidProof = defineOutcome({
  code: 'invalid-proof',
  http: 401,
  severity: 'error',
  issue: 'security',
  vi: 'Bằng chứng giữ khóa của yêu cầu không hợp lệ ({reason}).',
  en: 'The proof of possession of this request is not valid ({reason}).',
  cure: {
    vi: 'Gửi tiêu đề DPoP mới cho từng yêu cầu, ký bằng khóa đã dùng khi lấy mã truy cập.',
    en: 'Send a fresh DPoP header with every request, made by the key the token was given to.',
  },
})

/** A copy of a request that was answered already: somebody has seen it on its way. */
export const proofReplayed = defineOutcome({
  code: 'proof-replayed',
  http: 401,
  severity: 'error',
  issue: 'security',
  vi: 'Yêu cầu này đã được dùng một lần.',
  en: 'This request was used before.',
  cure: { vi: 'Tạo bằng chứng mới cho mỗi lần gửi.', en: 'Make a new proof for every sending.' },
})

export const bodyAltered = defineOutcome({
  code: 'content-digest-mismatch',
  http: 422,
  severity: 'error',
  issue: 'security',
  vi: 'Nội dung nhận được khác nội dung cơ sở gửi đã ký.',
  en: 'The body received is not the one its sender has vouched for.',
  cure: {
    vi: 'Kiểm tra đường truyền và thiết bị trung gian rồi gửi lại với Content-Digest (sha-256) đúng.',
    en: 'Check the line and what stands in it, then send again with the right Content-Digest (sha-256).',
  },
})

/** F10: a node whose clock is off learns the hub's time and goes on by itself. */
export const clockSkew = defineOutcome({
  code: 'clock-skew',
  http: 401,
  severity: 'error',
  issue: 'expired',
  vi: 'Đồng hồ của cơ sở gửi lệch {skew} giây so với máy chủ; giờ máy chủ là {now}.',
  en: "The sending facility's clock is {skew} seconds off; the time here is {now}.",
  cure: {
    vi: 'Chỉnh đồng hồ (NTP). Phần mềm Y Bạ tự bù theo tiêu đề X-Server-Time và gửi lại.',
    en: 'Set the clock (NTP). Y Bạ nodes correct themselves by the X-Server-Time header and try again.',
  },
})
