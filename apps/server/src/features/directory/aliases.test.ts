import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localDay } from '@yba/vietnam'
import { onBehalf, systemCaller } from '../../access/index.ts'
import { FACILITIES, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, closeLoop, contentOf, effects, eventually, parcelOf, rowOf, signSlip, transition, until } from '../../testing/referral.ts'
import type { ReferralView, ScanAnswer, ShadowAnswer } from '../referral/contract.ts'
import { printedCode } from '../referral/freeze.ts'
import { aliasFault, codeNow, codesOf, fetchDirectory, importDirectory } from './index.ts'

const DAY = 86_400_000
const [OLD, NEW] = [FACILITIES.other.code, FACILITIES.sender.code]

let p: TestProvince
before(async () => {
  p = await testProvince()
  for (const node of [p.other, p.sender, p.receiver]) await fetchDirectory(node.site, node.hub())
})
after(() => p.close())

test('an alias leads on from its first day, chains, and ends for what is written after its last', () => {
  const list = [
    { code: '24001', becomes: '24002', from: '2025-07-01', until: '2026-06-30' },
    { code: '24002', becomes: '24003', from: '2026-01-01' },
    { code: '24001', becomes: '24009', from: '2027-01-01' },
  ]
  assert.equal(codeNow(list, '24001', '2025-05-01', '2025-06-30'), '24001', 'not yet')
  assert.equal(codeNow(list, '24001', '2025-05-01', '2025-07-01'), '24002')
  assert.equal(codeNow(list, '24001', '2025-05-01', '2026-11-22'), '24003')
  assert.equal(codeNow(list, '24001', '2026-10-01', '2026-11-22'), '24001', 'a new facility under the old code')
  assert.equal(codeNow(list, '24001', '2026-10-01', '2027-02-01'), '24009')
  assert.deepEqual(codesOf(list, '24003', '2026-11-22').sort(), ['24001', '24002', '24003'])
  assert.equal(aliasFault(list, { code: '24003', becomes: '24001', from: '2026-01-01' }), 'ring')
  assert.equal(aliasFault(list, { code: '24003', becomes: '24003', from: '2026-01-01' }), 'same code')
  assert.equal(aliasFault(list, { code: '24004', becomes: '24003', from: '1/1/2026' }), 'day')
  assert.equal(aliasFault(list, { code: '24004', becomes: '24003', from: '2026-01-01' }), null)
})

test('a file is taken whole or not at all', async () => {
  const store = p.hub.site.store.as(onBehalf(systemCaller('test', '24000')))
  const take = (file: Parameters<typeof importDirectory>[1]) => store.transact((tx) => importDirectory(tx, file, 'test'))
  const unknown = { facilities: [{ code: '24777', name: 'Chưa ghi' }], aliases: [{ code: '24776', becomes: '24777', from: '2026-01-01' }] }
  await assert.rejects(take(unknown), { code: 'directory-alias-unfit' })
  await assert.rejects(take({ facilities: [{ code: '24777', name: ' ' }] }), { code: 'directory-facility-unfit' })
  assert.deepEqual(await p.hub.sql("select code from directory_facility where code = '24777'"), [])
})

test('F17: the new facility answers for the threads of the old one; old slips are read, found and answered; papers keep their code', async () => {
  // Before: one slip signed and sent, one printed only, one waiting to be sent.
  const sent = await p.slip(p.other, 911)
  await signSlip(p.other, sent.id)
  const here = await until(p.receiver, sent.number, 'delivered')
  const paper = await contentOf(p.other, (await p.slip(p.other, 912)).id)
  const code = await printedCode(p.other.site, paper, parcelOf(paper).documents[0].digest, p.other.site.clock.now())
  const late = await contentOf(p.other, (await p.slip(p.other, 913)).id)

  const now = p.hub.site.clock.now()
  const from = localDay(new Date(now.getTime() - DAY))
  const file = {
    facilities: [{ ...FACILITIES.other, active: false }],
    aliases: [{ code: OLD, becomes: NEW, from, reason: 'QĐ 12/QĐ-UBND' }],
  }
  await p.hub.site.store.as(onBehalf(systemCaller('test', '24000'))).transact((tx) => importDirectory(tx, file, 'test'))
  for (const node of [p.sender, p.receiver]) await fetchDirectory(node.site, node.hub())
  await p.other.close()

  // An old paper at a desk: genuine, and whose it is now; its arrival is taken.
  const desk = await p.receiver.at('tiepdon')
  const seen = (await desk.post('/fhir/Task/$scan', { text: code })).json as ScanAnswer
  assert.deepEqual([seen.verdict, seen.slip?.issuer.code, seen.slip?.issuer.now?.code], ['genuine', OLD, NEW])
  assert.deepEqual(
    seen.notes.map((n) => n.code),
    ['slip-issuer-now'],
  )
  const { patient, numbers } = paper
  const person = { name: patient.name, birthDate: patient.birthDate, sex: patient.sex }
  const shadow = await desk.post('/fhir/Task/$shadow', { issuer: OLD, number: numbers.slip, digest: seen.slip?.digest, person })
  assert.equal(shadow.status, 201, shadow.code)
  assert.ok((shadow.json as ShadowAnswer).id)
  await until(p.receiver, numbers.slip, 'arrived')

  // The thread under way goes on between the receiver and the new facility.
  await closeLoop(p.receiver, here)
  const back = await until(p.sender, sent.number, 'completed')
  const row = await rowOf(await p.sender.at('vanthu'), sent.number)
  assert.deepEqual([row?.direction, row?.from.code, row?.hasOutcome], ['sent', OLD, true])
  // The receiver hears of it by its own feed.
  await eventually(
    async () => (await effects(p.receiver.sql, OLD, sent.number)).tasks,
    (tasks) => tasks.join() === 'completed',
    'one Task at the receiver, completed',
  )

  // Seals under the old name are judged by the paper they stand on.
  const view = await eventually(
    async () => (await (await p.sender.at('bs.mot')).get(`/fhir/Task/${back}/$view`)).json as ReferralView,
    (v) => v.documents.filter((d) => d.kind === 'referral').every((d) => d.signatures.every((s) => s.verdict === 'valid')),
    'old signatures hold at the new facility',
  )
  const slip = view.documents.find((d) => d.kind === 'referral')
  assert.deepEqual([slip?.issuer, slip?.signatures.some((s) => s.role === 'seal' && s.by === FACILITIES.other.name)], [OLD, true])

  // What the old facility had not sent yet goes out by the new one; the new one acts for it, nobody else does.
  const parcel = parcelOf(late)
  const stranger = await ask(p.receiver, '/fhir/$submit', parcel)
  assert.deepEqual([stranger.status, stranger.code], [404, 'thread-unknown'])
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  await until(p.receiver, late.numbers.slip, 'delivered')
  const ours = await until(p.sender, late.numbers.slip, 'delivered')
  assert.equal((await transition(await p.sender.at('bs.mot'), ours, 'request-cancel', 'Người bệnh không đi nữa.')).status, 200)
  await until(p.receiver, late.numbers.slip, 'cancel-requested')
})
