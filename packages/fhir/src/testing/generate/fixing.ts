/** The moves that fixers are made of. An element is named as in the definitions, a choice as `value[x]`. */
import type { Json } from '../../validate/context.ts'
import { has, hasChoice, list } from '../../validate/values.ts'

/** Changes an object in place; `add` gives it a valid element of this name, of a choice any type. */
export type Fixer = (value: Json, add: (name: string) => void) => void

/** Type or backbone path → key of the invariant → fixer. */
export type Fixers = Record<string, Record<string, Fixer>>

const CHOICE = '[x]'

/** The name in the tables: without the mark of a choice. */
const bare = (name: string): string => (name.endsWith(CHOICE) ? name.slice(0, -CHOICE.length) : name)

/** Whether the element is there, as a value or as extensions only. */
export const present = (v: Json, name: string): boolean => (name.endsWith(CHOICE) ? hasChoice(v, bare(name)) : has(v, name))

/** Takes an element away, with the extensions of its value. */
export function drop(v: Json, ...names: string[]): void {
  for (const name of names) {
    for (const key of Object.keys(v)) {
      const plain = key.startsWith('_') ? key.slice(1) : key
      const choice = name.endsWith(CHOICE) && plain.startsWith(bare(name)) && /^[A-Z]/.test(plain.slice(bare(name).length))
      if (plain === name || choice) delete v[key]
    }
  }
}

/** Gives one element that is not there. */
export function ensure(v: Json, add: (name: string) => void, name: string): void {
  if (!present(v, name)) add(bare(name))
}

/** At least one of these. */
export const anyOf =
  (...names: [string, ...string[]]): Fixer =>
  (v, add) => {
    if (!names.some((name) => present(v, name))) add(bare(names[0]))
  }

/** The first stays when both are there. */
export const notBoth =
  (kept: string, dropped: string): Fixer =>
  (v) => {
    if (present(v, kept)) drop(v, dropped)
  }

/** Exactly one of the two. */
export const oneOf =
  (a: string, b: string): Fixer =>
  (v, add) => {
    anyOf(a, b)(v, add)
    notBoth(a, b)(v, add)
  }

/** With the first comes the second. */
export const needs =
  (first: string, second: string): Fixer =>
  (v, add) => {
    if (present(v, first)) ensure(v, add, second)
  }

/** The element goes unless the condition holds. */
export const onlyWhen =
  (name: string, condition: (v: Json) => boolean): Fixer =>
  (v) => {
    if (!condition(v)) drop(v, name)
  }

/** Of the objects of a list the first with each key stays. */
export function distinct(v: Json, name: string, keyOf: (item: Json) => unknown): void {
  const seen = new Set<unknown>()
  const kept = list(v[name]).filter((item) => {
    const key = keyOf(item)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  if (kept.length > 0) v[name] = kept
}

/** Writes text in place of a value, and no extensions beside it. */
export function write(v: Json, name: string, value: unknown): void {
  drop(v, name)
  v[name] = value
}
