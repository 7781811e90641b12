/**
 * The Vietnamese sentence and the cure of every published rule; the English sentence is the published one.
 * A rule without an entry here fails a test.
 */
import type { ConstraintRow } from '../definitions.ts'
import { DEFINITION_TEXTS } from './invariant-texts-definitions.ts'
import type { RuleTexts } from './rules.ts'

/** What must hold (vi), and what to do (vi, en). */
export type InvariantText = readonly [vi: string, cureVi: string, cureEn: string]

const scoped = (scope: string): InvariantText => [
  `thoả thuận có scope ${scope} phải có patient.`,
  'Thêm Consent.patient trỏ tới người bệnh.',
  'Add Consent.patient, referring to the patient.',
]

const CARE_TEXTS: Record<string, InvariantText> = {
  'con-3': [
    'chẩn đoán trong danh sách vấn đề phải có clinicalStatus, trừ khi entered-in-error.',
    'Thêm clinicalStatus: active, recurrence, relapse, inactive, remission hoặc resolved.',
    'Add clinicalStatus: active, recurrence, relapse, inactive, remission or resolved.',
  ],
  'ctm-1': [
    'onBehalfOf chỉ được có khi member là Practitioner.',
    'Bỏ onBehalfOf, hoặc để member trỏ tới Practitioner.',
    'Leave onBehalfOf out, or let member refer to a Practitioner.',
  ],
  'ces-1': [
    'mục quyền lợi phải có category hoặc productOrService, không có cả hai.',
    'Giữ đúng một trong hai: category hoặc productOrService.',
    'Give exactly one of category and productOrService.',
  ],
  'dom-6': [
    'tài nguyên nên có phần lời văn text.div cho người đọc.',
    'Thêm text với status và div tóm tắt nội dung.',
    'Add text with a status and a div that sums up the content.',
  ],
  'mrp-1': [
    'báo cáo kiểu data-collection không có group.',
    'Bỏ group, hoặc đổi type thành individual, subject-list hay summary.',
    'Leave group out, or make the type individual, subject-list or summary.',
  ],
  'mrp-2': [
    'mỗi tầng phân tích có value hoặc component, không có cả hai.',
    'Giữ đúng một trong hai: value hoặc component.',
    'Give exactly one of value and component.',
  ],
  'nor-1': [
    'y lệnh dinh dưỡng nên có oralDiet, supplement hoặc enteralFormula.',
    'Thêm ít nhất một trong ba phần tử đó.',
    'Add at least one of the three.',
  ],
  'msq-3': ['coordinateSystem chỉ là 0 hoặc 1.', 'Ghi 0 (đếm từ 0) hoặc 1 (đếm từ 1).', 'Write 0 (zero-based) or 1 (one-based).'],
  'msq-5': ['chromosome và genomeBuild đi cùng nhau.', 'Ghi đủ cả hai, hoặc bỏ cả hai.', 'Give both, or leave both out.'],
  'msq-6': [
    'referenceSeq có đúng một trong: genomeBuild, referenceSeqId, referenceSeqPointer, referenceSeqString.',
    'Giữ đúng một phần tử trong bốn.',
    'Give exactly one of the four.',
  ],
  'ppc-2': scoped('patient-privacy'),
  'ppc-3': scoped('research'),
  'ppc-4': scoped('adr'),
  'ppc-5': scoped('treatment'),
  'ras-1': [
    'low và high của xác suất phải là phần trăm UCUM (code "%").',
    'Ghi system http://unitsofmeasure.org và code "%".',
    'Write the system http://unitsofmeasure.org and the code "%".',
  ],
  'ras-2': ['xác suất không được quá 100.', 'Ghi số từ 0 đến 100.', 'Write a number from 0 to 100.'],
  'sqty-1': [
    'số lượng ở đây không có comparator.',
    'Bỏ comparator; khoảng giá trị ghi bằng Range.',
    'Leave the comparator out; a span is written as a Range.',
  ],
  'trd-1': ['trình kích hoạt có data hoặc timing, không có cả hai.', 'Bỏ một trong hai.', 'Leave one of them out.'],
  'trd-2': ['condition chỉ khi có data.', 'Thêm data, hoặc bỏ condition.', 'Add data, or leave condition out.'],
  'trd-3': [
    'named-event cần name, periodic cần timing, các kiểu data- cần data.',
    'Thêm phần tử mà type đòi hỏi.',
    'Add the element that the type asks for.',
  ],
  'que-5': [
    'chỉ câu hỏi chọn, số, ngày giờ, chuỗi, quantity mới có answerOption hay answerValueSet.',
    'Bỏ danh sách câu trả lời, hoặc đổi type thành choice.',
    'Leave the answers out, or make the type choice.',
  ],
  'que-7': ['operator exists thì answer phải là boolean.', 'Ghi answerBoolean true hoặc false.', 'Write answerBoolean, true or false.'],
  'que-9': ['mục display không có readOnly.', 'Bỏ readOnly.', 'Leave readOnly out.'],
  'que-10': [
    'maxLength chỉ ở câu hỏi đơn giản (boolean, decimal, integer, string, text, url, open-choice).',
    'Bỏ maxLength.',
    'Leave maxLength out.',
  ],
  'que-13': [
    'nhiều giá trị initial chỉ khi câu hỏi lặp (repeats).',
    'Giữ một initial, hoặc ghi repeats: true.',
    'Keep one initial, or set repeats to true.',
  ],
}

const NAMED: InvariantText = [
  'name nên là một tên máy đọc được: bắt đầu bằng chữ hoa, chỉ chữ cái, số và gạch dưới.',
  'Đổi name, ví dụ DanhMucKhoa; tên cho người đọc ghi ở title.',
  'Change name, for instance DepartmentList; the name for people belongs in title.',
]

/** The texts of every rule by key; `…-0` are all the same advice on machine-readable names. */
const TEXTS: Record<string, InvariantText> = { ...CARE_TEXTS, ...DEFINITION_TEXTS }

export function invariantText(row: ConstraintRow): RuleTexts {
  const text = row.key.endsWith('-0') ? NAMED : TEXTS[row.key]
  if (!text) throw new Error(`rule ${row.key} has no Vietnamese text`)
  const [vi, cureVi, cureEn] = text
  return { key: row.key, vi, en: row.human, cure: { vi: cureVi, en: cureEn } }
}
