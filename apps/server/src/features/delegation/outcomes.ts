/** Named refusals of the register of signing authority. */
import { defineOutcome } from '@yba/fhir'

export const NO_SIGNING_AUTHORITY = defineOutcome({
  code: 'no-signing-authority',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Sổ thẩm quyền ký không có phân công hay ủy quyền đang hiệu lực để ông/bà ký loại văn bản này.',
  en: 'The register of signing authority holds nothing in force by which you may sign this kind of paper.',
  cure: {
    vi: 'Nhờ văn thư hoặc quản trị ghi quyết định phân công, ủy quyền vào sổ, hoặc chuyển người khác có thẩm quyền ký.',
    en: 'Have the records office enter the decision in the register, or let somebody with authority sign.',
  },
})

export const DELEGATION_INCOMPLETE = defineOutcome({
  code: 'delegation-incomplete',
  http: 422,
  severity: 'error',
  issue: 'invalid',
  vi: 'Thiếu hoặc sai: {field}.',
  en: 'Missing or wrong: {field}.',
  cure: { vi: 'Điền theo quyết định rồi ghi lại.', en: 'Fill it in as the decision says and record again.' },
})

export const DELEGATION_PERIOD = defineOutcome({
  code: 'delegation-period-wrong',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Thời hạn không hợp lệ: ủy quyền không có trước ngày quyết định, ngày cuối không trước ngày đầu, và TUQ. phải có ngày cuối.',
  en: 'The period does not hold: no authority before its decision, no end before its beginning, and TUQ. needs an end.',
  cure: { vi: 'Sửa ngày theo quyết định (NĐ 30/2020 Điều 13).', en: 'Correct the days as the decision says (NĐ 30/2020 Art. 13).' },
})

export const DELEGATE_CANNOT_SIGN = defineOutcome({
  code: 'delegate-cannot-sign',
  http: 422,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Tài khoản này không có quyền ký thẩm quyền hoặc đang bị khóa.',
  en: 'This account may not sign as the authorised person, or is locked.',
  cure: { vi: 'Cấp vai trò người ký cho tài khoản trước.', en: 'Give the account the role of a signer first.' },
})

export const DELEGATION_OF_ONESELF = defineOutcome({
  code: 'delegation-of-oneself',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Không ai tự ghi thẩm quyền ký cho chính mình.',
  en: 'Nobody records signing authority for themselves.',
  cure: { vi: 'Nhờ người giữ sổ khác ghi.', en: 'Have another keeper of the register record it.' },
})

export const DELEGATION_UNKNOWN = defineOutcome({
  code: 'delegation-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Sổ thẩm quyền ký không có mục này.',
  en: 'The register of signing authority has no such entry.',
  cure: { vi: 'Tải lại sổ.', en: 'Load the register again.' },
})

export const DELEGATION_ENDED = defineOutcome({
  code: 'delegation-ended',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Thẩm quyền này đã thu hồi hoặc đã hết hạn.',
  en: 'This authority has been revoked or is over.',
  cure: { vi: 'Tải lại sổ; cần thì ghi một mục mới.', en: 'Load the register again; record a new entry where needed.' },
})
