/** What searches ask about codes (`:in`, `:not-in`, `:above`, `:below`). The care area that keeps the lists answers. */
import type { Reads } from './types.ts'

export interface CodeOf {
  system: string
  code: string
}

/**
 * Whose question it is: lists and value sets are looked at with the rights of whoever searches, on the connection the
 * search has. A transaction that waited for a second connection would wait for ever once all are taken.
 */
export interface Asker extends Pick<Reads, 'search'> {
  sql<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
}

export interface Terminology {
  /** All codes of a value set as it was at an instant. `unknown`: the set, or a list it rests on, is not there. */
  expand(asker: Asker, url: string, at: Date, most: number): Promise<readonly CodeOf[] | 'unknown' | 'too-many'>
  /** The code itself and everything below it. `unknown`: no list of that day has it. */
  below(asker: Asker, system: string, code: string, at: Date): Promise<readonly string[] | 'unknown'>
  /** The code itself and everything it lies in. */
  above(asker: Asker, system: string, code: string, at: Date): Promise<readonly string[] | 'unknown'>
}
