/** Reads UCUM codes (UCUM §4 to §12): products and quotients of units with prefixes, exponents and annotations. */
import { CUSTOMARY } from './customary.ts'
import { ONE, over, type Rational, raised, rational, reduced, times } from './rational.ts'
import { ARBITRARY, BASE_UNITS, GENERAL, METRIC, METRIC_ARBITRARY, PREFIXES } from './units.ts'

/** A unit as a factor times powers of base units. */
export interface Unit {
  factor: Rational
  powers: ReadonlyMap<string, number>
}

const NONE: Unit = { factor: ONE, powers: new Map() }
/** Longer codes and larger exponents are no unit anybody measures in, and cost much. */
const MOST_CHARACTERS = 100
const MOST_EXPONENT = 99

function combined(a: Unit, b: Unit, sign: 1 | -1): Unit {
  const powers = new Map(a.powers)
  for (const [base, power] of b.powers) {
    const sum = (powers.get(base) ?? 0) + sign * power
    if (sum === 0) powers.delete(base)
    else powers.set(base, sum)
  }
  return { factor: sign === 1 ? times(a.factor, b.factor) : over(a.factor, b.factor), powers }
}

const raisedUnit = ({ factor, powers }: Unit, n: number): Unit => ({
  factor: raised(factor, n),
  powers: new Map(n === 0 ? [] : [...powers].map(([base, power]) => [base, power * n])),
})

const BASES = new Set([...BASE_UNITS, ...ARBITRARY])
const TAKES_PREFIX = new Set([...BASE_UNITS, ...METRIC_ARBITRARY, ...Object.keys(METRIC)])
const DEFINITIONS = new Map(Object.entries({ ...METRIC, ...GENERAL, ...CUSTOMARY }))

/** Every unit of the table. */
export const knownUnits = (): string[] => [...BASES, ...DEFINITIONS.keys()]

/** `value unit`, the value or the unit alone. */
function definition(text: string): Unit | undefined {
  const space = text.indexOf(' ')
  const value = rational(space < 0 ? text : text.slice(0, space))
  if (space < 0) return value ? { factor: value, powers: new Map() } : parseUnit(text)
  const unit = parseUnit(text.slice(space + 1))
  return value && unit && { factor: times(value, unit.factor), powers: unit.powers }
}

const symbols = new Map<string, Unit>()

/** A unit of the table; undefined when it has none of that code. */
function listed(code: string): Unit | undefined {
  if (BASES.has(code)) return { factor: ONE, powers: new Map([[code, 1]]) }
  const known = symbols.get(code)
  if (known) return known
  const text = DEFINITIONS.get(code)
  const unit = text === undefined ? undefined : definition(text)
  if (unit) symbols.set(code, { ...unit, factor: reduced(unit.factor) })
  return symbols.get(code)
}

/** The prefix and the rest of a code that begins with one and goes on with a unit that `takes` prefixes. */
export function prefixed(code: string, takes: (rest: string) => boolean): { factor: Rational; rest: string } | undefined {
  for (const size of [2, 1]) {
    const prefix = code.slice(0, size)
    const rest = code.slice(size)
    const factor = rational(Object.hasOwn(PREFIXES, prefix) ? (PREFIXES[prefix] ?? '') : '')
    if (factor && takes(rest)) return { factor, rest }
  }
  return undefined
}

function symbol(code: string): Unit | undefined {
  const whole = listed(code)
  if (whole) return whole
  const split = prefixed(code, (rest) => TAKES_PREFIX.has(rest))
  const unit = split && listed(split.rest)
  return split && unit && { factor: times(split.factor, unit.factor), powers: unit.powers }
}

const ANNOTATION = /\{[^{}]+\}/y
const SYMBOL = /(?:10[*^]|(?:\[[!-Z^-~]+\]|[!-'*,:-Z^-z|~\\])+)/y
const EXPONENT = /[+-]?\d{1,3}/y
const INTEGER = /\d{1,12}(?![\d*^])/y

class Reader {
  #at = 0
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.#at += found.length
    return found
  }

  #accept(mark: string): boolean {
    if (this.#text.charAt(this.#at) !== mark) return false
    this.#at++
    return true
  }

  whole(): Unit | undefined {
    const unit = this.#term()
    return this.#at === this.#text.length ? unit : undefined
  }

  #term(): Unit | undefined {
    let unit = this.#accept('/') ? this.#component(NONE, -1) : this.#component(NONE, 1)
    while (unit) {
      if (this.#accept('.')) unit = this.#component(unit, 1)
      else if (this.#accept('/')) unit = this.#component(unit, -1)
      else return unit
    }
    return undefined
  }

  #component(before: Unit, sign: 1 | -1): Unit | undefined {
    if (this.#match(ANNOTATION) !== undefined) return before
    const unit = this.#annotatable()
    if (!unit) return undefined
    this.#match(ANNOTATION)
    return combined(before, unit, sign)
  }

  #annotatable(): Unit | undefined {
    if (this.#accept('(')) {
      const unit = this.#term()
      return this.#accept(')') ? unit : undefined
    }
    const number = this.#match(INTEGER)
    if (number !== undefined) return Number(number) === 0 ? undefined : { factor: { num: BigInt(number), den: 1n }, powers: new Map() }
    const code = this.#match(SYMBOL)
    const unit = code === undefined ? undefined : symbol(code)
    const exponent = unit && this.#match(EXPONENT)
    if (!unit || exponent === undefined) return unit
    return Math.abs(Number(exponent)) > MOST_EXPONENT ? undefined : raisedUnit(unit, Number(exponent))
  }
}

/** The unit that a code stands for; undefined when UCUM has none (special units are none here, they are no factors). */
export function parseUnit(code: string): Unit | undefined {
  if (code.length > MOST_CHARACTERS) return undefined
  return new Reader(code).whole()
}
