import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evalFhirPathTyped, type TypedValue, toTypedValue } from '@medplum/core'
import { type ConstraintRow, constraintTable } from '../definitions.ts'
import { resourceOf } from '../testing/generate/index.ts'
import { isResourceType } from '../types-numbers.ts'
import { compilePath } from './compile.ts'
import { nodeOf } from './node.ts'

/**
 * An engine with a parser of its own as witness: every published expression that is asked of a whole resource, on generated
 * resources and on the same with elements left out. `YBA_RUNS` says how many resources per expression.
 */
const RUNS = Number(process.env.YBA_RUNS ?? 3)

/** The witness looks for a part where R4 means the whole text. */
const isKnownToDiffer = (row: ConstraintRow): boolean => row.expression.startsWith('name.matches(')

function ours(expression: string, resource: object): unknown[] {
  const node = nodeOf(resource, 'Resource')
  const env = { resource: node, rootResource: node, context: node, fixed: new Map() }
  return compilePath(expression)([node], node, env).map((one) => one.value)
}

function theirs(expression: string, resource: object): unknown[] {
  const value = toTypedValue(resource)
  const variables: Record<string, TypedValue> = {
    '%resource': value,
    '%rootResource': value,
    '%context': value,
    '%ucum': toTypedValue('http://unitsofmeasure.org'),
  }
  return evalFhirPathTyped(expression, [value], variables).map((one) => one.value)
}

/** The resource, and the resource without each of its elements. */
function* variants(resource: Record<string, unknown>): Generator<object> {
  yield resource
  for (const name of Object.keys(resource)) {
    const { [name]: _value, [`_${name}`]: _extras, ...rest } = resource
    if (name !== 'resourceType') yield rest
  }
}

test('the published rules give what another engine gives', () => {
  let compared = 0
  let broken = 0
  for (const [type, rows] of Object.entries(constraintTable())) {
    if (!isResourceType(type)) continue
    for (const row of rows) {
      if (row.at || isKnownToDiffer(row)) continue
      for (let seed = 0; seed < RUNS; seed++) {
        for (const resource of variants(resourceOf(type, 7919 * seed + 11))) {
          const one: unknown[] = ours(row.expression, resource)
          const other: unknown[] = theirs(row.expression, resource)
          assert.deepEqual(one, other, `${row.key} on ${type}, seed ${seed}`)
          if (one[0] !== true) broken++
          compared++
        }
      }
    }
  }
  assert.ok(compared > 200 && broken > 20, `${compared} ${broken}`)
})
