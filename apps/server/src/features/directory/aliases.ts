/**
 * What a facility's code became: mergers, and the province merger of 2025. A code lives in signed papers for thirty
 * years, so nothing is renamed: a reader asks whose it is now. Pure.
 */
import type { DirectoryAlias } from '../exchange/contract.ts'

const LONGEST_CHAIN = 20

/**
 * The code under which the owner of something now lives that was written under `code` on `writtenOn`. An alias holds for
 * what was written up to its last day; after that the old code may be a new facility's.
 */
export function codeNow(list: readonly DirectoryAlias[], code: string, writtenOn: string, today: string): string {
  let [current, on] = [code, writtenOn]
  for (let step = 0; step < LONGEST_CHAIN; step++) {
    const next = list
      .filter((a) => a.code === current && a.from <= today && (a.until === undefined || on <= a.until))
      .sort((a, b) => (a.from < b.from ? -1 : 1))[0]
    if (!next) return current
    current = next.becomes
    if (next.from > on) on = next.from
  }
  return current
}

/** All codes whose threads the owner of `code` answers for today: its own, and those that became it. */
export function codesOf(list: readonly DirectoryAlias[], code: string, today: string): string[] {
  const found = new Set([code])
  for (let grew = true; grew; ) {
    const before = found.size
    for (const a of list) if (a.from <= today && found.has(a.becomes)) found.add(a.code)
    grew = found.size > before
  }
  return [...found]
}

/** Why an alias cannot stand beside the others; null when it can. */
export function aliasFault(list: readonly DirectoryAlias[], alias: DirectoryAlias): string | null {
  const day = /^\d{4}-\d\d-\d\d$/
  const code = /^\d{2}[0-9A-Z]{3}$/
  if (!code.test(alias.code) || !code.test(alias.becomes)) return 'code'
  if (!day.test(alias.from) || (alias.until !== undefined && !day.test(alias.until))) return 'day'
  if (alias.code === alias.becomes) return 'same code'
  if (alias.until !== undefined && alias.until < alias.from) return 'until < from'
  // A ring would lead nowhere: following it from the new code must not come back to the old one.
  return codesOf([...list, { ...alias, from: '0000-00-00' }], alias.code, '9999-99-99').includes(alias.becomes) ? 'ring' : null
}
