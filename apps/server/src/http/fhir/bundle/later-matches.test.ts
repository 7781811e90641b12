/** Conditions inside a transaction: references see what it creates, and one meaning makes one however it is worded. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirAnswer, type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const SYSTEM = 'https://example.org/so'
const by = (value: string) => `identifier=${SYSTEM}|${value}`
type Body = { resourceType: string; [name: string]: unknown }
const numbered = (resourceType: string, value: string, more = {}): Body => ({
  resourceType,
  identifier: [{ system: SYSTEM, value }],
  ...more,
})
const post = (resource: Body, request = {}, fullUrl?: string) => ({
  ...(fullUrl ? { fullUrl } : {}),
  resource,
  request: { method: 'POST', url: resource.resourceType, ...request },
})
const send = (...entry: object[]): Promise<FhirAnswer> =>
  client.send('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })
const count = async (type: string, value: string): Promise<number> =>
  (await client.send('GET', `/fhir/${type}?${encodeURI(by(value))}&_summary=count`)).json<{ total: number }>().total
const URN = 'urn:uuid:2f6c3c5e-7a54-4a0e-8a3c-4e9f0000000'
interface Answered {
  entry: { response: { status: string; location: string } }[]
}
const places = (answer: FhirAnswer): string[] => {
  assert.equal(answer.status, 200, answer.text)
  return answer.json<Answered>().entry.map((e) => e.response.location.replace(/\/_history.*/, ''))
}
const read = async (place = ''): Promise<Body> => (await client.send('GET', `/fhir/${place}`)).json<Body>()
const observation = (value: string, reference: string, more = {}) =>
  numbered('Observation', value, { status: 'final', code: { text: 'x' }, subject: { reference }, ...more })

test('a reference by condition finds what the same transaction creates, wherever its entry stands', async () => {
  const [seen, made] = places(
    await send(post(observation('o1', `Patient?${by('p1')}`)), post(numbered('Patient', 'p1'), { ifNoneExist: by('p1') })),
  )
  assert.deepEqual((await read(seen)).subject, { reference: made })
  // And again: now it is found before anything is written.
  const [other, found] = places(
    await send(post(observation('o2', `Patient?${by('p1')}`)), post(numbered('Patient', 'p1'), { ifNoneExist: by('p1') })),
  )
  assert.deepEqual([(await read(other)).subject, found], [{ reference: made }, made])
})

test('in steps: what was created by a condition is found by the next, and links by name come with it', async () => {
  const [organization, patient, encounter, seen] = places(
    await send(
      post(numbered('Organization', 's1', { name: 'Bệnh viện' })),
      post(numbered('Patient', 's1', { managingOrganization: { reference: `Organization?${by('s1')}` } }), {}, `${URN}1`),
      post(
        numbered('Encounter', 's1', {
          status: 'finished',
          class: { code: 'AMB' },
          subject: { reference: `Patient?${by('s1')}` },
          serviceProvider: { reference: `Organization?${by('s1')}` },
        }),
        {},
        `${URN}2`,
      ),
      post(observation('s1', `${URN}1`, { encounter: { reference: `${URN}2` } })),
    ),
  )
  assert.deepEqual((await read(patient)).managingOrganization, { reference: organization })
  assert.deepEqual((await read(encounter)).subject, { reference: patient })
  assert.deepEqual((await read(seen)).encounter, { reference: encounter })
})

test('where the order does not allow it, nothing is written and the place is named', async () => {
  const refused = async (code: string, at: string, ...entry: object[]) => {
    const answer = await send(...entry)
    const [issue] = answer.json<{ issue: { details: { coding: { code: string }[] }; expression: string[] }[] }>().issue
    assert.deepEqual([answer.status, issue?.details.coding[0]?.code, issue?.expression[0]], [412, code, at])
  }
  // Each waits for the other.
  await refused(
    'no-match',
    'Bundle.entry[0].resource',
    post(numbered('Patient', 'c1', { link: [{ other: { reference: `Patient?${by('c2')}` }, type: 'seealso' }] })),
    post(numbered('Patient', 'c2', { link: [{ other: { reference: `Patient?${by('c1')}` }, type: 'seealso' }] })),
  )
  await refused('no-match', 'Bundle.entry[1].resource', post(numbered('Patient', 'c3')), post(observation('c3', `Patient?${by('nobody')}`)))
  await refused(
    'multiple-matches',
    'Bundle.entry[2].resource',
    post(numbered('Patient', 'c4')),
    post(numbered('Patient', 'c4')),
    post(observation('c4', `Patient?${by('c4')}`)),
  )
  for (const value of ['c1', 'c2', 'c3', 'c4']) assert.equal(await count('Patient', value), 0, value)
})

test('a resource written twice is refused also when its writes would come one after the other', async () => {
  await client.send('PUT', '/fhir/Patient/twice', { ...numbered('Patient', 't0'), id: 'twice' })
  const waits = { ...numbered('Patient', 't1', { managingOrganization: { reference: `Organization?${by('t1')}` } }), id: 'twice' }
  const put = (resource: Body) => ({ resource, request: { method: 'PUT', url: 'Patient/twice' } })
  const answer = await send(
    post(numbered('Organization', 't1', { name: 'x' })),
    put({ ...numbered('Patient', 't2'), id: 'twice' }),
    put(waits),
  )
  assert.equal(answer.code(), 'duplicate-write')
  assert.equal((await read('Patient/twice')).identifier && (await count('Organization', 't1')), 0)
})

const WORDINGS = (value: string) => [
  `identifier=${SYSTEM}|${value}&active=true`,
  `active=true&identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`,
  `active=true&identifier=${SYSTEM}|${value},${SYSTEM}|${value}`,
  `identifier=${SYSTEM}|${value}&active=true&active=true`,
]

test('conditions that differ in wording only make one: in a transaction the second is refused, of many clients one creates', async () => {
  const patient = (value: string) => numbered('Patient', value, { active: true })
  const [first = '', ...others] = WORDINGS('w1')
  for (const other of others) {
    const answer = await send(post(patient('w1'), { ifNoneExist: first }), post(patient('w1'), { ifNoneExist: other }))
    assert.deepEqual([answer.status, answer.code()], [400, 'duplicate-write'], other)
  }
  const put = (id: string, query: string) => ({ resource: { ...patient('w1'), id }, request: { method: 'PUT', url: `Patient?${query}` } })
  assert.equal((await send(put('wa', first), put('wb', first))).code(), 'duplicate-write')
  assert.equal(await count('Patient', 'w1'), 0)
  for (let round = 0; round < 5; round++) {
    const value = `w2-${round}`
    const wordings = WORDINGS(value)
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => client.send('POST', '/fhir/Patient', patient(value), { 'if-none-exist': wordings[i % 4] ?? '' })),
    )
    assert.deepEqual(answers.map((a) => a.status).toSorted(), [...Array(7).fill(200), 201])
  }
})

test('names and references of a condition are compared by what they mean', async () => {
  await client.send('PUT', '/fhir/Patient/m', { resourceType: 'Patient', id: 'm', active: true })
  const pairs = [
    ['Patient', 'family=Đặng', 'family=dang'],
    ['Observation', 'subject=Patient/m', `patient=${t.url}/fhir/Patient/m`],
    ['Observation', 'subject=Patient/m', 'subject:Patient=m'],
    ['Observation', 'date=2026-11-20', 'date=eq2026-11-20'],
  ]
  for (const [type = '', one = '', other = ''] of pairs) {
    const body =
      type === 'Patient' ? { resourceType: 'Patient', active: true } : { resourceType: type, status: 'final', code: { text: 'x' } }
    const answer = await send(post(body, { ifNoneExist: one }), post(body, { ifNoneExist: other }))
    assert.equal(answer.code(), 'duplicate-write', `${one} ${other}`)
  }
})
