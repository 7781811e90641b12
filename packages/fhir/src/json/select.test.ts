import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { prettyText, type Shape, SUBSETTED, selectMembers } from './index.ts'
import { members, rootStart } from './scan.ts'

const key = fc.constantFrom('a', '_a', 'b', 'meta', 'id', 'c d', '"', '\\', 'Tên', '__proto', 'constructor')
const scalar = fc.oneof(
  fc.constantFrom('1.50', '1e3', '-0.10', '0', 'true', 'null', '"\\u00e9"', '"a\\"b"', '"{[,:]}"', '"\\\\"'),
  fc.string().map((s) => JSON.stringify(s)),
)
const space = fc.constantFrom('', ' ', '\n\t', '\r\n  ')
/** JSON text as others write it: any white space, numbers and escapes in any spelling. */
const json = fc.letrec<{ any: string; object: string; list: string }>((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, scalar, tie('object'), tie('list')),
  object: fc
    .tuple(fc.uniqueArray(key, { maxLength: 5 }), fc.array(tie('any'), { minLength: 5, maxLength: 5 }), space)
    .map(([keys, values, s]) => `{${s}${keys.map((k, i) => `${JSON.stringify(k)}${s}:${s}${values[i]}`).join(`${s},${s}`)}${s}}`),
  list: fc.tuple(fc.array(tie('any'), { maxLength: 3 }), space).map(([list, s]) => `[${s}${list.join(`${s},${s}`)}${s}]`),
}))
const shape = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.dictionary(key, fc.oneof({ maxDepth: 2 }, fc.constant(true as const), tie('shape')), { maxKeys: 4 }),
})).shape

/** Where a member stands, with its exact text. */
function leaves(text: string, start: number, path: string): [string, string][] {
  if (text.charAt(start) !== '{') return []
  return members(text, start).flatMap((m) => [
    [`${path}/${m.key}`, text.slice(m.valueStart, m.valueEnd)] as [string, string],
    ...leaves(text, m.valueStart, `${path}/${m.key}`),
  ])
}

test('property: pretty text has the tokens of the text, laid out as JSON.stringify lays them out', () => {
  fc.assert(
    fc.property(json.object, (text) => {
      const pretty = prettyText(text)
      const shrunk = (s: string) => s.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ''))
      assert.equal(shrunk(pretty), shrunk(text))
      assert.equal(prettyText(pretty), pretty)
      assert.equal(prettyText(JSON.stringify(JSON.parse(text))), JSON.stringify(JSON.parse(text), null, 2))
    }),
  )
})

test('pretty text keeps the spelling of numbers and strings', () => {
  assert.equal(
    prettyText('{"v":1.50,"s":"\\u00e9 {",\n"l":[ ],"o":{},"n":[1e3,{"x":null}]}'),
    [
      '{',
      '  "v": 1.50,',
      '  "s": "\\u00e9 {",',
      '  "l": [],',
      '  "o": {},',
      '  "n": [',
      '    1e3,',
      '    {',
      '      "x": null',
      '    }',
      '  ]',
      '}',
    ].join('\n'),
  )
})

test('property: what is kept whole is kept byte for byte, and nothing else is there', () => {
  fc.assert(
    fc.property(json.object, shape, (text, keep) => {
      const out = selectMembers(text, keep, [])
      const before = new Map(leaves(text, rootStart(text), ''))
      const kept = leaves(out, rootStart(out), '')
      JSON.parse(out)
      for (const [path] of kept) assert.ok(before.has(path), path)
      for (const m of members(out, rootStart(out))) {
        const base = Object.hasOwn(keep, m.key) ? m.key : m.key.replace(/^_/, '')
        assert.ok(Object.hasOwn(keep, base), m.key)
      }
      for (const m of members(text, rootStart(text))) {
        if (Object.hasOwn(keep, m.key) && keep[m.key] === true) {
          assert.equal(new Map(kept).get(`/${m.key}`), text.slice(m.valueStart, m.valueEnd))
        }
      }
    }),
  )
})

test('property: a shape that leaves nothing out gives the text itself, tags or not', () => {
  fc.assert(
    fc.property(json.object, (text) => {
      const all = Object.fromEntries(members(text, rootStart(text)).map((m) => [m.key, true as const]))
      assert.equal(selectMembers(text, all), text)
    }),
  )
})

const TAG = '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}'

test('a part says that it is one, once, wherever meta stands', () => {
  const part = (text: string) => selectMembers(text, { resourceType: true, id: true, meta: true, v: true })
  assert.equal(part('{"resourceType":"Basic","x":1,"v":1.50}'), `{"resourceType":"Basic","meta":{"tag":[${TAG}]},"v":1.50}`)
  assert.equal(part('{ "resourceType":"Basic",\n "id":"a",\n "x":1 }'), `{ "resourceType":"Basic",\n "id":"a","meta":{"tag":[${TAG}]} }`)
  assert.equal(part('{"x":1,"meta":{ "versionId":"1"}}'), `{"meta":{"tag":[${TAG}], "versionId":"1"}}`)
  assert.equal(part('{"meta":{"tag":[{"code":"t"} ]},"x":[]}'), `{"meta":{"tag":[{"code":"t"} ,${TAG}]}}`)
  assert.equal(part('{"meta":{"tag":[]},"x":{}}'), `{"meta":{"tag":[${TAG}]}}`)
  assert.equal(part(`{"meta":{"tag":[${TAG}]},"x":{}}`), `{"meta":{"tag":[${TAG}]}}`)
  assert.equal(part('{"x":1}'), `{"meta":{"tag":[${TAG}]}}`)
})

test('objects and lists with nothing left are left out; ids and extensions go with their primitive', () => {
  const text = '{"a":{"x":1},"b":[{"x":1},{"y":2.0,"x":3},{"x":4}],"d":"2026","_d":{"id":"e"},"_x":{"id":"f"},"c":5}'
  assert.equal(
    selectMembers(text, { a: { y: true }, b: { y: true }, c: { y: true }, d: true }, []),
    '{"b":[{"y":2.0}],"d":"2026","_d":{"id":"e"},"c":5}',
  )
  assert.equal(SUBSETTED.code, 'SUBSETTED')
})
