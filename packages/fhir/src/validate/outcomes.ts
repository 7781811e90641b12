/** What the structure validation can find. One definition per kind; the path says where. */
import { defineOutcome, type OutcomeDefinition } from '../outcome.ts'

type Texts = Pick<OutcomeDefinition, 'code' | 'issue' | 'vi' | 'en' | 'cure'>

const error = (texts: Texts): OutcomeDefinition => defineOutcome({ http: 422, severity: 'error', ...texts })

export const unknownType = error({
  code: 'fhir-unknown-type',
  issue: 'structure',
  vi: 'Không phải tài nguyên FHIR R4: resourceType thiếu hoặc không có trong R4.',
  en: 'Not a FHIR R4 resource: resourceType is missing or not a type of R4.',
  cure: { vi: 'Ghi resourceType là tên một loại tài nguyên R4.', en: 'Set resourceType to the name of an R4 resource type.' },
})

export const unknownElement = error({
  code: 'fhir-unknown-element',
  issue: 'structure',
  vi: '{type} không có phần tử này.',
  en: '{type} has no such element.',
  cure: {
    vi: 'Kiểm tra tên phần tử; dữ liệu riêng phải đặt trong extension.',
    en: 'Check the name; data of your own belongs in an extension.',
  },
})

export const wrongStructure = error({
  code: 'fhir-structure',
  issue: 'structure',
  vi: 'Sai kiểu JSON: cần {expected}.',
  en: 'Wrong JSON shape: expected {expected}.',
  cure: { vi: 'Ghi phần tử dưới dạng {expected}.', en: 'Write the element as {expected}.' },
})

export const cardinality = error({
  code: 'fhir-cardinality',
  issue: 'required',
  vi: 'Thiếu phần tử bắt buộc, hoặc quá số lần cho phép ({range}).',
  en: 'A required element is missing, or there are too many ({range}).',
  cure: { vi: 'Ghi phần tử với số lần {range}.', en: 'Give the element {range} times.' },
})

export const twoChoices = error({
  code: 'fhir-choice',
  issue: 'structure',
  vi: 'Phần tử {name}[x] có hai kiểu giá trị cùng lúc.',
  en: 'The element {name}[x] carries two types at once.',
  cure: { vi: 'Chỉ giữ một kiểu giá trị.', en: 'Keep one of them.' },
})

export const badPrimitive = error({
  code: 'fhir-primitive',
  issue: 'value',
  vi: 'Giá trị không đúng kiểu {type} của FHIR.',
  en: 'The value is not a valid FHIR {type}.',
  cure: { vi: 'Ghi giá trị theo mẫu: {example}', en: 'Write it like: {example}' },
})

export const emptyValue = error({
  code: 'fhir-empty',
  issue: 'value',
  vi: 'Giá trị rỗng: FHIR không cho phép null, chuỗi rỗng, mảng rỗng hay đối tượng rỗng.',
  en: 'Empty value: FHIR forbids null, empty strings, empty arrays and empty objects.',
  cure: { vi: 'Bỏ hẳn phần tử này.', en: 'Leave the element out.' },
})

export const notInBinding = error({
  code: 'fhir-binding',
  issue: 'code-invalid',
  vi: 'Mã không thuộc tập giá trị bắt buộc {valueSet}.',
  en: 'The code is not in the required value set {valueSet}.',
  cure: { vi: 'Dùng một trong các mã: {codes}', en: 'Use one of: {codes}' },
})

export const badReference = error({
  code: 'fhir-reference',
  issue: 'value',
  vi: 'Tham chiếu sai dạng.',
  en: 'The reference is malformed.',
  cure: {
    vi: 'Ghi theo dạng Loại/id, #id, URL tuyệt đối hoặc urn:uuid.',
    en: 'Write Type/id, #id, an absolute URL or urn:uuid.',
  },
})

export const wrongTarget = error({
  code: 'fhir-reference-target',
  issue: 'value',
  vi: 'Tham chiếu tới {found}, nhưng ở đây chỉ được: {allowed}.',
  en: 'The reference points to {found}, allowed here: {allowed}.',
  cure: { vi: 'Tham chiếu tới một trong: {allowed}', en: 'Refer to one of: {allowed}' },
})

export const invariantBroken = error({
  code: 'fhir-invariant',
  issue: 'invariant',
  vi: 'Trái quy tắc {key}: {vi}',
  en: 'Rule {key} is broken: {en}',
  cure: { vi: '{cureVi}', en: '{cureEn}' },
})

export const ruleAdvice = defineOutcome({
  code: 'fhir-advice',
  http: 200,
  severity: 'warning',
  issue: 'invariant',
  vi: 'Nên theo quy tắc {key}: {vi}',
  en: 'Rule {key} advises: {en}',
  cure: { vi: '{cureVi}', en: '{cureEn}' },
})

export const tooDeep = error({
  code: 'fhir-too-deep',
  issue: 'too-long',
  vi: 'Tài nguyên lồng quá 64 tầng.',
  en: 'The resource nests deeper than 64 levels.',
  cure: { vi: 'Giảm số tầng lồng nhau.', en: 'Nest less deeply.' },
})

export const extensionValue = error({
  code: 'fhir-extension-value',
  issue: 'structure',
  vi: 'Phần mở rộng này không nhận giá trị kiểu {found}.',
  en: 'This extension takes no value of type {found}.',
  cure: { vi: 'Ghi giá trị kiểu: {allowed}.', en: 'Write a value of type: {allowed}.' },
})

export const extensionPart = error({
  code: 'fhir-extension-part',
  issue: 'structure',
  vi: 'Phần mở rộng này phải có {range} phần {part}, ở đây có {found}.',
  en: 'This extension has {range} parts {part}, here there are {found}.',
  cure: { vi: 'Ghi phần {part} {range} lần.', en: 'Give the part {part} {range} times.' },
})

export const extensionContext = error({
  code: 'fhir-extension-context',
  issue: 'structure',
  vi: 'Phần mở rộng này không được đặt ở đây.',
  en: 'This extension must not stand here.',
  cure: { vi: 'Đặt nó ở: {allowed}.', en: 'Put it on: {allowed}.' },
})

export const extensionMisplaced = defineOutcome({
  code: 'fhir-extension-misplaced',
  http: 200,
  severity: 'warning',
  issue: 'structure',
  vi: 'Theo định nghĩa, phần mở rộng này không thuộc chỗ này.',
  en: 'By its definition, this extension does not belong here.',
  cure: { vi: 'Đặt nó ở: {allowed}.', en: 'Put it on: {allowed}.' },
})

export const modifierUnknown = defineOutcome({
  code: 'fhir-modifier-unknown',
  http: 200,
  severity: 'warning',
  issue: 'extension',
  vi: 'Máy chủ này không hiểu modifierExtension này, mà nó có thể đổi nghĩa của dữ liệu.',
  en: 'This server does not understand this modifierExtension, which may change the meaning of the data.',
  cure: {
    vi: 'Dùng phần tử hoặc phần mở rộng có định nghĩa; nếu giữ, người đọc phải hiểu nó.',
    en: 'Use an element or a defined extension; if it stays, whoever reads must understand it.',
  },
})

export const documentReference = defineOutcome({
  code: 'fhir-document-reference',
  http: 200,
  severity: 'warning',
  issue: 'not-found',
  vi: 'Tham chiếu dẫn ra ngoài văn bản: văn bản không có tài nguyên này.',
  en: 'The reference leads out of the document: no entry holds this resource.',
  cure: {
    vi: 'Thêm tài nguyên vào Bundle.entry, hoặc sửa tham chiếu theo fullUrl của nó.',
    en: 'Add the resource as an entry, or make the reference that of its fullUrl.',
  },
})

export const documentSection = defineOutcome({
  code: 'fhir-document-section',
  http: 200,
  severity: 'warning',
  issue: 'incomplete',
  vi: 'Mục của văn bản thiếu: {missing}.',
  en: 'The section of the document lacks: {missing}.',
  cure: { vi: 'Ghi code (mục gì) và text (lời văn cho người đọc).', en: 'Give code (what section it is) and text (for people).' },
})
