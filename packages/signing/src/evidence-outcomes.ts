/** Why an answer of an authority was not kept as evidence. Each is a warning of its own: the signature waits on. */
import { defineOutcome, type OutcomeDefinition } from '@yba/fhir'

const again = {
  vi: 'Hệ thống tự hỏi lại; nếu lặp lại, báo tổ chức chứng thực.',
  en: 'It is asked again by itself; if it repeats, tell the authority.',
}

function define(code: string, vi: string, en: string): OutcomeDefinition {
  return defineOutcome({ code, http: 502, severity: 'warning', issue: 'security', vi, en, cure: again })
}

export const EVIDENCE_FAULT = {
  'ocsp-unreadable': define('ocsp-unreadable', 'Trả lời OCSP không đọc được.', 'The OCSP answer cannot be read.'),
  'ocsp-refused': define('ocsp-refused', 'Dịch vụ OCSP từ chối trả lời.', 'The OCSP service declined to answer.'),
  'ocsp-signature-wrong': define(
    'ocsp-signature-wrong',
    'Trả lời OCSP không do tổ chức cấp chứng thư ký.',
    "The OCSP answer is not signed by the certificate's issuer.",
  ),
  'ocsp-other-certificate': define(
    'ocsp-other-certificate',
    'Trả lời OCSP nói về chứng thư khác.',
    'The OCSP answer speaks of another certificate.',
  ),
  'ocsp-unknown': define('ocsp-unknown', 'Dịch vụ OCSP không biết chứng thư này.', 'The OCSP service does not know this certificate.'),
  'ocsp-stale': define('ocsp-stale', 'Trả lời OCSP đã quá hạn.', 'The OCSP answer is out of date.'),
  'ocsp-future': define('ocsp-future', 'Trả lời OCSP mang giờ ở tương lai.', 'The OCSP answer bears a time in the future.'),
  'ocsp-replayed': define(
    'ocsp-replayed',
    'Trả lời OCSP là của một lần hỏi khác (mã một lần không khớp).',
    'The OCSP answer belongs to another question (its nonce differs).',
  ),
  'crl-unreadable': define('crl-unreadable', 'Danh sách thu hồi không đọc được.', 'The revocation list cannot be read.'),
  'crl-signature-wrong': define(
    'crl-signature-wrong',
    'Danh sách thu hồi không do tổ chức cấp chứng thư ký.',
    "The revocation list is not signed by the certificate's issuer.",
  ),
  'crl-stale': define('crl-stale', 'Danh sách thu hồi đã quá hạn.', 'The revocation list is out of date.'),
  'crl-future': define('crl-future', 'Danh sách thu hồi mang giờ ở tương lai.', 'The revocation list bears a time in the future.'),
  'crl-replayed': define(
    'crl-replayed',
    'Danh sách thu hồi cũ hơn danh sách đang có.',
    'The revocation list is older than the one at hand.',
  ),
  'timestamp-unreadable': define('timestamp-unreadable', 'Dấu thời gian không đọc được.', 'The timestamp cannot be read.'),
  'timestamp-refused': define('timestamp-refused', 'Dịch vụ dấu thời gian từ chối.', 'The timestamp service declined.'),
  'timestamp-nonce-wrong': define(
    'timestamp-nonce-wrong',
    'Dấu thời gian là của một lần hỏi khác (mã một lần không khớp).',
    'The timestamp belongs to another question (its nonce differs).',
  ),
  'timestamp-other-digest': define(
    'timestamp-other-digest',
    'Dấu thời gian của nội dung khác, hoặc của nơi cấp không được tin cậy.',
    'The timestamp is over something else, or from a unit nobody trusts.',
  ),
  'timestamp-time-off': define(
    'timestamp-time-off',
    'Dấu thời gian lệch quá xa giờ của hệ thống.',
    'The time of the timestamp is far from the clock of this system.',
  ),
  'evidence-unreachable': define(
    'evidence-unreachable',
    'Không kết nối được dịch vụ chứng thực.',
    'The service of the authority is not reached.',
  ),
  'evidence-too-slow': define(
    'evidence-too-slow',
    'Dịch vụ chứng thực trả lời quá chậm.',
    'The service of the authority answers too slowly.',
  ),
  'evidence-too-large': define('evidence-too-large', 'Trả lời của dịch vụ chứng thực quá lớn.', 'The answer of the service is too large.'),
  'evidence-not-an-answer': define(
    'evidence-not-an-answer',
    'Nơi hỏi trả về trang khác, không phải trả lời của dịch vụ chứng thực.',
    'What came back is no answer of the service (an error page, or sent elsewhere).',
  ),
} as const

export type EvidenceFault = keyof typeof EVIDENCE_FAULT
