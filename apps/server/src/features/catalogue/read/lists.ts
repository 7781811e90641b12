/** Lists of one code and one name per row, with what else each list says of a code. */
import { CATALOGUES, type ListRow } from '@yba/vietnam'
import { coded, type DraftCatalogue, type DraftConcept, type DraftMap, type Say } from './draft.ts'

const CODE = { names: ['ma', 'code'], required: true } as const
const NAME = { names: ['ten', 'name_vi', 'name'], required: true } as const

export const LIST_COLUMNS = {
  departments: { code: { names: ['ma_khoa', 'code'], required: true }, name: NAME, evidence: { names: ['evidence'], required: true } },
  occupations: { code: CODE, name: NAME },
  'occupations-4069': { code: CODE, name: NAME },
  ethnic: { code: CODE, name: NAME, also: { names: ['ten_khac', 'other_names'], required: true } },
  services: {
    code: { names: ['ma_tuong_duong', 'dvkt_code'], required: true },
    name: { names: ['ten_dich_vu', 'dvkt_name'], required: true },
    level: { names: ['phan_tuyen', 'level'] },
    class: { names: ['phan_loai', 'class'] },
    icd9cm: { names: ['ma_icd9', 'icd9cm'], required: true },
    icd9cmName: { names: ['ten_icd9', 'icd9cm_name_vi'], required: true },
  },
  // Any other list: its system, version and days are given with the command.
  list: {
    code: CODE,
    name: NAME,
    parent: { names: ['ma_cha', 'parent'] },
    english: { names: ['ten_tieng_anh', 'name_en'] },
    also: { names: ['ten_khac', 'other_names'] },
  },
} as const

type Simple = 'departments' | 'occupations' | 'occupations-4069' | 'ethnic' | 'list'

const FORM: Readonly<Record<Simple, RegExp>> = {
  departments: /^K\d{2,4}(\.[A-Z]?\d{1,2})?$/,
  occupations: /^\d{2,5}$/,
  'occupations-4069': /^\d{2}$/,
  ethnic: /^\d{2}$/,
  // A FHIR code: no blank at either end, none doubled.
  list: /^\S+( \S+)*$/,
}

/** Takes the rows of one list. */
export function readSimple(kind: Simple, rows: readonly ListRow[], file: string, say: Say): DraftCatalogue {
  const concepts = rows.map((row): DraftConcept => {
    const also = [
      ...split(row.value('also')).map((value) => ({ value })),
      ...split(row.value('english'), /$^/).map((value) => ({ language: 'en', value })),
    ]
    const [parent, evidence] = [row.value('parent'), row.value('evidence')]
    return {
      ...coded(row.value('code'), row.value('name'), FORM[kind], row.line, say),
      ...(parent === '' ? {} : { parent }),
      ...(also.length === 0 ? {} : { also }),
      ...(evidence === '' ? {} : { props: { evidence } }),
    }
  })
  return { ...(kind === 'list' ? {} : { name: kind }), file, concepts }
}

const split = (text: string, by: RegExp = /[,;]/): string[] =>
  text
    .split(by)
    .map((one) => one.trim())
    .filter((one) => one !== '')

const SERVICE = /^\d{2}\.\d{3,4}[a-z]?\.\d{4}$/
const ICD9CM = /^\d{2}(\.\d{1,2})?$/

/** QĐ 4440: services, the ICD-9-CM codes they are mapped to, and the map between. */
export function readServices(rows: readonly ListRow[], file: string, say: Say): { catalogues: DraftCatalogue[]; map: DraftMap } {
  const international = new Map<string, DraftConcept>()
  const pairs = new Map<string, { code: string; target: string; equivalence: 'relatedto' }>()
  const services = rows.map((row): DraftConcept => {
    const [target, level, kind] = [row.value('icd9cm'), row.value('level'), row.value('class')]
    const concept = coded(row.value('code'), row.value('name'), SERVICE, row.line, say)
    if (target !== '' && !international.has(target)) {
      international.set(target, coded(target, row.value('icd9cmName'), ICD9CM, row.line, say))
    }
    if (target !== '') pairs.set(`${concept.code} ${target}`, { code: concept.code, target, equivalence: 'relatedto' })
    const props = {
      ...(level === '' ? {} : { level }),
      ...(kind === '' ? {} : { class: kind }),
      ...(target === '' ? {} : { icd9cm: target }),
    }
    return { ...concept, ...(Object.keys(props).length > 0 ? { props } : {}) }
  })
  const { system, from } = CATALOGUES.services
  return {
    catalogues: [
      { name: 'services', file, concepts: services },
      { name: 'icd9cm', file, concepts: [...international.values()].sort((a, b) => (a.code < b.code ? -1 : 1)) },
    ],
    map: {
      name: 'services-icd9cm',
      file,
      title: 'Dịch vụ kỹ thuật → ICD-9-CM tập 3 (QĐ 4440/QĐ-BYT)',
      from: { system, day: from },
      to: { system: CATALOGUES.icd9cm.system, day: CATALOGUES.icd9cm.from },
      rows: [...pairs.values()],
    },
  }
}
