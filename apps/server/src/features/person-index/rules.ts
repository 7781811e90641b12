/**
 * Deterministic rules D1 to D5 (exchange.md ii.5). Pure: two sources in, one verdict with its reasons out. D5 stands
 * first because a different valid number is a hard no, whatever else agrees.
 */
import { bhxhOf, foldName, nameKeyA, nameSimilarity, readCccd } from '@yba/vietnam'

export interface SourcePerson {
  facility: string
  mrn: string
  name: string
  /** FHIR date, partial allowed. */
  birthDate: string
  sex: '1' | '2' | '3'
  citizenId?: string
  cards: readonly string[]
}

export type RuleVerdict = 'certain' | 'review' | 'no-match' | 'unknown'

/** What spoke for or against: kept with every link and question, said on the screen of who has to judge. */
export const WHY = {
  'same-mrn': { vi: 'cùng cơ sở, cùng mã người bệnh', en: 'same facility, same patient number' },
  'other-citizen-id': { vi: 'hai số định danh hợp lệ khác nhau', en: 'two different valid citizen numbers' },
  'same-citizen-id': { vi: 'cùng số định danh', en: 'same citizen number' },
  'citizen-id-all': {
    vi: 'cùng số định danh, năm sinh, giới tính và họ tên',
    en: 'same citizen number, year of birth, sex and name',
  },
  'citizen-id-unfit': {
    vi: 'số định danh không khớp năm sinh hoặc giới tính',
    en: 'the citizen number does not fit the year of birth or the sex',
  },
  'year-unknown': { vi: 'chưa rõ năm sinh', en: 'year of birth unknown' },
  'year-differs': { vi: 'năm sinh khác nhau', en: 'different years of birth' },
  'sex-differs': { vi: 'giới tính khác nhau', en: 'different sex' },
  'name-unknown': { vi: 'chưa rõ họ tên', en: 'name unknown' },
  'name-differs': { vi: 'họ tên khác nhau', en: 'different names' },
  'given-name-differs': {
    vi: 'tên gọi khác nhau: có thể là anh chị em sinh đôi',
    en: 'different given names: perhaps twins',
  },
  'card-only': { vi: 'chỉ trùng số thẻ bảo hiểm', en: 'only the insurance number is the same' },
  'card-other-id': {
    vi: 'cùng thẻ, ngày sinh, họ tên nhưng số định danh khác nhau',
    en: 'same card, date of birth and name, but different citizen numbers',
  },
  'card-all': { vi: 'cùng số bảo hiểm, ngày sinh, giới tính và họ tên', en: 'same insurance number, date of birth, sex and name' },
  'groups-apart': {
    vi: 'nối hai nhóm hồ sơ không thể là một người',
    en: 'would join two groups of records that cannot be one person',
  },
} as const satisfies Record<string, { vi: string; en: string }>

export type Why = keyof typeof WHY

export interface RuleResult {
  rule: 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | '-'
  verdict: RuleVerdict
  why: Why[]
}

const SIMILAR_ENOUGH = 0.85

function usableCitizenId(p: SourcePerson, demo: boolean): string | undefined {
  if (!p.citizenId) return undefined
  return readCccd(p.citizenId, { birthDate: p.birthDate, sex: p.sex }, { demo }).automaticLinking ? p.citizenId : undefined
}

const given = (key: string): string => key.split(' ').at(-1) ?? ''

/**
 * Twins have year, sex and family name in common, and often all but one letter of the name: Lan and Loan, Hùng and Hưng. Marks
 * tell where both names have some; a name written without any is compared without.
 */
function sameGivenName(a: string, b: string): boolean {
  const [keyA, keyB] = [nameKeyA(a), nameKeyA(b)]
  const bare = keyA === foldName(a) || keyB === foldName(b)
  return bare ? given(foldName(a)) === given(foldName(b)) : given(keyA) === given(keyB)
}

const year = (date: string): string => date.slice(0, 4)
const opposite = (a: SourcePerson, b: SourcePerson): boolean => a.sex !== b.sex && a.sex !== '3' && b.sex !== '3'

/** Judges two sources; symmetric. `demo`: numbers with prefix 000 are valid (test and demonstration sites). */
export function judge(a: SourcePerson, b: SourcePerson, demo: boolean): RuleResult {
  if (a.facility === b.facility && a.mrn === b.mrn) return { rule: 'D4', verdict: 'certain', why: ['same-mrn'] }
  const [idA, idB] = [usableCitizenId(a, demo), usableCitizenId(b, demo)]
  if (idA && idB && idA !== idB) return { rule: 'D5', verdict: 'no-match', why: ['other-citizen-id'] }
  if (a.citizenId && a.citizenId === b.citizenId) return sameCitizenId(a, b, idA !== undefined && idB !== undefined)
  return sameInsurance(a, b)
}

function sameCitizenId(a: SourcePerson, b: SourcePerson, usable: boolean): RuleResult {
  const differs: Why[] = []
  if (!usable) differs.push('citizen-id-unfit')
  if (!a.birthDate || !b.birthDate) differs.push('year-unknown')
  else if (year(a.birthDate) !== year(b.birthDate)) differs.push('year-differs')
  if (opposite(a, b)) differs.push('sex-differs')
  if (!a.name.trim() || !b.name.trim()) differs.push('name-unknown')
  else if (nameSimilarity(a.name, b.name) < SIMILAR_ENOUGH) differs.push('name-differs')
  else if (!sameGivenName(a.name, b.name)) differs.push('given-name-differs')
  if (differs.length > 0) return { rule: 'D2', verdict: 'review', why: ['same-citizen-id', ...differs] }
  return { rule: 'D1', verdict: 'certain', why: ['citizen-id-all'] }
}

function sameInsurance(a: SourcePerson, b: SourcePerson): RuleResult {
  const numbers = new Set(a.cards.map((c) => bhxhOf(c)).filter((n) => n !== undefined))
  const shared = b.cards.map((c) => bhxhOf(c)).some((n) => n !== undefined && numbers.has(n))
  if (!shared) return { rule: '-', verdict: 'unknown', why: [] }
  const fullDate = a.birthDate.length === 10 && a.birthDate === b.birthDate
  const named = nameKeyA(a.name) !== ''
  const agrees = fullDate && named && a.sex === b.sex && nameKeyA(a.name) === nameKeyA(b.name)
  if (!agrees) return { rule: '-', verdict: 'unknown', why: ['card-only'] }
  if (a.citizenId && b.citizenId) return { rule: 'D3', verdict: 'review', why: ['card-other-id'] }
  return { rule: 'D3', verdict: 'certain', why: ['card-all'] }
}
