/** Bytes of several papers in one answer: a line that says which and how long, then the bytes in that order. */
const NEWLINE = 0x0a

export interface Paper {
  sha256: string
  bytes: Buffer
}

export function packPapers(papers: readonly Paper[]): Buffer {
  const head = JSON.stringify(papers.map(({ sha256, bytes }) => [sha256, bytes.length]))
  return Buffer.concat([Buffer.from(`${head}\n`), ...papers.map((p) => p.bytes)])
}

/** Throws where the answer is no such bundle; whether the bytes are what their names say is for the reader to check. */
export function unpackPapers(bundle: Buffer): Paper[] {
  const end = bundle.indexOf(NEWLINE)
  const head: unknown = JSON.parse(bundle.toString('utf8', 0, Math.max(0, end)))
  if (!Array.isArray(head)) throw new Error('a bundle of papers without its head')
  let at = end + 1
  return head.map((line: unknown): Paper => {
    const [sha256, length] = Array.isArray(line) ? line : []
    if (typeof sha256 !== 'string' || !Number.isSafeInteger(length) || length < 0 || at + length > bundle.length) {
      throw new Error('a bundle of papers that was cut')
    }
    at += length
    return { sha256, bytes: bundle.subarray(at - length, at) }
  })
}
