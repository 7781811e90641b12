import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decimal } from '../json/serialize.ts'
import { compilePath, pathHolds } from './compile.ts'
import { type Node, nodeOf } from './node.ts'

const PATIENT = {
  resourceType: 'Patient',
  id: 'p',
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Nguyễn Thị Mẫu</div>' },
  contained: [{ resourceType: 'Practitioner', id: 'd' }],
  active: true,
  _gender: { extension: [{ url: 'https://example.org/x', valueCode: 'unknown' }] },
  birthDate: '1990-02',
  name: [
    { family: 'Nguyễn', given: ['Thị', 'Mẫu'] },
    { family: 'Trần', given: [null, 'Hai'], _given: [{ id: 'hidden' }, null] },
  ],
  multipleBirthInteger: 2,
  generalPractitioner: [{ reference: '#d' }, { reference: 'Organization/o' }],
}

function evaluate(expression: string, resource: object = PATIENT): unknown[] {
  const node: Node = nodeOf(resource, 'Resource')
  const env = { resource: node, rootResource: node, context: node, fixed: new Map() }
  return compilePath(expression)([node], node, env).map((one) => one.value)
}

/** Expression and what it gives on the patient above. */
const EXPECTED: [string, unknown[]][] = [
  ['name.family', ['Nguyễn', 'Trần']],
  ['Patient.name.given', ['Thị', 'Mẫu', undefined, 'Hai']],
  ['Observation.status', []],
  ['multipleBirth', [2]],
  ['name[1].family', ['Trần']],
  ['name[7].family', []],
  ['nothing.there', []],
  ['empty()', [false]],
  ['photo.empty()', [true]],
  ['name.exists()', [true]],
  ["name.exists(family = 'Trần')", [true]],
  ["name.exists(family = 'Lê')", [false]],
  ['name.all(family.exists())', [true]],
  ['name.all(given.first().hasValue())', [false]],
  ["name.select(family in ('Lê' | 'Hồ')).allFalse()", [true]],
  ["name.where(family = 'Trần').given.tail()", ['Hai']],
  ['name.select(given.count())', [2, 2]],
  ['name.given.first()', ['Thị']],
  ['name.family.isDistinct()', [true]],
  ['name.family.combine(name.family).isDistinct()', [false]],
  ['(name.family | name.family).count()', [2]],
  ["name.family.intersect('Trần' | 'Lê')", ['Trần']],
  ['active.not()', [false]],
  ['photo.not()', []],
  ['photo.title.not()', []],
  ["iif(active, 'yes', 'no')", ['yes']],
  ["iif(photo, 'yes')", []],
  ['name.children().count()', [6]],
  ['descendants().family', ['Nguyễn', 'Trần']],
  ['gender.hasValue()', [false]],
  ['active.hasValue()', [true]],
  ['name.hasValue()', [false]],
  ['generalPractitioner.resolve().id', ['d', 'o']],
  ['generalPractitioner.resolve().ofType(Practitioner).exists()', [true]],
  ['generalPractitioner[0].resolve().is(Organization)', [false]],
  ["name.trace('n', family).count()", [2]],
  ['text.`div`.htmlChecks()', [true]],
  ["birthDate.startsWith('1990')", [true]],
  ["birthDate.contains('-02')", [true]],
  ["birthDate.matches('[0-9]{4}-[0-9]{2}')", [true]],
  ["birthDate.matches('[0-9]{4}')", [false]],
  ["birthDate.replaceMatches('-.*', '')", ['1990']],
  ['birthDate.substring(5)', ['02']],
  ['birthDate.substring(9)', []],
  ["'12'.toInteger()", [12]],
  ["'*'.toInteger()", []],
  ['multipleBirth.toString()', ['2']],
  ['multipleBirth is integer', [true]],
  ['multipleBirth is Integer', [true]],
  ['multipleBirth is boolean', [false]],
  ['(multipleBirth as integer) <= 2', [true]],
  ['multipleBirth.as(boolean)', []],
  ['$this.id', ['p']],
  ['name.where($this.family = %resource.name.first().family).count()', [1]],
  ['%context.id & %rootResource.id', ['pp']],
  ["'#' + id", ['#p']],
  ['1 + 2', [3]],
  ["%ucum = 'http://unitsofmeasure.org'", [true]],
  ["'Trần' in name.family", [true]],
  ["name.family contains 'Lê'", [false]],
  ['photo in name', []],
  ['1 = 1.0', [true]],
  ["id != 'q'", [true]],
  ['photo = id', []],
  ['2 > 1 and 1 >= 1 and 1 < 2', [true]],
  ["birthDate < '1991'", [true]],
  ['photo.title and false', [false]],
  ['photo.title and true', []],
  ['photo.title or true', [true]],
  ['photo.title or false', []],
  ['true xor true', [false]],
  ['photo.title xor true', []],
  ['false implies photo.title', [true]],
  ['photo.title implies true', [true]],
  ['photo.title implies false', []],
  ['false or true and false', [false]],
  ["'it\\'s \\u0041'", ["it's A"]],
]

for (const [expression, expected] of EXPECTED) {
  test(`evaluates ${expression}`, () => assert.deepEqual(evaluate(expression), expected))
}

test('partial dates are ordered only where their ranges decide', () => {
  const period = (start: string, end: string) => ({ resourceType: 'Encounter', period: { start, end } })
  assert.deepEqual(evaluate('period.start <= period.end', period('2026-01', '2026-02-03')), [true])
  assert.deepEqual(evaluate('period.start <= period.end', period('2026-02', '2026-02-03')), [])
  assert.deepEqual(evaluate('period.start <= period.end', period('2026-03', '2026-02-03')), [false])
})

test('decimals kept as text are numbers', () => {
  const risk = { resourceType: 'RiskAssessment', prediction: [{ probabilityDecimal: decimal('100.50') }] }
  assert.deepEqual(evaluate('prediction.select((probability as decimal) <= 100)', risk), [false])
})

test('a long list is searched by hash and finds the same', () => {
  const names = Array.from({ length: 40 }, (_, i) => ({ family: `F${i}` }))
  const patient = { resourceType: 'Patient', name: names }
  assert.deepEqual(evaluate("name.family contains 'F39'", patient), [true])
  assert.deepEqual(evaluate("name.all(family in %resource.name.family) and ('F40' in %resource.name.family).not()", patient), [true])
})

test('a rule holds only when its expression gives true', () => {
  const node = nodeOf(PATIENT, 'Resource')
  const env = { resource: node, rootResource: node, context: node, fixed: new Map() }
  assert.equal(pathHolds(compilePath('active'), node, env), true)
  assert.equal(pathHolds(compilePath('photo = id'), node, env), false)
  assert.equal(pathHolds(compilePath('id'), node, env), false)
})

/** What is outside the subset is refused when it is compiled. */
const REFUSED = [
  'name.nope()',
  'name.first(1)',
  'name.where()',
  '%vs',
  'name.',
  '(name',
  "name 'x'",
  '1 * 2',
  'name ~ 1',
  'name.matches(family)',
  "name.matches('(')",
  'name.ofType(1)',
  '@2026-01-01',
]

for (const expression of REFUSED) {
  test(`refuses to compile ${expression}`, () => assert.throws(() => compilePath(expression), SyntaxError))
}
