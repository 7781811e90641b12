import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type FhirClient, fhirClient } from '../../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'

let t: TestSite
let client: FhirClient

before(async () => {
  t = await testSite({ role: 'bare' })
  client = await fhirClient(t)
})
after(() => t.close())

const PROFILE = 'https://w3id.org/yba/StructureDefinition/yba-encounter'
const ENCOUNTER = {
  resourceType: 'Encounter',
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
}

interface Issue {
  severity: string
  details: { coding: { code: string }[]; _text: { extension: { extension: { valueCode?: string; valueString?: string }[] }[] } }
  diagnostics: string
  expression?: string[]
}

/** The issues as severity, code and place. */
async function issues(path: string, body?: unknown): Promise<string[]> {
  const answer = await client.send('POST', path, body)
  assert.equal(answer.status, 200, answer.text)
  return answer.json<{ issue: Issue[] }>().issue.map((one) => [one.severity, one.details.coding[0]?.code, one.expression?.[0]].join(' '))
}

const parameters = (resource: object | undefined, more: object[] = []) => ({
  resourceType: 'Parameters',
  parameter: [...(resource ? [{ name: 'resource', resource }] : []), ...more],
})

const count = async () => Number((await t.site.store.sql<{ n: string }>('select count(*) n from res'))[0]?.n)

test('$validate tells errors and advice in both languages, and writes nothing', async () => {
  const before = await count()
  assert.deepEqual(await issues('/fhir/Patient/$validate', { resourceType: 'Patient', gender: 'x' }), [
    'error fhir-binding Patient.gender',
    'warning fhir-advice Patient',
  ])
  const whole = { resourceType: 'Patient', text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Lê</div>' } }
  assert.deepEqual(await issues('/fhir/Patient/$validate', whole), ['information valid '])
  const answer = await client.send('POST', '/fhir/Patient/$validate', { resourceType: 'Patient', gender: 'x' }, { 'accept-language': 'en' })
  const [first] = answer.json<{ issue: Issue[] }>().issue
  assert.match(first?.diagnostics ?? '', /^Use one of/)
  assert.equal(first?.details._text.extension[0]?.extension[0]?.valueCode, 'vi')
  assert.equal(await count(), before)
})

test('$validate judges the profile that is asked for, and says which it does not know', async () => {
  const asked = parameters(ENCOUNTER, [{ name: 'profile', valueUri: PROFILE }])
  const found = await issues('/fhir/Encounter/$validate', asked)
  assert.ok(found.includes('error profile-cardinality Encounter.subject'), found.join())
  assert.deepEqual(await issues(`/fhir/Encounter/$validate?profile=${PROFILE}`, ENCOUNTER), found)
  assert.ok(
    (await issues('/fhir/Encounter/$validate?profile=https://example.org/p', ENCOUNTER)).includes('error profile-unknown Encounter'),
  )
})

test('a declared profile of ours is asked of every write', async () => {
  const refused = await client.send('POST', '/fhir/Encounter', { ...ENCOUNTER, meta: { profile: [PROFILE] } })
  assert.deepEqual([refused.status, refused.code()], [422, 'profile-cardinality'])
  await client.create({ ...ENCOUNTER, meta: { profile: ['https://example.org/p'] } } as { resourceType: string })
})

test('the modes say what the write itself would be refused for', async () => {
  const id = await client.create({ resourceType: 'Patient', gender: 'female' } as { resourceType: string })
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'Mạch' }, subject: { reference: `Patient/${id}` } }
  await client.create(observation)
  const before = await count()
  const mode = (valueCode: string) => [{ name: 'mode', valueCode }]
  const lost = { ...observation, subject: { reference: 'Patient/nobody' } }
  assert.ok(
    (await issues('/fhir/Observation/$validate', parameters(lost, mode('create')))).some((one) => one.includes('reference-not-found')),
  )
  assert.deepEqual(await issues('/fhir/Observation/$validate', parameters(observation, mode('create'))), [
    'warning fhir-advice Observation',
  ])
  assert.ok(
    (await issues(`/fhir/Patient/${id}/$validate`, parameters(undefined, mode('delete')))).some((one) => one.includes('still-referenced')),
  )
  const renamed = { resourceType: 'Patient', id, gender: 'male' }
  assert.deepEqual(await issues(`/fhir/Patient/${id}/$validate`, parameters(renamed, mode('update'))), ['warning fhir-advice Patient'])
  assert.equal((await client.send('GET', `/fhir/Patient/${id}`)).json<{ gender: string }>().gender, 'female')
  assert.equal(await count(), before)
})

test('an instance is validated as it is kept; a strange mode or type is refused by name', async () => {
  const id = await client.create({ resourceType: 'Patient', gender: 'female' } as { resourceType: string })
  assert.deepEqual(await issues(`/fhir/Patient/${id}/$validate`), ['warning fhir-advice Patient'])
  assert.equal((await client.send('POST', '/fhir/Patient/$validate?mode=guess', {})).status, 400)
  assert.equal((await client.send('POST', '/fhir/Patient/$validate', ENCOUNTER)).code(), 'resource-mismatch')
  assert.equal((await client.send('POST', '/fhir/Patient/$validate')).code(), 'body-missing')
  const rows = await t.site.store.sql<{ n: string }>(`select count(*) n from audit where action = 'validate' and id = $1`, [id])
  assert.equal(Number(rows[0]?.n), 1)
})
