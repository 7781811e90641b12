/** Which layout the law asks for on a day. */

import { isClaimDate } from '../../dates/claim-date.ts'
import type { Layout } from './define.ts'

/** QĐ 3176/QĐ-BYT (29/10/2024) is used by everybody from 01/01/2025; before it QĐ 4750, mandatory from 01/07/2024. */
const FROM_3176 = '20250101'

/**
 * The layout in force on the day a stay ended or a file is made.
 * @param day `yyyymmdd` or `yyyymmddHHMM`; anything else gives the newest layout
 */
export function layoutOn(day: string): Layout {
  const date = day.slice(0, 8)
  return isClaimDate(date) && date < FROM_3176 ? '4750' : '3176'
}
