/** A slip and who stands at the desk with it. */
import { nameSimilarity } from '@yba/vietnam'
import type { PersonFacts } from './task.ts'

const SIMILAR_ENOUGH = 0.85

type Person = Pick<PersonFacts, 'name' | 'birthDate' | 'sex' | 'citizenId'>

/** Whether who stands at the desk may be who a slip speaks of. Two different citizen numbers are two persons. */
export function samePerson(a: Person, b: Person): boolean {
  if (a.citizenId && b.citizenId) return a.citizenId === b.citizenId
  const dates = a.birthDate.startsWith(b.birthDate) || b.birthDate.startsWith(a.birthDate)
  const sexes = a.sex === b.sex || a.sex === '3' || b.sex === '3'
  return dates && sexes && nameSimilarity(a.name, b.name) >= SIMILAR_ENOUGH
}
