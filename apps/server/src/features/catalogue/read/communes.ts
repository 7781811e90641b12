/**
 * Administrative units: the three levels before 01/07/2025, the two levels since, and which old commune became which new
 * one. An old commune may have gone to several new ones: then nobody but the person knows, and the map says "inexact".
 */
import { codeSystemUrl } from '@yba/fhir'
import { CATALOGUES, COMMUNE_MAP_NOTICE, LIST_UNREADABLE, type ListRow } from '@yba/vietnam'
import { CATALOGUE_ROWS_CODELESS } from '../outcomes.ts'
import { coded, type DraftCatalogue, type DraftConcept, type DraftMap, type Say } from './draft.ts'

const PROVINCE = /^\d{2}$/
const DISTRICT = /^\d{3}$/
const COMMUNE = /^\d{5}$/

export const COMMUNE_COLUMNS = {
  'communes-2024': {
    province: { names: ['ma_tinh', 'province_code'], required: true },
    provinceName: { names: ['ten_tinh', 'province_name'], required: true },
    district: { names: ['ma_huyen', 'district_code'], required: true },
    districtName: { names: ['ten_huyen', 'district_name'], required: true },
    code: { names: ['ma_xa', 'ward_code'], required: true },
    name: { names: ['ten_xa', 'ward_name'], required: true },
    level: { names: ['cap', 'ward_level'] },
  },
  'commune-map': {
    from: { names: ['ma_xa_cu', 'old_ward_code'], required: true },
    to: { names: ['ma_xa_moi', 'new_ward_code'], required: true },
    // Names are for the reader's eye: the codes say it.
    oldProvince: { names: ['old_province'] },
    oldProvinceCode: { names: ['old_province_code'] },
    oldDistrict: { names: ['old_district'] },
    oldDistrictCode: { names: ['old_district_code'] },
    oldName: { names: ['old_ward'] },
    province: { names: ['new_province'] },
    provinceCode: { names: ['new_province_code'] },
    name: { names: ['new_ward'] },
  },
} as const

/** The list of 2024: one row per commune with its district and province; a row without a commune is an island district. */
export function readOldUnits(rows: readonly ListRow[], file: string, say: Say): DraftCatalogue[] {
  const provinces = new Map<string, DraftConcept>()
  const districts = new Map<string, DraftConcept>()
  const communes: DraftConcept[] = []
  for (const row of rows) {
    const { line } = row
    const [province, district, code] = [row.value('province'), row.value('district'), row.value('code')]
    if (!provinces.has(province)) provinces.set(province, coded(province, row.value('provinceName'), PROVINCE, line, say))
    if (!districts.has(district))
      districts.set(district, { ...coded(district, row.value('districtName'), DISTRICT, line, say), props: { province } })
    if (code !== '') communes.push({ ...coded(code, row.value('name'), COMMUNE, line, say), props: { province, district } })
  }
  return [
    { name: 'provinces-2024', file, concepts: [...provinces.values()] },
    { name: 'districts-2024', file, concepts: [...districts.values()] },
    { name: 'communes-2024', file, concepts: communes },
  ]
}

interface Unit {
  Code?: unknown
  FullName?: unknown
  FullNameEn?: unknown
  Wards?: unknown
}

const isUnit = (value: unknown): value is Unit => typeof value === 'object' && value !== null && 'Code' in value && 'FullName' in value
const isProvinces = (value: unknown): value is (Unit & { Wards: Unit[] })[] =>
  Array.isArray(value) && value.every((p) => isUnit(p) && Array.isArray(p.Wards) && p.Wards.every(isUnit))

/** Whether the text is the list of units since 2025 as its publisher gives it: JSON, provinces with their communes. */
export function newUnits(bytes: Uint8Array): (Unit & { Wards: Unit[] })[] | undefined {
  try {
    const content: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return isProvinces(content) ? content : undefined
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

/** Provinces and communes since 01/07/2025. A row is told by its place in the file. */
export function readNewUnits(provinces: readonly (Unit & { Wards: Unit[] })[], file: string, say: Say): DraftCatalogue[] {
  let place = 0
  const unit = (one: Unit, form: RegExp): DraftConcept => {
    place++
    const english = String(one.FullNameEn ?? '')
    const concept = coded(String(one.Code), String(one.FullName), form, place, say)
    return { ...concept, ...(english === '' ? {} : { also: [{ language: 'en', value: english }] }) }
  }
  const top: DraftConcept[] = []
  const communes: DraftConcept[] = []
  for (const province of provinces) {
    const concept = unit(province, PROVINCE)
    top.push(concept)
    for (const ward of province.Wards) communes.push({ ...unit(ward, COMMUNE), props: { province: concept.code } })
  }
  if (top.length === 0) say(undefined, LIST_UNREADABLE, { what: '[]' })
  return [
    { name: 'provinces', file, concepts: top },
    { name: 'communes', file, concepts: communes },
  ]
}

/** Which commune became which. Rows of communes that never had a code in the list of 2024 are told and left out. */
export function readCommuneMap(rows: readonly ListRow[], file: string, say: Say): DraftMap {
  const pairs = new Map<string, Set<string>>()
  const codeless: number[] = []
  for (const row of rows) {
    const [from, to] = [row.value('from'), row.value('to')]
    if (from === '' || to === '') {
      codeless.push(row.line)
      continue
    }
    coded(from, from, COMMUNE, row.line, say)
    coded(to, to, COMMUNE, row.line, say)
    pairs.set(from, (pairs.get(from) ?? new Set()).add(to))
  }
  const lines = codeless.slice(0, 5).join(', ')
  if (codeless.length > 0)
    say(undefined, CATALOGUE_ROWS_CODELESS, { count: codeless.length, lines: codeless.length > 5 ? `${lines}, …` : lines })
  const system = codeSystemUrl('address-commune')
  return {
    name: 'communes',
    file,
    title: 'Xã, phường cũ → xã, phường từ 01/07/2025',
    copyright: COMMUNE_MAP_NOTICE,
    from: { system, day: CATALOGUES['communes-2024'].until },
    to: { system, day: CATALOGUES.communes.from },
    rows: [...pairs].flatMap(([code, targets]) =>
      [...targets].map((target) => ({ code, target, equivalence: targets.size > 1 ? ('inexact' as const) : ('wider' as const) })),
    ),
  }
}
