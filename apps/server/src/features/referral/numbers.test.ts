/** Numbers of a HIS that come twice: what is issued stays whose it was. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimFile, type Stay, stay } from '@yba/people'
import { systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { rowCounts, signSlip, transition, until } from '../../testing/referral.ts'
import { importClaim } from '../insurance/index.ts'

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
  const papers = () =>
    p.sender.sql(`select id, ver, content from res where content like '{"resourceType":"DocumentReference"%' order by id`)
  const before = await papers()
  const doctor = await p.sender.at('bs.mot')
  const answer = await doctor.post(`/fhir/Task/${two?.referral?.id}/$sign`, { kind: 'referral', role: 'doctor' })
  assert.deepEqual([answer.status, answer.code], [409, 'paper-number-taken'])
  assert.deepEqual(await papers(), before)
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
