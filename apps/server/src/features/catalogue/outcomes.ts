/** What can be wrong with an official list of codes and with a question about it. */
import { type Bilingual, defineOutcome } from '@yba/fhir'

const define = (code: string, severity: 'error' | 'warning' | 'information', vi: string, en: string, cure: Bilingual, http = 422) =>
  defineOutcome({ code, http, severity, issue: severity === 'error' ? 'invalid' : 'informational', vi, en, cure })

const again: Bilingual = { vi: 'Sửa trong tệp rồi nạp lại cả tệp.', en: 'Correct it in the file and import the whole file again.' }

export const CATALOGUE_KIND_UNCLEAR = define(
  'catalogue-kind-unclear',
  'error',
  'Không rõ tệp {file} là danh mục nào (có thể: {fits}).',
  'It is not clear which list the file {file} is (it may be: {fits}).',
  {
    vi: 'Ghi tên danh mục trước tệp, như occupations=tep.csv; tên và cột của từng danh mục ghi trong docs/operations.md.',
    en: 'Name the list before the file, such as occupations=file.csv; docs/operations.md has the names and columns of each.',
  },
)
export const CATALOGUE_PART_ALONE = define(
  'catalogue-part-alone',
  'error',
  'Tệp {part} là phần phụ của {whole}, không nạp một mình được.',
  'The file {part} is a part of {whole} and cannot be imported by itself.',
  { vi: 'Nạp cùng lúc với tệp {whole}.', en: 'Import it together with the file of {whole}.' },
)
export const CATALOGUE_PART_MISSING = define(
  'catalogue-part-missing',
  'warning',
  'Không có tệp {part}: danh mục được nạp không có phần này.',
  'There is no file {part}: the list is imported without what it says.',
  { vi: 'Nạp lại cùng với tệp ấy khi có.', en: 'Import again together with that file when you have it.' },
)
export const CATALOGUE_CODE_UNFIT = define(
  'catalogue-code-unfit',
  'error',
  'Mã "{code}" không đúng dạng của danh mục này.',
  'The code "{code}" has not the form of this list.',
  again,
)
export const CATALOGUE_NAME_MISSING = define(
  'catalogue-name-missing',
  'warning',
  'Mã {code} không có tên; bỏ qua dòng này.',
  'The code {code} has no name; the row is passed over.',
  { vi: 'Ghi tên vào tệp rồi nạp lại nếu mã ấy được dùng.', en: 'Write the name into the file and import again if the code is used.' },
)
export const CATALOGUE_CODE_DOUBLED = define(
  'catalogue-code-doubled',
  'warning',
  'Mã {code} đã có ở dòng {line}; giữ dòng trước.',
  'The code {code} stands in line {line} already; the earlier row is kept.',
  {
    vi: 'Nếu dòng sau mới đúng, bỏ dòng trước khỏi tệp rồi nạp lại.',
    en: 'If the later row is the right one, take the earlier out of the file and import again.',
  },
)
export const CATALOGUE_CODES_FOREIGN = define(
  'catalogue-codes-foreign',
  'warning',
  '{count} mã không có trong danh mục chính, bỏ qua: {codes}.',
  '{count} codes are not in the list itself and are passed over: {codes}.',
  {
    vi: 'Không cần làm gì nếu tệp phụ dùng mã chi tiết hơn danh mục.',
    en: 'Nothing needs to be done where the part uses finer codes than the list.',
  },
)
export const CATALOGUE_ROWS_CODELESS = define(
  'catalogue-rows-codeless',
  'warning',
  '{count} dòng không có mã nên không nạp được (dòng {lines}).',
  '{count} rows have no code and cannot be taken (lines {lines}).',
  { vi: 'Ghi mã vào tệp rồi nạp lại nếu cần các dòng này.', en: 'Write the codes into the file and import again if you need these rows.' },
)
export const CATALOGUE_MAP_APART = define(
  'catalogue-map-apart',
  'error',
  'Bảng chuyển mã cần danh mục {system} có hiệu lực ngày {day}, chưa nạp.',
  'The map of codes needs the list {system} in force on {day}, which is not loaded.',
  { vi: 'Nạp danh mục ấy trước hoặc trong cùng một lệnh.', en: 'Import that list before, or in the same command.' },
)
export const CATALOGUE_FACTS_UNFIT = define(
  'catalogue-facts-unfit',
  'error',
  'Chưa dùng được thông tin của danh mục: {what}.',
  'What is said about the list cannot be used: {what}.',
  {
    vi: 'Danh mục ngoài các danh mục có sẵn cần --system, --version, --title, --from; ngày viết NNNN-TT-NN; mỗi lệnh chỉ một danh mục khi có các tùy chọn này.',
    en: 'A list that is not a known one needs --system, --version, --title, --from; days are yyyy-mm-dd; with these options one list per command.',
  },
  400,
)
export const CATALOGUE_VERSION_UNKNOWN = define(
  'catalogue-version-unknown',
  'error',
  'Không có hai bản của danh mục {list} để so (đang có: {known}).',
  'There are no two versions of the list {list} to compare (loaded: {known}).',
  { vi: 'Xem các bản đã nạp: yba catalogue list.', en: 'See what is loaded: yba catalogue list.' },
  404,
)
const IMPORT: Bilingual = {
  vi: 'Quản trị nạp tệp chính thức: yba catalogue import TỆP… --site CƠ_SỞ (docs/operations.md, "Lists of codes").',
  en: 'An administrator loads the official file: yba catalogue import FILE… --site SITE (docs/operations.md, "Lists of codes").',
}

const ask = (code: string, http: number, issue: string, vi: string, en: string, cure: Bilingual) =>
  defineOutcome({ code, http, severity: 'error', issue, vi, en, cure })

export const CATALOGUE_NOT_LOADED = ask(
  'catalogue-not-loaded',
  404,
  'not-found',
  'Hệ mã {system} chưa được nạp ở cơ sở này.',
  'The code system {system} is not loaded at this site.',
  IMPORT,
)
export const CATALOGUE_NOT_IN_FORCE = ask(
  'catalogue-not-in-force',
  404,
  'not-found',
  'Hệ mã {system} không có bản cho {asked} (đang có: {known}).',
  'There is no version of the code system {system} for {asked} (loaded: {known}).',
  {
    vi: 'Hỏi theo ngày của hồ sơ (date) hoặc đúng bản (version); bản còn thiếu thì quản trị nạp: yba catalogue import.',
    en: 'Ask by the day of the record (date) or by version; where a version is missing an administrator loads it: yba catalogue import.',
  },
)
export const CODE_UNKNOWN = ask(
  'code-unknown',
  404,
  'code-invalid',
  'Mã "{code}" không có trong {system} ({version}).',
  'The code "{code}" is not in {system} ({version}).',
  {
    vi: 'Xem lại mã, hoặc hỏi bản có hiệu lực vào ngày của hồ sơ (date).',
    en: 'Look at the code again, or ask for the version of the day of the record (date).',
  },
)
export const CODE_OUTSIDE_PART = ask(
  'code-outside-part',
  404,
  'code-invalid',
  'Mã "{code}" không có trong phần đã nạp của {system} ({version}); danh mục đầy đủ có thể có mã ấy.',
  'The code "{code}" is not in the part of {system} ({version}) that is loaded; the whole list may have it.',
  { vi: 'Nạp danh mục đầy đủ, hoặc tra mã ấy trong văn bản ban hành.', en: 'Load the whole list, or look the code up in the decision.' },
)
export const VALUE_SET_UNKNOWN = ask('value-set-unknown', 404, 'not-found', 'Không có tập giá trị {url}.', 'There is no value set {url}.', {
  vi: 'Lưu ValueSet ấy tại cơ sở, hoặc lấy cả hệ mã bằng URL hệ mã thêm "?fhir_vs".',
  en: 'Store that ValueSet at the site, or take a whole code system by its URL with "?fhir_vs".',
})
export const VALUE_SET_CIRCULAR = ask(
  'value-set-circular',
  422,
  'business-rule',
  'Tập giá trị {url} chứa chính nó.',
  'The value set {url} contains itself.',
  { vi: 'Bỏ tham chiếu vòng trong compose.', en: 'Take the circle out of its compose.' },
)
export const VALUE_SET_RULE_UNFIT = ask(
  'value-set-rule-unfit',
  422,
  'invalid',
  'Quy tắc của tập giá trị không dùng được: {what}.',
  'A rule of the value set cannot be used: {what}.',
  {
    vi: 'Mỗi include cần system hoặc valueSet; mỗi filter cần property, op, value.',
    en: 'Each include needs a system or a valueSet, each filter property, op and value.',
  },
)
export const FILTER_UNSUPPORTED = ask(
  'value-set-filter-unsupported',
  422,
  'not-supported',
  'Phép lọc "{op}" không được hỗ trợ trong tập giá trị.',
  'The filter "{op}" is not supported in value sets.',
  {
    vi: 'Dùng is-a, descendent-of, is-not-a, generalizes, =, in, not-in hoặc exists.',
    en: 'Use is-a, descendent-of, is-not-a, generalizes, =, in, not-in or exists.',
  },
)
export const EXPANSION_TOO_COSTLY = ask(
  'expansion-too-costly',
  422,
  'too-costly',
  'Tập giá trị có hơn {most} mã.',
  'The value set has more than {most} codes.',
  {
    vi: 'Thu hẹp bằng filter, hoặc lấy từng phần bằng offset và count.',
    en: 'Narrow it by a filter, or take it in parts by offset and count.',
  },
)
export const PARAMETER_UNFIT = ask(
  'operation-parameter-unfit',
  400,
  'value',
  'Tham số "{name}" thiếu hoặc không đọc được.',
  'The parameter "{name}" is missing or cannot be read.',
  {
    vi: 'Xem tham số của phép này ở hl7.org/fhir/R4/terminology-service.html.',
    en: 'hl7.org/fhir/R4/terminology-service.html tells the parameters of the operation.',
  },
)
export const PARAMETER_UNSUPPORTED = ask(
  'operation-parameter-unsupported',
  400,
  'not-supported',
  'Tham số "{name}" không được hỗ trợ ở phép này (có: {known}).',
  'The parameter "{name}" is not supported by this operation (it has: {known}).',
  { vi: 'Bỏ tham số ấy.', en: 'Leave it out.' },
)
export const CODE_NOT_IN_SET = ask(
  'code-not-in-value-set',
  422,
  'code-invalid',
  'Mã "{code}" không thuộc tập giá trị {url}.',
  'The code "{code}" is not in the value set {url}.',
  { vi: 'Chọn mã trong tập ấy ($expand).', en: 'Choose a code of that set ($expand).' },
)
export const CODE_ABSTRACT = ask(
  'code-abstract',
  422,
  'code-invalid',
  'Mã "{code}" là chương hoặc nhóm, không dùng để mã hóa.',
  'The code "{code}" is a chapter or block; it is not to code with.',
  { vi: 'Chọn một mã bên trong nó.', en: 'Choose a code below it.' },
)
export const CODE_DISPLAY_OTHER = ask(
  'code-display-other',
  422,
  'code-invalid',
  'Tên ghi kèm không phải tên của mã "{code}": tên đúng là "{display}".',
  'The name given is not one of the code "{code}": it is "{display}".',
  { vi: 'Xem lại mã và tên: một trong hai bị nhầm.', en: 'Look at code and name again: one of the two is a mistake.' },
)
export const CONCEPT_MAP_UNKNOWN = ask(
  'concept-map-unknown',
  404,
  'not-found',
  'Không có bảng chuyển mã ấy (đang có: {known}).',
  'There is no such map of codes (loaded: {known}).',
  IMPORT,
)
