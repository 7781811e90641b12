/** What searches ask about codes (`:in`, `:not-in`, `:above`, `:below`). The care area that keeps the lists answers. */
export interface CodeOf {
  system: string
  code: string
}

export interface Terminology {
  /** All codes of a value set as it was at an instant. `unknown`: the set, or a list it rests on, is not there. */
  expand(url: string, at: Date, most: number): Promise<readonly CodeOf[] | 'unknown' | 'too-many'>
  /** The code itself and everything below it. `unknown`: no list of that day has it. */
  below(system: string, code: string, at: Date): Promise<readonly string[] | 'unknown'>
  /** The code itself and everything it lies in. */
  above(system: string, code: string, at: Date): Promise<readonly string[] | 'unknown'>
}
