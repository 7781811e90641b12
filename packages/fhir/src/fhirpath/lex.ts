/** FHIRPath text → tokens (FHIRPath N1, section 2 and the grammar's lexical rules). */

export interface Token {
  kind: 'name' | 'text' | 'number' | 'variable' | 'mark' | 'end'
  value: string
}

const TOKEN =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|`([^`]+)`|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?)|([%$][A-Za-z][A-Za-z0-9_]*)|(!=|<=|>=|[()[\],.|&+=<>]))/y

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f' }

const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_whole, hex: string | undefined, one: string | undefined) =>
    hex === undefined ? (ESCAPES[one ?? ''] ?? one ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  )

/** The tokens of an expression, an `end` last; throws SyntaxError at text outside the grammar we read. */
export function tokensOf(source: string): Token[] {
  const text = source.trimEnd()
  const out: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const m = TOKEN.exec(text)
    if (!m) throw new SyntaxError(`unexpected text at ${at} in: ${source}`)
    if (m[1] !== undefined || m[2] !== undefined) out.push({ kind: 'name', value: m[1] ?? m[2] ?? '' })
    else if (m[3] !== undefined) out.push({ kind: 'text', value: unescaped(m[3]) })
    else if (m[4] !== undefined) out.push({ kind: 'number', value: m[4] })
    else if (m[5] !== undefined) out.push({ kind: 'variable', value: m[5] })
    else out.push({ kind: 'mark', value: m[6] ?? '' })
  }
  out.push({ kind: 'end', value: '' })
  return out
}
