/**
 * A profile's table → one closure that runs after the base check, at the same place, so that paths read alike. What the
 * base already refused (a wrong shape) is passed over here.
 */
import { type Compiled, compilePath, pathAdvises, pathHolds } from '../fhirpath/compile.ts'
import { nodeOf, typeUnder } from '../fhirpath/node.ts'
import { sameJson } from '../fhirpath/values.ts'
import { bindingOf, inBinding, reportBinding } from '../validate/bindings.ts'
import { type Context, isObject, type Json, report, within } from '../validate/context.ts'
import { checkReference } from '../validate/references.ts'
import { type RuleTexts, reportBroken } from '../validate/rules.ts'
import { hasChoice } from '../validate/values.ts'
import { fitsPattern, sliceTest } from './match.ts'
import { meetsOneOf } from './nested.ts'
import { profileCardinality, profileClosed, profileSlice, profileType, profileValue } from './outcomes.ts'
import type { CompiledProfile, ProfileInvariant, ProfileLookup, ProfileRule, ProfileSlicing, ProfileTable } from './types.ts'

/** One value at the current place: its JSON (undefined when a primitive has extras only), its extras, its FHIR type. */
interface Item {
  value: unknown
  extra: Json | undefined
  type: string
}

type ItemCheck = (item: Item, c: Context) => void

/** Rules by element: those on the owner itself, and those below. */
interface Tree {
  own: ProfileRule[]
  children: Map<string, Tree>
}

const CHOICE = '[x]'

function treeOf(rules: readonly ProfileRule[]): Tree {
  const root: Tree = { own: [], children: new Map() }
  for (const rule of rules) {
    let at = root
    for (const name of rule.path === '' ? [] : rule.path.split('.')) {
      const next: Tree = at.children.get(name) ?? { own: [], children: new Map() }
      at.children.set(name, next)
      at = next
    }
    at.own.push(rule)
  }
  return root
}

/** The profile a rule belongs to: its name for the findings, and how it finds others. */
interface Owner {
  name: string
  lookup: ProfileLookup
}

const rangeText = (min: number | undefined, max: number | undefined): string => `${min ?? 0}..${max ?? '*'}`

const outside = (count: number, min: number | undefined, max: number | undefined): boolean =>
  count < (min ?? 0) || count > (max ?? Infinity)

/** The JSON name under which an element stands; that of a choice is the one that is there. */
function jsonName(owner: Json, name: string): string {
  if (!name.endsWith(CHOICE)) return name
  const base = name.slice(0, -CHOICE.length)
  if (!hasChoice(owner, base)) return base
  const isOurs = (key: string): boolean => key.startsWith(base) && /^[A-Z]/.test(key.slice(base.length))
  const key = Object.keys(owner).find((one) => isOurs(one) || (one.startsWith('_') && isOurs(one.slice(1)))) ?? base
  return key.startsWith('_') ? key.slice(1) : key
}

function itemsOf(owner: Json, json: string, ownerType: string): { items: Item[]; isList: boolean } {
  const value = owner[json]
  const extra = owner[`_${json}`]
  if (value === undefined && extra === undefined) return { items: [], isList: false }
  const type = typeUnder(ownerType, json)
  const item = (one: unknown, more: unknown): Item => {
    const inner = isObject(one) && typeof one.resourceType === 'string' ? one.resourceType : type
    return { value: one ?? undefined, extra: isObject(more) ? more : undefined, type: inner }
  }
  if (!Array.isArray(value) && !Array.isArray(extra)) return { items: [item(value, extra)], isList: false }
  const values: unknown[] = Array.isArray(value) ? value : []
  const extras: unknown[] = Array.isArray(extra) ? extra : []
  const length = Math.max(values.length, extras.length)
  return { items: Array.from({ length }, (_, i) => item(values[i], extras[i])), isList: true }
}

const textsOf = (rule: ProfileInvariant): RuleTexts => ({ key: rule.key, vi: rule.vi, en: rule.en, warning: rule.severity === 'warning' })

function invariantCheck(rule: ProfileInvariant): ItemCheck {
  const compiled: Compiled = compilePath(rule.expression)
  const texts = textsOf(rule)
  return ({ value, extra, type }, c) => {
    if (texts.warning && !c.warnings) return
    const node = nodeOf(value, type, extra)
    const resource = nodeOf(c.resource, 'Resource')
    const rootResource = c.resource === c.scope.resource ? resource : nodeOf(c.scope.resource, 'Resource')
    const env = { resource, rootResource, context: node, fixed: new Map() }
    if (texts.warning ? pathAdvises(compiled, node, env) : !pathHolds(compiled, node, env)) reportBroken(c, texts)
  }
}

/** The checks of a rule on one value, apart from how often it is there. */
function valueChecks(rule: ProfileRule, of: Owner): ItemCheck[] {
  const { fixed, pattern, binding, targets, profiles } = rule
  const profile = of.name
  const out: ItemCheck[] = []
  const expect = (expected: unknown, fits: (value: unknown, wanted: unknown) => boolean): void => {
    const values = { profile, expected: JSON.stringify(expected) }
    out.push(({ value }, c) => {
      if (!fits(value, expected)) report(c, profileValue, values)
    })
  }
  if (fixed !== undefined) expect(fixed, sameJson)
  if (pattern !== undefined) expect(pattern, fitsPattern)
  if (binding !== undefined) {
    out.push(({ value }, c) => {
      const known = bindingOf(binding)
      if (known && value !== undefined && !inBinding(known, value)) reportBinding(c, known)
    })
  }
  if (targets) {
    out.push(({ value }, c) => {
      if (isObject(value)) checkReference(value, c, targets)
    })
  }
  if (profiles) out.push(({ value }, c) => isObject(value) && meetsOneOf(profiles, of.lookup, value, c))
  for (const invariant of rule.invariants ?? []) out.push(invariantCheck(invariant))
  return out
}

function slicingCheck(slicing: ProfileSlicing, of: Owner): (items: Item[], name: string, c: Context) => void {
  const profile = of.name
  const slices = slicing.list.map((slice) => ({
    ...slice,
    fits: sliceTest(slicing, slice.match),
    check: ownerCheck(slice.rules, of),
    text: `${slicing.at === '' ? '' : `${slicing.at} `}${JSON.stringify(slice.match)}`,
  }))
  const names = slicing.list.map((slice) => slice.name).join(', ')
  return (items, name, c) => {
    const counts = slices.map(() => 0)
    items.forEach((item, index) => {
      const found = slices.findIndex((slice) => slice.fits(item.value))
      if (found >= 0) {
        counts[found] = (counts[found] ?? 0) + 1
        within(c, name, index, () => slices[found]?.check(item, c))
      } else if (slicing.closed) report(c, profileClosed, { profile, slices: names }, name, index)
    })
    slices.forEach((slice, i) => {
      const found = counts[i] ?? 0
      if (!outside(found, slice.min, slice.max)) return
      report(c, profileSlice, { profile, slice: slice.name, range: rangeText(slice.min, slice.max), match: slice.text, found }, name)
    })
  }
}

/** The check of one element of an owner: how often, of what type, each value, what stands below, the slices. */
function elementCheck(name: string, tree: Tree, of: Owner): (owner: Json, type: string, c: Context) => void {
  const profile = of.name
  const each = checkOf(tree, of)
  const slicings = tree.own.flatMap((rule) => (rule.slices ? [slicingCheck(rule.slices, of)] : []))
  return (owner, type, c) => {
    const json = jsonName(owner, name)
    const { items, isList } = itemsOf(owner, json, type)
    for (const { min, max, types } of tree.own) {
      const range = rangeText(min, max)
      const shown = items.length === 0 ? name : json
      if (outside(items.length, min, max)) report(c, profileCardinality, { profile, range, found: items.length }, shown)
      if (types && items.length > 0 && !types.includes(items[0]?.type ?? '')) {
        report(c, profileType, { profile, allowed: types.join(', ') }, json)
      }
    }
    items.forEach((item, i) => {
      if (each) within(c, json, isList ? i : undefined, () => each(item, c))
    })
    for (const slicing of slicings) slicing(items, json, c)
  }
}

/** The check of one value: its own rules, and the elements below it. */
function checkOf(tree: Tree, of: Owner): ItemCheck | undefined {
  const own = tree.own.flatMap((rule) => valueChecks(rule, of))
  const below = [...tree.children].map(([name, child]) => elementCheck(name, child, of))
  if (own.length === 0 && below.length === 0) return undefined
  return (item, c) => {
    for (const check of own) check(item, c)
    if (below.length === 0) return
    // Below a primitive stand its extensions only.
    const isInner = isObject(item.value)
    const owner = isInner ? (item.value as Json) : (item.extra ?? {})
    for (const check of below) check(owner, isInner ? item.type : 'Element', c)
  }
}

/** The check of an owner whose rules are relative to it. */
function ownerCheck(rules: readonly ProfileRule[], of: Owner): ItemCheck {
  return checkOf(treeOf(rules), of) ?? (() => undefined)
}

/** Compiles a table; throws SyntaxError for an invariant outside our FHIRPath. */
export function compileProfile(table: ProfileTable, lookup: ProfileLookup): CompiledProfile['check'] {
  const check = ownerCheck(table.rules, { name: table.url.slice(table.url.lastIndexOf('/') + 1), lookup })
  return (value, c) => check({ value, extra: undefined, type: table.type }, c)
}
