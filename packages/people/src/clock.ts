/** Minutes of Vietnamese time as claims write them, counted from a given start; never from the machine's clock. */

export interface StayClock {
  /** `yyyymmddHHMM`, so many days after the first day, at hour and minute. */
  at: (day: number, hour: number, minute: number) => string
  /** `yyyymmdd` */
  date: (day: number) => string
}

const pad = (n: number, size = 2): string => String(n).padStart(size, '0')

/** @param start first day, yyyy-mm-dd */
export function stayClock(start: string): StayClock {
  const base = Date.UTC(Number(start.slice(0, 4)), Number(start.slice(5, 7)) - 1, Number(start.slice(8, 10)))
  const date = (day: number): string => new Date(base + day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  return { date, at: (day, hour, minute) => `${date(day + Math.floor(hour / 24))}${pad(hour % 24)}${pad(minute)}` }
}

/** Day so many days after another. */
export function addDays(start: string, days: number): string {
  const time = Date.UTC(Number(start.slice(0, 4)), Number(start.slice(5, 7)) - 1, Number(start.slice(8, 10)))
  return new Date(time + days * 86_400_000).toISOString().slice(0, 10)
}
