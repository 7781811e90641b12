/** Numbers of a HIS that come twice: what is issued stays whose it was. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { checkInFile, claimFile, type Stay, stay } from '@yba/people'
import { systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, rowCounts, rowOf, signSlip, transition, until } from '../../testing/referral.ts'
import { importClaim } from '../insurance/index.ts'
import type { ComposeAnswer, ReferralView } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/** A claim file of one stay, its tables changed as text. */
function fileOf(one: Stay, change: (table: string) => string = (table) => table): Buffer {
  const text = Buffer.from(claimFile([one])).toString('utf8')
  return Buffer.from(
    text.replace(/<NOIDUNGFILE>([^<]+)</g, (_, table: string) => `<NOIDUNGFILE>${Buffer.from(change(decoded(table))).toString('base64')}<`),
  )
}

const transfer = (seed: number): Stay => stay(seed, { kind: 'inpatient-transfer', facility: '24997' })
const taking = async (file: Buffer) => (await importClaim(p.sender.site, systemCaller('import:his', '24997'), file)).records[0]
const fieldOf = (file: Buffer, field: string): string => {
  const tables = [...file.toString('utf8').matchAll(/<NOIDUNGFILE>([^<]+)</g)].map((m) => decoded(m[1] ?? ''))
  const found = tables.map((t) => new RegExp(`<${field}>(?:<!\\[CDATA\\[)?([^<\\]]+)`).exec(t)?.[1]).find((v) => v !== undefined)
  return found ?? assert.fail(`no ${field}`)
}
/** A field with another value, in whichever table holds it. */
const withField = (field: string, value: string) => (table: string) =>
  table.replace(new RegExp(`<${field}>.*?</${field}>`, 'gs'), `<${field}>${value}</${field}>`)

test('the slip number of one person does not take over the referral of another', async () => {
  const first = fileOf(transfer(101))
  const taken = await taking(first)
  assert.ok(taken?.referral)
  const counts = await rowCounts(p.sender)
  const second = await taking(fileOf(transfer(102), withField('GIAY_CHUYEN_TUYEN', fieldOf(first, 'GIAY_CHUYEN_TUYEN'))))
  assert.deepEqual([second?.result, second?.findings.at(-1)?.code], ['refused', 'slip-other-person'])
  assert.deepEqual(await rowCounts(p.sender), counts)
})

test('a signed paper is not written over by another person’s paper of the same number', async () => {
  const first = fileOf(transfer(103))
  const one = await taking(first)
  await signSlip(p.sender, one?.referral?.id ?? '')
  await until(p.receiver, one?.referral?.number ?? '', 'delivered')
  const two = await taking(fileOf(transfer(104), withField('SO_LUU_TRU', fieldOf(first, 'SO_LUU_TRU'))))
  assert.equal(two?.result, 'created')
  const said = two?.findings.find((f) => f.code === 'paper-number-taken')
  assert.equal(said?.severity, 'error', 'said when it comes, with its cure')
  const page = (await (await p.sender.at('bs.mot')).get(`/fhir/Task/${two?.referral?.id}/$view`)).json as ReferralView
  assert.ok(
    page.findings.some((f) => f.code === 'paper-number-taken'),
    'the page to sign says it, too',
  )
  const papers = () =>
    p.sender.sql(`select id, ver, content from res where content like '{"resourceType":"DocumentReference"%' order by id`)
  const before = await papers()
  const doctor = await p.sender.at('bs.mot')
  const answer = await doctor.post(`/fhir/Task/${two?.referral?.id}/$sign`, { kind: 'referral', role: 'doctor' })
  assert.deepEqual([answer.status, answer.code], [409, 'paper-number-taken'])
  const head = await (await p.sender.at('ky')).post(`/fhir/Task/${two?.referral?.id}/$sign`, { kind: 'referral', role: 'authorised' })
  assert.deepEqual([head.status, head.code], [409, 'paper-number-taken'], 'the same story to whoever signs')
  assert.deepEqual(await papers(), before)
})

test('a slip and its shared record may have one number: series of their own', async () => {
  const one = await taking(
    fileOf(transfer(106), (table) => withField('SO_LUU_TRU', '26000555')(withField('GIAY_CHUYEN_TUYEN', '26000555')(table))),
  )
  assert.equal(one?.referral?.number, '26000555')
  await signSlip(p.sender, one?.referral?.id ?? '')
  await until(p.receiver, '26000555', 'delivered')
  const { documents } = (await (await p.sender.at('vanthu')).get(`/fhir/Task/${one?.referral?.id}/$view`)).json as ReferralView
  assert.deepEqual(documents.map((d) => [d.kind, d.number, d.version]).sort(), [
    ['referral', '26000555', 1],
    ['summary', '26000555', 1],
  ])
  const two = await taking(fileOf(transfer(107), withField('SO_LUU_TRU', '26000777')))
  assert.ok(two?.referral)
  const three = await taking(fileOf(transfer(108), withField('SO_LUU_TRU', '26000777')))
  assert.equal(three?.findings.find((f) => f.code === 'summary-number-shared')?.severity, 'warning', 'before either is signed')
})

test('a number typed in another way is the same slip: joined with a warning, refused for another person, found at both desks', async () => {
  const [slip, other] = ['90001/2026/GCT', '90001 \uff0f2026/gc\u0442']
  const one = await taking(fileOf(transfer(110), withField('GIAY_CHUYEN_TUYEN', slip)))
  assert.equal(one?.referral?.number, slip)
  const again = await taking(fileOf(transfer(110), withField('GIAY_CHUYEN_TUYEN', other)))
  assert.deepEqual([again?.referral?.id, again?.referral?.number], [one?.referral?.id, slip])
  const said = again?.findings.find((f) => f.code === 'slip-number-respelt')
  assert.equal(said?.severity, 'warning')
  assert.ok(said?.vi.includes(slip) && said.vi.includes(other), 'both spellings')
  const stranger = await taking(fileOf(transfer(111), withField('GIAY_CHUYEN_TUYEN', other)))
  assert.deepEqual([stranger?.result, stranger?.findings.at(-1)?.code], ['refused', 'slip-other-person'])
  await signSlip(p.sender, one?.referral?.id ?? '')
  await until(p.receiver, slip, 'delivered')
  const scanned = await (await p.receiver.at('vanthu')).post('/fhir/Task/$scan', { text: other })
  assert.equal(scanned.json.known?.number, slip, 'the desk of the receiver finds it as it types it')
  // A number the HIS writes in its own way is sent as it is, and found by the plain one.
  const odd = await taking(fileOf(transfer(112), withField('GIAY_CHUYEN_TUYEN', '90002/2026/gct')))
  assert.equal(odd?.referral?.number, '90002/2026/gct')
  await signSlip(p.sender, odd?.referral?.id ?? '')
  await until(p.receiver, '90002/2026/gct', 'delivered')
  const made = { one: transfer(112), number: '90002/2026/gct', his: '90002/2026/GCT' }
  assert.ok((await treated(made)).includes('arrived-by-file'), 'the HIS of the receiver finds it, too')
})

test('a number in the form of a visit opens no slip: the record is taken, and it is said what to do', async () => {
  const one = await taking(fileOf(transfer(109), withField('GIAY_CHUYEN_TUYEN', '9109/2026/GCT~2')))
  assert.deepEqual([one?.result, one?.referral], ['created', undefined])
  assert.ok(one?.findings.some((f) => f.code === 'claim-slip-number-form' && f.cure.vi !== ''))
  const again = await taking(fileOf(transfer(109), withField('GIAY_CHUYEN_TUYEN', '9109/2026/GCT')))
  assert.equal(again?.referral?.number, '9109/2026/GCT')
})

test('a further slip of the same stay carries the shared record as its next version', async () => {
  const first = fileOf(transfer(105))
  const one = await taking(first)
  await signSlip(p.sender, one?.referral?.id ?? '')
  await until(p.receiver, one?.referral?.number ?? '', 'delivered')
  const desk = await p.sender.at('vanthu')
  assert.equal((await transition(desk, one?.referral?.id ?? '', 'void', 'ghi nhầm nơi đến')).status, 200)
  const again = await taking(fileOf(transfer(105), withField('GIAY_CHUYEN_TUYEN', '9105/2026/GCT')))
  assert.equal(again?.referral?.number, '9105/2026/GCT')
  await signSlip(p.sender, again?.referral?.id ?? '')
  const there = await until(p.receiver, '9105/2026/GCT', 'delivered')
  const view = (await desk.get(`/fhir/Task/${again?.referral?.id}/$view`)).json
  const shared = view.documents.find((d: { kind: string }) => d.kind === 'summary')
  assert.equal(shared.version, 2)
  assert.ok(shared.signatures.every((s: { verdict: string }) => s.verdict === 'valid'))
  assert.ok(there)
})

/** A slip a doctor writes at our screen for somebody checked in; the HIS's own number of it is in the claim of the stay. */
async function written(seed: number): Promise<{ one: Stay; number: string; his: string }> {
  const one = transfer(seed)
  const patient = (await taking(checkInFile([one])))?.patient?.id
  const doctor = await p.sender.at('bs.mot')
  const { id } = (await doctor.post('/fhir/Task/$compose', { patient, to: '01929' })).json as ComposeAnswer
  const { draft, number } = (await doctor.get(`/fhir/Task/${id}/$view`)).json as ReferralView
  assert.ok(draft)
  const typed = {
    signs: 'Sốt cao.',
    results: 'X-quang mờ.',
    diagnosisText: 'J18.9 Viêm phổi',
    treatment: { method: 'Kháng sinh.' },
    condition: 'Tỉnh.',
    direction: 'Điều trị tiếp.',
  }
  const content = { ...draft.content, ...typed }
  await doctor.post(`/fhir/Task/${id}/$save-draft`, { kind: 'referral', content, draftVersion: draft.draftVersion })
  assert.equal((await transition(doctor, id, 'submit')).status, 200)
  await signSlip(p.sender, id)
  const desk = await p.receiver.at('vanthu')
  await eventually(
    () => rowOf(desk, number),
    (row) => row?.state === 'delivered' || row?.state === 'accepted',
    `${number} at the receiver`,
  )
  return { one, number, his: one.tables.XML13?.[0]?.GIAY_CHUYEN_TUYEN ?? '' }
}

/** The stay at the receiver, whose HIS wrote the number of the paper and no citizen's number. */
async function treated({ one, his }: { one: Stay; his: string }): Promise<string[]> {
  const to = new Date()
  const made = stay(9000 + Number(one.person.citizenId.slice(-3)), {
    kind: 'inpatient',
    facility: '01929',
    patient: { person: one.person, mrn: `BM-${one.mrn}` },
    within: { from: new Date(to.getTime() - 3 * 60_000), to },
    cameWith: { issuer: '24997', number: his },
  })
  for (const rows of Object.values(made.tables)) for (const row of rows) if ('SO_CCCD' in row) row.SO_CCCD = ''
  const [record] = (await importClaim(p.receiver.site, systemCaller('import:his', '01929'), claimFile([made]))).records
  assert.notEqual(record?.result, 'refused', JSON.stringify(record?.findings.filter((f) => f.severity === 'error')))
  return record?.findings.map((f) => f.code).filter((code) => /^(arriv|outcome)/.test(code)) ?? []
}

test('slow: the HIS numbers a slip that was written here and has left: either number is the slip at both ends', async () => {
  const slip = await written(121)
  const joined = await taking(claimFile([slip.one]))
  assert.equal(joined?.referral?.number, slip.number)
  for (const node of [p.sender, p.receiver]) {
    const desk = await node.at('vanthu')
    const found = async () => (await desk.get(`/fhir/Task/$worklist?list=all&q=${encodeURIComponent(slip.his)}`)).json.rows[0]
    const row = await eventually(found, (r) => r?.hisNumbers?.[0] === slip.his, `${slip.his} at ${node.settings.name}`)
    assert.equal(row.number, slip.number)
  }
  await taking(claimFile([slip.one]))
  assert.deepEqual(await treated(slip), ['arrived-by-file', 'outcome-by-file'])
  await until(p.sender, slip.number, 'completed')
  const story = (await effects(p.hub.sql, '24997', slip.number)).events
  assert.equal(story.filter((e) => e === 'also-numbered').length, 1, 'told once')
})

test('slow: the receiver wrote the other number before anybody here knew it: its visit joins the slip, and the loop closes', async () => {
  const slip = await written(122)
  assert.deepEqual(await treated(slip), ['arrived-before-slip'])
  await until(p.receiver, slip.his, 'arrived')
  await taking(claimFile([slip.one]))
  await until(p.sender, slip.number, 'completed')
  await until(p.receiver, slip.number, 'completed')
  for (const node of [p.hub, p.receiver]) {
    const { events } = await effects(node.sql, '24997', slip.number)
    assert.deepEqual([events.filter((e) => e === 'arrive').length, events.at(-1)], [1, 'file-outcome'], node.settings.name)
  }
  assert.equal((await rowOf(await p.receiver.at('vanthu'), slip.his))?.number, undefined, 'one slip, under its own number')
})

test('the receiver spelled the number in its own way before the slip came: its visit joins the slip, and the loop closes', async () => {
  const [slip, his] = ['90003/2026/GCT', '90003 /2026/gct']
  const one = transfer(113)
  assert.deepEqual(await treated({ one, his }), ['arrived-before-slip'])
  await until(p.receiver, his, 'arrived')
  const opened = await taking(fileOf(one, withField('GIAY_CHUYEN_TUYEN', slip)))
  await signSlip(p.sender, opened?.referral?.id ?? '')
  await until(p.sender, slip, 'completed')
  await until(p.receiver, slip, 'completed')
  const { events } = await effects(p.receiver.sql, '24997', slip)
  assert.deepEqual([events.filter((e) => e === 'arrive').length, events.at(-1)], [1, 'file-outcome'])
  assert.equal((await rowOf(await p.receiver.at('vanthu'), his))?.number, undefined, 'one slip, as its sender writes it')
})
