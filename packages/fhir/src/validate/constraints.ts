/** The invariants of R4 that run as they are published: FHIRPath, compiled when a type is first used. */
import { type ConstraintRow, constraintTable, elementsOf } from '../definitions.ts'
import { type Compiled, compilePath, pathAdvises, pathHolds } from '../fhirpath/compile.ts'
import { type Node, nodeOf, typeUnder } from '../fhirpath/node.ts'
import { isResourceType } from '../types-numbers.ts'
import type { Context, Json } from './context.ts'
import { invariantText } from './invariant-texts.ts'
import { INVARIANTS } from './invariants.ts'
import { type RuleTexts, reportBroken } from './rules.ts'

/** Runs at an object of the type; tells what is broken. */
export type PublishedRule = (value: Json, c: Context) => void

/** Rules that other parts of the check enforce: the shape of references, and Extension's own on each nested one. */
const ELSEWHERE = new Set(['Reference ref-1', 'Extension ext-1'])

/** A rule of severity error must give true; one of severity warning is told only when it gives false. */
function holds(rule: Compiled, texts: RuleTexts, node: Node, c: Context): boolean {
  const resource = nodeOf(c.resource, 'Resource')
  const rootResource = c.resource === c.scope.resource ? resource : nodeOf(c.scope.resource, 'Resource')
  const env = { resource, rootResource, context: node, fixed: new Map() }
  return texts.warning ? !pathAdvises(rule, node, env) : pathHolds(rule, node, env)
}

/** A rule on the values under one JSON name of the object. */
function atMember(rule: Compiled, texts: RuleTexts, owner: string, name: string): PublishedRule {
  const type = typeUnder(owner, name)
  return (value, c) => {
    const found = value[name]
    if (found === undefined) return
    if (!Array.isArray(found)) {
      if (!holds(rule, texts, nodeOf(found, type), c)) reportBroken(c, texts, name)
      return
    }
    found.forEach((item: unknown, index) => {
      if (item !== null && !holds(rule, texts, nodeOf(item, type), c)) reportBroken(c, texts, name, index)
    })
  }
}

function ruleOf(type: string, row: ConstraintRow): PublishedRule {
  const texts: RuleTexts = { ...invariantText(row), warning: row.warning === 1 }
  const rule = compilePath(row.expression)
  let run: PublishedRule
  if (row.at) {
    const members = row.at.map((name) => atMember(rule, texts, type, name))
    run = (value, c) => members.forEach((member) => void member(value, c))
  } else {
    run = (value, c) => {
      if (!holds(rule, texts, nodeOf(value, type), c)) reportBroken(c, texts)
    }
  }
  if (!texts.warning) return run
  return (value, c) => {
    if (c.warnings) run(value, c)
  }
}

/** The published rules of a type, a backbone path or a resource type that no closure of ours stands for. */
export function publishedRules(type: string): PublishedRule[] {
  const isDomain = isResourceType(type) && elementsOf(type, type)?.some((row) => row.n === 'text')
  const owners = isDomain ? ['DomainResource', type] : [type]
  return owners.flatMap((owner) => {
    const byHand = new Set((INVARIANTS[owner] ?? []).map((rule) => rule.key))
    const rows = (constraintTable()[owner] ?? []).filter((row) => !byHand.has(row.key) && !ELSEWHERE.has(`${owner} ${row.key}`))
    return rows.map((row) => ruleOf(type, row))
  })
}
