import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AcceptancePolicy, AcceptanceRow } from './contract.ts'
import { word } from './decide.ts'
import { signatureDoubts } from './doubts.ts'
import { effectOf } from './operations.ts'
import { DEFAULT_POLICY, decide, departmentFor, inOrder, matrix, neverMet, type SlipCase, SUGGESTED_ROUTES } from './policy.ts'
import { faultsOf, readPolicy } from './read-policy.ts'

const TODAY = '2026-11-23'
const HEART: AcceptancePolicy['routes'] = [{ department: 'K04', diagnoses: ['I', 'I60-I69'] }]
const slip = (more: Partial<SlipCase> = {}): SlipCase => ({ urgency: 'routine', setting: 'outpatient', ...more })
const policy = (...rows: AcceptanceRow[]): AcceptancePolicy => ({ routes: HEART, rows })
const codes = (given: AcceptancePolicy): string[] => faultsOf(given, TODAY).map((f) => f.definition.code)

test('until somebody writes a policy, routine outpatients come without a click and the desk is asked about the rest', () => {
  const by = matrix(DEFAULT_POLICY, TODAY).map((c) => `${c.urgency} ${c.setting} ${c.decision}`)
  assert.deepEqual(by, ['routine outpatient auto', 'routine inpatient desk', 'stat outpatient desk', 'stat inpatient desk'])
})

test('the most specific row decides: department, then urgency, then kind of stay; of equal ones the one that began last', () => {
  const rows = inOrder([
    { decision: 'desk' },
    { setting: 'outpatient', decision: 'auto' },
    { urgency: 'routine', decision: 'doctor' },
    { department: 'K04', decision: 'desk', from: '2026-01-01' },
    { department: 'K04', decision: 'auto', from: '2026-11-20', until: '2026-11-25' },
  ])
  const said = (more: Partial<SlipCase>, day = TODAY) => decide(rows, slip(more), day).decision
  assert.equal(said({ department: 'K04' }), 'auto')
  assert.equal(said({ department: 'K04' }, '2026-11-26'), 'desk')
  assert.equal(said({}), 'doctor')
  assert.equal(said({ urgency: 'stat' }), 'auto')
  assert.equal(said({ urgency: 'stat', setting: 'inpatient' }), 'desk')
  assert.deepEqual(decide([], slip(), TODAY), { decision: 'desk' })
})

test('the department is the one whose narrowest pattern holds the main diagnosis', () => {
  const routes = [
    { department: 'K03', diagnoses: ['J', 'I60-I69'] },
    { department: 'K04', diagnoses: ['I', 'J18'] },
    { department: 'K12', diagnoses: ['J18.9'] },
  ]
  const found = ['I10', 'I63.9', 'J20', 'J18.0', 'j18.9', 'Z00', undefined].map((code) => departmentFor(routes, code))
  assert.deepEqual(found, ['K04', 'K03', 'K03', 'K04', 'K12', undefined, undefined])
  assert.deepEqual(faultsOf({ routes: [...SUGGESTED_ROUTES], rows: [] }, TODAY), [])
})

test('a row that can never match is refused by name: hidden by others on all its days, over, or of a department that takes nothing', () => {
  const hidden = policy({ decision: 'desk' }, { urgency: 'routine', decision: 'auto' }, { urgency: 'stat', decision: 'doctor' })
  assert.deepEqual(neverMet(hidden, TODAY), [{ row: 3, behind: [1, 2] }])
  assert.match(faultsOf(hidden, TODAY)[0]?.values.because as string, /dòng 1, 2/)
  // On days when one of the two is not there yet, the general one is needed.
  const later = policy(
    { decision: 'desk' },
    { urgency: 'routine', decision: 'auto' },
    { urgency: 'stat', decision: 'doctor', from: '2027-01-01' },
  )
  assert.deepEqual(codes(later), [])
  assert.deepEqual(codes(policy({ decision: 'auto', until: '2026-11-22' })), ['acceptance-row-never'])
  assert.deepEqual(codes(policy({ department: 'K05', decision: 'auto' })), ['acceptance-row-never'])
  assert.deepEqual(codes(policy({ department: 'K04', decision: 'auto', until: TODAY })), [])
})

test('the same slips named twice from the same day, and diagnoses at two departments, are refused by name', () => {
  assert.deepEqual(codes(policy({ urgency: 'stat', decision: 'auto' }, { urgency: 'stat', decision: 'desk' })), ['acceptance-row-twice'])
  const twice = { routes: [...HEART, { department: 'K05', diagnoses: ['I60-I69'] }], rows: [] }
  assert.deepEqual(codes(twice), ['acceptance-diagnoses-twice'])
})

test('what cannot be read is refused with its place', () => {
  const bad: [unknown, RegExp][] = [
    [undefined, /policy/],
    [{ routes: [], rows: [{ decision: 'decline' }] }, /rows\[1\]\.decision/],
    [{ routes: [], rows: [{ decision: 'auto', urgency: 'asap' }] }, /rows\[1\]\.urgency/],
    [{ routes: [], rows: [{ decision: 'auto', from: '2026-02-31' }] }, /rows\[1\]\.from/],
    [{ routes: [], rows: [{ decision: 'auto', from: '2026-03-02', until: '2026-03-01' }] }, /rows\[1\]\.until/],
    [{ routes: [{ department: 'X1', diagnoses: ['I'] }], rows: [] }, /routes\[1\]\.department/],
    [{ routes: [{ department: 'K04', diagnoses: ['I25-I20'] }], rows: [] }, /routes\[1\]\.diagnoses/],
    [{ routes: [{ department: 'K04', diagnoses: ['tim'] }], rows: [] }, /routes\[1\]\.diagnoses/],
  ]
  for (const [given, where] of bad)
    assert.throws(
      () => readPolicy(given),
      (e: { code: string; findings: { values: { what: string } }[] }) =>
        e.code === 'acceptance-unreadable' && where.test(e.findings[0]?.values.what ?? ''),
      JSON.stringify(given),
    )
  const read = readPolicy({
    routes: [{ department: 'k04', diagnoses: [' i20-i25 '] }],
    rows: [{ decision: 'auto', department: '', more: 1 }],
  })
  assert.deepEqual(read, { routes: [{ department: 'K04', diagnoses: ['I20-I25'] }], rows: [{ decision: 'auto' }] })
})

test('an emergency is accepted whatever its row says, but for a doubt; a doubt makes any slip the desk’s', () => {
  const now = new Date('2026-11-23T02:00:00Z')
  const said = (decision: 'auto' | 'desk' | 'doctor', urgency: 'stat' | 'routine', ...doubts: 'person'[]) => {
    const one = word({ decision, row: 1 }, 3, slip({ urgency }), doubts, now)
    return `${one.decision}${one.accepted ? ' accepted' : ''}`
  }
  assert.deepEqual(
    [
      said('auto', 'routine'),
      said('desk', 'routine'),
      said('doctor', 'routine'),
      said('doctor', 'stat'),
      said('auto', 'routine', 'person'),
    ],
    ['auto accepted', 'desk', 'doctor', 'doctor accepted', 'desk'],
  )
  assert.equal(said('auto', 'stat', 'person'), 'desk')
})

test('signatures: the gravest doubt of all papers, and none when every role has a valid one', () => {
  const paper = (verdicts: ('valid' | 'pending' | 'invalid' | 'indeterminate')[], required = verdicts.length) => {
    const roles = ['doctor', 'authorised', 'seal'].slice(0, required)
    return { required: roles, signatures: verdicts.map((verdict, i) => ({ role: roles[i], verdict })) } as never
  }
  assert.deepEqual(signatureDoubts([paper(['valid', 'valid', 'valid'])]), [])
  assert.deepEqual(signatureDoubts([paper(['valid', 'pending', 'valid'])]), ['signature-pending'])
  assert.deepEqual(signatureDoubts([paper(['pending', 'indeterminate'])]), ['signature-unsure'])
  assert.deepEqual(signatureDoubts([paper(['valid'], 3)]), ['signature-missing'])
  assert.deepEqual(signatureDoubts([paper(['valid', 'valid', 'valid']), paper(['invalid'])]), ['signature-invalid'])
  assert.deepEqual(signatureDoubts([]), ['signature-missing'])
})

test('the effect of a change counts the slips of a month under both, doubtful ones at the desk under either', () => {
  const came = [
    { case: slip({ diagnosis: 'I10' }), doubts: [] },
    { case: slip({ diagnosis: 'J18' }), doubts: [] },
    { case: slip({ diagnosis: 'I10', setting: 'inpatient' }), doubts: ['person' as const] },
  ]
  const effect = effectOf(DEFAULT_POLICY, policy({ department: 'K04', decision: 'doctor', from: '2027-01-01' }), came, new Date(0), TODAY)
  assert.deepEqual([effect.now, effect.then, effect.moved], [{ auto: 2, desk: 1, doctor: 0 }, { auto: 0, desk: 2, doctor: 1 }, 2])
})
