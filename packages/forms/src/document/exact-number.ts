/** JSON numbers written digit for digit (`36.50` stays `36.50`); TypeScript's library does not know JSON.rawJSON yet. */

const json = JSON as unknown as { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }

/** A number that JSON.stringify writes as `text`. */
export function exactNumber(text: string): number {
  return json.rawJSON(text) as unknown as number
}

export function isExactNumber(value: unknown): boolean {
  return json.isRawJSON(value)
}
