/** Equality, order and truth of FHIRPath values. */
import { dateRange } from '../extract/dates.ts'
import { isObject } from '../validate/context.ts'
import { isRawNumber } from '../validate/primitives.ts'
import type { Node } from './node.ts'

export const TRUE: readonly Node[] = [{ value: true, type: 'boolean', extra: undefined }]
export const FALSE: readonly Node[] = [{ value: false, type: 'boolean', extra: undefined }]
export const EMPTY: readonly Node[] = []

export const boolean = (value: boolean | undefined): readonly Node[] => (value === undefined ? EMPTY : value ? TRUE : FALSE)

/** The truth of a collection: undefined when empty or of several items; one item that is no boolean counts as true. */
export function truth(nodes: readonly Node[]): boolean | undefined {
  const value = nodes.length === 1 ? nodes[0]?.value : undefined
  if (nodes.length !== 1) return undefined
  return typeof value === 'boolean' ? value : true
}

/** The text of a collection's only item; undefined when there is none, or it is no text. */
export function textOf(nodes: readonly Node[]): string | undefined {
  const value = nodes.length === 1 ? nodes[0]?.value : undefined
  return typeof value === 'string' ? value : undefined
}

const plain = (value: unknown): unknown => (isRawNumber(value) ? Number(value.rawJSON) : value)

/** Whether two JSON values have the same content; the order of members does not matter. */
export function sameJson(one: unknown, two: unknown): boolean {
  const a = plain(one)
  const b = plain(two)
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => name in b && sameJson(a[name], b[name]))
}

export const sameNode = (a: Node, b: Node): boolean =>
  a.value === undefined || b.value === undefined ? sameJson(a.extra, b.extra) && a.value === b.value : sameJson(a.value, b.value)

/** `=`: undefined when a side is empty. */
export function equal(left: readonly Node[], right: readonly Node[]): boolean | undefined {
  if (left.length === 0 || right.length === 0) return undefined
  return left.length === right.length && left.every((node, i) => sameNode(node, right[i] as Node))
}

/** The first of each group of equal nodes. Texts and numbers are found by hash, objects one by one. */
export function distinct(nodes: readonly Node[]): Node[] {
  const seen = new Set<unknown>()
  const out: Node[] = []
  for (const node of nodes) {
    if (isObject(node.value) || node.value === undefined) {
      if (!out.some((other) => sameNode(other, node))) out.push(node)
    } else if (!seen.has(node.value)) {
      seen.add(node.value)
      out.push(node)
    }
  }
  return out
}

const DATES = new Set(['date', 'dateTime', 'instant'])

/** -1, 0, 1; undefined when the two cannot be ordered (other kinds, dates whose precision does not decide). */
export function order(left: readonly Node[], right: readonly Node[]): number | undefined {
  const [a, b] = [left[0], right[0]]
  if (!a || !b || left.length !== 1 || right.length !== 1) return undefined
  if (typeof a.value === 'number' && typeof b.value === 'number') return Math.sign(a.value - b.value)
  if (typeof a.value !== 'string' || typeof b.value !== 'string') return undefined
  if (DATES.has(a.type) && DATES.has(b.type)) {
    const [x, y] = [dateRange(a.value), dateRange(b.value)]
    if (!x || !y) return undefined
    if (x.lo === y.lo && x.hi === y.hi) return 0
    return x.hi < y.lo ? -1 : x.lo > y.hi ? 1 : undefined
  }
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0
}
