/** FSH made from our own tables, so that no address, pattern or list of codes is written twice. */
import { codeSystemUrl } from '@yba/fhir'
import { type CodeTable, DISCHARGE_KIND, ENCOUNTER_KIND, REFERRAL_REASON, TREATMENT_RESULT } from '../src/codes/tables.ts'
import { IDENTIFIER_SYSTEMS, type IdentifierSystem } from '../src/systems/table.ts'

/** Lists of the claim file that profiles bind to, by their id. */
const LISTS: Record<string, { title: string; table: CodeTable }> = {
  'ma-loai-rv': { title: 'Loại ra viện', table: DISCHARGE_KIND },
  'ma-lydo-ct': { title: 'Lý do chuyển cơ sở', table: REFERRAL_REASON },
  'ma-loai-kcb': { title: 'Loại hình khám chữa bệnh', table: ENCOUNTER_KIND },
  'ket-qua-dtri': { title: 'Kết quả điều trị', table: TREATMENT_RESULT },
}

/** Code systems of ours whose codes nobody needs to list. */
const NAMED = ['paper-kind', 'claim-table', 'request-category', 'task-kind', 'referral-state', 'signing-role']

const quoted = (text: string): string => JSON.stringify(text)

const pascal = (id: string): string => id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

function list(id: string): string[] {
  const { title, table } = LISTS[id] ?? { title: '', table: {} }
  return [
    `CodeSystem: ${pascal(id)}Codes`,
    `Id: ${id}`,
    `Title: ${quoted(title)}`,
    '* ^caseSensitive = true',
    ...Object.entries(table).map(([code, name]) => `* #${code} ${quoted(name.vi)}`),
    '',
    `ValueSet: ${pascal(id)}`,
    `Id: ${id}`,
    `Title: ${quoted(title)}`,
    `* include codes from system ${pascal(id)}Codes`,
    '',
  ]
}

const invariant = (key: string, severity: string, expression: string, vi: string, en: string): string[] => [
  `Invariant: yba-${key}`,
  `Description: ${quoted(en)}`,
  `Severity: #${severity}`,
  `Expression: ${quoted(expression)}`,
  `* insert RuleVi([[${quoted(vi)}]])`,
  '',
]

/** The rule on the numbers of a system, on an Identifier; one of another system is none of its business. */
function rule({ key, emit, perFacility, form, name }: IdentifierSystem): string[] {
  if (perFacility) {
    const whole = `where(system.startsWith('${emit}')).all(system.matches('^${emit}[0-9]{2}[0-9A-Z]{3}$') and value.exists())`
    const vi = `${name.vi}: hệ thống định danh kết thúc bằng mã cơ sở đã cấp số, và phải có giá trị.`
    const en = `${name.en}: its system ends with the code of the facility that gave it, and it has a value.`
    return invariant(key, 'error', whole, vi, en)
  }
  if (!form) return []
  return invariant(key, form.severity, `where(system = '${emit}').all(value.matches('${form.pattern}'))`, form.vi, form.en)
}

/** The generated FSH as one text. */
export function generatedFsh(): string {
  return [
    ...IDENTIFIER_SYSTEMS.map(({ key, emit }) => `Alias: $${key} = ${emit}`),
    ...[...Object.keys(LISTS), ...NAMED].map((id) => `Alias: $${id} = ${codeSystemUrl(id)}`),
    '',
    ...Object.keys(LISTS).flatMap(list),
    ...IDENTIFIER_SYSTEMS.flatMap(rule),
  ].join('\n')
}
