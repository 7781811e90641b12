/** Structure validation against the base R4 definitions. */
import { type Finding, finding } from '../outcome.ts'
import { checkAsked, checkDeclared } from '../profile/index.ts'
import { isResourceType } from '../types-numbers.ts'
import { checkResource } from './compile.ts'
import { type Context, isObject, scopeOf } from './context.ts'
import { checkDocument } from './documents.ts'
import { unknownType } from './outcomes.ts'

export interface ValidateOptions {
  /** `declared`: the profiles in `meta.profile` that are ours (`useProfiles`); or these canonicals. Default: none. */
  profiles?: 'declared' | readonly string[]
  /** Advice too (`$validate`): rules of severity warning, documents that are not whole. A write never asks for it. */
  warnings?: boolean
}

/**
 * Checks a parsed resource: structure, cardinality, choice types, primitives and their extensions, required bindings,
 * references, contained resources and all invariants of R4; then the profiles asked for.
 * Takes any JSON value; gives findings with element paths, none when it is valid; throws `definitions-not-built`.
 */
export function validate(resource: unknown, options: ValidateOptions = {}): Finding[] {
  if (!isObject(resource) || !isResourceType(resource.resourceType)) return [finding(unknownType)]
  const type = resource.resourceType
  const context: Context = {
    path: [type],
    findings: [],
    scope: scopeOf(type, resource),
    resource,
    start: 0,
    inContained: false,
    profiles: options.profiles !== undefined,
    warnings: options.warnings ?? false,
  }
  checkResource(type, resource, context)
  if (context.warnings) checkDocument(resource, context)
  if (options.profiles === 'declared') checkDeclared(resource, context)
  else if (options.profiles) checkAsked(options.profiles, resource, context)
  return context.findings
}
