/**
 * Deterministic rules D1 to D5 (exchange.md ii.5). Pure: two sources in, one verdict with its reasons out. D5 stands
 * first because a different valid number is a hard no, whatever else agrees.
 */
import { bhxhOf, nameKeyA, nameSimilarity, readCccd } from '@yba/vietnam'

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

export interface RuleResult {
  rule: 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | '-'
  verdict: RuleVerdict
  why: string[]
}

const SIMILAR_ENOUGH = 0.85

function usableCitizenId(p: SourcePerson, demo: boolean): string | undefined {
  if (!p.citizenId) return undefined
  return readCccd(p.citizenId, { birthDate: p.birthDate, sex: p.sex }, { demo }).automaticLinking ? p.citizenId : undefined
}

const year = (date: string): string => date.slice(0, 4)
const opposite = (a: SourcePerson, b: SourcePerson): boolean => a.sex !== b.sex && a.sex !== '3' && b.sex !== '3'

/** Judges two sources; symmetric. `demo`: numbers with prefix 000 are valid (test and demonstration sites). */
export function judge(a: SourcePerson, b: SourcePerson, demo: boolean): RuleResult {
  if (a.facility === b.facility && a.mrn === b.mrn) return { rule: 'D4', verdict: 'certain', why: ['cùng cơ sở, cùng mã người bệnh'] }
  const [idA, idB] = [usableCitizenId(a, demo), usableCitizenId(b, demo)]
  if (idA && idB && idA !== idB) return { rule: 'D5', verdict: 'no-match', why: ['hai số định danh hợp lệ khác nhau'] }
  if (a.citizenId && a.citizenId === b.citizenId) return sameCitizenId(a, b, idA !== undefined && idB !== undefined)
  return sameInsurance(a, b)
}

function sameCitizenId(a: SourcePerson, b: SourcePerson, usable: boolean): RuleResult {
  const differs: string[] = []
  if (!usable) differs.push('số định danh không khớp năm sinh hoặc giới tính')
  if (!a.birthDate || !b.birthDate) differs.push('chưa rõ năm sinh')
  else if (year(a.birthDate) !== year(b.birthDate)) differs.push('năm sinh khác nhau')
  if (opposite(a, b)) differs.push('giới tính khác nhau')
  if (!a.name.trim() || !b.name.trim()) differs.push('chưa rõ họ tên')
  else if (nameSimilarity(a.name, b.name) < SIMILAR_ENOUGH) differs.push('họ tên khác nhau')
  if (differs.length > 0) return { rule: 'D2', verdict: 'review', why: ['cùng số định danh', ...differs] }
  return { rule: 'D1', verdict: 'certain', why: ['cùng số định danh, năm sinh, giới tính và họ tên'] }
}

function sameInsurance(a: SourcePerson, b: SourcePerson): RuleResult {
  const numbers = new Set(a.cards.map((c) => bhxhOf(c)).filter((n) => n !== undefined))
  const shared = b.cards.map((c) => bhxhOf(c)).some((n) => n !== undefined && numbers.has(n))
  if (!shared) return { rule: '-', verdict: 'unknown', why: [] }
  const fullDate = a.birthDate.length === 10 && a.birthDate === b.birthDate
  const named = nameKeyA(a.name) !== ''
  const agrees = fullDate && named && a.sex === b.sex && nameKeyA(a.name) === nameKeyA(b.name)
  if (!agrees) return { rule: '-', verdict: 'unknown', why: ['chỉ trùng số thẻ bảo hiểm'] }
  if (a.citizenId && b.citizenId)
    return { rule: 'D3', verdict: 'review', why: ['cùng thẻ, ngày sinh, họ tên nhưng số định danh khác nhau'] }
  return { rule: 'D3', verdict: 'certain', why: ['cùng số bảo hiểm, ngày sinh, giới tính và họ tên'] }
}
