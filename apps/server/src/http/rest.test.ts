import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { systemCaller } from '../access/index.ts'
import { OWNERSHIP } from '../access/ownership.ts'
import { featuresOf } from '../roles.ts'
import type { SignedIn } from '../testing/browser.ts'
import { visitor } from '../testing/browser.ts'
import { type TestSite, testSite } from '../testing/site.ts'

let t: TestSite
let reception: SignedIn
let doctor: SignedIn

before(async () => {
  // The ownership gate stands where care areas do; their own operations are not needed here.
  t = await testSite({ role: 'facility', features: featuresOf('bare') })
  reception = await t.as('reception')
  doctor = await t.as('doctor')
})
after(() => t.close())

const FHIR = { 'content-type': 'application/fhir+json' }
const patient = (name: string, more: object = {}) => ({
  resourceType: 'Patient',
  name: [{ text: name }],
  gender: 'female',
  birthDate: '1990-03-04',
  ...more,
})

interface Outcome {
  issue: { severity: string; details: { coding: { code: string }[]; text: string }; diagnostics: string }[]
}
const codeOf = async (response: Response): Promise<string | undefined> =>
  ((await response.json()) as Outcome).issue[0]?.details.coding[0]?.code

async function create(by: SignedIn, resource: { resourceType: string }): Promise<{ id: string; meta: { versionId: string } }> {
  return by.json(`/fhir/${resource.resourceType}`, { method: 'POST', headers: FHIR, body: JSON.stringify(resource) })
}

test('create, read, update with If-Match, history, delete', async () => {
  const text = '{"resourceType":"Patient","name":[{"text":"Lê Thị Nguyên Văn"}],  "gender":"female"}'
  const made = await reception.fetch('/fhir/Patient', { method: 'POST', headers: FHIR, body: text })
  assert.equal(made.status, 201)
  assert.match(made.headers.get('location') ?? '', /\/fhir\/Patient\/[0-9a-f-]{36}\/_history\/1$/)
  const body = await made.text()
  assert.ok(body.includes('"name":[{"text":"Lê Thị Nguyên Văn"}],  "gender":"female"'), 'received text stays as it was')
  const { id } = JSON.parse(body) as { id: string }

  const changed = JSON.stringify({ resourceType: 'Patient', id, name: [{ text: 'Lê Thị Nguyên' }] })
  const put = (match: string) =>
    reception.fetch(`/fhir/Patient/${id}`, { method: 'PUT', headers: { ...FHIR, 'if-match': match }, body: changed })
  assert.equal((await put('W/"1"')).status, 200)
  const late = await put('W/"1"')
  assert.ok([409, 412].includes(late.status))
  assert.equal(await codeOf(late), 'version-conflict')
  assert.equal(await codeOf(await put('latest')), 'if-match-unreadable')

  const read = await reception.fetch(`/fhir/Patient/${id}`)
  assert.equal(read.headers.get('etag'), 'W/"2"')
  const first = (await reception.json(`/fhir/Patient/${id}/_history/1`)) as { name: { text: string }[] }
  assert.equal(first.name[0]?.text, 'Lê Thị Nguyên Văn')
  assert.equal(((await reception.json(`/fhir/Patient/${id}/_history`)) as { total: number }).total, 2)

  assert.equal((await reception.fetch(`/fhir/Patient/${id}`, { method: 'DELETE' })).status, 204)
  assert.equal((await reception.fetch(`/fhir/Patient/${id}`)).status, 410)
})

test('search by GET and POST, page after page', async () => {
  for (const name of ['Phạm Trang Một', 'Phạm Trang Hai', 'Phạm Trang Ba']) await create(reception, patient(name))
  interface Set {
    entry?: { resource: { name: { text: string }[] } }[]
    link: { relation: string; url: string }[]
  }
  const seen: string[] = []
  let next: string | undefined = '/fhir/Patient?name=trang&_count=2&_format=json'
  while (next) {
    const page: Set = await reception.json(next)
    seen.push(...(page.entry ?? []).map((e) => e.resource.name[0]?.text ?? ''))
    next = page.link.find((l) => l.relation === 'next')?.url
  }
  assert.deepEqual(seen.toSorted(), ['Phạm Trang Ba', 'Phạm Trang Hai', 'Phạm Trang Một'])
  const posted: Set = await reception.json('/fhir/Patient/_search', { method: 'POST', body: new URLSearchParams({ name: 'trang ba' }) })
  assert.equal(posted.entry?.length, 1)
})

test('a bundle of too many entries is refused whole, by name', async () => {
  const entry = Array.from({ length: 5001 }, () => ({ resource: patient('Trịnh Quá Dài'), request: { method: 'POST', url: 'Patient' } }))
  for (const type of ['transaction', 'batch']) {
    const body = JSON.stringify({ resourceType: 'Bundle', type, entry })
    const answer = await reception.fetch('/fhir', { method: 'POST', headers: FHIR, body })
    assert.equal(answer.status, 413)
    assert.equal(await codeOf(answer), 'bundle-too-long')
  }
})

test('a transaction is all or nothing; a batch answers each entry', async () => {
  const bundle = (type: string, entry: object[]) => ({
    method: 'POST',
    headers: FHIR,
    body: JSON.stringify({ resourceType: 'Bundle', type, entry }),
  })
  const person = {
    fullUrl: 'urn:uuid:2f6c3c5e-7a54-4a0e-8a3c-111111111111',
    resource: patient('Trịnh Giao Dịch'),
    request: { method: 'POST', url: 'Patient' },
  }
  const cover = (beneficiary: string) => ({
    resource: { resourceType: 'Coverage', status: 'active', beneficiary: { reference: beneficiary }, payor: [{ display: 'BHXH' }] },
    request: { method: 'POST', url: 'Coverage' },
  })
  const done: { entry: { response: { status: string; location: string } }[] } = await reception.json(
    '/fhir',
    bundle('transaction', [person, cover(person.fullUrl)]),
  )
  assert.deepEqual(
    done.entry.map((e) => e.response.status),
    ['201 Created', '201 Created'],
  )
  const made = (await reception.json(`/fhir/${done.entry[1]?.response.location}`)) as { beneficiary: { reference: string } }
  assert.match(made.beneficiary.reference, /^Patient\/[0-9a-f-]{36}$/)

  const broken = await reception.fetch(
    '/fhir',
    bundle('transaction', [{ ...person, resource: patient('Trịnh Nửa Vời') }, cover('Patient/nobody')]),
  )
  assert.ok(broken.status >= 400 && broken.status < 500)
  assert.equal(((await reception.json('/fhir/Patient?name=nua%20voi')) as { entry?: unknown[] }).entry, undefined)

  const batch: { entry: { response: { status: string } }[] } = await reception.json(
    '/fhir',
    bundle('batch', [
      { ...person, resource: patient('Trịnh Lô') },
      cover('Patient/nobody'),
      { resource: { resourceType: 'Task' }, request: { method: 'POST', url: 'Task' } },
    ]),
  )
  assert.equal(batch.entry[0]?.response.status, '201 Created')
  assert.ok(batch.entry.slice(1).every((e) => e.response.status.startsWith('4')))
})

test('plain writes at every command type are refused by name, whatever way they come', async () => {
  const commands = OWNERSHIP.filter((o) => o.mode === 'command')
  assert.deepEqual(commands.map((o) => o.type).toSorted(), [
    'AuditEvent',
    'Binary',
    'Bundle',
    'DocumentReference',
    'Endpoint',
    'Provenance',
    'Task',
  ])
  for (const { type } of commands) {
    const resource = { resourceType: type, ...(type === 'Bundle' ? { type: 'document' } : {}) }
    const send = (method: string, path: string, body?: object) =>
      doctor.fetch(path, { method, headers: FHIR, ...(body ? { body: JSON.stringify(body) } : {}) })
    const tries: [string, Promise<Response>][] = [
      ['create', send('POST', `/fhir/${type}`, resource)],
      ['update', send('PUT', `/fhir/${type}/x1`, { ...resource, id: 'x1' })],
      [
        'transaction',
        send('POST', '/fhir', {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource, request: { method: 'POST', url: type } }],
        }),
      ],
      // A Bundle's category is known by its content; deleting one by the stored version.
      ...(type === 'Bundle' ? [] : ([['delete', send('DELETE', `/fhir/${type}/x1`)]] as [string, Promise<Response>][])),
    ]
    for (const [how, answer] of tries) assert.equal(await codeOf(await answer), 'use-operation', `${how} ${type}`)
  }
  // A type no care area owns passes the gate; who has no grant of it is told so.
  const delivery = JSON.stringify({ resourceType: 'SupplyDelivery', status: 'completed' })
  assert.equal(
    await codeOf(await doctor.fetch('/fhir/SupplyDelivery', { method: 'POST', headers: FHIR, body: delivery })),
    'write-forbidden',
  )
})

test('forbidden and missing answer the same bytes', async () => {
  const { id } = await create(reception, patient('Đỗ Kín'))
  const system = t.site.store.as(systemCaller('test', '24997'))
  const [condition] = await system.transact((tx) =>
    tx.write([{ kind: 'create', resource: { resourceType: 'Condition', subject: { reference: `Patient/${id}` } } as never }]),
  )
  assert.ok(condition)
  const compare = async (forbidden: string, missing: string) => {
    const [a, b] = [await doctor.fetch(forbidden), await doctor.fetch(missing)]
    assert.equal(a.status, 404)
    assert.equal(b.status, 404)
    assert.equal(await a.text(), await b.text())
    const names = (r: Response) => [...r.headers.keys()].toSorted().join()
    assert.equal(names(a), names(b))
  }
  await compare(`/fhir/Condition/${condition.id}`, '/fhir/Condition/01234567-0000-7000-8000-000000000000')
  await compare(`/fhir/Condition/${condition.id}/_history`, '/fhir/Condition/01234567-0000-7000-8000-000000000000/_history')
  await compare(`/fhir/Condition/${condition.id}/_history/1`, '/fhir/Condition/01234567-0000-7000-8000-000000000000/_history/1')
  await compare(
    `/fhir/Binary/${createHash('sha256').update('a').digest('hex')}`,
    `/fhir/Binary/${createHash('sha256').update('b').digest('hex')}`,
  )
})

test('break-glass opens one chart to one person for four hours, with a reason, and is audited', async () => {
  const { id } = await create(reception, patient('Hồ Cấp Cứu'))
  const system = t.site.store.as(systemCaller('test', '24997'))
  const [condition] = await system.transact((tx) =>
    tx.write([{ kind: 'create', resource: { resourceType: 'Condition', subject: { reference: `Patient/${id}` } } as never }]),
  )
  const path = `/fhir/Condition/${condition?.id}`
  const glass = (by: SignedIn, reason: string) =>
    by.fetch(`/fhir/Patient/${id}/$break-glass`, { method: 'POST', headers: FHIR, body: JSON.stringify({ reason }) })
  assert.equal((await doctor.fetch(path)).status, 404)
  assert.equal(await codeOf(await glass(doctor, 'vội')), 'break-glass-reason')
  assert.equal(await codeOf(await glass(reception, 'Người bệnh hôn mê, cần xem thuốc')), 'not-permitted')
  assert.equal((await glass(doctor, 'Người bệnh hôn mê, cần xem thuốc')).status, 200)
  assert.equal((await doctor.fetch(path)).status, 200)
  const colleague = await t.as('doctor', { login: 'dong.nghiep' })
  assert.equal((await colleague.fetch(path)).status, 404)
  t.clock.forward(4 * 3_600_000 + 1000)
  const later = await t.as('doctor')
  assert.equal((await later.fetch(path)).status, 404)

  const auditor = await t.as('auditor')
  const list: { rows: { action: string; reason?: string; callerName: string }[] } = await auditor.json(
    `/fhir/AuditEvent/$list?patient=${id}`,
  )
  const row = list.rows.find((r) => r.action === 'break-glass')
  assert.equal(row?.reason, 'Người bệnh hôn mê, cần xem thuốc')
  assert.equal(row?.callerName, 'Người thử doctor')
  const verdict: { ok: boolean } = await auditor.json('/fhir/AuditEvent/$verify', { method: 'POST' })
  assert.equal(verdict.ok, true)
  reception = await t.as('reception')
  doctor = later
})

test('bodies that are not what they should be are refused by name', async () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, path = '/fhir/Patient') =>
    reception.fetch(path, { method: 'POST', headers: FHIR, body })
  assert.equal(await codeOf(await post('')), 'body-missing')
  assert.equal(await codeOf(await post('{"resourceType":"Patient",')), 'json-syntax')
  assert.equal(await codeOf(await post('{"resourceType":"Patient","resourceType":"Patient"}')), 'json-duplicate-key')
  assert.equal(await codeOf(await post(new Uint8Array([0x7b, 0xff, 0x7d]))), 'body-unreadable')
  assert.equal(await codeOf(await post('{"resourceType":"Encounter"}')), 'resource-mismatch')
  assert.equal(await codeOf(await post('{}', '/fhir/Nothing')), 'type-not-served')
  assert.equal((await post(`{"resourceType":"Patient","x":"${'a'.repeat(26 * 1024 * 1024)}"}`)).status, 413)
})

test('nobody unknown gets in, and the answer is in the asked language', async () => {
  const stranger = visitor(t.url)
  const answer = await stranger.fetch('/fhir/Patient/1', { headers: { 'accept-language': 'fr, en;q=0.8, vi;q=0.3' } })
  assert.equal(answer.status, 401)
  assert.equal(answer.headers.get('content-language'), 'en')
  const outcome = (await answer.json()) as Outcome
  assert.equal(outcome.issue[0]?.details.text, 'Sign-in is required.')
  assert.match((await (await stranger.fetch('/fhir/Patient/1')).text()) ?? '', /Cần đăng nhập/)
})

test('the capability statement says which types only commands write', async () => {
  const statement = (await (await fetch(`${t.url}/fhir/metadata`)).json()) as {
    rest: {
      resource: { type: string; interaction: { code: string }[]; searchParam: { name: string }[]; operation: { name: string }[] }[]
    }[]
  }
  const of = (type: string) => statement.rest[0]?.resource.find((r) => r.type === type)
  assert.ok(of('Patient')?.interaction.some((i) => i.code === 'create'))
  assert.ok(!of('Task')?.interaction.some((i) => i.code === 'create'))
  assert.ok(of('Patient')?.operation.some((o) => o.name === 'break-glass'))
  assert.ok(of('Observation')?.searchParam.some((p) => p.name === 'code'))
})

test('a failure nobody foresaw shows a request id and nothing else', async () => {
  const real = t.site.store.log.end
  t.site.store.log.end = () => Promise.reject(new Error('relation "secret_table" does not exist'))
  const administrator = await t.as('administrator')
  const answer = await administrator.fetch('/fhir/$site-status')
  t.site.store.log.end = real
  assert.equal(answer.status, 500)
  const text = await answer.text()
  assert.ok(!text.includes('secret_table'))
  assert.ok(text.includes(answer.headers.get('x-request-id') ?? '?'))
  assert.ok(!t.logLines.join('').includes('secret_table'))
})

test('U+0000 anywhere is refused by name, and never costs another caller an answer', async () => {
  const made = await create(reception, patient('Lê Thị Không'))
  for (const path of ['Patient/%00', 'Binary/%00', 'Patient?name=%00', 'Patient/x/_history/1%00', 'AuditEvent?x=%00']) {
    assert.equal((await doctor.fetch(`/fhir/${path}`)).status, 400, path)
  }
  for (const body of ['{"reason":"lý do rất gấp \\u0000"}', '{"\\u0000":1}']) {
    const answer = await doctor.fetch(`/fhir/Patient/${made.id}/$break-glass`, { method: 'POST', headers: FHIR, body })
    assert.deepEqual([answer.status, await codeOf(answer)], [400, 'body-unreadable'])
  }
  const store = t.site.store.as({ ...systemCaller('test', '24997'), reason: 'a\0b' })
  const [bad, good] = await Promise.all([store.read('Patient', made.id), doctor.fetch(`/fhir/Patient/${made.id}`)])
  assert.deepEqual([bad.id, good.status], [made.id, 200])
})

test('no record is opened in an emergency that the audit could not write down', async () => {
  const made = await create(reception, patient('Đỗ Thị Cấp Cứu'))
  const { sql } = t.site.store
  await sql(`create function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`)
  await sql(`create trigger refuse_row before insert on audit for each row when (new.action = 'break-glass') execute function refuse_row()`)
  const opening = { method: 'POST', headers: FHIR, body: JSON.stringify({ reason: 'Cấp cứu ngừng tuần hoàn' }) }
  try {
    assert.equal((await doctor.fetch(`/fhir/Patient/${made.id}/$break-glass`, opening)).status, 500)
    assert.deepEqual(await sql('select 1 from care where pat = (select rid from res where id = $1)', [made.id]), [])
  } finally {
    await sql('drop trigger refuse_row on audit')
  }
  assert.equal((await doctor.fetch(`/fhir/Patient/${made.id}/$break-glass`, opening)).status, 200)
})
