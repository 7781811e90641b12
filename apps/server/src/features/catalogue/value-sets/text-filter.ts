/** Typing into a list of codes: words without their marks find words with them, a code is found by its beginning. Pure. */
import { foldName } from '@yba/vietnam'
import { bareCode, typedKeys } from '../codes/table.ts'
import type { Member } from './members.ts'

/** The members that fit what was typed: by code first, then names that begin with it, then the others, each in list order. */
export function typed(members: readonly Member[], filter: string): Member[] {
  const words = foldName(filter).split(' ').filter(Boolean)
  const code = bareCode(filter.trim())
  if (code === '') return [...members]
  const whole = ` ${words.join(' ')}`
  const ranks: [Member[], Member[], Member[]] = [[], [], []]
  for (const member of members) {
    const { concept, table } = member
    const keys = table?.keys(concept) ?? typedKeys(concept)
    if (keys.code.startsWith(code)) ranks[0].push(member)
    else if (words.length > 0 && keys.names.startsWith(whole)) ranks[1].push(member)
    else if (words.length > 0 && words.every((word) => keys.names.includes(` ${word}`))) ranks[2].push(member)
  }
  return ranks.flat()
}
