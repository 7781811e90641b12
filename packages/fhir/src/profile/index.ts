/** Checks a resource against profiles: those it declares, or those it is asked to meet. */
import { type Context, isObject, type Json, report, scopeOf, within } from '../validate/context.ts'
import { profileUnknown, profileWrongType } from './outcomes.ts'
import { knownProfiles, profileOf } from './registry.ts'

function declaredOf(resource: Json): string[] {
  const profiles = isObject(resource.meta) ? resource.meta.profile : undefined
  return Array.isArray(profiles) ? profiles.filter((one) => typeof one === 'string') : []
}

function checkOne(canonical: string, resource: Json, c: Context): void {
  const profile = profileOf(canonical)
  if (!profile) return
  const { type, url } = profile.table
  if (type === resource.resourceType) profile.check(resource, c)
  else report(c, profileWrongType, { profile: url, allowed: type })
}

/** The profiles a resource declares, and those of the resources it bundles. Those that are not ours are not judged. */
export function checkDeclared(resource: Json, c: Context): void {
  for (const canonical of declaredOf(resource)) checkOne(canonical, resource, c)
  if (resource.resourceType !== 'Bundle' || !Array.isArray(resource.entry)) return
  const { scope } = c
  resource.entry.forEach((entry: unknown, i) => {
    const inner = isObject(entry) ? entry.resource : undefined
    if (!isObject(inner) || declaredOf(inner).length === 0) return
    c.scope = scopeOf(String(inner.resourceType), inner)
    c.resource = inner
    within(c, 'entry', i, () => within(c, 'resource', undefined, () => checkDeclared(inner, c)))
    c.scope = scope
    c.resource = resource
  })
}

/** The profiles somebody asks a resource to meet; one that is not ours is told. */
export function checkAsked(canonicals: readonly string[], resource: Json, c: Context): void {
  const known = knownProfiles().flatMap((one) => (one.type === resource.resourceType ? [one.url] : []))
  for (const canonical of canonicals) {
    if (profileOf(canonical)) checkOne(canonical, resource, c)
    else report(c, profileUnknown, { profile: canonical, known: known.length > 0 ? known.join(', ') : '—' })
  }
}
