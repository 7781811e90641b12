/** What an export is refused with. */
import { defineOutcome } from '@yba/fhir'

export const asyncNeeded = defineOutcome({
  code: 'export-async-needed',
  http: 400,
  severity: 'error',
  issue: 'required',
  vi: '$export chỉ làm nền.',
  en: '$export is done in the background only.',
  cure: { vi: 'Gửi tiêu đề Prefer: respond-async.', en: 'Send the header Prefer: respond-async.' },
})

export const exportParameterWrong = defineOutcome({
  code: 'export-parameter-wrong',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: '$export không có tham số "{name}", hoặc không đọc được giá trị của nó.',
  en: '$export has no parameter "{name}", or its value cannot be read.',
  cure: {
    vi: 'Các tham số: _type, _since, _outputFormat=application/fhir+ndjson, _typeFilter. Prefer: handling=lenient bỏ qua những tham số khác.',
    en: 'The parameters: _type, _since, _outputFormat=application/fhir+ndjson, _typeFilter. Prefer: handling=lenient leaves others out.',
  },
})

export const exportTooMany = defineOutcome({
  code: 'export-too-many',
  http: 429,
  severity: 'error',
  issue: 'throttled',
  vi: 'Đã có {most} lần xuất đang chờ hoặc đang chạy.',
  en: '{most} exports are waiting or running already.',
  cure: { vi: 'Chờ một lần xong, hoặc huỷ bằng DELETE.', en: 'Wait until one is done, or cancel one by DELETE.' },
})

export const exportUnknown = defineOutcome({
  code: 'export-unknown',
  http: 404,
  severity: 'error',
  issue: 'not-found',
  vi: 'Không có lần xuất này, hoặc đã hết hạn.',
  en: 'There is no such export, or it has expired.',
  cure: { vi: 'Gọi lại $export.', en: 'Call $export again.' },
})

export const exportFailed = defineOutcome({
  code: 'export-failed',
  http: 422,
  severity: 'error',
  issue: 'processing',
  vi: 'Lần xuất này đã dừng: {why}.',
  en: 'This export has ended: {why}.',
  cure: { vi: 'Sửa điều đã nêu rồi gọi lại $export.', en: 'Mend what is named and call $export again.' },
})

/** A file holds what its maker might see then. */
export const exportRightsChanged = defineOutcome({
  code: 'export-rights-changed',
  http: 403,
  severity: 'error',
  issue: 'forbidden',
  vi: 'Quyền của người yêu cầu đã đổi từ khi xuất, nên tệp này không được giao nữa.',
  en: 'The rights of who asked have changed since, so this file is not handed out any more.',
  cure: { vi: 'Gọi lại $export với quyền hiện có.', en: 'Call $export again with the rights there are now.' },
})
