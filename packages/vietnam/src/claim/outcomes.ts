/** Every refusal and finding about claim files. `table`, `row`, `field`, `value`, `rule` name the place. */

import { defineOutcome, type OutcomeDefinition, type Severity } from '@yba/fhir'

type Texts = { vi: string; en: string; cureVi: string; cureEn: string; issue?: string }

function define(code: string, severity: Severity, t: Texts): OutcomeDefinition {
  return defineOutcome({ code, http: 422, severity, issue: t.issue ?? 'invalid', vi: t.vi, en: t.en, cure: { vi: t.cureVi, en: t.cureEn } })
}

const CURE_HIS = { cureVi: 'Sửa ở HIS rồi xuất lại hồ sơ.', cureEn: 'Correct it in the HIS and export the record again.' }
const PLACE_VI = '{table}, dòng {row}, {field} ({label})'
const PLACE_EN = '{table}, row {row}, {field}'

export const claimEncoding = define('claim-encoding', 'fatal', {
  vi: 'Tệp không phải UTF-8 ({detail}).',
  en: 'The file is not UTF-8 ({detail}).',
  cureVi: 'Xuất lại tệp với bảng mã UTF-8.',
  cureEn: 'Export the file again as UTF-8.',
  issue: 'structure',
})
export const claimPacked = define('claim-packed', 'fatal', {
  vi: 'Tệp không phải XML mà là tệp {kind}.',
  en: 'The file is no XML but a {kind} file.',
  cureVi: 'Giải nén rồi nộp từng tệp .xml; không nén tệp khi xuất.',
  cureEn: 'Unpack it and hand in each .xml file; let the HIS export without packing.',
  issue: 'structure',
})
export const claimDoctype = define('claim-doctype', 'fatal', {
  vi: 'Tệp XML có khai báo DOCTYPE hoặc thực thể ({where}); loại này không được nhận.',
  en: 'The XML declares a DOCTYPE or entities ({where}); these are not accepted.',
  cureVi: 'Xuất tệp không có DOCTYPE.',
  cureEn: 'Export the file without a DOCTYPE.',
  issue: 'security',
})
export const claimMalformed = define('claim-malformed', 'fatal', {
  vi: 'Tệp XML hỏng ({detail}).',
  en: 'The XML is broken ({detail}).',
  cureVi: 'Xuất lại tệp từ HIS; tệp có thể bị cắt khi truyền.',
  cureEn: 'Export the file again from the HIS; it may have been cut in transfer.',
  issue: 'structure',
})
export const claimTooLarge = define('claim-too-large', 'fatal', {
  vi: 'Tệp vượt giới hạn: {what} quá {limit}.',
  en: 'The file exceeds a limit: {what} over {limit}.',
  cureVi: 'Chia tệp thành nhiều tệp nhỏ hơn.',
  cureEn: 'Split it into smaller files.',
  issue: 'too-long',
})
export const claimRoot = define('claim-root', 'fatal', {
  vi: 'Phần tử gốc {root} không phải GIAMDINHHS hay CHI_TIEU_TRANG_THAI_KCB.',
  en: 'The root element {root} is neither GIAMDINHHS nor CHI_TIEU_TRANG_THAI_KCB.',
  cureVi: 'Chọn đúng tệp XML 130 (4750, 3176) của HIS.',
  cureEn: 'Choose the XML 130 (4750, 3176) file of the HIS.',
  issue: 'structure',
})
export const claimContent = define('claim-content', 'error', {
  vi: '{table}: NOIDUNGFILE không đọc được ({detail}).',
  en: '{table}: NOIDUNGFILE cannot be read ({detail}).',
  ...CURE_HIS,
})
export const claimLettersConverted = define('claim-letters-converted', 'warning', {
  vi: `${PLACE_VI}: chữ {encoding} đã được đổi sang Unicode ({evidence}); số dòng: {rows}.`,
  en: `${PLACE_EN}: {encoding} letters were turned into Unicode ({evidence}); rows: {rows}.`,
  cureVi: 'Đọc lại trường này trong hồ sơ. Cho HIS kết xuất Unicode (TCVN 6909) để không phải đổi.',
  cureEn: 'Read the field in the chart again. Let the HIS export Unicode (TCVN 6909), so that nothing need be turned.',
  issue: 'structure',
})
export const claimLettersUnsure = define('claim-letters-unsure', 'error', {
  vi: `${PLACE_VI}: chữ không phải Unicode và không chắc thuộc bảng mã nào ({evidence}); số dòng: {rows}.`,
  en: `${PLACE_EN}: the letters are no Unicode, and it is not sure what they are ({evidence}); rows: {rows}.`,
  cureVi: 'Kết xuất lại hồ sơ với bảng mã Unicode (TCVN 6909).',
  cureEn: 'Export the record again as Unicode (TCVN 6909).',
  issue: 'structure',
})
export const claimLettersOdd = define('claim-letters-odd', 'warning', {
  vi: `${PLACE_VI}: có một từ giống chữ của bảng mã cũ ({evidence}); giữ nguyên như đã gửi.`,
  en: `${PLACE_EN}: one word looks like letters of an old encoding ({evidence}); it is kept as it came.`,
  cureVi: 'Đọc lại trường này; nếu sai, sửa ở HIS rồi xuất lại hồ sơ.',
  cureEn: 'Read the field again; if it is wrong, correct it in the HIS and export the record again.',
  issue: 'structure',
})
export const claimHiddenCharacters = define('claim-hidden-characters', 'warning', {
  vi: `${PLACE_VI}: có ký tự không nhìn thấy ({evidence}), đã bỏ; số dòng: {rows}.`,
  en: `${PLACE_EN}: characters nobody sees ({evidence}) were taken out; rows: {rows}.`,
  cureVi: 'Đọc lại trường này trong hồ sơ, gõ lại ở HIS nếu cần; ký tự ẩn thường vào khi dán từ nơi khác.',
  cureEn: 'Read the field in the chart again and type it anew in the HIS if need be; such characters come with pasted text.',
  issue: 'structure',
})
export const claimLetterLost = define('claim-letter-lost', 'warning', {
  vi: `${PLACE_VI}: mất ít nhất một chữ khi chuyển mã ({evidence}); giữ nguyên như đã gửi; số dòng: {rows}.`,
  en: `${PLACE_EN}: at least one letter was lost in transcoding ({evidence}); it is kept as it came; rows: {rows}.`,
  cureVi: 'Xem thẻ, giấy tờ của người bệnh; sửa ở HIS rồi xuất lại hồ sơ trước khi ký giấy.',
  cureEn: 'Look at the card or paper of the patient; correct it in the HIS and export the record again before a paper is signed.',
  issue: 'structure',
})
export const claimNameSigns = define('claim-name-signs', 'warning', {
  vi: `${PLACE_VI}: tên có ký hiệu không phải chữ (biểu tượng hoặc chữ riêng của một phông); giữ nguyên như đã gửi; số dòng: {rows}.`,
  en: `${PLACE_EN}: the name holds signs that are no letters (pictures, or letters of one font only); kept as it came; rows: {rows}.`,
  cureVi: 'Xem thẻ, giấy tờ; sửa tên ở HIS rồi xuất lại hồ sơ.',
  cureEn: 'Look at the card or paper; correct the name in the HIS and export the record again.',
  issue: 'structure',
})
export const claimNameLines = define('claim-name-lines', 'warning', {
  vi: `${PLACE_VI}: tên viết trên nhiều dòng hoặc có dấu tab; đã đưa về một dòng; số dòng: {rows}.`,
  en: `${PLACE_EN}: the name runs over lines or tabs; it was put on one line; rows: {rows}.`,
  cureVi: 'Xem có phải hai tên trong một ô không; nếu phải, sửa ở HIS rồi xuất lại hồ sơ.',
  cureEn: 'See whether these are two names in one field; if so, correct it in the HIS and export the record again.',
  issue: 'structure',
})
export const claimTableRoot = define('claim-table-root', 'error', {
  vi: '{table}: cần phần tử {expected}, gặp {found}.',
  en: '{table}: expected element {expected}, found {found}.',
  ...CURE_HIS,
})
export const claimTableTwice = define('claim-table-twice', 'error', {
  vi: '{table} xuất hiện hai lần trong một hồ sơ.',
  en: '{table} appears twice in one record.',
  ...CURE_HIS,
})
export const claimTableUnknown = define('claim-table-unknown', 'information', {
  vi: 'Bảng {table} không có trong danh mục; được giữ nguyên văn.',
  en: 'Table {table} is not one we know; it is kept verbatim.',
  cureVi: 'Không cần làm gì.',
  cureEn: 'Nothing to do.',
  issue: 'informational',
})
export const claimColumnUnknown = define('claim-column-unknown', 'information', {
  vi: '{table}: cột {field} không có trong QĐ 4750 và QĐ 3176; được giữ nguyên văn.',
  en: '{table}: column {field} is in neither QĐ 4750 nor QĐ 3176; it is kept verbatim.',
  cureVi: 'Không cần làm gì.',
  cureEn: 'Nothing to do.',
  issue: 'informational',
})
export const claimLayoutUnknown = define('claim-layout-unknown', 'information', {
  vi: 'Không có dấu hiệu phân biệt QĐ 4750 và QĐ 3176; đọc theo các cột chung.',
  en: 'Nothing tells QĐ 4750 from QĐ 3176; read by the columns they share.',
  cureVi: 'Không cần làm gì.',
  cureEn: 'Nothing to do.',
  issue: 'informational',
})
export const claimRecordEmpty = define('claim-record-empty', 'information', {
  vi: 'Hồ sơ thứ {row} trong tệp không có nội dung.',
  en: 'Record {row} of the file has no content.',
  cureVi: 'Không cần làm gì.',
  cureEn: 'Nothing to do.',
  issue: 'informational',
})
export const claimCount = define('claim-count', 'warning', {
  vi: 'SOLUONGHOSO ghi {value} nhưng tệp có {found} hồ sơ.',
  en: 'SOLUONGHOSO says {value} but the file holds {found} records.',
  ...CURE_HIS,
})
export const claimRecordTwice = define('claim-record-twice', 'error', {
  vi: 'MA_LK {value} có hai hồ sơ trong một tệp.',
  en: 'MA_LK {value} has two records in one file.',
  ...CURE_HIS,
})
export const claimXml1Missing = define('claim-xml1-missing', 'error', {
  vi: 'Hồ sơ phải có đúng một dòng XML1, gặp {found}.',
  en: 'A record needs exactly one XML1 row, found {found}.',
  ...CURE_HIS,
})
export const claimRequired = define('claim-required', 'error', {
  vi: `${PLACE_VI} để trống; {rule}.`,
  en: `${PLACE_EN} is empty; {ruleEn}.`,
  ...CURE_HIS,
  issue: 'required',
})
export const claimExpected = define('claim-expected', 'warning', {
  vi: `${PLACE_VI} để trống; {rule}.`,
  en: `${PLACE_EN} is empty; {ruleEn}.`,
  ...CURE_HIS,
  issue: 'required',
})
export const claimLength = define('claim-length', 'error', {
  vi: `${PLACE_VI} dài {value} ký tự, tối đa {rule}.`,
  en: `${PLACE_EN} has {value} characters, at most {rule}.`,
  ...CURE_HIS,
  issue: 'too-long',
})
export const claimList = define('claim-list', 'error', {
  vi: `${PLACE_VI}: giá trị "{value}" không thuộc {rule}.`,
  en: `${PLACE_EN}: value "{value}" is not in {rule}.`,
  ...CURE_HIS,
  issue: 'code-invalid',
})
export const claimListUnknown = define('claim-list-unknown', 'warning', {
  vi: `${PLACE_VI}: mã "{value}" không có trong danh mục {rule} đang dùng.`,
  en: `${PLACE_EN}: code "{value}" is not in the catalogue {rule} we hold.`,
  cureVi: 'Kiểm tra mã, hoặc cập nhật danh mục.',
  cureEn: 'Check the code, or update the catalogue.',
  issue: 'code-invalid',
})
export const claimFormat = define('claim-format', 'error', {
  vi: `${PLACE_VI}: "{value}" sai dạng; {rule}.`,
  en: `${PLACE_EN}: "{value}" has the wrong form; {ruleEn}.`,
  ...CURE_HIS,
  issue: 'value',
})
export const claimFormatOdd = define('claim-format-odd', 'warning', {
  vi: `${PLACE_VI}: "{value}" có dạng lạ; {rule}.`,
  en: `${PLACE_EN}: "{value}" has an unusual form; {ruleEn}.`,
  ...CURE_HIS,
  issue: 'value',
})
export const claimDate = define('claim-date', 'error', {
  vi: `${PLACE_VI}: "{value}" không phải thời điểm hợp lệ ({rule}).`,
  en: `${PLACE_EN}: "{value}" is not a valid time ({rule}).`,
  ...CURE_HIS,
  issue: 'value',
})
export const claimDateOrder = define('claim-date-order', 'error', {
  vi: `${PLACE_VI}: {value} không theo thứ tự; {rule}.`,
  en: `${PLACE_EN}: {value} is out of order; {rule}.`,
  ...CURE_HIS,
  issue: 'business-rule',
})
export const claimTimeAhead = define('claim-time-ahead', 'warning', {
  vi: `${PLACE_VI}: {value} còn ở tương lai.`,
  en: `${PLACE_EN}: {value} lies in the future.`,
  cureVi: 'Kiểm tra giờ máy của HIS và cột này; việc chưa xảy ra thì gửi hồ sơ khi đã xảy ra.',
  cureEn: 'Check the clock of the HIS and this column; what has not happened yet is sent once it has.',
  issue: 'business-rule',
})
export const claimDateOutside = define('claim-date-outside', 'warning', {
  vi: `${PLACE_VI}: {value} nằm ngoài đợt điều trị ({rule}).`,
  en: `${PLACE_EN}: {value} lies outside the stay ({rule}).`,
  cureVi: 'Kiểm tra; chỉ định trước khi vào viện là hợp lệ.',
  cureEn: 'Check; orders before admission are lawful.',
  issue: 'business-rule',
})
export const claimDays = define('claim-days', 'warning', {
  vi: `${PLACE_VI} ghi {value}, tính ra {computed}; {rule}.`,
  en: `${PLACE_EN} says {value}, computed {computed}; {rule}.`,
  ...CURE_HIS,
  issue: 'business-rule',
})
export const claimNumber = define('claim-number', 'error', {
  vi: `${PLACE_VI}: "{value}" không phải {rule}.`,
  en: `${PLACE_EN}: "{value}" is not {ruleEn}.`,
  ...CURE_HIS,
  issue: 'value',
})
export const claimSum = define('claim-sum', 'error', {
  vi: `${PLACE_VI} ghi {value}, tính ra {computed}; {rule}.`,
  en: `${PLACE_EN} says {value}, computed {computed}; {rule}.`,
  ...CURE_HIS,
  issue: 'business-rule',
})
export const claimSumOdd = define('claim-sum-odd', 'warning', {
  vi: `${PLACE_VI} ghi {value}, tính ra {computed}; {rule} (có nguồn khác hoặc trần thanh toán).`,
  en: `${PLACE_EN} says {value}, computed {computed}; {rule} (other sources or a ceiling apply).`,
  cureVi: 'Kiểm tra cách trừ nguồn khác.',
  cureEn: 'Check how other sources were deducted.',
  issue: 'business-rule',
})
export const claimCross = define('claim-cross', 'error', {
  vi: `${PLACE_VI} khác {rule} (giá trị: "{value}").`,
  en: `${PLACE_EN} differs from {rule} (value: "{value}").`,
  ...CURE_HIS,
  issue: 'business-rule',
})
export const claimCrossOdd = define('claim-cross-odd', 'warning', {
  vi: `${PLACE_VI} khác {rule} (giá trị: "{value}").`,
  en: `${PLACE_EN} differs from {rule} (value: "{value}").`,
  ...CURE_HIS,
  issue: 'business-rule',
})
export const claimCardNotValid = define('claim-card-not-valid', 'warning', {
  vi: `${PLACE_VI}: không thẻ BHYT nào có giá trị tại {rule}.`,
  en: `${PLACE_EN}: no insurance card is valid on {rule}.`,
  cureVi: 'Tra lại thẻ trên cổng BHXH, sửa hạn thẻ ở HIS.',
  cureEn: 'Look the card up on the BHXH portal and correct its dates in the HIS.',
  issue: 'business-rule',
})
export const claimTableExpected = define('claim-table-expected', 'warning', {
  vi: '{table}: hồ sơ cần có bảng này ({rule}).',
  en: '{table}: the record should hold this table ({rule}).',
  ...CURE_HIS,
  issue: 'required',
})
export const claimCrossMissing = define('claim-cross-missing', 'warning', {
  vi: `${PLACE_VI}: "{value}" không có trong {rule}.`,
  en: `${PLACE_EN}: "{value}" is not found in {rule}.`,
  ...CURE_HIS,
  issue: 'business-rule',
})
export const claimXml13WithoutTransfer = define('claim-xml13-without-transfer', 'error', {
  vi: 'XML13, dòng {row}: có giấy chuyển tuyến nhưng XML1.MA_LOAI_RV là "{value}"; chỉ gửi XML13 khi MA_LOAI_RV là 2 hoặc 5.',
  en: 'XML13, row {row}: a referral slip is present but XML1.MA_LOAI_RV is "{value}"; XML13 goes only with MA_LOAI_RV 2 or 5.',
  cureVi: 'Sửa loại ra viện ở HIS, hoặc bỏ XML13.',
  cureEn: 'Correct the discharge type in the HIS, or leave XML13 out.',
  issue: 'business-rule',
})
export const claimSlipNumberForm = define('claim-slip-number-form', 'warning', {
  vi: 'XML13, dòng {row}: số giấy chuyển tuyến "{value}" kết thúc bằng ~ và số; dạng này dành cho các lượt khám của giấy một năm. Hồ sơ được nhận, phiếu chuyển không được mở.',
  en: 'XML13, row {row}: slip number "{value}" ends in ~ and a number, a form kept for the visits with a slip of one year. The record is taken, the slip is not opened.',
  cureVi: 'Đặt lại số giấy chuyển tuyến ở HIS (không có ~ ở cuối) rồi xuất lại hồ sơ, hoặc lập phiếu từ hồ sơ bệnh án.',
  cureEn: 'Give the slip another number in the HIS (no ~ at its end) and export the record again, or write the slip from the chart.',
  issue: 'value',
})
export const claimTransferWithoutXml13 = define('claim-transfer-without-xml13', 'warning', {
  vi: 'XML1.MA_LOAI_RV là "{value}" (chuyển cơ sở) nhưng hồ sơ không có XML13; phiếu chuyển sẽ được soạn từ hồ sơ bệnh án.',
  en: 'XML1.MA_LOAI_RV is "{value}" (transfer) but the record has no XML13; the slip is to be composed from the chart.',
  cureVi: 'Soạn phiếu chuyển từ hồ sơ, hoặc gửi lại hồ sơ có XML13.',
  cureEn: 'Compose the slip from the chart, or send the record again with XML13.',
  issue: 'business-rule',
})
export const claimTableNotForKind = define('claim-table-not-for-kind', 'warning', {
  vi: '{table}: chỉ gửi khi MA_LOAI_KCB là {kinds}; hồ sơ này là "{value}".',
  en: '{table} goes only with MA_LOAI_KCB {kinds}; this record says "{value}".',
  cureVi: 'Sửa loại hình KCB ở HIS, hoặc bỏ bảng này.',
  cureEn: 'Correct the kind of care in the HIS, or leave the table out.',
  issue: 'business-rule',
})
