/** Why a search is not understood. */
import { defineOutcome, type OutcomeDefinition } from '../outcome.ts'

type Texts = Pick<OutcomeDefinition, 'code' | 'issue' | 'vi' | 'en' | 'cure'>

const error = (texts: Texts): OutcomeDefinition => defineOutcome({ http: 400, severity: 'error', ...texts })

export const searchUnknownType = error({
  code: 'search-unknown-type',
  issue: 'not-supported',
  vi: '{type} không phải loại tài nguyên R4.',
  en: '{type} is not a resource type of R4.',
  cure: { vi: 'Dùng tên một loại tài nguyên R4.', en: 'Use the name of an R4 resource type.' },
})

export const searchUnknownParameter = error({
  code: 'search-unknown-parameter',
  issue: 'not-supported',
  vi: '{type} không có tham số tìm kiếm {param}.',
  en: '{type} has no search parameter {param}.',
  cure: {
    vi: 'Xem các tham số trong CapabilityStatement, hoặc gửi Prefer: handling=lenient để bỏ qua.',
    en: 'See the CapabilityStatement, or send Prefer: handling=lenient to have it ignored.',
  },
})

export const searchUnsupportedParameter = error({
  code: 'search-unsupported-parameter',
  issue: 'not-supported',
  vi: 'Tham số {param} của {type} chưa được hỗ trợ.',
  en: 'The parameter {param} of {type} is not supported.',
  cure: { vi: 'Tìm bằng tham số khác.', en: 'Search by another parameter.' },
})

export const searchUnknownModifier = error({
  code: 'search-unknown-modifier',
  issue: 'not-supported',
  vi: 'Tham số {param} (kiểu {type}) không nhận bổ ngữ :{modifier}.',
  en: 'The parameter {param} (type {type}) takes no modifier :{modifier}.',
  cure: { vi: 'Các bổ ngữ được nhận: {allowed}', en: 'Modifiers it takes: {allowed}' },
})

export const searchBadValue = error({
  code: 'search-bad-value',
  issue: 'value',
  vi: 'Giá trị của {param} không đúng kiểu {type}.',
  en: 'The value of {param} is not a valid {type}.',
  cure: { vi: 'Ghi theo mẫu: {example}', en: 'Write it like: {example}' },
})

export const searchBadChain = error({
  code: 'search-bad-chain',
  issue: 'value',
  vi: 'Chuỗi tham chiếu {param} không xác định được loại đích hoặc quá dài.',
  en: 'The chain {param} does not name its target type, or is too long.',
  cure: {
    vi: 'Ghi loại đích, ví dụ subject:Patient.name; nhiều nhất 3 bước.',
    en: 'Name the target, as in subject:Patient.name; three steps at most.',
  },
})

export const searchBadControl = error({
  code: 'search-bad-control',
  issue: 'value',
  vi: 'Giá trị của {param} không hợp lệ.',
  en: 'The value of {param} is not valid.',
  cure: { vi: 'Các giá trị được nhận: {allowed}', en: 'Values it takes: {allowed}' },
})

export const searchBadInclude = error({
  code: 'search-bad-include',
  issue: 'value',
  vi: 'Không hiểu {param}: cần dạng Loại:tham-số[:LoạiĐích] với một tham số tham chiếu.',
  en: '{param} is not understood: it needs Type:parameter[:TargetType] with a reference parameter.',
  cure: { vi: 'Ví dụ: _include=Encounter:subject', en: 'For instance: _include=Encounter:subject' },
})

export const searchUnknownElement = error({
  code: 'search-unknown-element',
  issue: 'not-found',
  vi: '_elements: {type} không có thành phần {element} ở gốc.',
  en: '_elements: {type} has no element {element} at its root.',
  cure: {
    vi: 'Ghi tên thành phần ở gốc tài nguyên, ví dụ _elements=identifier,name; thành phần lựa chọn không kèm kiểu (value).',
    en: 'Name elements at the root of the resource, as in _elements=identifier,name; a choice without its type (value).',
  },
})

export const searchTooWide = error({
  code: 'search-too-wide',
  issue: 'too-costly',
  vi: 'Tìm kiếm có quá nhiều điều kiện: nhiều nhất {most} tham số, mỗi giá trị nhiều nhất {words} từ.',
  en: 'The search has too many conditions: at most {most} parameters, and {words} words in one value.',
  cure: { vi: 'Bớt điều kiện hoặc chia thành nhiều lần tìm.', en: 'Use fewer conditions, or several searches.' },
})

export const searchNotInCompartment = error({
  code: 'search-not-in-compartment',
  issue: 'not-supported',
  vi: '{type} không bao giờ thuộc ngăn hồ sơ của {compartment}.',
  en: '{type} is never in a compartment of {compartment}.',
  cure: {
    vi: 'Tìm {type} không qua ngăn hồ sơ, hoặc dùng * để lấy mọi loại có trong ngăn.',
    en: 'Search {type} without the compartment, or use * for all types that are in it.',
  },
})
