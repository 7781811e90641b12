import { defineOutcome } from '@yba/fhir'

export const DOCUMENT_MOVED_ON = defineOutcome({
  code: 'document-moved-on',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Văn bản vừa có thêm chữ ký khác.',
  en: 'Another signature was added to the document meanwhile.',
  cure: { vi: 'Hệ thống tự ký lại trên bản mới nhất.', en: 'It is signed again on the newest revision by itself.' },
})

export const NOT_YOUR_TURN = defineOutcome({
  code: 'signature-not-due',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Chưa đến lượt ký này: còn chờ chữ ký trước ({waiting}).',
  en: 'This signature is not due: an earlier one is missing ({waiting}).',
  cure: { vi: 'Chờ người trước ký xong rồi ký lại.', en: 'Wait for the earlier signer, then sign again.' },
})

export const ALREADY_SIGNED = defineOutcome({
  code: 'signature-already-made',
  http: 409,
  severity: 'error',
  issue: 'conflict',
  vi: 'Văn bản đã được ký hoặc đang được ký ở vai trò này.',
  en: 'The document has been signed, or is being signed, in this role.',
  cure: { vi: 'Mở lại văn bản để xem chữ ký.', en: 'Open the document again to see the signature.' },
})
