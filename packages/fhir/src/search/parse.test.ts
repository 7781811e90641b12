import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutcomeError } from '../outcome.ts'
import { parseSearch } from './parse.ts'

const filters = (type: string, query: string) => parseSearch(type, query).filters

function codes(type: string, query: string, handling: 'strict' | 'lenient' = 'strict'): string[] {
  try {
    parseSearch(type, query, { handling })
    return []
  } catch (e) {
    if (e instanceof OutcomeError) return e.findings.map((f) => f.definition.code)
    throw e
  }
}

test('tokens in all four forms, alternatives and escapes', () => {
  assert.deepEqual(filters('Patient', 'identifier=http://a|1,2,|3,http://b|,a\\,b\\|c'), [
    {
      kind: 'parameter',
      param: 'identifier',
      type: 'token',
      values: [
        { type: 'token', system: 'http://a', code: '1' },
        { type: 'token', code: '2' },
        { type: 'token', system: '', code: '3' },
        { type: 'token', system: 'http://b' },
        { type: 'token', code: 'a,b|c' },
      ],
    },
  ])
})

test('dates carry their prefix and the range of their precision in the zone', () => {
  const [filter] = filters('Observation', 'date=ge2026-11')
  assert.deepEqual(filter?.kind === 'parameter' && filter.values, [
    { type: 'date', prefix: 'ge', lo: Date.UTC(2026, 9, 31, 17), hi: Date.UTC(2026, 10, 30, 17) - 1 },
  ])
  const [timed] = filters('Observation', 'date=2026-11-22T08:00:00+07:00')
  assert.equal(timed?.kind === 'parameter' && timed.values[0]?.type === 'date' && timed.values[0].lo, Date.UTC(2026, 10, 22, 1))
})

test('quantities and numbers carry the range of their written precision', () => {
  const [filter] = filters('Observation', 'value-quantity=gt5.4|http://unitsofmeasure.org|mg')
  const value = filter?.kind === 'parameter' ? filter.values[0] : undefined
  assert.ok(value?.type === 'quantity')
  assert.deepEqual([value.prefix, value.value, value.system, value.code], ['gt', 5.4, 'http://unitsofmeasure.org', 'mg'])
  assert.ok(Math.abs(value.lo - 5.35) < 1e-9 && Math.abs(value.hi - 5.45) < 1e-9)
})

test('references: local, by id with the possible types, typed by modifier, absolute, by identifier', () => {
  const values = (query: string) => filters('Encounter', query).flatMap((f) => (f.kind === 'parameter' ? f.values : []))
  assert.deepEqual(values('subject=Patient/1'), [{ type: 'reference', target: 'Patient/1', targets: [] }])
  assert.deepEqual(values('patient=1'), [{ type: 'reference', target: '1', targets: ['Patient'] }])
  assert.deepEqual(values('subject:Patient=1'), [{ type: 'reference', target: '1', targets: ['Patient'] }])
  assert.deepEqual(values('subject=https://a.org/Patient/1'), [{ type: 'reference', target: 'https://a.org/Patient/1', targets: [] }])
  assert.deepEqual(values('subject:identifier=a|b'), [{ type: 'identifier', system: 'a', value: 'b' }])
})

test('modifiers: missing, exact, not, text, of-type', () => {
  assert.deepEqual(filters('Patient', 'gender:missing=true')[0], {
    kind: 'parameter',
    param: 'gender',
    type: 'token',
    modifier: 'missing',
    values: [{ type: 'missing', missing: true }],
  })
  const all = filters('Patient', 'name:exact=Lan&gender:not=male&identifier:of-type=http://t|MR|12&language:text=Việt')
  assert.deepEqual(
    all.map((f) => f.kind === 'parameter' && [f.modifier, f.values[0]?.type]),
    [
      ['exact', 'string'],
      ['not', 'token'],
      ['of-type', 'of-type'],
      ['text', 'text'],
    ],
  )
})

test('chains and _has nest', () => {
  assert.deepEqual(filters('Observation', 'subject:Patient.name=lan'), [
    {
      kind: 'chain',
      param: 'subject',
      targets: [
        { type: 'Patient', filter: { kind: 'parameter', param: 'name', type: 'string', values: [{ type: 'string', text: 'lan' }] } },
      ],
    },
  ])
  const [has] = filters('Patient', '_has:Observation:patient:encounter.status=finished')
  assert.ok(has?.kind === 'has' && has.type === 'Observation' && has.filter.kind === 'chain')
  assert.equal(has.filter.targets[0]?.type, 'Encounter')
})

test('controls', () => {
  const r = parseSearch(
    'Encounter',
    '_sort=-date,_id&_count=20&_cursor=abc&_include=Encounter:subject:Patient&_include:iterate=Patient:organization&_revinclude=Condition:encounter&_total=accurate&_summary=count&_elements=id,status&_format=json',
  )
  assert.deepEqual(r.sort, [
    { param: 'date', descending: true },
    { param: '_id', descending: false },
  ])
  assert.deepEqual([r.count, r.cursor, r.total, r.summary, r.elements], [20, 'abc', 'accurate', 'count', ['id', 'status']])
  assert.deepEqual(r.include, [
    { type: 'Encounter', param: 'subject', target: 'Patient', iterate: false },
    { type: 'Patient', param: 'organization', iterate: true },
  ])
  assert.deepEqual(r.revinclude, [{ type: 'Condition', param: 'encounter', iterate: false }])
  assert.deepEqual(r.filters, [])
})

const REFUSED: [string, string, string][] = [
  ['Patients', 'name=a', 'search-unknown-type'],
  ['Patient', 'foo=1', 'search-unknown-parameter'],
  ['Patient', 'constructor=1', 'search-unknown-parameter'],
  ['Patient', '_sort=foo', 'search-unknown-parameter'],
  ['Observation', 'code-value-quantity=a$b', 'search-bad-value'],
  ['Observation', '_content=a', 'search-unsupported-parameter'],
  ['Patient', 'name:of-type=a', 'search-unknown-modifier'],
  ['Encounter', 'subject:Device=1', 'search-unknown-modifier'],
  ['Patient', 'name=', 'search-bad-value'],
  ['Patient', 'birthdate=2026-02-30', 'search-bad-value'],
  ['Patient', 'birthdate=soon', 'search-bad-value'],
  ['Patient', 'gender:missing=perhaps', 'search-bad-value'],
  ['Observation', 'value-quantity=five', 'search-bad-value'],
  ['Observation', 'value-quantity=5|mg', 'search-bad-value'],
  ['Encounter', 'subject=Patients/1', 'search-bad-value'],
  ['Patient', 'identifier=|', 'search-bad-value'],
  ['Observation', 'code.name=a', 'search-bad-chain'],
  ['Observation', 'subject.nonsense=a', 'search-bad-chain'],
  ['Task', 'focus._id=a', 'search-bad-chain'],
  ['Encounter', 'part-of.part-of.part-of.part-of.status=finished', 'search-bad-chain'],
  ['Patient', '_has:Observation:code:status=final', 'search-bad-chain'],
  ['Patient', '_has:Nope:patient:code=1', 'search-unknown-type'],
  ['Patient', '_count=many', 'search-bad-control'],
  ['Patient', '_total=exact', 'search-bad-control'],
  ['Encounter', '_include=Encounter:status', 'search-bad-include'],
]

for (const [type, query, code] of REFUSED) {
  test(`refuses ${type}?${query}`, () => {
    assert.deepEqual(codes(type, query), [code])
  })
}

test('says everything wrong with a search at once', () => {
  assert.deepEqual(codes('Patient', 'foo=1&birthdate=x&name:of-type=b'), [
    'search-unknown-parameter',
    'search-bad-value',
    'search-unknown-modifier',
  ])
})

test('lenient handling leaves out what is unknown, never what is wrong', () => {
  const r = parseSearch('Patient', 'foo=1&name=lan', { handling: 'lenient' })
  assert.equal(r.filters.length, 1)
  assert.deepEqual(
    r.ignored.map((f) => f.definition.code),
    ['search-unknown-parameter'],
  )
  assert.deepEqual(codes('Patient', 'birthdate=x', 'lenient'), ['search-bad-value'])
})

test('a search of hundreds of conditions is refused before the database plans it', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => `name=a${i}`).join('&')
  assert.deepEqual(codes('Patient', many(32)), [])
  assert.deepEqual(codes('Patient', many(33)), ['search-too-wide'])
  const words = (n: number) => `name=${Array.from({ length: n }, (_, i) => `a${i}`).join('%20')}`
  assert.deepEqual(codes('Patient', words(24)), [])
  assert.deepEqual(codes('Patient', words(25)), ['search-too-wide'])
  assert.deepEqual(codes('Patient', `name=${Array.from({ length: 500 }, (_, i) => `a${i}`).join(',')}`), [])
})

test('the edges of a number are those of its decimal text', () => {
  const edges = (text: string) => {
    const [filter] = parseSearch('RiskAssessment', `probability=${text}`).filters
    const [value] = filter?.kind === 'parameter' ? filter.values : []
    return value?.type === 'number' ? [value.lo, value.hi] : []
  }
  assert.deepEqual(edges('5.4'), [5.35, 5.45])
  assert.deepEqual(edges('-5.40'), [-5.405, -5.395])
  assert.deepEqual(edges('100'), [99.5, 100.5])
  assert.deepEqual(edges('0.3'), [0.25, 0.35])
  assert.deepEqual(edges('54e-1'), [5.35, 5.45])
})

test('composites are read part by part, each with its own prefix, once their generation answers', () => {
  const asked = (query: string) => parseSearch('Observation', query, { generation: 2 }).filters[0]
  assert.deepEqual(asked('component-code-value-quantity=http://loinc.org|8480-6$gt140|http://unitsofmeasure.org|mm[Hg]'), {
    kind: 'parameter',
    param: 'component-code-value-quantity',
    type: 'composite',
    values: [
      {
        type: 'composite',
        parts: [
          { type: 'token', system: 'http://loinc.org', code: '8480-6' },
          { type: 'quantity', prefix: 'gt', value: 140, lo: 139.5, hi: 140.5, system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
        ],
      },
    ],
  })
  const [value] = (asked('code-value-string=a\\$b$c,d$e') as { values: unknown[] }).values
  assert.deepEqual(value, {
    type: 'composite',
    parts: [
      { type: 'token', code: 'a$b' },
      { type: 'string', text: 'c' },
    ],
  })
  for (const bad of ['a', 'a$b$c', 'a$x', '$1']) {
    assert.throws(
      () => asked(`code-value-quantity=${bad}`),
      (e) => e instanceof OutcomeError && e.code === 'search-bad-value',
    )
  }
  assert.throws(
    () => parseSearch('Observation', 'code-value-quantity=a$1', { generation: 1 }),
    (e) => e instanceof OutcomeError && e.code === 'search-unsupported-parameter',
  )
})

test('a time that no clock shows is refused, not counted on into the next day', () => {
  for (const bad of [
    '2026-11-22T25:00',
    '2026-11-22T08:60',
    '2026-11-22T08',
    '2026-11-22T08:00:61Z',
    '2026-02-30',
    '2026-11-22T08:00+15:00',
    '2026-11-22x',
  ]) {
    assert.throws(
      () => parseSearch('Observation', `date=${bad}`),
      (e) => e instanceof OutcomeError && e.code === 'search-bad-value',
      bad,
    )
  }
  for (const good of ['2026-11-22T08:00', '2026-11-22T08:00Z', '2026-11-22T08:00:59.123+07:00', '2026-11', '2026'])
    parseSearch('Observation', `date=ge${good}`)
})

test('_elements names elements at the root; another is refused, or left out under lenient handling', () => {
  assert.deepEqual(parseSearch('Observation', '_elements=value,Observation.status,Patient.name').elements, [
    'value',
    'Observation.status',
    'Patient.name',
  ])
  for (const bad of ['valueQuantity', 'component.code', 'x y']) {
    assert.throws(
      () => parseSearch('Observation', `_elements=status,${bad}`),
      (e) => e instanceof OutcomeError && e.code === 'search-unknown-element',
    )
  }
  const lenient = parseSearch('Observation', '_elements=status,nope', { handling: 'lenient' })
  assert.deepEqual([lenient.elements, lenient.ignored.length], [['status'], 1])
})
