import { HOLIDAYS } from './holidays.ts'

const DAY = 86_400_000

const toUtc = (date: string): number => Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)))
const fromUtc = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Monday to Friday and no public holiday. `date` is `yyyy-mm-dd`. */
export function isWorkingDay(date: string, holidays: readonly string[] = HOLIDAYS): boolean {
  const weekday = new Date(toUtc(date)).getUTCDay()
  return weekday !== 0 && weekday !== 6 && !holidays.includes(date)
}

/** The n-th working day after `date` (n ≥ 1), the day itself not counted. */
export function addWorkingDays(date: string, n: number, holidays: readonly string[] = HOLIDAYS): string {
  let time = toUtc(date)
  for (let left = n; left > 0; ) {
    time += DAY
    if (isWorkingDay(fromUtc(time), holidays)) left--
  }
  return fromUtc(time)
}

export interface ReferralValidity {
  from: string
  /** Last day on which the slip is valid. */
  until: string
  basis: 'ten-working-days' | 'one-year'
}

/**
 * How long a referral slip holds: 10 working days from signing, or one year for the diseases of Annex III
 * (TT 01/2025/TT-BYT Art. 12). Whether the signing day counts is not settled; by default it does not.
 * @param input signedOn: FHIR date or dateTime in +07:00; holidays: a site's own list
 */
export function referralValidity(input: {
  signedOn: string
  oneYear?: boolean
  holidays?: readonly string[]
  countSigningDay?: boolean
}): ReferralValidity {
  const from = input.signedOn.slice(0, 10)
  const holidays = input.holidays ?? HOLIDAYS
  if (input.oneYear) {
    const end = Date.UTC(Number(from.slice(0, 4)) + 1, Number(from.slice(5, 7)) - 1, Number(from.slice(8, 10)))
    return { from, until: fromUtc(input.countSigningDay ? end - DAY : end), basis: 'one-year' }
  }
  const days = input.countSigningDay && isWorkingDay(from, holidays) ? 9 : 10
  return { from, until: addWorkingDays(from, days, holidays), basis: 'ten-working-days' }
}
