/** Shape and target type of references. */
import { isResourceType } from '../types-numbers.ts'
import { type Context, type Json, report } from './context.ts'
import { badReference, wrongTarget } from './outcomes.ts'
import { reportBroken } from './rules.ts'

const LOCAL = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/
const CONDITIONAL = /^([A-Z][A-Za-z]+)\?\S+=\S*$/
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S+$/i
const ABSOLUTE_REST = /^https?:\/\/\S*\/([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/

/** Longer references are none; the bound also keeps the patterns above cheap. */
const LONGEST = 2048

const REF_1 = {
  key: 'ref-1',
  vi: 'tham chiếu #id phải trỏ tới tài nguyên nằm trong contained.',
  en: 'a #id reference must point to a contained resource.',
}

function checkTarget(c: Context, found: string, allowed: string[] | undefined): void {
  if (allowed && !allowed.includes(found)) report(c, wrongTarget, { found, allowed: allowed.join(', ') }, 'reference')
}

/** Notes that `#id` is used in the current resource, for dom-3. */
export function noteUse(id: string, c: Context): void {
  c.scope.used ??= new Set()
  c.scope.used.add(id)
}

function contained(id: string, c: Context, allowed: string[] | undefined): void {
  noteUse(id, c)
  if (id === '') return
  const type = c.scope.contained?.get(id)
  if (type === undefined) reportBroken(c, REF_1, 'reference')
  else checkTarget(c, type, allowed)
}

function literal(text: string, c: Context, allowed: string[] | undefined): void {
  if (text.charCodeAt(0) === 35) {
    contained(text.slice(1), c, allowed)
    return
  }
  if (text.length > LONGEST) {
    report(c, badReference, {}, 'reference')
    return
  }
  const local = LOCAL.exec(text) ?? CONDITIONAL.exec(text)
  if (local) {
    const type = local[1] ?? ''
    if (isResourceType(type)) checkTarget(c, type, allowed)
    else report(c, badReference, {}, 'reference')
    return
  }
  if (!ABSOLUTE.test(text)) {
    report(c, badReference, {}, 'reference')
    return
  }
  const type = ABSOLUTE_REST.exec(text)?.[1]
  if (type !== undefined && isResourceType(type)) checkTarget(c, type, allowed)
}

/** Checks a Reference at the current place against the types its element allows (all without `allowed`). */
export function checkReference(value: Json, c: Context, allowed: string[] | undefined): void {
  const text = value.reference
  if (typeof text === 'string') literal(text, c, allowed)
  const type = value.type
  if (allowed && typeof type === 'string' && isResourceType(type) && !allowed.includes(type)) {
    report(c, wrongTarget, { found: type, allowed: allowed.join(', ') }, 'type')
  }
}
