/** Profiles on what stands inside a resource: data types, contained and bundled resources. */
import type { Finding } from '../outcome.ts'
import { type Context, type Json, report, scopeOf } from '../validate/context.ts'
import { profileWrongType } from './outcomes.ts'
import type { ProfileLookup } from './types.ts'

/** The context of what stands here: a bundled resource is a room of its own, a contained one shares that of its container. */
function contextOf(value: Json, c: Context): Context {
  const trial: Context = { ...c, findings: [] }
  if (typeof value.resourceType !== 'string') return trial
  trial.resource = value
  const { contained } = c.scope.resource
  if (!Array.isArray(contained) || !contained.includes(value)) trial.scope = scopeOf(value.resourceType, value)
  return trial
}

/** Whether a value meets one of the profiles; what the first one misses is told. Profiles that are not ours are not judged. */
export function meetsOneOf(canonicals: readonly string[], lookup: ProfileLookup, value: Json, c: Context): void {
  const known = canonicals.flatMap((canonical) => lookup(canonical) ?? [])
  if (known.length === 0 || known.length < canonicals.length) return
  const fitting = known.filter(({ table }) => value.resourceType === undefined || table.type === value.resourceType)
  if (fitting.length === 0) {
    const allowed = known.map(({ table }) => table.type).join(', ')
    report(c, profileWrongType, { profile: canonicals.join(', '), allowed })
    return
  }
  let first: Finding[] | undefined
  for (const { check } of fitting) {
    const trial = contextOf(value, c)
    check(value, trial)
    if (!trial.findings.some((one) => one.definition.severity !== 'warning')) return
    first ??= trial.findings
  }
  c.findings.push(...(first ?? []))
}
