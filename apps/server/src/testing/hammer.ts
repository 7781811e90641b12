/** Bombs one after the other, until told to stop: what others do meanwhile is the test. */
const MB = 1024 * 1024

/** Bodies built to cost more than they say, each as large as it needs to be. */
export const JSON_BOMBS: readonly (() => string)[] = [
  () => `{"thread":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`,
  () => '['.repeat(1_000_000),
  () => `[${'1,'.repeat(2_000_000)}1]`,
  () => `[${'{},'.repeat(5_000_000)}1]`,
  () => `{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
  () => `{"thread":"${'x'.repeat(20 * MB)}"}`,
]

/** FHIR bundles that are large, or pretend to be. */
export const BUNDLE_BOMBS: readonly (() => string)[] = [
  () => `{"resourceType":"Bundle","type":"transaction","entry":[${Array.from({ length: 20_000 }, () => ENTRY).join(',')}]}`,
  () => `{"resourceType":"Bundle","type":"transaction","entry":[${Array.from({ length: 5001 }, () => ENTRY).join(',')}]}`,
  () => `{"resourceType":"Bundle","entry":${'['.repeat(100_000)}`,
  () => `{"resourceType":"Bundle","entry":[${'{},'.repeat(3_000_000)}{}]}`,
]
const ENTRY = `{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}},"request":{"method":"POST","url":"Observation"}}`

export interface Hammer {
  /** How often it was answered so far, by status and code; a line that was cut counts under `cut`. */
  readonly heard: ReadonlyMap<string, number>
  /** Waits until it has been answered so often since it began. */
  strokes(n: number): Promise<void>
  stop(): Promise<void>
}

/** Sends one bomb after the other on so many lines at once. `stroke` gives what was answered. */
export function hammer<T>(
  bombs: readonly (() => T)[],
  lines: number,
  stroke: (bomb: T) => Promise<{ status: number; code: string }>,
): Hammer {
  const heard = new Map<string, number>()
  let answered = 0
  let over = false
  let tell = Promise.withResolvers<void>()
  const swing = async (from: number): Promise<void> => {
    for (let i = from; !over; i++) {
      const bomb = bombs[i % bombs.length]?.()
      const said = bomb === undefined ? null : await stroke(bomb).catch(() => null)
      const name = said ? `${said.status} ${said.code}` : 'cut'
      heard.set(name, (heard.get(name) ?? 0) + 1)
      answered++
      tell.resolve()
      tell = Promise.withResolvers()
    }
  }
  const all = Promise.all(Array.from({ length: lines }, (_, i) => swing(i * 2)))
  return {
    heard,
    async strokes(n) {
      while (answered < n) await tell.promise
    },
    async stop() {
      over = true
      await all
    },
  }
}
