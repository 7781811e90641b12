/** Exact fractions: a factor that is a hair off would put a value on the wrong side of a search's edge. */

export interface Rational {
  num: bigint
  den: bigint
}

export const ONE: Rational = { num: 1n, den: 1n }

const power10 = (n: number): bigint => 10n ** BigInt(n)

/** A decimal text such as `2.54` or `1e-3`; undefined when it is none. */
export function rational(text: string): Rational | undefined {
  const m = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/.exec(text)
  if (!m) return undefined
  const [, sign, whole = '', fraction = '', exponent = '0'] = m
  const digits = BigInt(`${sign}${whole}${fraction}`)
  const shift = Number(exponent) - fraction.length
  return shift >= 0 ? { num: digits * power10(shift), den: 1n } : { num: digits, den: power10(-shift) }
}

export const times = (a: Rational, b: Rational): Rational => ({ num: a.num * b.num, den: a.den * b.den })
export const over = (a: Rational, b: Rational): Rational => ({ num: a.num * b.den, den: a.den * b.num })
export const plus = (a: Rational, b: Rational): Rational => ({ num: a.num * b.den + b.num * a.den, den: a.den * b.den })

/** A whole power, negative ones too. */
export function raised(a: Rational, n: number): Rational {
  const up = BigInt(Math.abs(n))
  return n >= 0 ? { num: a.num ** up, den: a.den ** up } : { num: a.den ** up, den: a.num ** up }
}

/** In its lowest terms. */
export function reduced({ num, den }: Rational): Rational {
  let [a, b] = [num < 0n ? -num : num, den]
  while (b !== 0n) [a, b] = [b, a % b]
  return a > 1n ? { num: num / a, den: den / a } : { num, den }
}

const DIGITS = 15
const LIMIT = power10(DIGITS)

/**
 * The number nearest to the fraction with fifteen significant digits, as many as every double holds: it does not matter on
 * which way a value was reached. Larger fractions never give smaller numbers.
 */
export function rounded({ num, den }: Rational): number {
  if (num === 0n) return 0
  const [size, isNegative] = num < 0n ? [-num, true] : [num, false]
  let shift = DIGITS - (size.toString().length - den.toString().length)
  let digits = scaled(size, den, shift)
  if (digits >= LIMIT) digits = scaled(size, den, --shift)
  const value = Number(`${digits}e${-shift}`)
  return isNegative ? -value : value
}

/** The fraction times ten to the `shift`, to the nearest whole number. */
function scaled(num: bigint, den: bigint, shift: number): bigint {
  const [top, bottom] = shift >= 0 ? [num * power10(shift), den] : [num, den * power10(-shift)]
  return (2n * top + bottom) / (2n * bottom)
}
