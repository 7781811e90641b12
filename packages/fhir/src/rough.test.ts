import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DEFAULT_ZONE, type IndexGeneration, patientOf, resourceTypes, searchEntries, sortDate, validate } from './index.ts'
import { mutate, resourceOf } from './testing/generate/index.ts'

const GENERATIONS: readonly IndexGeneration[] = [1, 2]

const junk = fc.oneof(
  fc.constantFrom<unknown>(null, '', '#', '#x', 'Patient/1', '2026-11-22', -1, 1e300, true, [], {}, [null], [[]], [[{}]], { length: 3 }),
  fc.string(),
)

/** A resource of any type whose elements hold anything. */
const rough = fc
  .record({
    type: fc.constantFrom(...resourceTypes().map((t) => t.name)),
    names: fc.uniqueArray(
      fc.constantFrom(
        'id',
        'meta',
        'text',
        'contained',
        'extension',
        'status',
        'code',
        'subject',
        'patient',
        'identifier',
        'name',
        'entry',
        'item',
        'section',
        'period',
        'valueQuantity',
        '_status',
        'component',
        'category',
      ),
      { maxLength: 8 },
    ),
    values: fc.array(
      fc.oneof(
        junk,
        fc.array(junk, { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('reference', 'coding', 'resource', 'start', 'value', 'div', 'low', 'resourceType'), junk),
      ),
      {
        minLength: 8,
        maxLength: 8,
      },
    ),
  })
  .map(({ type, names, values }) => ({ resourceType: type, ...Object.fromEntries(names.map((n, i) => [n, values[i]])) }))

/** Judges a resource and reads it for the index of every generation. */
function judgeAndRead(resource: { resourceType: string; [member: string]: unknown }): void {
  for (const f of validate(resource)) assert.ok(f.path?.startsWith(resource.resourceType))
  for (const generation of GENERATIONS) {
    for (const entry of searchEntries(resource, DEFAULT_ZONE, generation)) {
      for (const value of Object.values(entry)) assert.notEqual(typeof value, 'function')
      if (entry.type === 'date') assert.ok(Number.isFinite(entry.lo) && entry.lo <= entry.hi)
    }
  }
  for (const target of patientOf(resource)) assert.match(target, /^Patient\//)
  const date = sortDate(resource)
  assert.ok(date === null || Number.isFinite(date))
}

test('property: whatever stands in a resource, it is judged and read without an exception', () => {
  fc.assert(fc.property(rough, judgeAndRead), { numRuns: 3000 })
})

test('property: a resource of every type, whole or broken in one place, is judged and read without an exception', () => {
  for (const [n, { name }] of resourceTypes().entries()) {
    const whole = resourceOf(name, n)
    judgeAndRead(whole)
    judgeAndRead({ ...mutate(whole, n).broken, resourceType: name })
  }
})
