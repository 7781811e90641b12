/** `$export` over HTTP: kick-off, status, files, cancelling; whose it is; a death in the middle. */
import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { stopProgram } from '../../access/index.ts'
import { type FhirAnswer, type FhirClient, fhirClient } from '../../testing/fhir-client.ts'
import { type TestSite, testSite } from '../../testing/site.ts'

let t: TestSite
let client: FhirClient

const ASYNC = { prefer: 'respond-async' }
const to = (reference: string) => ({ reference })
const observation = (id: string, patient: string, status = 'final') => ({
  resourceType: 'Observation',
  id,
  status,
  code: { text: 'x' },
  subject: to(`Patient/${patient}`),
})
const put = async (resource: { resourceType: string; id: string }, text = JSON.stringify(resource)) => {
  const answer = await client.send('PUT', `/fhir/${resource.resourceType}/${resource.id}`, text)
  assert.ok(answer.status < 300, answer.text)
}

before(async () => {
  t = await testSite()
  client = await fhirClient(t)
  for (const id of ['a', 'b', 'c']) await put({ resourceType: 'Patient', id })
  for (const id of ['a', 'b', 'c']) await put(observation(`o-${id}`, id))
  await put(observation('draft', 'a', 'preliminary'))
  await put({ resourceType: 'Organization', id: 'h', name: 'Bệnh viện' } as { resourceType: string; id: string })
  const pretty =
    '{\r\n  "resourceType": "Basic", "id": "pretty",\n  "code": {"text": "hai\\ndòng"}, "extension": [{"url": "urn:n", "valueDecimal": 1.500}]\n}'
  await put({ resourceType: 'Basic', id: 'pretty' }, pretty)
  const members = [{ entity: to('Patient/a') }, { entity: to('Patient/b'), inactive: true }, { entity: to('Patient/c') }]
  await put({ resourceType: 'Group', id: 'g', type: 'person', actual: true, member: members } as { resourceType: string; id: string })
})
after(() => t.close())

interface Manifest {
  transactionTime: string
  request: string
  requiresAccessToken: boolean
  output: { type: string; url: string; count: number }[]
  error: unknown[]
}

const path = (url: string | null | undefined): string => (url ?? '').replace(t.url, '')

async function started(place: string, who = client): Promise<string> {
  const answer = await who.send('GET', `/fhir/${place}`, undefined, ASYNC)
  assert.equal(answer.status, 202, answer.text)
  return path(answer.headers.get('content-location'))
}

async function ended(status: string, who = client): Promise<FhirAnswer> {
  for (let i = 0; i < 150; i++) {
    const answer = await who.send('GET', status)
    if (answer.status !== 202) return answer
    assert.match(answer.headers.get('x-progress') ?? '', /resources/)
    await delay(200)
  }
  throw new Error('the export does not end')
}

async function exported(place: string): Promise<{ manifest: Manifest; lines: Map<string, string[]> }> {
  const answer = await ended(await started(place))
  assert.equal(answer.status, 200, answer.text)
  const manifest = answer.json<Manifest>()
  const lines = new Map<string, string[]>()
  for (const { type, url, count } of manifest.output) {
    const file = await client.send('GET', path(url), undefined, { accept: 'application/fhir+ndjson' })
    assert.equal(file.headers.get('content-type'), 'application/fhir+ndjson')
    const found = file.text.split('\n').slice(0, -1)
    assert.equal(found.length, count)
    lines.set(type, [...(lines.get(type) ?? []), ...found])
  }
  return { manifest, lines }
}

const ids = (lines: readonly string[] = []) => lines.map((line) => (JSON.parse(line) as { id: string }).id)
const shape = (lines: Map<string, string[]>) => Object.fromEntries([...lines].map(([type, list]) => [type, ids(list)]))

test('everything: a manifest, files of lines, each the text that a read gives', async () => {
  const { manifest, lines } = await exported('$export')
  assert.deepEqual([manifest.requiresAccessToken, manifest.error], [true, []])
  assert.equal(manifest.request, `${t.url}/fhir/$export`)
  assert.deepEqual(ids(lines.get('Patient')), ['a', 'b', 'c'])
  assert.deepEqual([...lines.keys()].sort(), ['Basic', 'Group', 'Observation', 'Organization', 'Patient'])
  const read = (await client.send('GET', '/fhir/Basic/pretty')).text
  assert.match(read, /\n/)
  assert.deepEqual(lines.get('Basic'), [read.replace(/\r\n|\n/g, ' ')])
  assert.equal(lines.get('Observation')?.[3], (await client.send('GET', '/fhir/Observation/o-c')).text)
})

test('all patients, and those of a Group who are in it', async () => {
  assert.deepEqual(shape((await exported('Patient/$export?_type=Patient,Observation,Organization')).lines), {
    Patient: ['a', 'b', 'c'],
    Observation: ['draft', 'o-a', 'o-b', 'o-c'],
  })
  assert.deepEqual(shape((await exported('Group/g/$export?_type=Patient&_type=Observation')).lines), {
    Patient: ['a', 'c'],
    Observation: ['draft', 'o-a', 'o-c'],
  })
})

test('_since, _typeFilter; what comes after the asking is not in it', async () => {
  const query = new URLSearchParams({ _type: 'Observation,Patient', _typeFilter: 'Observation?status=preliminary' })
  assert.deepEqual(shape((await exported(`$export?${query}`)).lines), { Observation: ['draft'], Patient: ['a', 'b', 'c'] })
  const since = new Date().toISOString()
  await put({ ...observation('o-b', 'b'), valueString: 'mới' } as never)
  assert.deepEqual(shape((await exported(`$export?_type=Observation&_since=${since}`)).lines), { Observation: ['o-b'] })
  const status = await started('$export?_type=Observation')
  await put(observation('later', 'a'))
  await put({ ...observation('o-a', 'a'), valueString: 'sau' } as never)
  const { output } = (await ended(status)).json<Manifest>()
  const text = (await client.send('GET', path(output[0]?.url))).text
  assert.deepEqual(ids(text.split('\n').slice(0, -1)), ['draft', 'o-a', 'o-b', 'o-c'])
  assert.doesNotMatch(text, /sau/)
})

test('what cannot be asked is refused by name', async () => {
  const refused = async (place: string, headers: Record<string, string> = ASYNC) => {
    const answer = await client.send('GET', `/fhir/${place}`, undefined, headers)
    return [answer.status, answer.status === 202 ? undefined : answer.code()]
  }
  assert.deepEqual(await refused('$export', {}), [400, 'export-async-needed'])
  assert.deepEqual(await refused('$export?_type=Monster'), [400, 'export-parameter-wrong'])
  assert.deepEqual(await refused('$export?colour=red'), [400, 'export-parameter-wrong'])
  assert.deepEqual(await refused('$export?_outputFormat=text/csv'), [400, 'export-parameter-wrong'])
  assert.deepEqual(await refused('$export?_since=yesterday'), [400, 'export-parameter-wrong'])
  assert.deepEqual(await refused('$export?_type=Patient&_typeFilter=Patient%3Fcolour%3Dred'), [400, 'search-unknown-parameter'])
  assert.deepEqual(await refused('Group/nobody/$export'), [404, 'not-found'])
  assert.deepEqual(await refused('$export-status?job=x', {}), [404, 'export-unknown'])
})

test('files are for who asked, until the end of their day; cancelling takes them away', async () => {
  const status = await started('$export?_type=Patient')
  const [url] = (await ended(status)).json<Manifest>().output.map((o) => path(o.url))
  const other = await fhirClient(t, 'other-client')
  for (const place of [status, url ?? '']) {
    const answer = await other.send('GET', place)
    assert.deepEqual([answer.status, answer.code()], [404, 'export-unknown'])
  }
  assert.equal((await other.send('DELETE', status)).status, 404)
  assert.equal((await client.send('DELETE', status)).status, 202)
  assert.equal((await client.send('GET', url ?? '')).status, 404)
  assert.ok(!existsSync(join(t.site.settings.folder, 'exports', status.split('=')[1] ?? '')))
  const again = await started('$export?_type=Patient')
  assert.equal((await ended(again)).status, 200)
  t.clock.forward(25 * 3_600_000)
  assert.equal((await client.send('GET', again)).code(), 'export-unknown')
  t.clock.forward(-25 * 3_600_000)
})

test('who is stopped meanwhile gets no more pages', async () => {
  const leaving = await fhirClient(t, 'leaving')
  const status = await started('$export', leaving)
  await stopProgram(t.site.store.sql, 'leaving', t.site.clock.now())
  const id = status.split('=')[1]
  for (let i = 0; i < 100; i++) {
    const [row] = await t.site.store.sql<{ state: string; problem: string }>('select state, problem from export_job where id = $1', [id])
    if (row?.state === 'failed') return assert.equal(row.problem, 'export-rights-changed')
    await delay(200)
  }
  assert.fail('the export goes on')
})

test('a job whose process died is taken over where the last page ended: no line twice, none lost', async () => {
  const status = await started('$export?_type=Patient,Observation')
  const whole = (await ended(status)).json<Manifest>()
  const id = status.split('=')[1] ?? ''
  const folder = join(t.site.settings.folder, 'exports', id)
  const text = () =>
    readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'))
  const [patients = '', observations = ''] = text()
  // As kill -9 leaves it: a page behind Observation/o-a that the row does not know of, half a line long.
  const size = Buffer.byteLength(observations.slice(0, observations.indexOf('"id":"o-b"')).replace(/[^\n]*$/, ''))
  const files = [
    { n: 1, type: 'Patient', count: 3, size: Buffer.byteLength(patients) },
    { n: 2, type: 'Observation', count: observations.slice(0, size).split('\n').length - 1, size },
  ]
  appendFileSync(join(folder, '2.ndjson'), '{"resourceType":"Observation","id":"half')
  await t.site.store.sql(
    `update export_job set state = 'running', type_at = 1, after = 'o-a', files = $2::jsonb, holder = 'dead', held_until = now() - interval '1 second',
     expires_at = null where id = $1`,
    [id, JSON.stringify(files)],
  )
  assert.deepEqual((await ended(status)).json<Manifest>().output, whole.output)
  assert.deepEqual(text(), [patients, observations])
})

test('each act is in the audit, with the patients whose data left', async () => {
  const rows = await t.site.store.sql<{ action: string; n: string }>(
    `select action, count(*) n from audit where action like 'export%' group by action order by action`,
  )
  assert.deepEqual(
    rows.map((r) => r.action),
    ['export', 'export-cancel', 'export-file', 'export-start'],
  )
  const [shown] = await t.site.store.sql<{ most: number }>(
    `select max(cardinality(pats)) most from audit where action = 'export' and t = 'Patient'`,
  )
  assert.equal(shown?.most, 3)
})
