/** Named refusals of administration. */
import { defineOutcome } from '@yba/fhir'

export const notYourself = defineOutcome({
  code: 'not-yourself',
  http: 409,
  severity: 'error',
  issue: 'business-rule',
  vi: 'Không thể tự khóa tài khoản của mình.',
  en: 'You cannot lock your own account.',
  cure: { vi: 'Nhờ một quản trị viên khác.', en: 'Ask another administrator.' },
})
