/** Texts of the rules on definitional resources: profiles, code systems, capability statements, test scripts. */
import type { InvariantText } from './invariant-texts.ts'

const DESCRIBED: InvariantText = [
  'phải có ít nhất một trong: description, software, implementation.',
  'Thêm một trong ba phần tử đó.',
  'Add one of the three.',
]
const INSTANCE: InvariantText = ['kind instance thì phải có implementation.', 'Thêm implementation.', 'Add implementation.']
const CAPABILITY: InvariantText = [
  'kind capability thì có software và không có implementation.',
  'Thêm software, bỏ implementation.',
  'Add software and leave implementation out.',
]
const REQUIREMENTS: InvariantText = [
  'kind requirements thì không có implementation và software.',
  'Bỏ implementation và software.',
  'Leave implementation and software out.',
]
const ONE_ACTION: InvariantText = [
  'hành động có operation hoặc assert, không có cả hai.',
  'Giữ đúng một trong hai.',
  'Give exactly one of them.',
]
const OPERATION: InvariantText = [
  'operation phải có sourceId, hoặc đúng một trong targetId, url, params, hoặc kiểu capabilities, search, transaction, history.',
  'Thêm sourceId, hoặc giữ đúng một trong targetId, url, params.',
  'Add sourceId, or give exactly one of targetId, url and params.',
]
const ONE_ASSERTION: InvariantText = [
  'assert chỉ kiểm một điều.',
  'Giữ một phần tử kiểm tra, các phần tử khác thành assert riêng.',
  'Keep one assertion, make the others asserts of their own.',
]
const COMPARED: InvariantText = [
  'compareToSourceId đi cùng đúng một trong compareToSourceExpression, compareToSourcePath.',
  'Thêm compareToSourceExpression hoặc compareToSourcePath, hoặc bỏ compareToSourceId.',
  'Add compareToSourceExpression or compareToSourcePath, or leave compareToSourceId out.',
]
const DIRECTION: InvariantText = [
  'direction request thì không có response và responseCode.',
  'Bỏ response, responseCode, hoặc đổi direction thành response.',
  'Leave response and responseCode out, or make the direction response.',
]
const WITH_IDS: InvariantText = [
  'mọi phần tử phải có id, và id không trùng.',
  'Ghi id riêng cho từng phần tử.',
  'Give every element an id of its own.',
]
const ROOTED: InvariantText = [
  'đường dẫn của mọi phần tử phải bắt đầu bằng loại của định nghĩa.',
  'Sửa path cho bắt đầu bằng type của StructureDefinition.',
  'Let every path begin with the type of the StructureDefinition.',
]

export const DEFINITION_TEXTS: Record<string, InvariantText> = {
  'cmd-1': ['ánh xạ narrower hoặc inexact phải có comment.', 'Thêm comment nói chỗ khác nhau.', 'Add a comment that says what differs.'],
  'cmd-2': ['mode fixed thì phải có code.', 'Thêm code.', 'Add code.'],
  'cmd-3': ['mode other-map thì phải có url.', 'Thêm url của bảng ánh xạ kia.', 'Add the url of the other map.'],
  'cpb-1': ['phải có ít nhất một trong: rest, messaging, document.', 'Thêm một trong ba phần tử đó.', 'Add one of the three.'],
  'cpb-2': DESCRIBED,
  'cpb-3': ['messaging.endpoint chỉ khi kind là instance.', 'Bỏ endpoint, hoặc đổi kind.', 'Leave endpoint out, or change kind.'],
  'cpb-7': ['document không trùng cặp profile và mode.', 'Bỏ mục trùng.', 'Leave the repeated entry out.'],
  'cpb-9': ['mỗi loại tài nguyên chỉ một lần trong một rest.', 'Gộp các mục cùng type.', 'Join the entries of one type.'],
  'cpb-12': ['tên tham số tìm kiếm không trùng trong một loại.', 'Bỏ tham số trùng.', 'Leave the repeated parameter out.'],
  'cpb-14': INSTANCE,
  'cpb-15': CAPABILITY,
  'cpb-16': REQUIREMENTS,
  'csd-1': ['mã trong một hệ thống mã không được trùng.', 'Bỏ hoặc đổi mã trùng.', 'Remove or change the repeated code.'],
  'eld-1': [
    'phân lát phải có discriminator hoặc description.',
    'Thêm discriminator hoặc description.',
    'Add a discriminator or a description.',
  ],
  'eld-2': ['min không được lớn hơn max.', 'Sửa min hoặc max.', 'Change min or max.'],
  'eld-3': ['max là một số hoặc "*".', 'Ghi một số, hoặc "*".', 'Write a number or "*".'],
  'eld-4': ['aggregation chỉ ở Reference và canonical.', 'Bỏ aggregation.', 'Leave aggregation out.'],
  'eld-5': [
    'có contentReference thì không có type, giá trị mặc định, cố định, mẫu, ví dụ, min, max, maxLength, binding.',
    'Bỏ các phần tử đó, hoặc bỏ contentReference.',
    'Leave those out, or leave contentReference out.',
  ],
  'eld-6': ['fixed[x] chỉ khi có một kiểu.', 'Giữ một type, hoặc bỏ fixed[x].', 'Keep one type, or leave fixed[x] out.'],
  'eld-7': ['pattern[x] chỉ khi có một kiểu.', 'Giữ một type, hoặc bỏ pattern[x].', 'Keep one type, or leave pattern[x] out.'],
  'eld-8': ['fixed[x] và pattern[x] loại trừ nhau.', 'Bỏ một trong hai.', 'Leave one of them out.'],
  'eld-11': ['binding chỉ ở phần tử có mã, string, uri.', 'Bỏ binding.', 'Leave binding out.'],
  'eld-12': [
    'valueSet của binding bắt đầu bằng http:, https:, urn:.',
    'Ghi URL đầy đủ của tập giá trị.',
    'Write the full URL of the value set.',
  ],
  'eld-13': ['kiểu của phần tử không trùng code.', 'Gộp các type cùng code.', 'Join the types of one code.'],
  'eld-14': ['ràng buộc không trùng key.', 'Đổi key hoặc bỏ ràng buộc trùng.', 'Change the key, or remove the repeated rule.'],
  'eld-15': ['defaultValue[x] và meaningWhenMissing loại trừ nhau.', 'Bỏ một trong hai.', 'Leave one of them out.'],
  'eld-16': [
    'sliceName chỉ gồm chữ, số và các dấu / - _ [ ] @.',
    'Đổi tên lát cắt.',
    'Rename the slice with letters, digits and / - _ [ ] @ only.',
  ],
  'eld-17': ['targetProfile chỉ ở Reference và canonical.', 'Bỏ targetProfile.', 'Leave targetProfile out.'],
  'eld-18': ['isModifier là true thì phải có isModifierReason.', 'Thêm isModifierReason.', 'Add isModifierReason.'],
  'eld-19': ['tên phần tử trong path không có ký tự đặc biệt, mỗi tên tối đa 64 ký tự.', 'Sửa path.', 'Change the path.'],
  'eld-20': ['tên phần tử nên chỉ gồm chữ cái và số.', 'Đổi tên trong path.', 'Rename it in the path.'],
  'eld-21': ['ràng buộc nên có expression để máy kiểm được.', 'Thêm expression (FHIRPath).', 'Add an expression (FHIRPath).'],
  'eld-22': ['sliceIsConstraining chỉ khi có sliceName.', 'Thêm sliceName.', 'Add sliceName.'],
  'ig-1': [
    'groupingId phải là id của một grouping trong hướng dẫn.',
    'Sửa groupingId, hoặc thêm grouping.',
    'Change groupingId, or add the grouping.',
  ],
  'ig-2': [
    'fhirVersion của tài nguyên phải là một phiên bản của hướng dẫn.',
    'Sửa, hoặc thêm vào ImplementationGuide.fhirVersion.',
    'Change it, or add it to ImplementationGuide.fhirVersion.',
  ],
  'inv-1': ONE_ACTION,
  'inv-2': ONE_ACTION,
  'mea-1': [
    'phân tầng có một tiêu chí (code, description, criteria) hoặc component, không có cả hai.',
    'Bỏ component, hoặc bỏ tiêu chí đơn.',
    'Leave component out, or the single criterion.',
  ],
  'nsd-1': ['hệ thống gốc không có định danh uuid.', 'Dùng oid hoặc uri.', 'Use an oid or a uri.'],
  'nsd-2': ['mỗi kiểu chỉ một định danh preferred.', 'Chỉ giữ một preferred: true cho mỗi type.', 'Keep one preferred: true of each type.'],
  'opd-1': ['tham số phải có type hoặc part.', 'Thêm type, hoặc các part.', 'Add a type, or parts.'],
  'opd-2': [
    'searchType chỉ khi type là string.',
    'Đổi type thành string, hoặc bỏ searchType.',
    'Make the type string, or leave searchType out.',
  ],
  'opd-3': [
    'targetProfile chỉ khi type là Reference hoặc canonical.',
    'Đổi type, hoặc bỏ targetProfile.',
    'Change the type, or leave targetProfile out.',
  ],
  'sdf-1': ['path của snapshot không trùng, trừ khi là constraint.', 'Bỏ phần tử trùng.', 'Remove the repeated element.'],
  'sdf-2': ['mapping phải có name hoặc uri.', 'Thêm name hoặc uri.', 'Add a name or a uri.'],
  'sdf-3': [
    'mỗi phần tử của snapshot phải có definition, min và max.',
    'Thêm phần còn thiếu vào từng phần tử.',
    'Add what is missing to each element.',
  ],
  'sdf-4': ['định nghĩa không abstract phải có baseDefinition.', 'Thêm baseDefinition.', 'Add baseDefinition.'],
  'sdf-5': [
    'định nghĩa extension phải có context.',
    'Thêm context: extension được đặt ở đâu.',
    'Add a context: where the extension may stand.',
  ],
  'sdf-6': ['phải có snapshot hoặc differential.', 'Thêm một trong hai.', 'Add one of them.'],
  'sdf-8': ROOTED,
  'sdf-8a': ROOTED,
  'sdf-8b': ['mỗi phần tử của snapshot phải có base.', 'Thêm base (path, min, max).', 'Add base (path, min, max).'],
  'sdf-9': ['phần tử gốc không có label, code, requirements.', 'Bỏ chúng khỏi phần tử gốc.', 'Remove them from the root element.'],
  'sdf-10': ['binding phải có valueSet hoặc description.', 'Thêm valueSet hoặc description.', 'Add a valueSet or a description.'],
  'sdf-11': ['phần tử đầu của snapshot phải mang đúng type.', 'Sửa path của phần tử đầu.', 'Change the path of the first element.'],
  'sdf-14': ['mọi phần tử phải có id.', 'Thêm id cho từng phần tử.', 'Add an id to each element.'],
  'sdf-15': [
    'phần tử đầu của snapshot không có type, trừ mô hình logic.',
    'Bỏ type của phần tử đầu.',
    'Remove the type of the first element.',
  ],
  'sdf-15a': [
    'phần tử gốc của differential không có type, trừ mô hình logic.',
    'Bỏ type của phần tử gốc.',
    'Remove the type of the root element.',
  ],
  'sdf-16': WITH_IDS,
  'sdf-17': WITH_IDS,
  'sdf-18': ['contextInvariant chỉ ở định nghĩa extension.', 'Bỏ contextInvariant.', 'Leave contextInvariant out.'],
  'sdf-19': [
    'định nghĩa của HL7 chỉ dùng kiểu của FHIR.',
    'Sửa type.code, hoặc dùng url của mình.',
    'Change type.code, or use a url of your own.',
  ],
  'sdf-20': ['phần tử gốc không phân lát.', 'Bỏ slicing của phần tử gốc.', 'Remove slicing from the root element.'],
  'sdf-21': ['defaultValue[x] chỉ ở specialization.', 'Bỏ defaultValue[x].', 'Leave defaultValue[x] out.'],
  'sdf-22': ['định nghĩa của HL7 không có giá trị mặc định.', 'Bỏ defaultValue[x].', 'Leave defaultValue[x] out.'],
  'sdf-23': ['phần tử gốc không có sliceName.', 'Bỏ sliceName của phần tử gốc.', 'Remove sliceName from the root element.'],
  'smp-1': ['có element thì phải có context.', 'Thêm context.', 'Add context.'],
  'smp-2': ['có context thì phải có contextType.', 'Thêm contextType.', 'Add contextType.'],
  'spd-1': ['có xpath thì phải có xpathUsage.', 'Thêm xpathUsage.', 'Add xpathUsage.'],
  'spd-2': ['chain chỉ ở tham số kiểu reference.', 'Bỏ chain, hoặc đổi type.', 'Leave chain out, or change the type.'],
  'tcp-1': ['nhiều version thì mỗi cái phải có code.', 'Thêm code cho từng version.', 'Add a code to each version.'],
  'tcp-2': DESCRIBED,
  'tcp-3': INSTANCE,
  'tcp-4': CAPABILITY,
  'tcp-5': REQUIREMENTS,
  'tst-1': ONE_ACTION,
  'tst-2': ONE_ACTION,
  'tst-3': ['biến có một trong: expression, headerField, path.', 'Giữ một phần tử.', 'Keep one of them.'],
  'tst-4': ['capability phải có required hoặc validated.', 'Thêm required hoặc validated.', 'Add required or validated.'],
  'tst-5': ONE_ASSERTION,
  'tst-6': ONE_ASSERTION,
  'tst-7': OPERATION,
  'tst-8': OPERATION,
  'tst-9': OPERATION,
  'tst-10': COMPARED,
  'tst-11': COMPARED,
  'tst-12': DIRECTION,
  'tst-13': DIRECTION,
  'vsd-6': ['mục khai triển phải có code hoặc display.', 'Thêm code hoặc display.', 'Add a code or a display.'],
  'vsd-9': ['mục không abstract phải có code.', 'Thêm code, hoặc ghi abstract: true.', 'Add a code, or set abstract to true.'],
  'vsd-10': ['có code thì phải có system.', 'Thêm system.', 'Add the system.'],
}
