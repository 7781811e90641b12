/** `compose.include.filter`: rules over the properties of a code system (http://hl7.org/fhir/valueset-filter-op). */
import { type Concept, refuse } from '@yba/fhir'
import type { CodeTable } from '../codes/table.ts'
import { FILTER_UNSUPPORTED, VALUE_SET_RULE_UNFIT } from '../outcomes.ts'

export interface FilterRule {
  property?: string
  op?: string
  value?: string
}

type Test = (concept: Concept) => boolean

const list = (value: string): Set<string> => new Set(value.split(',').map((one) => one.trim()))

/** What a concept says under a property, as text. */
function values(table: CodeTable, { code, parents, display, inactive, abstract, props }: Concept, property: string): readonly string[] {
  if (property === 'parent') return parents
  if (property === 'child') return table.children(code)
  if (property === 'code' || property === 'concept') return [code]
  if (property === 'display') return [display]
  if (property === 'inactive') return [String(inactive)]
  if (property === 'notSelectable' || property === 'abstract') return [String(abstract)]
  const found = Object.hasOwn(props, property) ? props[property] : undefined
  return found === undefined ? [] : [found].flat().map(String)
}

const OPS: Readonly<Record<string, (table: CodeTable, property: string, value: string) => Test>> = {
  'is-a': (table, _property, value) => within(table.below(value)),
  'descendent-of': (table, _property, value) => {
    const below = table.below(value)
    return ({ code }) => code !== value && below.has(code)
  },
  'is-not-a': (table, _property, value) => {
    const below = table.below(value)
    return ({ code }) => !below.has(code)
  },
  generalizes: (table, _property, value) => within(table.above(value)),
  '=': (table, property, value) => (concept) => values(table, concept, property).includes(value),
  in: (table, property, value) => {
    const wanted = list(value)
    return (concept) => values(table, concept, property).some((one) => wanted.has(one))
  },
  'not-in': (table, property, value) => {
    const unwanted = list(value)
    return (concept) => !values(table, concept, property).some((one) => unwanted.has(one))
  },
  exists: (table, property, value) => (concept) => values(table, concept, property).length > 0 === (value !== 'false'),
}

const within =
  (codes: ReadonlySet<string>): Test =>
  ({ code }) =>
    codes.has(code)

/** One test for all rules. Throws `value-set-rule-unfit`, `value-set-filter-unsupported` (a pattern could cost without end). */
export function filterTest(table: CodeTable, rules: readonly FilterRule[]): Test {
  const tests = rules.map(({ property, op, value }) => {
    if (property === undefined || op === undefined || value === undefined) throw refuse(VALUE_SET_RULE_UNFIT, { what: 'filter' })
    const make = Object.hasOwn(OPS, op) ? OPS[op] : undefined
    if (!make) throw refuse(FILTER_UNSUPPORTED, { op })
    return make(table, property, value)
  })
  return (concept) => tests.every((test) => test(concept))
}
