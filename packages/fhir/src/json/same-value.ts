/** Whether two JSON values say the same: objects in any order of their members, lists in theirs. */
import { isRawNumber } from '../validate/primitives.ts'
import { parseKeepingNumbers } from './serialize.ts'

type Json = Record<string, unknown>

/** A number's text; undefined for anything else. Takes values of `parseKeepingNumbers`, which keeps what JavaScript writes otherwise. */
function spelling(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return isRawNumber(value) ? value.rawJSON : undefined
}

/** Compares values of `parseKeepingNumbers`; `sameNumber` is asked about the texts of two numbers. */
export function sameJson(a: unknown, b: unknown, sameNumber: (a: string, b: string) => boolean): boolean {
  if (a === b) return true
  if (typeof a === 'string' || typeof b === 'string') return false
  const left = spelling(a)
  const right = spelling(b)
  if (left !== undefined || right !== undefined) return left !== undefined && right !== undefined && sameNumber(left, right)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i], sameNumber))
  }
  const [one, other] = [a as Json, b as Json]
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key], sameNumber))
  )
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,15}))?$/

/** One text for all spellings of a number: `1.50`, `15e-1` → `15e-1`. Exact, however many digits there are. */
function canonicalNumber(text: string): string {
  const m = NUMBER.exec(text)
  if (!m) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = m
  const digits = whole + fraction
  let from = 0
  while (digits.charAt(from) === '0') from++
  let to = digits.length
  while (to > from && digits.charAt(to - 1) === '0') to--
  if (from === to) return '0'
  return `${sign}${digits.slice(from, to)}e${Number(exponent) - fraction.length + digits.length - to}`
}

export const sameNumber = (a: string, b: string): boolean => a === b || canonicalNumber(a) === canonicalNumber(b)

/** Whether two JSON texts hold the same value, numbers by what they are worth (RFC 6902, 4.6). */
export function sameValue(a: string, b: string): boolean {
  return a === b || sameJson(parseKeepingNumbers(a), parseKeepingNumbers(b), sameNumber)
}
