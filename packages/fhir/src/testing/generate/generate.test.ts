/** Every R4 type, generated and broken. A failure names the type, the seed that makes the resource again, and the key it fell over. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Finding, parseFhirText, parseKeepingNumbers, resourceTypes, serialize, validate } from '../../index.ts'
import { arbitraryResource, MUTATIONS, mutate, poolResource, resourceOf, textOf } from './index.ts'

const TYPES = resourceTypes().map((type) => type.name)

/** Resources of each type in the second ring; `YBA_RUNS` raises it. */
const MANY = Number(process.env.YBA_RUNS ?? 40)

const told = (findings: Finding[]): string[] => findings.map((f) => `${f.path} ${f.definition.code} ${f.values.key ?? ''}`)

/** Runs for each type with seeds of its own. */
function forEveryType(runs: number, run: (type: string, seed: number) => void): void {
  for (const [n, type] of TYPES.entries()) for (let i = 0; i < runs; i++) run(type, n * 1_000_003 + i)
}

function areValid(runs: number): void {
  forEveryType(runs, (type, seed) => assert.deepEqual(told(validate(resourceOf(type, seed))), [], `${type} by seed ${seed}`))
}

function areRefused(runs: number): void {
  const kinds = new Set<string>()
  forEveryType(runs, (type, seed) => {
    const { kind, path, broken } = mutate(resourceOf(type, seed), seed)
    kinds.add(kind)
    const findings = validate(broken)
    const named = findings.some((f) => f.path === path)
    assert.ok(named, `${type} by seed ${seed}: ${kind} at ${path} is told as ${told(findings).join(', ') || 'valid'}`)
  })
  assert.deepEqual([...kinds].sort(), [...MUTATIONS].sort())
}

function areReadAsWritten(runs: number): void {
  forEveryType(runs, (type, seed) => {
    const resource = resourceOf(type, seed)
    const text = textOf(resource, seed)
    assert.deepEqual(told(validate(parseFhirText(text))), [], `${type} by seed ${seed}`)
    assert.deepEqual(parseKeepingNumbers(text), parseKeepingNumbers(serialize(resource)), `${type} by seed ${seed}`)
  })
}

test('property: a generated resource of every type is valid', () => areValid(1))
test('slow: many generated resources of every type are valid', () => areValid(MANY))

test('property: a broken resource is refused, and the broken place is named', () => areRefused(2))
test('slow: many broken resources are refused where they are broken', () => areRefused(MANY))

test('property: however the text of a resource is written, it is read as the same resource', () => areReadAsWritten(1))
test('slow: many texts are read as they were written', () => areReadAsWritten(MANY))

test('what generated references point to is a valid resource of each type', () => {
  for (const type of TYPES) assert.deepEqual(told(validate(poolResource(type))), [], type)
})

test('the same seed makes the same resource, and what fails shrinks to what fails still', () => {
  assert.equal(serialize(resourceOf('Patient', 7)), serialize(resourceOf('Patient', 7)))
  const result = fc.check(
    fc.property(arbitraryResource('Patient'), (patient) => patient.telecom === undefined),
    { seed: 1, numRuns: 100 },
  )
  assert.ok(result.failed)
  const [smallest] = result.counterexample ?? []
  assert.deepEqual(Object.keys(smallest ?? {}), ['resourceType', 'telecom'])
})
