/** Which version of a list holds on a day. Pure. */

export interface Dated {
  from: string
  until?: string
}

/** Of the versions that hold on the day the one that began last: a newer decision takes the place of an older one. */
export function inForce<T extends Dated>(versions: readonly T[], day: string): T | undefined {
  return versions
    .filter((v) => v.from <= day && (v.until === undefined || day <= v.until))
    .reduce<T | undefined>((best, v) => (best === undefined || v.from >= best.from ? v : best), undefined)
}

/** `QĐ 4469/QĐ-BYT (2020-10-28 – 2026-06-30), …` */
export const versionsInWords = (versions: readonly (Dated & { version: string })[]): string =>
  versions.map((v) => `${v.version} (${v.from} – ${v.until ?? '…'})`).join(', ')
