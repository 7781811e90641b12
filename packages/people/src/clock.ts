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

const LOCAL_OFFSET_MS = 7 * 3_600_000
const DAY_MS = 86_400_000
/** The ward's day of a stay of one day, in hours. */
const OPENS = 9
export const CLOSES = 15

/**
 * The clock of an invented stay that runs between two instants: hours of its one day are spread between them, days after it
 * are days after its end. What would lie behind the end is at the end.
 */
export function quickClock(from: Date, to: Date): StayClock {
  const text = (at: number): string => new Date(at + LOCAL_OFFSET_MS).toISOString().replace(/[-T:]/g, '')
  const length = to.getTime() - from.getTime()
  return {
    date: (day) => text(to.getTime() + day * DAY_MS).slice(0, 8),
    at: (day, hour, minute) => {
      const part = Math.min(1, Math.max(0, (day * 24 + hour + minute / 60 - OPENS) / (CLOSES - OPENS)))
      return text(from.getTime() + part * length).slice(0, 12)
    },
  }
}
