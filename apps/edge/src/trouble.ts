/** What keeps a folder from being watched; said to who started the edge, and to the site by its code. */
export class EdgeTrouble extends Error {
  readonly code: string
  readonly vi: string
  constructor(code: string, vi: string, en: string) {
    super(en)
    this.code = code
    this.vi = vi
  }
}
