/** Why a JSON Patch is not taken or cannot be applied. `step` counts from 0, as the patch's list does. */
import { defineOutcome, type OutcomeDefinition } from '../outcome.ts'

type Texts = Pick<OutcomeDefinition, 'code' | 'issue' | 'vi' | 'en' | 'cure'>

const malformed = (texts: Texts): OutcomeDefinition => defineOutcome({ http: 400, severity: 'error', ...texts })
const refused = (texts: Texts): OutcomeDefinition => defineOutcome({ http: 422, severity: 'error', ...texts })

export const patchNotList = malformed({
  code: 'patch-not-list',
  issue: 'structure',
  vi: 'Bản vá JSON Patch phải là một danh sách các bước.',
  en: 'A JSON Patch must be a list of steps.',
  cure: {
    vi: 'Gửi [{"op": "replace", "path": "/…", "value": …}] theo RFC 6902.',
    en: 'Send [{"op": "replace", "path": "/…", "value": …}] as RFC 6902 says.',
  },
})

export const patchBadStep = malformed({
  code: 'patch-bad-step',
  issue: 'structure',
  vi: 'Bước {step} của bản vá thiếu hoặc sai thành phần {member}.',
  en: 'Step {step} of the patch lacks the member {member}, or it is not as RFC 6902 has it.',
  cure: {
    vi: 'op là add, remove, replace, move, copy hoặc test; path và from bắt đầu bằng / (viết ~ là ~0, / là ~1); add, replace, test có value.',
    en: 'op is add, remove, replace, move, copy or test; path and from begin with / (~ is written ~0, / is ~1); add, replace and test carry a value.',
  },
})

export const patchPathMissing = refused({
  code: 'patch-path-missing',
  issue: 'not-found',
  vi: 'Đường dẫn ở bước {step} của bản vá không có trong tài nguyên.',
  en: 'The path of step {step} of the patch leads nowhere in the resource.',
  cure: {
    vi: 'Đọc lại tài nguyên rồi sửa đường dẫn; số thứ tự đếm từ 0, dấu - chỉ dùng để thêm vào cuối danh sách.',
    en: 'Read the resource again and correct the path; lists count from 0, and - only adds at the end of a list.',
  },
})

export const patchTestFailed = refused({
  code: 'patch-test-failed',
  issue: 'conflict',
  vi: 'Bước {step} (test) của bản vá không khớp: tài nguyên đang giữ giá trị khác.',
  en: 'Step {step} (test) of the patch does not hold: the resource has another value.',
  cure: { vi: 'Đọc lại tài nguyên rồi lập lại bản vá.', en: 'Read the resource again and make the patch anew.' },
})

export const patchImmutable = refused({
  code: 'patch-immutable',
  issue: 'business-rule',
  vi: 'Bước {step} của bản vá đổi id hoặc resourceType của tài nguyên.',
  en: 'Step {step} of the patch changes the id or the resourceType of the resource.',
  cure: { vi: 'Bỏ bước đó: hai thành phần này không bao giờ đổi.', en: 'Leave the step out: these two never change.' },
})

export const patchIntoItself = refused({
  code: 'patch-into-itself',
  issue: 'business-rule',
  vi: 'Bước {step} của bản vá chuyển một thành phần vào bên trong chính nó.',
  en: 'Step {step} of the patch moves an element into itself.',
  cure: { vi: 'Chọn đích nằm ngoài thành phần được chuyển.', en: 'Name a target outside of what is moved.' },
})

export const patchTooLong = defineOutcome({
  code: 'patch-too-long',
  http: 413,
  severity: 'error',
  issue: 'too-long',
  vi: 'Bản vá có {steps} bước, nhiều nhất {limit}.',
  en: 'The patch has {steps} steps, at most {limit} are taken.',
  cure: { vi: 'Chia nhỏ bản vá, hoặc gửi cả tài nguyên bằng PUT.', en: 'Send it in parts, or the whole resource by PUT.' },
})

export const patchTooCostly = defineOutcome({
  code: 'patch-too-costly',
  http: 413,
  severity: 'error',
  issue: 'too-costly',
  vi: 'Bước {step} của bản vá làm tài nguyên hoặc công việc lớn quá giới hạn.',
  en: 'Step {step} of the patch makes the resource, or the work on it, larger than is allowed.',
  cure: { vi: 'Sao chép ít hơn, hoặc gửi cả tài nguyên bằng PUT.', en: 'Copy less, or send the whole resource by PUT.' },
})
