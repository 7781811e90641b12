/**
 * Extensions that are defined, R4's own and ours: their value, their parts, and where they may stand. An extension nobody
 * defined here is kept and not judged. R4's own definitions put extensions of R4 where these do not allow themselves, so the
 * place of those is advice.
 */
import { extensionTable } from '../definitions.ts'
import { type Context, isObject, type Json, report } from './context.ts'
import { extensionContext, extensionMisplaced, extensionPart, extensionValue, modifierUnknown } from './outcomes.ts'
import { PRIMITIVES } from './primitives.ts'
import { list } from './values.ts'

/** An extension's definition as far as it is judged where it stands. */
export interface KnownExtension {
  /** Element paths and types it may stand on; `*` where only a rule of its own could tell. */
  contexts: readonly string[]
  check: (value: Json, c: Context) => void
}

type Lookup = (url: string) => KnownExtension | undefined

let ours: Lookup = () => undefined

/** Gives the extensions of our profiles; they are judged where profiles are. */
export function useExtensions(lookup: Lookup): void {
  ours = lookup
}

const PREFIX = 'value'

const typeOfValue = (value: Json): string | undefined => {
  const key = Object.keys(value).find((name) => /^_?value[A-Z]/.test(name))
  return key?.slice(key.indexOf(PREFIX) + PREFIX.length)
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function checkValue(value: Json, types: readonly string[], c: Context): void {
  const found = typeOfValue(value)
  if (found === undefined || types.length === 0 || types.some((type) => capital(type) === found)) return
  report(c, extensionValue, { found, allowed: types.join(', ') }, `value${found}`)
}

function published(url: string): KnownExtension | undefined {
  const row = extensionTable()[url]
  if (!row) return undefined
  return {
    contexts: row.contexts,
    check: (value, c) => {
      checkValue(value, row.types, c)
      for (const [name, { min, max }] of Object.entries(row.parts ?? {})) {
        const count = list(value.extension).filter((part) => part.url === name).length
        if (count < min || (max > 0 && count > max))
          report(c, extensionPart, { part: name, range: `${min}..${max || '*'}`, found: count }, 'extension')
      }
    },
  }
}

const known = new Map<string, KnownExtension | undefined>()

function publishedOnce(url: string): KnownExtension | undefined {
  if (!known.has(url) && known.size < 5000) known.set(url, published(url))
  return known.get(url) ?? published(url)
}

/** The paths an element goes by: from its resource, and with the name of a choice. */
function pathsHere(c: Context): string[] {
  const names = c.path.slice(c.start).filter((part) => typeof part === 'string')
  const own = [String(c.resource.resourceType), ...names.slice(c.start === 0 ? 1 : 0)].map((name) => name.replace(/^_/, ''))
  return [own.join('.'), own.join('.').replace(/\.([a-z]+)[A-Z]\w*$/, '.$1[x]')]
}

const GENERAL = new Set(['Element', 'Resource', 'DomainResource', 'BackboneElement', '*'])

/** Whether an extension may stand on an element of this type at the current place. */
function mayStand(contexts: readonly string[], type: string, c: Context): boolean {
  if (contexts.length === 0 || type === 'Extension') return true
  if (type === 'Element' && contexts.some((one) => PRIMITIVES[one])) return true
  const last = String(c.path.findLast((part) => typeof part === 'string')).replace(/^_/, '')
  const here = pathsHere(c)
  // A path below a data type (`Address.line`) is taken by its last name: the type around a primitive is not at hand here.
  return contexts.some((one) => GENERAL.has(one) || one === type || here.includes(one) || (type === 'Element' && one.endsWith(`.${last}`)))
}

/** Judges the extensions of one object of a type; the place is the object's. */
export function checkExtensions(value: unknown, name: 'extension' | 'modifierExtension', type: string, c: Context): void {
  if (!Array.isArray(value)) return
  value.forEach((extension: unknown, index) => {
    const url = isObject(extension) ? extension.url : undefined
    if (!isObject(extension) || typeof url !== 'string') return
    const core = publishedOnce(url)
    const definition = core ?? (c.profiles ? ours(url) : undefined)
    if (!definition) {
      if (name === 'modifierExtension' && c.warnings) report(c, modifierUnknown, {}, name, index)
      return
    }
    if ((!core || c.warnings) && !mayStand(definition.contexts, type, c)) {
      report(c, core ? extensionMisplaced : extensionContext, { allowed: definition.contexts.join(', ') }, name, index)
    }
    c.path.push(name, index)
    definition.check(extension, c)
    c.path.length -= 2
  })
}
