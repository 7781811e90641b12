import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemCaller } from '../../../access/index.ts'
import type { SignedIn } from '../../../testing/browser.ts'
import { type TestSite, testSite } from '../../../testing/site.ts'
import { importCatalogues } from '../import.ts'
import type { GivenFile } from '../read/files.ts'
import { terminologyOf } from '../terminology.ts'

const ICD10 = 'http://hl7.org/fhir/sid/icd-10'
const WHOLE = encodeURIComponent(`${ICD10}?fhir_vs`)
const DAY = '2026-06-30'

const HEAD = 'code,marker,name_vi,chapter_no,block,category\n'
const LIST = `${HEAD}A03,,Lỵ trực khuẩn,I,A00-A09,A03
A03.0,,Lỵ trực khuẩn do Shigella dysenteriae,I,A00-A09,A03
A06,,Nhiễm amip,I,A00-A09,A06
A06.0,,Lỵ amip cấp,I,A00-A09,A06
B05,,Sởi,I,B00-B09,B05
G01,*,Viêm màng não,VI,G00-G09,G01
`
const NEXT = `${HEAD}A03,,Lỵ trực khuẩn,I,A00-A09,A03
U07,,Mã mới,XXII,U00-U49,U07
`

let t: TestSite
let doctor: SignedIn
const file = (name: string, text: string, kind?: string): GivenFile => ({
  file: name,
  bytes: new TextEncoder().encode(text),
  ...(kind ? { kind } : {}),
})

before(async () => {
  t = await testSite()
  const store = t.site.store.as(systemCaller('test', '24997'))
  const take = (files: GivenFile[], facts = {}) => store.transact((tx) => importCatalogues(tx, { files, facts, dryRun: false, by: 'test' }))
  const blocks = file('blocks.csv', 'block,chapter_range,name_vi\nA00-A09,A00-B99,Bệnh nhiễm trùng đường ruột\n')
  const chapters = file('chapters.csv', 'chapter_no,chapter_range,name_vi\nI,A00-B99,Bệnh nhiễm trùng\n')
  await take([file('icd.csv', LIST), blocks, chapters])
  await take([file('next.csv', NEXT)], { version: 'TT 06/2026/TT-BYT', from: '2026-07-01' })
  await take([file('ethnic.csv', 'code,name_vi,other_names\n01,Kinh,Việt\n02,Tày,"Thổ, Ngạn"\n')])
  const units = 'province_code,province_name,district_code,district_name,ward_code,ward_name\n'
  const old = file('old.csv', `${units}24,Tỉnh Thử,213,Huyện Thử,07201,Xã Thử\n24,Tỉnh Thử,213,Huyện Thử,07204,Xã Hai\n`)
  const now = file(
    'new.json',
    '[{"Code":"24","FullName":"Tỉnh Mới","Wards":[{"Code":"07210","FullName":"Phường Mới"},{"Code":"07228","FullName":"Xã Mới"}]}]',
  )
  await take([file('k.csv', 'code,name_vi,evidence\nK01,Khoa Khám bệnh,verified\n')])
  await take([old, now, file('map.csv', 'old_ward_code,new_ward_code\n07201,07210\n07204,07210\n07204,07228\n')])
  await store.transact((tx) => tx.write(SETS.map((resource) => ({ kind: 'create', resource: resource as never }))))
  doctor = await t.as('doctor')
})
after(() => t.close())

const set = (name: string, compose: object) => ({
  resourceType: 'ValueSet',
  url: `https://example.org/ValueSet/${name}`,
  status: 'active',
  compose,
})
const SETS = [
  set('gut', {
    include: [{ system: ICD10, filter: [{ property: 'concept', op: 'is-a', value: 'A00-A09' }] }],
    exclude: [{ system: ICD10, filter: [{ property: 'concept', op: 'descendent-of', value: 'A06' }] }],
  }),
  set('both', {
    include: [
      { valueSet: ['https://example.org/ValueSet/gut'], system: ICD10, concept: [{ code: 'A03.0' }, { code: 'B05' }, { code: 'X99' }] },
    ],
  }),
  set('pattern', { include: [{ system: ICD10, filter: [{ property: 'code', op: 'regex', value: '(a+)+$' }] }] }),
  set('circle', { include: [{ valueSet: ['https://example.org/ValueSet/circle'] }] }),
  set('elsewhere', { include: [{ system: 'http://snomed.info/sct' }] }),
  set('listed', { include: [{ system: 'http://snomed.info/sct', concept: [{ code: '38341003', display: 'Tăng huyết áp' }] }] }),
  {
    resourceType: 'CodeSystem',
    url: 'https://example.org/CodeSystem/own',
    version: '1',
    status: 'active',
    content: 'complete',
    concept: [{ code: 'a', display: 'Một', concept: [{ code: 'b', display: 'Hai' }] }],
  },
]

interface Expansion {
  total: number
  offset?: number
  parameter: { name: string; valueUri?: string }[]
  contains?: { code: string; display: string; abstract?: boolean; designation?: { value: string }[] }[]
}
const expand = async (query: string): Promise<Expansion> =>
  (await doctor.json<{ expansion: Expansion }>(`/fhir/ValueSet/$expand?${query}`)).expansion
const codes = (expansion: Expansion) => (expansion.contains ?? []).map((c) => c.code)
const refused = async (path: string): Promise<string> => {
  const answer = await doctor.fetch(path)
  const body = (await answer.json()) as { issue: { details: { coding: { code: string }[] } }[] }
  return `${answer.status} ${body.issue[0]?.details.coding[0]?.code}`
}
interface Out {
  parameter: {
    name: string
    valueBoolean?: boolean
    valueString?: string
    part?: { name: string; valueCode?: string; valueString?: string }[]
    resource?: object
  }[]
}
const validate = async (path: string) => {
  const { parameter } = await doctor.json<Out>(path)
  return { result: parameter.find((p) => p.name === 'result')?.valueBoolean, text: JSON.stringify(parameter) }
}

test('what is typed without marks finds words with them; a code is found by its beginning', async () => {
  const found = await expand(`url=${WHOLE}&date=${DAY}&filter=ly`)
  assert.deepEqual(codes(found), ['A03', 'A03.0', 'A06.0'])
  assert.deepEqual(codes(await expand(`url=${WHOLE}&date=${DAY}&filter=amip%20ly`)), ['A06.0'])
  assert.deepEqual(codes(await expand(`url=${WHOLE}&date=${DAY}&filter=a060`)), ['A06.0'])
  const groups = await expand(
    `url=${encodeURIComponent('https://w3id.org/yba/CodeSystem/ma-dantoc?fhir_vs')}&filter=ngan&includeDesignations=true`,
  )
  assert.deepEqual(groups.contains?.[0]?.designation, [{ value: 'Thổ' }, { value: 'Ngạn' }])
})

test('the version in force on the day answers: the list of 2020 until its last day, the next from its first', async () => {
  const before = await expand(`url=${WHOLE}&date=2026-06-30`)
  assert.deepEqual(codes(before), ['I', 'A00-A09', 'A03', 'A03.0', 'A06', 'A06.0', 'B05', 'G01'])
  assert.ok(before.parameter.some((p) => p.valueUri === `${ICD10}|QĐ 4469/QĐ-BYT`))
  // Midnight here is five in the afternoon elsewhere.
  assert.deepEqual(codes(await expand(`url=${WHOLE}&date=2026-06-30T17:00:00Z`)), ['A03', 'U07'])
  assert.deepEqual(
    codes(await expand(`url=${WHOLE}&date=2026-07-01&system-version=${encodeURIComponent(`${ICD10}|QĐ 4469/QĐ-BYT`)}&filter=B05`)),
    ['B05'],
  )
  const at = (date: string) => validate(`/fhir/CodeSystem/$validate-code?url=${ICD10}&code=U07&date=${date}`)
  assert.deepEqual([(await at('2026-06-30')).result, (await at('2026-07-01')).result], [false, true])
  assert.equal(await refused(`/fhir/CodeSystem/$lookup?system=${ICD10}&code=A03&date=2019-01-01`), '404 catalogue-not-in-force')
})

test('an expansion comes in pages', async () => {
  const page = await expand(`url=${WHOLE}&date=${DAY}&offset=2&count=3`)
  assert.deepEqual([page.total, page.offset, codes(page)], [8, 2, ['A03', 'A03.0', 'A06']])
  assert.deepEqual(codes(await expand(`url=${WHOLE}&date=${DAY}&count=0`)), [])
})

test('a stored value set: below, without, in another one too; codes the list does not have are told', async () => {
  assert.deepEqual(codes(await expand(`url=https://example.org/ValueSet/gut&date=${DAY}`)), ['A00-A09', 'A03', 'A03.0', 'A06'])
  const both = await expand(`url=https://example.org/ValueSet/both&date=${DAY}`)
  assert.deepEqual(codes(both), ['A03.0'])
  assert.ok(both.parameter.some((p) => p.name === 'unknown-code' && p.valueUri === `${ICD10}|X99`))
  assert.deepEqual(codes(await expand('url=https://example.org/ValueSet/listed')), ['38341003'])
  assert.deepEqual(codes(await expand(`url=${encodeURIComponent('https://example.org/CodeSystem/own?fhir_vs')}`)), ['a', 'b'])
  assert.equal(
    await refused(`/fhir/ValueSet/$expand?url=https://example.org/ValueSet/pattern&date=${DAY}`),
    '422 value-set-filter-unsupported',
  )
  assert.equal(await refused('/fhir/ValueSet/$expand?url=https://example.org/ValueSet/circle'), '422 value-set-circular')
  assert.equal(await refused('/fhir/ValueSet/$expand?url=https://example.org/ValueSet/nobody'), '404 value-set-unknown')
  assert.equal(await refused('/fhir/ValueSet/$expand?url=https://example.org/ValueSet/elsewhere'), '404 catalogue-not-loaded')
  assert.equal(await refused('/fhir/ValueSet/$expand?contextDirection=incoming'), '400 operation-parameter-unsupported')
  assert.equal(await refused('/fhir/ValueSet/nobody/$expand'), '404 not-found')
})

test('a value set may be handed over; FHIR’s own sets and systems answer as well', async () => {
  const valueSet = set('handed', { include: [{ system: 'http://hl7.org/fhir/administrative-gender' }] })
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'valueSet', resource: valueSet },
      { name: 'filter', valueString: 'fem' },
    ],
  }
  const answer = await doctor.fetch('/fhir/ValueSet/$expand', { method: 'POST', body: JSON.stringify(body) })
  assert.match(answer.headers.get('content-type') ?? '', /fhir\+json/)
  assert.deepEqual(codes(((await answer.json()) as { expansion: Expansion }).expansion), ['female'])
  const acts = await expand('url=http://terminology.hl7.org/ValueSet/v3-ActEncounterCode')
  assert.ok(codes(acts).includes('IMP'))
  assert.equal(
    (await validate('/fhir/ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender&code=male')).result,
    true,
  )
})

test('a code tells its names, its place and the rules of its use', async () => {
  const { parameter } = await doctor.json<Out>(`/fhir/CodeSystem/$lookup?system=${ICD10}&code=A03&date=${DAY}`)
  const said = parameter
    .filter((p) => p.name === 'property')
    .map((p) => (p.part ?? []).map((one) => one.valueCode ?? one.valueString).join('='))
  assert.equal(parameter.find((p) => p.name === 'display')?.valueString, 'Lỵ trực khuẩn')
  assert.deepEqual(said.slice(0, 2), ['parent=A00-A09', 'child=A03.0'])
  assert.equal(await refused(`/fhir/CodeSystem/$lookup?system=${ICD10}&code=Q99&date=${DAY}`), '404 code-unknown')
  assert.equal(await refused('/fhir/CodeSystem/$lookup?system=http://snomed.info/sct&code=1'), '404 catalogue-not-loaded')
  assert.equal(await refused(`/fhir/CodeSystem/$lookup?system=${ICD10}`), '400 operation-parameter-unfit')
  assert.equal(await refused(`/fhir/CodeSystem/$lookup?system=${ICD10}&code=A03&date=2026-13-01`), '400 operation-parameter-unfit')
})

test('a code is judged with its name; a heading is none; a list that is not loaded is a finding with its cure', async () => {
  const ask = (more: string) => validate(`/fhir/CodeSystem/$validate-code?url=${ICD10}&date=${DAY}&${more}`)
  assert.equal((await ask(`code=A03&display=${encodeURIComponent('lỵ trực khuẩn')}`)).result, true)
  const other = await ask(`code=A03&display=${encodeURIComponent('Sởi')}`)
  assert.deepEqual([other.result, /code-display-other/.test(other.text)], [false, true])
  assert.deepEqual([(await ask('code=A00-A09')).result, (await ask('code=A00-A09&abstract=true')).result], [false, true])
  const part = await validate('/fhir/CodeSystem/$validate-code?url=https://w3id.org/yba/CodeSystem/ma-khoa&code=K16.1')
  assert.deepEqual([part.result, /code-outside-part/.test(part.text)], [false, true])
  for (const path of [
    '/fhir/CodeSystem/$validate-code?url=http://snomed.info/sct&code=1',
    '/fhir/ValueSet/$validate-code?url=https://example.org/ValueSet/elsewhere&system=http://snomed.info/sct&code=1',
  ]) {
    const { result, text } = await validate(path)
    assert.equal(result, false)
    assert.match(text, /catalogue-not-loaded.*yba catalogue import/)
  }
  const concept = {
    coding: [
      { system: ICD10, code: 'nothing' },
      { system: ICD10, code: 'A06' },
    ],
  }
  const parameter = [
    { name: 'url', valueUri: 'https://example.org/ValueSet/gut' },
    { name: 'date', valueDateTime: DAY },
    { name: 'codeableConcept', valueCodeableConcept: concept },
  ]
  const answer = await doctor.fetch('/fhir/ValueSet/$validate-code', {
    method: 'POST',
    body: JSON.stringify({ resourceType: 'Parameters', parameter }),
  })
  assert.equal(((await answer.json()) as Out).parameter[0]?.valueBoolean, true)
})

test('the capability statement names each operation once', async () => {
  const { rest } = await doctor.json<{ rest: { resource: { type: string; operation: { name: string }[] }[] }[] }>('/fhir/metadata')
  const of = (type: string) => rest[0]?.resource.find((r) => r.type === type)?.operation.map((o) => o.name) ?? []
  assert.deepEqual(
    of('ValueSet').filter((name) => ['expand', 'validate-code'].includes(name)),
    ['expand', 'validate-code'],
  )
  assert.deepEqual(
    of('CodeSystem').filter((name) => ['lookup', 'validate-code'].includes(name)),
    ['lookup', 'validate-code'],
  )
})

test('each question leaves a row in the audit, refused ones too', async () => {
  const rows = async () =>
    (await t.site.store.audit.list({ limit: 200 })).filter((r) => r.detail?.startsWith('$lookup')).map((r) => r.outcome)
  const before = (await rows()).length
  await doctor.json(`/fhir/CodeSystem/$lookup?system=${ICD10}&code=A03&date=${DAY}`)
  await refused(`/fhir/CodeSystem/$lookup?system=${ICD10}&code=Q99&date=${DAY}`)
  assert.deepEqual((await rows()).slice(0, (await rows()).length - before).sort(), ['ok', 'refused'])
})

test('searches ask what lies below a code and above it, and what a value set holds, as it was at an instant', async () => {
  const terms = terminologyOf(t.site)
  const asker = { sql: t.site.store.sql, search: t.site.store.as(systemCaller('test', '24997')).search }
  const at = new Date('2026-06-30T03:00:00Z')
  assert.deepEqual(await terms.below(asker, ICD10, 'A06', at), ['A06', 'A06.0'])
  assert.deepEqual(await terms.above(asker, ICD10, 'A03.0', at), ['A03.0', 'A03', 'A00-A09', 'I'])
  assert.equal(await terms.below(asker, ICD10, 'A06', new Date('2026-07-01T03:00:00Z')), 'unknown')
  assert.equal(await terms.below(asker, 'http://snomed.info/sct', '1', at), 'unknown')
  const gut = await terms.expand(asker, 'https://example.org/ValueSet/gut', at, 4)
  assert.deepEqual(gut === 'unknown' || gut === 'too-many' ? gut : gut.map((c) => c.code), ['A00-A09', 'A03', 'A03.0', 'A06'])
  assert.equal(await terms.expand(asker, 'https://example.org/ValueSet/gut', at, 3), 'too-many')
  assert.equal(await terms.expand(asker, 'https://example.org/ValueSet/nobody', at, 10), 'unknown')
  await assert.rejects(terms.expand(asker, 'https://example.org/ValueSet/pattern', at, 10), { code: 'value-set-filter-unsupported' })
})

test('an old commune is translated to all it became, a new one back to what it was', async () => {
  const system = 'https://w3id.org/yba/CodeSystem/address-commune'
  const translate = async (query: string) => {
    const { parameter } = await doctor.json<Out>(`/fhir/ConceptMap/$translate?${query}`)
    const codings = parameter.filter((p) => p.name === 'match').map((p) => JSON.stringify(p.part))
    return { result: parameter[0]?.valueBoolean, codings }
  }
  const one = await translate(`system=${system}&code=07201`)
  assert.equal(one.result, true)
  assert.match(one.codings.join(), /"wider".*"code":"07210","display":"Phường Mới"/)
  assert.equal((await translate(`system=${system}&code=07204`)).codings.filter((c) => c.includes('inexact')).length, 2)
  assert.match((await translate(`system=${system}&code=07210&reverse=true`)).codings.join(), /"narrower".*07201/)
  assert.equal((await translate(`system=${system}&code=99999`)).result, false)
  assert.equal(await refused('/fhir/ConceptMap/$translate?url=https://example.org/ConceptMap/none&code=1'), '404 concept-map-unknown')
})
