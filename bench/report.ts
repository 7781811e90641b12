/** One measurement, one JSON line. */

export interface Measure {
  measure: string
  value: number
  unit: string
  /** What issue 1 asks for; absent where a figure only explains another. */
  bar?: string
}

/** Prints the line; `name` is the word after `npm run bench --`. */
export function report(name: string, { measure, value, unit, bar }: Measure): void {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(3))
  process.stdout.write(
    `${JSON.stringify({ measure, value: rounded, unit, ...(bar ? { bar } : {}), command: `npm run bench -- ${name}` })}\n`,
  )
}

/** What is going on; never on the stream of figures. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** The value below which `share` of the sorted list lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
