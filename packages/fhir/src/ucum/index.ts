/** Quantities in one unit for each dimension, so that `gt5.4 mmol/L` finds `97.3 mg/dL`'s neighbours: UCUM, © Regenstrief Institute. */
import { parseUnit, prefixed, type Unit } from './parse.ts'
import { type Rational, rational, reduced, rounded, times } from './rational.ts'
import { SPECIAL } from './special.ts'

/** A value in the base units of its dimension. */
export interface CanonicalQuantity {
  value: number
  /** The dimension: base units with their powers in one order (`g.m-3`), `1` without any. */
  unit: string
}

interface Converter {
  unit: string
  convert: (value: Rational) => number
}

/** Units that anybody measures in stay far below. */
const MOST_BITS = 2048n

const dimension = ({ powers }: Unit): string => {
  const parts = [...powers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([base, power]) => (power === 1 ? base : `${base}${power}`))
  return parts.length === 0 ? '1' : parts.join('.')
}

function factorConverter(code: string): Converter | undefined {
  const unit = parseUnit(code)
  if (!unit) return undefined
  const factor = reduced(unit.factor)
  if (factor.num >> MOST_BITS > 0n || factor.den >> MOST_BITS > 0n) return undefined
  return { unit: dimension(unit), convert: (value) => rounded(times(value, factor)) }
}

function specialConverter(code: string): Converter | undefined {
  const name = code.replace(/\{[^{}]+\}$/, '')
  const split = SPECIAL.has(name) ? undefined : prefixed(name, (rest) => SPECIAL.get(rest)?.takesPrefix ?? false)
  const scale = SPECIAL.get(split?.rest ?? name)
  const base = scale && factorConverter(scale.unit)
  if (!scale || !base) return undefined
  const one = base.convert({ num: 1n, den: 1n })
  const inBase = (value: number): number => (one === 1 ? value : Number((value * one).toPrecision(14)))
  return { unit: base.unit, convert: (value) => inBase(scale.apply(split ? times(value, split.factor) : value)) }
}

/** Whoever searches may send any code: what is remembered is bounded. */
const MOST_KNOWN = 2000
const known = new Map<string, Converter | undefined>()

function converterOf(code: string): Converter | undefined {
  if (known.has(code)) return known.get(code)
  if (known.size >= MOST_KNOWN) known.clear()
  const converter = specialConverter(code) ?? factorConverter(code)
  known.set(code, converter)
  return converter
}

/**
 * The same quantity in the base units of its dimension, to fifteen significant digits. The conversion is exact before it is
 * rounded, so one quantity gives one number however it is written (5.4 mg/dL and 54 mg/L), and a larger one never a smaller number.
 * Takes the value and a UCUM code (case sensitive); gives undefined when the code is none or the value leaves the range of numbers.
 *
 * Where we depart from UCUM, for the sake of those who search: a mole is a base unit, not a number; arbitrary units ([iU]) and
 * scales that run downwards ([pH]) are dimensions of their own.
 */
export function canonicalQuantity(value: number, code: string): CanonicalQuantity | undefined {
  const converter = Number.isFinite(value) ? converterOf(code) : undefined
  const exact = converter && rational(String(value))
  const out = exact && converter.convert(exact)
  return out === undefined || !Number.isFinite(out) ? undefined : { value: out, unit: converter?.unit ?? '' }
}
