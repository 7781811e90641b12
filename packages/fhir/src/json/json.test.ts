import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sameContent } from '../compare.ts'
import { OutcomeError } from '../outcome.ts'
import { bundleEntryTexts, decimal, parseFhirJson, parseKeepingNumbers, serialize, spliceResource } from './index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const parse = (text: string) => parseFhirJson(bytes(text))

const REFUSED: [string, Uint8Array, string][] = [
  ['invalid UTF-8', Uint8Array.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), 'json-bad-utf8'],
  ['an overlong encoding', Uint8Array.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x7d]), 'json-bad-utf8'],
  ['a key twice', bytes('{"a":1,"b":2,"a":1}'), 'json-duplicate-key'],
  ['a key twice deep down', bytes('{"a":[{"b":{"c":1,"c":2}}]}'), 'json-duplicate-key'],
  ['a key twice, once escaped', bytes('{"ab":1,"a\\u0062":2}'), 'json-duplicate-key'],
  ['__proto__', bytes('{"__proto__":{"x":1}}'), 'json-forbidden-key'],
  ['__proto__ escaped', bytes('{"a":{"\\u005f_proto__":1}}'), 'json-forbidden-key'],
  ['U+0000', bytes('{"a":["x\\u0000"]}'), 'json-forbidden-character'],
  ['U+0000 in a key', bytes('{"a\\u0000":1}'), 'json-forbidden-character'],
  ['half a surrogate pair', bytes('{"a":"\\ud83d"}'), 'json-forbidden-character'],
  ['too much nesting', bytes(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`), 'json-too-deep'],
  ['hostile nesting', bytes('['.repeat(1_000_000)), 'json-too-deep'],
  ['a broken text', bytes('{"a":'), 'json-syntax'],
  ['an open string', bytes('{"a":"x'), 'json-syntax'],
  ['text behind the end', bytes('{"a":1} x'), 'json-syntax'],
  ['a list', bytes('[]'), 'json-not-object'],
  ['null', bytes('null'), 'json-not-object'],
  ['nothing', bytes(''), 'json-syntax'],
]

for (const [name, body, code] of REFUSED) {
  test(`refuses ${name}`, () => {
    assert.throws(
      () => parseFhirJson(body),
      (e) => e instanceof OutcomeError && e.code === code,
    )
  })
}

test('refuses a body over the limit before reading it', () => {
  assert.throws(
    () => parseFhirJson(bytes('{"a":"xxxxxxxx"}'), { bytes: 10 }),
    (e) => e instanceof OutcomeError && e.code === 'json-too-large' && e.http === 413,
  )
})

test('a syntax refusal never quotes the text', () => {
  try {
    parse('{"name": Nguyễn}')
    assert.fail('must throw')
  } catch (e) {
    assert.ok(e instanceof OutcomeError && !JSON.stringify(e.findings).includes('Nguy'))
  }
})

test('names the place of a repeated key', () => {
  try {
    parse('{"a":[1,{"b":{"c":1,"c":2}}]}')
    assert.fail('must throw')
  } catch (e) {
    assert.equal(e instanceof OutcomeError && e.findings[0]?.values.path, '$.a[1].b')
  }
})

test('takes what is legal: byte order mark, escaped backslashes, emoji pairs, depth 64', () => {
  assert.equal(parse('\ufeff{"a":1}').text, '{"a":1}')
  assert.equal(parse('{"a":"\\\\u0000"}').resource.a, '\\u0000')
  assert.equal(parse('{"a":"\\ud83d\\ude00:"}').resource.a, '😀:')
  assert.ok(parse(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`).resource)
})

const key = fc.string({ maxLength: 8, unit: 'binary' }).filter((k) => k !== '__proto__' && !k.includes('\u0000') && k.isWellFormed())
const jsonText = fc.string({ unit: 'binary', maxLength: 12 }).filter((s) => !s.includes('\u0000') && s.isWellFormed())
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, jsonText, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  object: fc.dictionary(key, tie('any'), { maxKeys: 5 }),
})).any
const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ')

test('property: what JSON writes is parsed to the same value and the same text', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 6 }), fc.constantFrom(0, 1, 2), (object, indent) => {
      const text = JSON.stringify(object, null, indent)
      const out = parse(text)
      assert.equal(out.text, text)
      assert.deepEqual(out.resource, JSON.parse(text))
    }),
  )
})

test('property: a key written twice is always refused', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 }), value, (object, again) => {
      const name = Object.keys(object)[0] ?? ''
      const text = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(again)}}`
      assert.throws(
        () => parse(text),
        (e) => e instanceof OutcomeError && e.code === 'json-duplicate-key',
      )
    }),
  )
})

/** A resource text with members in any order, odd white space, and optional id and meta. */
const received = fc
  .record({
    others: fc.dictionary(
      key.filter((k) => !['id', 'meta', 'resourceType'].includes(k)),
      value,
      { maxKeys: 4 },
    ),
    id: fc.option(fc.constantFrom('old', 'a"b')),
    meta: fc.option(
      fc.dictionary(fc.constantFrom('versionId', 'lastUpdated', 'profile', 'source', 'id'), fc.constantFrom('x', '1', '{"id":"no"}')),
    ),
    order: fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
    s: space,
  })
  .map(({ others, id, meta, order, s }) => {
    const list: [string, unknown][] = [['resourceType', 'Patient'], ...Object.entries(others)]
    if (id !== null) list.splice((order[0] ?? 0) % (list.length + 1), 0, ['id', id])
    if (meta !== null) list.splice((order[1] ?? 0) % (list.length + 1), 0, ['meta', meta])
    return `${s}{${s}${list.map(([k, v]) => `${JSON.stringify(k)}${s}:${s}${JSON.stringify(v, null, s === '' ? 0 : 1)}`).join(`${s},${s}`)}${s}}${s}`
  })

const SERVER = { id: 'new', versionId: '7', lastUpdated: '2026-11-22T08:00:00.000+07:00' }

test('property: a splice sets exactly id, versionId and lastUpdated', () => {
  fc.assert(
    fc.property(received, (text) => {
      const before = JSON.parse(text)
      const after = JSON.parse(spliceResource(text, SERVER))
      const meta = { ...before.meta, versionId: SERVER.versionId, lastUpdated: SERVER.lastUpdated }
      assert.deepEqual(after, { ...before, id: SERVER.id, meta })
    }),
  )
})

test('property: a splice changes no other character, repeats to the same text, and compares as the same content', () => {
  fc.assert(
    fc.property(received, (text) => {
      const once = spliceResource(text, SERVER)
      assert.equal(spliceResource(once, SERVER), once)
      assert.ok(sameContent(text, once))
      const other = spliceResource(once, { id: 'other', versionId: '8', lastUpdated: 'later' })
      assert.equal(spliceResource(other, SERVER), once)
    }),
  )
})

test('splices with the received bytes kept: number precision, key order, white space', () => {
  const text = '{ "resourceType" : "Observation",\n "valueQuantity":{"value": 1.50, "id":"no"}, "meta":{"profile":["p"]} }'
  assert.equal(
    spliceResource(text, { id: 'a', versionId: '1', lastUpdated: 't', security: [{ system: 's', code: 'R' }] }),
    '{ "resourceType" : "Observation","id":"a",\n "valueQuantity":{"value": 1.50, "id":"no"}, ' +
      '"meta":{"versionId":"1","lastUpdated":"t","security":[{"system":"s","code":"R"}],"profile":["p"]} }',
  )
  assert.equal(spliceResource('{"resourceType":"Basic"}', { versionId: '1' }), '{"resourceType":"Basic","meta":{"versionId":"1"}}')
  assert.equal(spliceResource('{"meta":{}}', { versionId: '1' }), '{"meta":{"versionId":"1"}}')
  assert.equal(spliceResource('{}', { id: 'a' }), '{"id":"a"}')
})

test('gives the exact text of each bundle entry', () => {
  const text =
    '{"resourceType":"Bundle","entry" : [ {"fullUrl":"a","resource": {"x": 1.0} }, {"request":{"resource":1}},{"resource":{"y":[{}]}}]}'
  assert.deepEqual(bundleEntryTexts(text), ['{"x": 1.0}', undefined, '{"y":[{}]}'])
  assert.deepEqual(bundleEntryTexts('{"resourceType":"Bundle"}'), [])
})

test('decimals are written as given, and anything else is refused', () => {
  assert.equal(serialize({ value: decimal('36.50') }), '{"value":36.50}')
  assert.equal(serialize(parseKeepingNumbers('{"value":1.50,"n":[2,-0.10]}') as object), '{"value":1.50,"n":[2,-0.10]}')
  for (const bad of ['', '36,5', '1.', '.5', '+1', '01', '1e', 'NaN', '1 ']) {
    assert.throws(
      () => decimal(bad),
      (e) => e instanceof OutcomeError && e.code === 'json-bad-decimal',
    )
  }
})

test('same content: order, space and server values do not count, precision and everything else does', () => {
  const a = '{"resourceType":"Basic","id":"1","meta":{"versionId":"3","lastUpdated":"x"},"v":1.50,"l":[1,2]}'
  assert.ok(sameContent(a, '{ "v":1.50,"l":[1,2], "resourceType":"Basic" }'))
  assert.ok(!sameContent(a, '{"resourceType":"Basic","v":1.5,"l":[1,2]}'))
  assert.ok(!sameContent(a, '{"resourceType":"Basic","v":1.50,"l":[2,1]}'))
  assert.ok(!sameContent(a, '{"resourceType":"Basic","v":1.50,"l":[1,2],"w":null}'))
  assert.ok(!sameContent(a, '{"resourceType":"Basic","meta":{"profile":["p"]},"v":1.50,"l":[1,2]}'))
  const labelled = '{"resourceType":"Basic","meta":{"security":[{"code":"R"}]},"v":1}'
  assert.ok(!sameContent(labelled, '{"resourceType":"Basic","v":1}'))
  assert.ok(sameContent(labelled, '{"resourceType":"Basic","v":1}', ['versionId', 'lastUpdated', 'security']))
})
