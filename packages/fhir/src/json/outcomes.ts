/** Why a received body is not taken. */
import { defineOutcome } from '../outcome.ts'

export const jsonTooLarge = defineOutcome({
  code: 'json-too-large',
  http: 413,
  severity: 'fatal',
  issue: 'too-long',
  vi: 'Nội dung dài {size} byte, vượt giới hạn {limit} byte.',
  en: 'The body has {size} bytes, the limit is {limit}.',
  cure: { vi: 'Chia nhỏ nội dung, hoặc gửi tệp lớn dưới dạng Binary.', en: 'Send it in parts, or large files as Binary.' },
})

export const jsonTooManyValues = defineOutcome({
  code: 'json-too-many-values',
  http: 413,
  severity: 'fatal',
  issue: 'too-long',
  vi: 'Nội dung JSON có hơn {limit} giá trị.',
  en: 'The JSON body holds more than {limit} values.',
  cure: { vi: 'Chia nhỏ nội dung thành nhiều lần gửi.', en: 'Send it in several parts.' },
})

export const jsonBadUtf8 = defineOutcome({
  code: 'json-bad-utf8',
  http: 400,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Nội dung không phải UTF-8 hợp lệ.',
  en: 'The body is not valid UTF-8.',
  cure: { vi: 'Gửi JSON mã hoá UTF-8.', en: 'Send JSON encoded as UTF-8.' },
})

export const jsonSyntax = defineOutcome({
  code: 'json-syntax',
  http: 400,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Nội dung không phải JSON hợp lệ (vị trí {position}).',
  en: 'The body is not valid JSON (position {position}).',
  cure: { vi: 'Sửa cú pháp JSON tại vị trí đã nêu.', en: 'Correct the JSON at that position.' },
})

export const jsonNotObject = defineOutcome({
  code: 'json-not-object',
  http: 400,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Nội dung JSON phải là một đối tượng.',
  en: 'The JSON body must be an object.',
  cure: { vi: 'Gửi một tài nguyên FHIR {"resourceType": …}.', en: 'Send one FHIR resource {"resourceType": …}.' },
})

export const jsonDuplicateKey = defineOutcome({
  code: 'json-duplicate-key',
  http: 400,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Một đối tượng JSON có khoá lặp lại.',
  en: 'A JSON object carries the same key twice.',
  cure: { vi: 'Giữ mỗi khoá một lần tại {path}.', en: 'Keep each key once at {path}.' },
})

export const jsonForbiddenKey = defineOutcome({
  code: 'json-forbidden-key',
  http: 400,
  severity: 'fatal',
  issue: 'structure',
  vi: 'Khoá __proto__ không được phép.',
  en: 'The key __proto__ is not allowed.',
  cure: { vi: 'Bỏ khoá __proto__.', en: 'Remove the key __proto__.' },
})

export const jsonForbiddenCharacter = defineOutcome({
  code: 'json-forbidden-character',
  http: 400,
  severity: 'fatal',
  issue: 'value',
  vi: 'Văn bản chứa ký tự U+0000 hoặc nửa cặp ký tự thay thế (surrogate).',
  en: 'A text contains U+0000 or half a surrogate pair.',
  cure: { vi: 'Bỏ ký tự đó khỏi văn bản.', en: 'Remove the character from the text.' },
})

export const jsonTooDeep = defineOutcome({
  code: 'json-too-deep',
  http: 400,
  severity: 'fatal',
  issue: 'too-long',
  vi: 'JSON lồng quá {limit} tầng.',
  en: 'The JSON nests deeper than {limit} levels.',
  cure: { vi: 'Giảm số tầng lồng nhau.', en: 'Nest less deeply.' },
})

export const badDecimal = defineOutcome({
  code: 'json-bad-decimal',
  http: 422,
  severity: 'error',
  issue: 'value',
  vi: 'Không phải số thập phân viết theo JSON.',
  en: 'Not a decimal as JSON writes it.',
  cure: { vi: 'Viết số với dấu chấm thập phân, ví dụ 36.50.', en: 'Write the number with a decimal point, such as 36.50.' },
})
