/** FHIRPath text → syntax tree: the operators and forms that the invariants of R4 and of our profiles use. */
import { type Token, tokensOf } from './lex.ts'

export type Operator = 'implies' | 'or' | 'xor' | 'and' | 'in' | 'contains' | '=' | '!=' | '<' | '>' | '<=' | '>=' | '|' | '+' | '&'

export type Expression =
  | { k: 'literal'; value: string | number | boolean }
  | { k: 'variable'; name: string }
  | { k: 'member'; of: Expression | undefined; name: string }
  | { k: 'call'; of: Expression | undefined; name: string; args: Expression[] }
  | { k: 'index'; of: Expression; index: number }
  | { k: 'type'; of: Expression; op: 'is' | 'as'; type: string }
  | { k: 'binary'; op: Operator; left: Expression; right: Expression }

/** Binding strength from loose to tight; `is` and `as` stand between `|` and `+`. */
const LEVELS: readonly (readonly string[])[] = [
  ['implies'],
  ['or', 'xor'],
  ['and'],
  ['in', 'contains'],
  ['=', '!='],
  ['<', '>', '<=', '>='],
  ['|'],
  ['is', 'as'],
  ['+', '&'],
]

class Parser {
  private at = 0
  private readonly source: string
  private readonly tokens: Token[]

  constructor(source: string) {
    this.source = source
    this.tokens = tokensOf(source)
  }

  whole(): Expression {
    const out = this.level(0)
    if (this.current.kind !== 'end') this.fail()
    return out
  }

  private get current(): Token {
    return this.tokens[this.at] ?? { kind: 'end', value: '' }
  }

  private fail(): never {
    throw new SyntaxError(`unexpected ${this.current.kind} ${this.current.value} in: ${this.source}`)
  }

  private accept(value: string): boolean {
    const token = this.current
    if (token.value !== value || token.kind !== 'mark') return false
    this.at++
    return true
  }

  private expect(value: string): void {
    if (!this.accept(value)) this.fail()
  }

  private name(): string {
    const token = this.current
    if (token.kind !== 'name') this.fail()
    this.at++
    return token.value
  }

  private level(n: number): Expression {
    const operators = LEVELS[n]
    if (!operators) return this.postfix()
    let left = this.level(n + 1)
    for (;;) {
      const token = this.current
      if ((token.kind !== 'name' && token.kind !== 'mark') || !operators.includes(token.value)) return left
      this.at++
      if (token.value === 'is' || token.value === 'as') left = { k: 'type', of: left, op: token.value, type: this.typeName() }
      else left = { k: 'binary', op: token.value as Operator, left, right: this.level(n + 1) }
    }
  }

  private typeName(): string {
    const first = this.name()
    return this.accept('.') ? this.name() : first
  }

  private postfix(): Expression {
    let out = this.primary()
    for (;;) {
      if (this.accept('.')) out = this.invocation(out)
      else if (this.accept('[')) {
        const token = this.current
        if (token.kind !== 'number') this.fail()
        this.at++
        out = { k: 'index', of: out, index: Number(token.value) }
        this.expect(']')
      } else return out
    }
  }

  private primary(): Expression {
    const token = this.current
    if (this.accept('(')) {
      const out = this.level(0)
      this.expect(')')
      return out
    }
    if (token.kind === 'name') {
      if (token.value !== 'true' && token.value !== 'false') return this.invocation(undefined)
      this.at++
      return { k: 'literal', value: token.value === 'true' }
    }
    this.at++
    if (token.kind === 'text') return { k: 'literal', value: token.value }
    if (token.kind === 'number') return { k: 'literal', value: Number(token.value) }
    if (token.kind === 'variable') return { k: 'variable', name: token.value }
    this.at--
    return this.fail()
  }

  private invocation(of: Expression | undefined): Expression {
    const name = this.name()
    if (!this.accept('(')) return { k: 'member', of, name }
    const args: Expression[] = []
    if (!this.accept(')')) {
      do args.push(this.level(0))
      while (this.accept(','))
      this.expect(')')
    }
    return { k: 'call', of, name, args }
  }
}

/** Parses an expression; throws SyntaxError for anything outside the subset. */
export function parsePath(source: string): Expression {
  return new Parser(source).whole()
}
