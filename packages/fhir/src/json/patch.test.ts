import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OutcomeError } from '../outcome.ts'
import { applyPatch, parseKeepingNumbers, readPatch, serialize } from './index.ts'

const patched = (text: string, steps: object[] | string) =>
  applyPatch(text, readPatch(typeof steps === 'string' ? steps : JSON.stringify(steps)))

function refusal(run: () => unknown): { code: string; path: string | undefined } {
  try {
    run()
  } catch (error) {
    if (error instanceof OutcomeError) return { code: error.code, path: error.findings[0]?.path }
    throw error
  }
  return { code: 'none', path: undefined }
}

/** The cases that the appendix of RFC 6902 names, each with a text of our own. */
const APPLIED: [name: string, text: string, steps: object[], out: string][] = [
  ['A.1 adds a member', '{"a":"x"}', [{ op: 'add', path: '/b', value: 'y' }], '{"a":"x","b":"y"}'],
  ['A.2 adds an item', '{"l":["p","q"]}', [{ op: 'add', path: '/l/1', value: 'n' }], '{"l":["p","n","q"]}'],
  ['A.3 removes a member', '{"a":"x", "b":"y"}', [{ op: 'remove', path: '/a' }], '{"b":"y"}'],
  ['A.4 removes an item', '{"l":["p","q","r"]}', [{ op: 'remove', path: '/l/1' }], '{"l":["p","r"]}'],
  ['A.5 replaces a value', '{"a":"x","b":"y"}', [{ op: 'replace', path: '/a', value: 'z' }], '{"a":"z","b":"y"}'],
  [
    'A.6 moves a value',
    '{"f":{"k":1.50,"w":"v"},"g":{"c":"d"}}',
    [{ op: 'move', from: '/f/k', path: '/g/t' }],
    '{"f":{"w":"v"},"g":{"c":"d","t":1.50}}',
  ],
  ['A.7 moves an item', '{"l":["a","b","c","d"]}', [{ op: 'move', from: '/l/1', path: '/l/3' }], '{"l":["a","c","d","b"]}'],
  [
    'A.8 tests values',
    '{"a":"x","l":["p",2,"q"]}',
    [
      { op: 'test', path: '/a', value: 'x' },
      { op: 'test', path: '/l/1', value: 2 },
    ],
    '{"a":"x","l":["p",2,"q"]}',
  ],
  ['A.10 adds an object', '{"a":"x"}', [{ op: 'add', path: '/c', value: { g: {} } }], '{"a":"x","c":{"g":{}}}'],
  ['A.11 ignores members it does not know', '{"a":"x"}', [{ op: 'add', path: '/b', value: 'y', why: 1 }], '{"a":"x","b":"y"}'],
  [
    'A.14 reads ~01 as ~1',
    '{"/":9,"~1":10}',
    [
      { op: 'test', path: '/~01', value: 10 },
      { op: 'remove', path: '/~1' },
    ],
    '{"~1":10}',
  ],
  ['A.16 adds a list at the end', '{"l":["p"]}', [{ op: 'add', path: '/l/-', value: ['q', 'r'] }], '{"l":["p",["q","r"]]}'],
  ['copies with the spelling', '{"v":1.50}', [{ op: 'copy', from: '/v', path: '/w' }], '{"v":1.50,"w":1.50}'],
  ['puts null', '{"a":1}', [{ op: 'add', path: '/a', value: null }], '{"a":null}'],
  [
    'adds to the empty',
    '{"o":{ },"l":[]}',
    [
      { op: 'add', path: '/o/a', value: 1 },
      { op: 'add', path: '/l/0', value: 2 },
    ],
    '{"o":{"a":1 },"l":[2]}',
  ],
  ['names the empty member', '{"":{"x":1}}', [{ op: 'replace', path: '//x', value: 2 }], '{"":{"x":2}}'],
  ['moves nowhere', '{"a":1,"b":2}', [{ op: 'move', from: '/a', path: '/a' }], '{"a":1,"b":2}'],
  ['replaces the whole', '{"id":"i","a":1}', [{ op: 'replace', path: '', value: { b: 2, id: 'i' } }], '{"b":2,"id":"i"}'],
]

for (const [name, text, steps, out] of APPLIED) test(`patch ${name}`, () => assert.equal(patched(text, steps), out))

const REFUSED: [name: string, text: string, steps: object[], code: string, step: number][] = [
  ['A.9 a test that fails', '{"a":"x"}', [{ op: 'test', path: '/a', value: 'y' }], 'patch-test-failed', 0],
  ['A.12 an addition below nothing', '{"a":"x"}', [{ op: 'add', path: '/b/c', value: 1 }], 'patch-path-missing', 0],
  ['A.15 a text for a number', '{"a":10}', [{ op: 'test', path: '/a', value: '10' }], 'patch-test-failed', 0],
  [
    'a step after good ones',
    '{"a":1}',
    [
      { op: 'add', path: '/b', value: 1 },
      { op: 'remove', path: '/c' },
    ],
    'patch-path-missing',
    1,
  ],
  ['a place behind the end', '{"l":[1]}', [{ op: 'add', path: '/l/2', value: 1 }], 'patch-path-missing', 0],
  ['the end as a place to read', '{"l":[1]}', [{ op: 'replace', path: '/l/-', value: 1 }], 'patch-path-missing', 0],
  ['a place with a zero before it', '{"l":[1,2]}', [{ op: 'remove', path: '/l/01' }], 'patch-path-missing', 0],
  ['a path through a text', '{"a":"x"}', [{ op: 'replace', path: '/a/0', value: 1 }], 'patch-path-missing', 0],
  ['a move into itself', '{"a":{"b":1}}', [{ op: 'move', from: '/a', path: '/a/b' }], 'patch-into-itself', 0],
  ['another id', '{"id":"i"}', [{ op: 'replace', path: '/id', value: 'j' }], 'patch-immutable', 0],
  ['an id where none was', '{"a":1}', [{ op: 'add', path: '/id', value: 'j' }], 'patch-immutable', 0],
  ['no id any more', '{"id":"i"}', [{ op: 'move', from: '/id', path: '/x' }], 'patch-immutable', 0],
  [
    'another type',
    '{"resourceType":"Basic"}',
    [
      { op: 'copy', from: '/resourceType', path: '/x' },
      { op: 'replace', path: '', value: {} },
    ],
    'patch-immutable',
    1,
  ],
  ['nothing left', '{"a":1}', [{ op: 'remove', path: '' }], 'patch-immutable', 0],
  [
    'too deep',
    '{"a":{"b":{}}}',
    [{ op: 'add', path: '/a/b/c', value: JSON.parse(`${'['.repeat(62)}${']'.repeat(62)}`) }],
    'patch-too-costly',
    0,
  ],
]

for (const [name, text, steps, code, step] of REFUSED) {
  test(`patch refuses ${name}`, () =>
    assert.deepEqual(
      refusal(() => patched(text, steps)),
      { code, path: `$[${step}]` },
    ))
}

const MALFORMED: [string, string][] = [
  ['{"op":"remove","path":"/a"}', 'patch-not-list'],
  ['[{"op":"remove","path":"/a"},1]', 'patch-bad-step'],
  ['[{"op":"merge","path":"/a"}]', 'patch-bad-step'],
  ['[{"op":"remove"}]', 'patch-bad-step'],
  ['[{"op":"remove","path":"a"}]', 'patch-bad-step'],
  ['[{"op":"remove","path":"/a~2"}]', 'patch-bad-step'],
  ['[{"op":"add","path":"/a"}]', 'patch-bad-step'],
  ['[{"op":"move","path":"/a"}]', 'patch-bad-step'],
  ['[{"op":"add","path":"/a","value":1,"op":"remove"}]', 'json-duplicate-key'],
  ['[{"op":"add","path":"/__proto__/x","value":1}]', 'json-forbidden-key'],
  ['[{"op":"add","path":"/a","value":{"__proto__":1}}]', 'json-forbidden-key'],
  ['[{"op":"add","path":"/a","value":', 'json-syntax'],
  [`[${Array.from({ length: 1001 }, () => '{"op":"remove","path":"/a"}').join(',')}]`, 'patch-too-long'],
]

test('a patch that is none is refused by name before the resource is looked at', () => {
  for (const [text, code] of MALFORMED) assert.equal(refusal(() => readPatch(text)).code, code, text.slice(0, 60))
})

test('what no step names keeps its bytes; a test compares numbers by their worth', () => {
  const text =
    '{\n  "resourceType": "Observation",\n  "status": "final",\n  "valueQuantity": {"value": 1.50, "unit":"\\u00b5g"},\n  "note": []\n}\n'
  const steps =
    '[{"op":"test","path":"/valueQuantity/value","value":15e-1},{"op":"add","path":"/issued","value":0.10},{"op":"replace","path":"/status","value":"amended"}]'
  assert.equal(patched(text, steps), text.replace('final', 'amended').replace('[]\n', '[],\n  "issued": 0.10\n'))
  assert.equal(refusal(() => patched('{"a":1.5}', [{ op: 'test', path: '/a', value: 1.50001 }])).code, 'patch-test-failed')
  assert.equal(patched('{"a":{"x":1,"y":[-0.0]}}', '[{"op":"test","path":"/a","value":{"y":[0],"x":1.0}}]'), '{"a":{"x":1,"y":[-0.0]}}')
})

test('a list of copies that doubles the text at every step is refused, not carried out', () => {
  const steps = Array.from({ length: 40 }, () => ({ op: 'copy', from: '/a', path: '/a/-' }))
  assert.equal(refusal(() => patched(`{"a":["${'x'.repeat(1000)}"]}`, steps)).code, 'patch-too-costly')
})

type Step = { op: string; path: string; value?: unknown; from?: string }
const name = fc.constantFrom('a', 'b', 'c/d', 'e~f', 'Tên', '')
const escaped = (part: string | number) => String(part).replaceAll('~', '~0').replaceAll('/', '~1')

const leaf = fc.oneof(
  fc.constantFrom('1.50', '1e3', '-0.10', 'null', 'true'),
  fc.string({ maxLength: 5 }).map((s) => JSON.stringify(s)),
)
const text = fc.letrec<{ any: string; object: string; list: string }>((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, leaf, tie('object'), tie('list')),
  object: fc
    .tuple(fc.uniqueArray(name, { maxLength: 4 }), fc.array(tie('any'), { minLength: 4, maxLength: 4 }))
    .map(([names, values]) => `{${names.map((n, i) => `${JSON.stringify(n)}:${values[i]}`).join(',')}}`),
  list: fc.array(tie('any'), { maxLength: 3 }).map((list) => `[${list.join(',')}]`),
})).any

/** All places of a value, with what stands there. */
function places(value: unknown, path: string): [path: string, value: unknown][] {
  const below =
    Array.isArray(value) || (typeof value === 'object' && value !== null && !Object.isFrozen(value)) ? Object.entries(value) : []
  return [[path, value], ...below.flatMap(([k, v]) => places(v, `${path}/${escaped(k)}`))]
}

/** A step that can be applied, and the one that takes it back. */
function stepAndBack(value: unknown, pick: number, kind: number, fresh: unknown): [Step, Step] {
  const all = places(value, '')
  const [path, there] = all[pick % all.length] ?? ['', value]
  const isOpen = typeof there === 'object' && there !== null && !Object.isFrozen(there)
  if (isOpen && kind === 0) {
    const key = Array.isArray(there) ? pick % (there.length + 1) : `new/~${Object.keys(there).length}`
    return [
      { op: 'add', path: `${path}/${escaped(key)}`, value: fresh },
      { op: 'remove', path: `${path}/${escaped(key)}` },
    ]
  }
  if (Array.isArray(there) && there.length > 1 && kind === 1) {
    const [from, to] = [pick % there.length, (pick >> 3) % there.length]
    return [
      { op: 'move', from: `${path}/${from}`, path: `${path}/${to}` },
      { op: 'move', from: `${path}/${to}`, path: `${path}/${from}` },
    ]
  }
  if (Array.isArray(there) && there.length > 0 && kind === 2) {
    const key = pick % there.length
    return [
      { op: 'remove', path: `${path}/${key}` },
      { op: 'add', path: `${path}/${key}`, value: there[key] },
    ]
  }
  return [
    { op: 'replace', path, value: fresh },
    { op: 'replace', path, value: there },
  ]
}

test('property: a patch and its inverse give the same text', () => {
  const draws = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), leaf), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(
      text.map((t) => `{"root":${t}}`),
      draws,
      (before, steps) => {
        let now = before
        const back: Step[] = []
        for (const [pick, kind, fresh] of steps) {
          const [step, inverse] = stepAndBack((parseKeepingNumbers(now) as { root: unknown }).root, pick, kind, parseKeepingNumbers(fresh))
          const below = (s: Step): Step => ({ ...s, path: `/root${s.path}`, ...(s.from === undefined ? {} : { from: `/root${s.from}` }) })
          now = patched(now, serialize([below(step)]))
          back.unshift(below(inverse))
        }
        assert.equal(patched(now, serialize(back)), before)
      },
    ),
  )
})
