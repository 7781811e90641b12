/** Special units of UCUM (§21, §22): their scale has a zero of its own or is no straight line, so they are no factors in a term. */
import { ONE, plus, type Rational, rational, reduced, rounded, times } from './rational.ts'

/** What a value on the scale is in `unit`. */
export interface Scale {
  unit: string
  takesPrefix: boolean
  apply: (value: Rational) => number
}

const exact = (text: string): Rational => rational(text) ?? ONE

/** A straight line: exact. */
const line = (unit: string, factor: Rational, zero: Rational, takesPrefix = false): Scale => ({
  unit,
  takesPrefix,
  apply: (value) => rounded(reduced(plus(times(value, factor), zero))),
})

/** Any other rising function; its last digits are not exact, fourteen of them are. */
const curve = (unit: string, of: (x: number) => number, takesPrefix = true): Scale => ({
  unit,
  takesPrefix,
  apply: (value) => Number(of(rounded(value)).toPrecision(14)),
})

const power = (x: number): number => 10 ** x
const field = (times: number) => (x: number) => times * 10 ** (x / 2)
const slope = (x: number): number => Math.atan(x / 100)

export const SPECIAL: ReadonlyMap<string, Scale> = new Map([
  ['Cel', line('K', ONE, exact('273.15'), true)],
  ['[degF]', line('K', { num: 5n, den: 9n }, { num: 45967n, den: 180n })],
  ['[degRe]', line('K', exact('1.25'), exact('273.15'))],
  ['Np', curve('1', Math.exp)],
  ['B', curve('1', power)],
  ['B[SPL]', curve('Pa', field(2e-5))],
  ['B[V]', curve('V', field(1))],
  ['B[mV]', curve('V', field(1e-3))],
  ['B[uV]', curve('V', field(1e-6))],
  ['B[10.nV]', curve('V', field(1e-8))],
  ['B[W]', curve('W', power)],
  ['B[kW]', curve('W', (x) => 1000 * power(x))],
  ['bit_s', curve('1', (x) => 2 ** x, false)],
  ["[p'diop]", curve('rad', slope, false)],
  ['%[slope]', curve('rad', slope, false)],
  ['[m/s2/Hz^(1/2)]', curve('m2/s4/Hz', (x) => x * Math.abs(x), false)],
])
