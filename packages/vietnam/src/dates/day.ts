/** Days as people write them in lists. */

/** A real day as yyyy-mm-dd; undefined for what is none. */
export function dayIn(text: string): string | undefined {
  const turned = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text)
  const day = turned ? `${turned[3]}-${turned[2]?.padStart(2, '0')}-${turned[1]?.padStart(2, '0')}` : text
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(day) : undefined
  return at && !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day ? day : undefined
}

/** The day it is in this country at an instant, as yyyy-mm-dd. */
export const localDay = (now: Date): string => new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10)
