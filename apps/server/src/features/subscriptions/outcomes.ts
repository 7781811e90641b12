/** What the questions about a subscription are refused with. */
import { defineOutcome } from '@yba/fhir'

export const subscriptionNotServed = defineOutcome({
  code: 'subscription-not-served',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Đăng ký này chưa hoặc không được phục vụ.',
  en: 'This subscription is not served, or not yet.',
  cure: {
    vi: 'Xem status và error của Subscription; sửa rồi đặt status là requested.',
    en: 'See status and error of the Subscription; mend it and set status to requested.',
  },
})

export const subscriptionParameterWrong = defineOutcome({
  code: 'subscription-parameter-wrong',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Không đọc được tham số "{name}".',
  en: 'The parameter "{name}" cannot be read.',
  cure: {
    vi: 'eventsSinceNumber và eventsUntilNumber là số từ 0, wait là số giây đến 30, content là empty, id-only hoặc full-resource.',
    en: 'eventsSinceNumber and eventsUntilNumber are numbers from 0, wait is seconds up to 30, content is empty, id-only or full-resource.',
  },
})
