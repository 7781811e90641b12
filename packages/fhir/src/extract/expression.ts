/**
 * The small part of FHIRPath that R4 search parameters use, parsed into steps: paths, `.where(x='y')`,
 * `.where(resolve() is T)`, `.ofType(T)`, `.as(T)`, `as T`, `is T`, `.exists()`, `.extension('url')`, `[n]`, `|`, and
 * `X.exists() and X != false`.
 */

export type Step =
  | { k: 'property'; name: string }
  | { k: 'type'; type: string }
  | { k: 'equals'; name: string; value: string }
  | { k: 'target'; type: string }
  | { k: 'extension'; url: string }
  | { k: 'index'; index: number }

/** One alternative: steps from the resource to the value, and what becomes of the value. */
export interface Path {
  steps: Step[]
  /** `value`: the value itself. `exists`: whether there is one. `true-like`: whether there is one other than false. */
  gives: 'value' | 'exists' | 'true-like'
}

const TOKEN = /\s*(?:([A-Za-z_]\w*)|'([^']*)'|(\d+)|(!=|[().|[\]=]))/y

interface Token {
  kind: 'name' | 'text' | 'number' | 'mark' | 'end'
  value: string
}

function tokens(source: string): Token[] {
  const out: Token[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < source.trimEnd().length) {
    const at = TOKEN.lastIndex
    const m = TOKEN.exec(source)
    if (!m) throw new SyntaxError(`unexpected text at ${at} in ${source}`)
    if (m[1] !== undefined) out.push({ kind: 'name', value: m[1] })
    else if (m[2] !== undefined) out.push({ kind: 'text', value: m[2] })
    else if (m[3] !== undefined) out.push({ kind: 'number', value: m[3] })
    else out.push({ kind: 'mark', value: m[4] ?? '' })
  }
  out.push({ kind: 'end', value: '' })
  return out
}

class Parser {
  private at = 0
  private readonly source: string
  private readonly list: Token[]

  constructor(source: string) {
    this.source = source
    this.list = tokens(source)
  }

  private get current(): Token {
    return this.list[this.at] ?? { kind: 'end', value: '' }
  }

  private fail(): never {
    throw new SyntaxError(`unsupported expression: ${this.source}`)
  }

  private take(kind: Token['kind'], value?: string): string {
    const token = this.current
    if (token.kind !== kind || (value !== undefined && token.value !== value)) this.fail()
    this.at++
    return token.value
  }

  private accept(value: string): boolean {
    const token = this.current
    if (token.value !== value || token.kind === 'text') return false
    this.at++
    return true
  }

  all(): Path[] {
    const out = this.union()
    if (this.current.kind !== 'end') this.fail()
    return out
  }

  private union(): Path[] {
    const out = this.term()
    while (this.accept('|')) out.push(...this.term())
    return out
  }

  private term(): Path[] {
    let paths = this.postfix()
    for (;;) {
      if (this.accept('as') || this.accept('is')) {
        const type = this.take('name')
        paths = paths.map((p) => ({ ...p, steps: [...p.steps, { k: 'type', type }] }))
      } else if (this.accept('and')) {
        this.postfix()
        this.take('mark', '!=')
        this.take('name', 'false')
        paths = paths.map((p) => ({ ...p, gives: 'true-like' }))
      } else return paths
    }
  }

  private postfix(): Path[] {
    let paths: Path[]
    if (this.accept('(')) {
      paths = this.union()
      this.take('mark', ')')
    } else paths = [{ steps: [{ k: 'property', name: this.take('name') }], gives: 'value' }]
    for (;;) {
      if (this.accept('.')) paths = this.member(paths)
      else if (this.accept('[')) {
        const index = Number(this.take('number'))
        this.take('mark', ']')
        paths = paths.map((p) => ({ ...p, steps: [...p.steps, { k: 'index', index }] }))
      } else return paths
    }
  }

  private member(paths: Path[]): Path[] {
    const name = this.take('name')
    if (!this.accept('(')) return paths.map((p) => ({ ...p, steps: [...p.steps, { k: 'property', name }] }))
    if (name === 'exists') {
      this.take('mark', ')')
      return paths.map((p) => ({ ...p, gives: 'exists' }))
    }
    const step = this.call(name)
    this.take('mark', ')')
    return paths.map((p) => ({ ...p, steps: [...p.steps, step] }))
  }

  private call(name: string): Step {
    if (name === 'ofType' || name === 'as') return { k: 'type', type: this.take('name') }
    if (name === 'extension') return { k: 'extension', url: this.take('text') }
    if (name !== 'where') this.fail()
    const left = this.take('name')
    if (left === 'resolve') {
      this.take('mark', '(')
      this.take('mark', ')')
      this.take('name', 'is')
      return { k: 'target', type: this.take('name') }
    }
    this.take('mark', '=')
    return { k: 'equals', name: left, value: this.take('text') }
  }
}

/** Parses an expression into its alternatives; throws SyntaxError for anything outside the subset. */
export function parseExpression(source: string): Path[] {
  return new Parser(source).all()
}
