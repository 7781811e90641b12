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
  cure: { vi: 'Sửa để thoả quy tắc {key}: {vi}', en: 'Change it so that {key} holds: {en}' },
})

export const tooDeep = error({
  code: 'fhir-too-deep',
  issue: 'too-long',
  vi: 'Tài nguyên lồng quá 64 tầng.',
  en: 'The resource nests deeper than 64 levels.',
  cure: { vi: 'Giảm số tầng lồng nhau.', en: 'Nest less deeply.' },
})
