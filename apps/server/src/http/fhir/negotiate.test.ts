import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { checkAnswerForm, checkBodyForm } from './negotiate.ts'
import { versionsOf } from './preconditions.ts'
import { preferOf } from './prefer.ts'

const isTaken = (work: () => void): boolean => {
  try {
    work()
    return true
  } catch (error) {
    assert.ok(error instanceof OutcomeError)
    return false
  }
}

test('Accept and _format: JSON of R4 in all its names, nothing else; _format wins', () => {
  const taken = (accept: string | undefined, query = '') => isTaken(() => checkAnswerForm(accept, query))
  for (const accept of [
    undefined,
    '*/*',
    'application/*;q=0.1',
    'application/fhir+json; fhirVersion=4.0',
    'application/xml, application/json;q=0.2',
    'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  ])
    assert.ok(taken(accept), accept)
  for (const accept of ['application/fhir+xml', 'text/turtle', 'application/json;q=0', 'application/fhir+json;fhirVersion=5.0'])
    assert.ok(!taken(accept), accept)
  for (const query of ['_format=json', '_format=application/fhir%2Bjson', '_format=application/fhir+json', '_format=text/json&_count=1'])
    assert.ok(taken('application/fhir+xml', query), query)
  for (const query of ['_format=xml', '_format=', '_format=application/fhir%2Bxml']) assert.ok(!taken('application/json', query), query)
})

test('Content-Type: JSON in UTF-8, or nothing said', () => {
  const wanted = new Set(['application/fhir+json', 'application/json'])
  const taken = (type: string | undefined) => isTaken(() => checkBodyForm(type, wanted))
  for (const type of [undefined, 'application/json', 'Application/FHIR+JSON; charset="UTF-8"', 'application/json; fhirVersion=4.0'])
    assert.ok(taken(type), type)
  for (const type of ['application/fhir+xml', 'text/plain', 'application/json; charset=latin1', '']) assert.ok(!taken(type), type)
})

test('Prefer: what is known is taken, the first of two, and the rest ignored', () => {
  assert.deepEqual(preferOf(undefined), {})
  assert.deepEqual(preferOf('return=minimal'), { return: 'minimal' })
  assert.deepEqual(preferOf('handling="lenient"; foo=1, return=OperationOutcome, return=minimal, wait=10'), {
    handling: 'lenient',
    return: 'OperationOutcome',
  })
  assert.deepEqual(preferOf(['respond-async', 'return=everything']), { return: undefined })
})

test('versions of If-Match: weak and strong tags, lists, a star', () => {
  assert.equal(versionsOf(undefined), undefined)
  assert.deepEqual(versionsOf('W/"3"'), [3])
  assert.deepEqual(versionsOf('"1", W/"2"'), [1, 2])
  assert.equal(versionsOf(' * '), '*')
  for (const bad of ['3', '"a"', 'W/"1" W/"2"', '', '"1",']) assert.ok(!isTaken(() => versionsOf(bad)), bad)
})
