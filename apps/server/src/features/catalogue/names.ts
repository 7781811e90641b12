/** Names for codes somebody typed, by the list that holds on the day. */
import type { StoreRoot, Transaction } from '../../store/types.ts'
import { inForce } from './in-force.ts'
import { catalogues, displaysOf } from './tables.ts'

/** Takes codes as the list spells them and a day (yyyy-mm-dd); gives the names it knows, none where no list of this day is loaded. */
export async function codeNames(
  db: Pick<StoreRoot | Transaction, 'sql'>,
  system: string,
  codes: readonly string[],
  day: string,
): Promise<Map<string, string>> {
  const list = codes.length > 0 ? inForce(await catalogues(db, system), day) : undefined
  return list ? displaysOf(db, list.id, codes) : new Map()
}
