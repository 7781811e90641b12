/** Why a search that is understood is not run. */
import { defineOutcome } from '@yba/fhir'

export const searchValueSetUnknown = defineOutcome({
  code: 'search-value-set-unknown',
  http: 400,
  severity: 'error',
  issue: 'not-found',
  vi: '{param}: không có bộ giá trị {url}, hoặc danh mục nó dựa vào chưa được nạp.',
  en: '{param}: there is no value set {url}, or a list it rests on is not loaded.',
  cure: {
    vi: 'Kiểm tra địa chỉ bằng ValueSet/$expand; nạp danh mục bằng yba catalogue import.',
    en: 'Try the address with ValueSet/$expand; load the list with yba catalogue import.',
  },
})

export const searchCodeUnknown = defineOutcome({
  code: 'search-code-unknown',
  http: 400,
  severity: 'error',
  issue: 'code-invalid',
  vi: '{param}: không danh mục nào đang có hiệu lực cho biết mã này nằm trên hay dưới mã nào.',
  en: '{param}: no list in force says what this code lies above or below.',
  cure: {
    vi: 'Ghi hệ|mã của một danh mục đã nạp, hoặc tìm đúng mã đó, không kèm :above, :below.',
    en: 'Write system|code of a list that is loaded, or search for the code itself, without :above, :below.',
  },
})

export const searchTooManyCodes = defineOutcome({
  code: 'search-too-many-codes',
  http: 400,
  severity: 'error',
  issue: 'too-costly',
  vi: '{param} gồm quá nhiều mã: nhiều nhất {most}.',
  en: '{param} means too many codes: {most} at most.',
  cure: {
    vi: 'Dùng bộ giá trị hẹp hơn; cả một hệ mã thì tìm bằng hệ| (không ghi mã).',
    en: 'Use a narrower value set; for a whole code system search by system| (without a code).',
  },
})

/** A finding of an answer, not a refusal. */
export const searchIncludesCut = defineOutcome({
  code: 'search-includes-cut',
  http: 200,
  severity: 'warning',
  issue: 'incomplete',
  vi: 'Không kèm hết bản ghi liên quan: một trang kèm nhiều nhất {most} bản ghi, qua nhiều nhất {rounds} bước :iterate.',
  en: 'Not all related resources came along: a page has {most} of them at most, over {rounds} steps of :iterate.',
  cure: {
    vi: 'Đặt _count nhỏ hơn, hoặc nêu rõ tham số và loại đích trong _include, _revinclude.',
    en: 'Use a smaller _count, or name parameter and target type in _include and _revinclude.',
  },
})

export const searchSortTooWide = defineOutcome({
  code: 'search-sort-too-wide',
  http: 400,
  severity: 'error',
  issue: 'too-costly',
  vi: '_sort={param}: có hơn {most} bản ghi thỏa điều kiện, nhiều quá để xếp theo mã, liên kết hay địa chỉ.',
  en: '_sort={param}: more than {most} resources are found, too many to be put in the order of a code, a link or an address.',
  cure: {
    vi: 'Thêm điều kiện tìm (người bệnh, ngày, mã), hoặc xếp theo ngày, số, tên, _id, _lastUpdated.',
    en: 'Ask more narrowly (patient, date, code), or sort by a date, a number, a name, _id or _lastUpdated.',
  },
})
