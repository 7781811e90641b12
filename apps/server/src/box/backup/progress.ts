/** Progress of work that takes longer than a moment. */

const EVERY_MS = 2_000

/** Gives what is called once per item done; every two seconds it says how far the work is. */
export function saying(say: (line: string) => void, words: (done: number) => string): () => void {
  let done = 0
  let next = performance.now() + EVERY_MS
  return () => {
    done++
    if (performance.now() < next) return
    next = performance.now() + EVERY_MS
    say(words(done))
  }
}
