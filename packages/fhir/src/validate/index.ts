/** Structure validation against the base R4 definitions. */
import { type Finding, finding } from '../outcome.ts'
import { isResourceType } from '../types-numbers.ts'
import { checkResource } from './compile.ts'
import { type Context, isObject } from './context.ts'
import { unknownType } from './outcomes.ts'

/**
 * Checks a parsed resource: structure, cardinality, choice types, primitives and their extensions, required bindings,
 * references, contained resources and the invariants listed in `invariants.ts`.
 * Takes any JSON value; gives findings with element paths, none when it is valid; throws `definitions-not-built`.
 */
export function validate(resource: unknown): Finding[] {
  if (!isObject(resource) || !isResourceType(resource.resourceType)) return [finding(unknownType)]
  const type = resource.resourceType
  const context: Context = {
    path: [type],
    findings: [],
    scope: { type, contained: undefined, used: undefined },
    inContained: false,
  }
  checkResource(type, resource, context)
  return context.findings
}
