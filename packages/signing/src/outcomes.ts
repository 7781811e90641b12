/** Every named outcome of signing and verification: refusals that are thrown and reasons that stand in a verdict. */
import { type Bilingual, defineOutcome, type OutcomeDefinition, type Severity } from '@yba/fhir'

function define(
  code: string,
  severity: Severity,
  vi: string,
  en: string,
  cure: Bilingual,
  http = 422,
  issue = 'security',
): OutcomeDefinition {
  return defineOutcome({ code, http, severity, issue, vi, en, cure })
}

const askSigner: Bilingual = { vi: 'Yêu cầu bên ký ký lại văn bản gốc.', en: 'Ask the signer to sign the original document again.' }
const askSender: Bilingual = { vi: 'Yêu cầu nơi gửi gửi lại bản gốc còn nguyên vẹn.', en: 'Ask the sender for the untouched original.' }
const none: Bilingual = { vi: 'Không cần làm gì.', en: 'Nothing to do.' }
const evidence: Bilingual = {
  vi: 'Thử lại khi có danh sách thu hồi (CRL) hoặc trả lời OCSP, dấu thời gian.',
  en: 'Try again when a revocation list, an OCSP answer or a timestamp is at hand.',
}
const addTrust: Bilingual = {
  vi: 'Kiểm tra tổ chức chứng thực; nếu hợp pháp, thêm chứng thư gốc vào danh sách tin cậy.',
  en: 'Check the certificate authority; if it is lawful, add its root to the trust list.',
}

// Signers. The first two end a signing act by name; the third says: come back later with the same requests.
export const SIGNER_UNAVAILABLE = define(
  'signer-unavailable',
  'error',
  'Dịch vụ ký số hoặc USB token không trả lời; văn bản ở trạng thái chờ ký.',
  'The signing service or token does not answer; the document waits for its signature.',
  { vi: 'Hệ thống tự ký lại; kiểm tra đường truyền hoặc USB token.', en: 'It is tried again by itself; check the line or the token.' },
  503,
  'transient',
)
export const SEAL_MISSING = define(
  'seal-missing',
  'error',
  'Cơ sở chưa có con dấu số: phiếu và phản hồi đã lập nằm chờ, chưa gửi đi.',
  'The facility has no digital seal: finished slips and outcomes wait and are not sent.',
  {
    vi: 'Quản trị đăng ký con dấu của cơ sở (cơ sở mẫu: npm run yba -- keys rotate seal); văn bản đang chờ được đóng dấu và gửi tự động.',
    en: 'The administrator enrols the seal (a demo site: npm run yba -- keys rotate seal); what waits is then sealed and sent by itself.',
  },
  503,
  'transient',
)
export const SIGNER_REFUSED = define(
  'signer-refused',
  'error',
  'Người ký hoặc nhà cung cấp từ chối ký.',
  'The signer or the provider refused to sign.',
  { vi: 'Mở lại văn bản trong khay ký để ký lại hoặc trả về.', en: 'Open the document in the signing tray; sign again or send it back.' },
  409,
  'suppressed',
)
export const SIGNER_PENDING = define(
  'signer-pending',
  'information',
  'Đã gửi yêu cầu ký, đang chờ người ký xác nhận trên thiết bị.',
  'The request has been sent; the signer has not confirmed it on the device yet.',
  { vi: 'Xác nhận trên ứng dụng của nhà cung cấp chữ ký số.', en: "Confirm in the provider's app." },
  202,
  'informational',
)
export const SIGNING_CERTIFICATE_EXPIRED = define(
  'signing-certificate-expired',
  'error',
  'Chứng thư ký số đã hết hạn; văn bản ở trạng thái chờ ký.',
  'The signing certificate has expired; the document waits for its signature.',
  {
    vi: 'Gia hạn chứng thư (yba keys rotate); văn bản được ký tự động sau đó.',
    en: 'Renew the certificate (yba keys rotate); the document is then signed by itself.',
  },
  503,
  'expired',
)
export const SIGNING_CERTIFICATE_REVOKED = define(
  'signing-certificate-revoked',
  'error',
  'Chứng thư ký số đã bị thu hồi; không được ký bằng chứng thư này.',
  'The signing certificate has been revoked; nothing may be signed with it.',
  {
    vi: 'Xin cấp chứng thư mới (yba keys rotate), rồi ký lại trong khay ký.',
    en: 'Get a new certificate (yba keys rotate), then sign again in the signing tray.',
  },
  409,
  'suppressed',
)
export const SIGNATURE_UNUSABLE = define(
  'signature-unusable',
  'error',
  'Chữ ký trả về không đúng với chứng thư đã chọn.',
  'The signature that came back does not fit the chosen certificate.',
  { vi: 'Kiểm tra lại chứng thư và thiết bị ký rồi ký lại.', en: 'Check certificate and device, then sign again.' },
)
export const PDF_UNREADABLE = define(
  'pdf-unreadable',
  'error',
  'Không đọc được cấu trúc tệp PDF ({detail}).',
  'The structure of the PDF file cannot be read ({detail}).',
  askSender,
)
export const PDF_FIELD_TAKEN = define(
  'pdf-field-taken',
  'error',
  'Ô ký “{field}” đã có chữ ký.',
  'The signature field “{field}” is already signed.',
  { vi: 'Chọn ô ký khác.', en: 'Choose another field.' },
  409,
  'conflict',
)
export const PDF_PAGE_MISSING = define('pdf-page-missing', 'error', 'Tệp PDF không có trang {page}.', 'The PDF file has no page {page}.', {
  vi: 'Kiểm tra lại vị trí ô ký của biểu mẫu.',
  en: "Check the form's signature field.",
})
export const KEY_UNWRAP_FAILED = define(
  'key-unwrap-failed',
  'fatal',
  'Không mở được khóa riêng: sai khóa chủ hoặc dữ liệu bị hỏng.',
  'The private key cannot be opened: wrong master key or damaged data.',
  { vi: 'Khôi phục tệp khóa và khóa chủ từ bản sao lưu.', en: 'Restore the key file and the master key from the backup.' },
  500,
)
export const CONTENT_NOT_JSON = define(
  'content-not-json',
  'error',
  'Nội dung không phải JSON hợp lệ nên không tính được giá trị băm.',
  'The content is not valid JSON, so it has no content digest.',
  askSender,
  400,
  'structure',
)
export const ISSUE_REQUEST_INVALID = define(
  'timestamp-or-ocsp-request-invalid',
  'error',
  'Yêu cầu OCSP hoặc dấu thời gian không đọc được.',
  'The OCSP or timestamp request cannot be read.',
  none,
  400,
  'structure',
)

/** Reasons of a verdict. `error` makes it invalid, `warning` indeterminate, `information` is a note beside it. */
export const REASON = {
  pending: define('signature-pending', 'information', 'Ô ký chưa có chữ ký.', 'The field is not signed yet.', none),
  malformed: define(
    'signature-malformed',
    'error',
    'Chữ ký hỏng hoặc không đúng cấu trúc ({detail}).',
    'The signature is damaged or malformed ({detail}).',
    askSigner,
  ),
  byteRange: define(
    'byte-range-wrong',
    'error',
    'Vùng được ký không phủ toàn bộ văn bản trừ ô chữ ký ({detail}).',
    'The signed range does not cover the whole document except the signature value ({detail}).',
    askSigner,
  ),
  digest: define(
    'content-changed',
    'error',
    'Nội dung đã bị sửa sau khi ký: giá trị băm không khớp.',
    'The content was changed after signing: the digest does not match.',
    askSender,
  ),
  signature: define(
    'signature-value-wrong',
    'error',
    'Giá trị chữ ký không khớp với chứng thư của người ký.',
    "The signature value does not match the signer's certificate.",
    askSigner,
  ),
  certificateReference: define(
    'signing-certificate-mismatch',
    'error',
    'Chứng thư kèm theo không phải chứng thư được ký xác nhận.',
    'The certificate enclosed is not the one the signature names.',
    askSigner,
  ),
  changedAfter: define(
    'document-changed-after-signing',
    'error',
    'Văn bản bị thay đổi sau chữ ký này, ngoài việc thêm chữ ký ({detail}).',
    'The document was changed after this signature by more than further signatures ({detail}).',
    askSender,
  ),
  weak: define(
    'weak-algorithm',
    'error',
    'Thuật toán hoặc độ dài khóa không còn an toàn ({detail}).',
    'The algorithm or key length is not safe any more ({detail}).',
    askSigner,
  ),
  untrusted: define(
    'chain-not-trusted',
    'warning',
    'Tổ chức chứng thực “{issuer}” không nằm trong danh sách tin cậy.',
    'The certificate authority “{issuer}” is not on the trust list.',
    addTrust,
  ),
  chainBroken: define(
    'chain-broken',
    'error',
    'Chuỗi chứng thư không hợp lệ ({detail}).',
    'The chain of certificates is not valid ({detail}).',
    askSigner,
  ),
  usage: define(
    'certificate-not-for-signing',
    'error',
    'Chứng thư không được cấp để ký văn bản.',
    'The certificate was not issued for signing documents.',
    askSigner,
  ),
  notValidThen: define(
    'certificate-not-valid-at-signing',
    'error',
    'Chứng thư chưa có hiệu lực hoặc đã hết hạn vào lúc ký ({from} – {to}).',
    'The certificate was not yet valid, or expired, at the time of signing ({from} – {to}).',
    askSigner,
  ),
  expiredSince: define(
    'certificate-expired-since',
    'warning',
    'Chứng thư đã hết hạn và không có dấu thời gian chứng minh lúc ký.',
    'The certificate has expired and no timestamp proves the time of signing.',
    evidence,
  ),
  future: define('signing-time-in-future', 'error', 'Thời điểm ký nằm ở tương lai.', 'The time of signing lies in the future.', askSigner),
  revoked: define(
    'certificate-revoked',
    'error',
    'Chứng thư đã bị thu hồi trước hoặc vào lúc ký ({date}).',
    'The certificate had been revoked when it was used ({date}).',
    askSigner,
  ),
  revokedSince: define(
    'certificate-revoked-since',
    'warning',
    'Chứng thư bị thu hồi ngày {date}; không có dấu thời gian chứng minh đã ký trước đó.',
    'The certificate was revoked on {date}; no timestamp proves that it signed before.',
    evidence,
  ),
  revokedLater: define(
    'certificate-revoked-later',
    'information',
    'Chứng thư bị thu hồi ngày {date}, sau thời điểm ký đã được chứng minh.',
    'The certificate was revoked on {date}, after the proven time of signing.',
    none,
  ),
  revocationUnknown: define(
    'revocation-unknown',
    'warning',
    'Bằng chứng thu hồi đã có không dùng được cho chứng thư này.',
    'The revocation evidence at hand does not answer for this certificate.',
    evidence,
  ),
  revocationNotChecked: define(
    'revocation-not-checked',
    'information',
    'Chưa kiểm tra tình trạng thu hồi của chứng thư.',
    'Revocation of the certificate has not been checked.',
    evidence,
  ),
  revocationAwaited: define(
    'revocation-awaited',
    'information',
    'Đang chờ tổ chức chứng thực trả lời về tình trạng thu hồi.',
    "The authority's answer about revocation is awaited.",
    { vi: 'Hệ thống tự hỏi lại; việc khám chữa bệnh không phải chờ.', en: 'It is asked again by itself; care does not wait.' },
  ),
  revocationOlder: define(
    'revocation-evidence-older',
    'information',
    'Trả lời đang có được lập trước lúc ký; đang chờ trả lời lập sau lúc ký.',
    'The answer at hand was given before the signature; one given after it is awaited.',
    { vi: 'Hệ thống tự hỏi lại; việc khám chữa bệnh không phải chờ.', en: 'It is asked again by itself; care does not wait.' },
  ),
  revocationOverdue: define(
    'revocation-overdue',
    'warning',
    'Quá 48 giờ chưa có trả lời về tình trạng thu hồi.',
    'No answer about revocation for more than 48 hours.',
    {
      vi: 'Kiểm tra đường tới dịch vụ OCSP/CRL của tổ chức chứng thực; hệ thống vẫn tự hỏi lại.',
      en: 'Check the line to the OCSP and CRL services of the authority; it is still asked by itself.',
    },
  ),
  revocationUnusable: define(
    'revocation-answer-unusable',
    'warning',
    'Dịch vụ của tổ chức chứng thực có trả lời nhưng trả lời không dùng được.',
    'The services of the authority answer, but with nothing that can be used.',
    {
      vi: 'Báo tổ chức chứng thực; không coi đây là chữ ký hợp lệ. Hệ thống vẫn tự hỏi lại.',
      en: 'Tell the authority; do not take the signature as valid. It is still asked by itself.',
    },
  ),
  revocationNoService: define(
    'revocation-no-service',
    'warning',
    'Không biết hỏi tình trạng thu hồi của chứng thư này ở đâu.',
    'Nothing says where revocation of this certificate is answered.',
    {
      vi: 'Khai báo dịch vụ của tổ chức chứng thực trong cấu hình (trustServices).',
      en: 'Name the services of the authority in the settings (trustServices).',
    },
  ),
  timestampWrong: define(
    'timestamp-wrong',
    'warning',
    'Dấu thời gian không hợp lệ nên không được tính.',
    'The timestamp is not valid and was not counted.',
    evidence,
  ),
  documentMismatch: define(
    'signature-of-other-document',
    'error',
    'Chữ ký thuộc về một văn bản khác.',
    'The signature belongs to another document.',
    askSender,
  ),
} as const
