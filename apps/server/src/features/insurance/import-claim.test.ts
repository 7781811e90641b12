/** Claim files against the import: again, changed, wrong, at once. Real store, rows counted past all code. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimFile, type Stay, stay } from '@yba/people'
import { toLegacyText } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import { doctor } from '../../access/policies/doctor.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import { putFacilities } from '../directory/index.ts'
import { openAlerts } from '../exchange/index.ts'
import type { ReferralView } from '../referral/contract.ts'
import type { ClaimIssuesAnswer, ImportAnswer, UndoPreview } from './contract.ts'
import { importClaim } from './index.ts'

let t: TestSite
before(async () => {
  t = await testSite({ role: 'facility' })
  const facility = (code: string, name: string) => ({ code, name, managing_body: '', active: true, slip_keys: [], client_keys: [] })
  await putFacilities(
    t.site.store,
    [facility('24997', 'Bệnh viện Đa khoa tỉnh Bắc Giang'), facility('01929', 'Bệnh viện Bạch Mai')],
    new Date(),
  )
})
after(() => t.close())

const caller = systemCaller('import:his', '24997')
const take = (stays: Stay[], encoding?: 'base64' | 'base64-bom' | 'inline' | 'cdata') =>
  importClaim(t.site, caller, claimFile(stays, encoding ? { encoding } : {}))
const transfer = (seed: number) => stay(seed, { kind: 'inpatient-transfer', facility: '24997' })

async function counts(): Promise<Record<string, number>> {
  const out: Record<string, number> = {}
  for (const table of ['res', 'hist', 'uniq', 'claim_record', 'referral_draft', 'referral_history', 'care']) {
    const [row] = await t.site.store.sql<{ n: string }>(`select count(*) as n from ${table}`)
    out[table] = Number(row?.n)
  }
  return out
}

const clone = (s: Stay): Stay => structuredClone(s)

function first(s: Stay, table: string): Record<string, string> {
  const row = s.tables[table]?.[0]
  assert.ok(row, table)
  return row as Record<string, string>
}

test('the same record again, in every carrier a HIS uses, changes nothing and still names its slip', async () => {
  const one = transfer(501)
  const created = (await take([one], 'inline')).records[0]
  assert.equal(created?.result, 'created', JSON.stringify(created?.findings))
  assert.ok(created?.referral)
  const before = await counts()
  for (const encoding of ['base64', 'base64-bom', 'inline', 'cdata'] as const) {
    const again = (await take([one], encoding)).records[0]
    assert.equal(again?.result, 'unchanged', encoding)
    assert.deepEqual(
      [again?.patient?.id, again?.encounter, again?.referral],
      [created.patient?.id, created.encounter, created.referral],
      encoding,
    )
    assert.deepEqual(await counts(), before, encoding)
  }
})

test('a changed record makes new versions of what changed, and takes away what is gone', async () => {
  const one = transfer(502)
  const created = (await take([one])).records[0]
  assert.equal(created?.result, 'created')
  const changed = clone(one)
  const results = changed.tables.XML4 ?? []
  assert.ok(results.length > 2, 'a stay with results')
  const at = results.findLastIndex((row) => row.MA_CHI_SO)
  const [last] = results.splice(at, 1)
  first(changed, 'XML4').KET_LUAN = 'Kết luận sửa lại'
  const before = await counts()
  const updated = (await take([changed])).records[0]
  assert.equal(updated?.result, 'updated', JSON.stringify(updated?.findings))
  assert.equal(updated?.resources.created, 0)
  assert.ok((updated?.resources.updated ?? 0) >= 1)
  assert.ok((updated?.resources.updated ?? 99) < (updated?.resources.unchanged ?? 0), 'most of the chart did not change')
  assert.ok((updated?.resources.removed ?? 0) >= 1, `the result ${last?.MA_CHI_SO} is gone`)
  const now = await counts()
  assert.equal(now.res, before.res, 'nothing is physically deleted, nothing doubled')
  assert.ok((now.hist ?? 0) > (before.hist ?? 0))
  const back = (await take([one])).records[0]
  assert.equal(back?.result, 'updated')
  assert.equal((await counts()).res, before.res, 'what came back is the same resource again')
})

test('a wrong record writes nothing and says everything that is wrong, with table, field and cure', async () => {
  const wrong = transfer(503)
  first(wrong, 'XML1').NGAY_RA = first(wrong, 'XML1').NGAY_RA?.replace(/^\d{4}/, '2019') ?? ''
  first(wrong, 'XML1').GIOI_TINH = '7'
  first(wrong, 'XML2').SO_LUONG = 'ba viên'
  first(wrong, 'XML3').MA_DICH_VU = ''
  const before = await counts()
  const answer = (await take([wrong])).records[0]
  assert.equal(answer?.result, 'refused')
  assert.deepEqual(await counts(), before)
  const errors = (answer?.findings ?? []).filter((f) => f.severity === 'error')
  for (const place of ['NGAY_RA', 'GIOI_TINH', 'SO_LUONG', 'MA_DICH_VU']) {
    assert.ok(
      errors.some((f) => f.path?.includes(place)),
      `${place} is named: ${errors.map((f) => `${f.code} ${f.path}`).join('; ')}`,
    )
  }
  for (const f of answer?.findings ?? []) assert.ok(f.vi && f.en && f.cure.vi && f.cure.en, f.code)
  // Beside a good record in the same file only the wrong one stays out.
  const both = (await take([wrong, transfer(504)])).records
  assert.deepEqual(
    both.map((r) => r.result),
    ['refused', 'created'],
  )
})

test("a record of another facility is refused: its stay is not this hospital's", async () => {
  const before = await counts()
  const answer = (await take([stay(505, { kind: 'outpatient', facility: '24998' })])).records[0]
  assert.equal(answer?.result, 'refused')
  assert.ok(answer?.findings.some((f) => f.code === 'claim-other-facility'))
  assert.deepEqual(await counts(), before)
})

test('the same file twice at once has one effect', async () => {
  const one = transfer(506)
  const answers = await Promise.all([1, 2, 3].map(() => take([one])))
  assert.deepEqual(answers.map((a) => a.records[0]?.result).sort(), ['created', 'unchanged', 'unchanged'])
  assert.equal(new Set(answers.map((a) => a.records[0]?.referral?.id)).size, 1)
  const [tasks] = await t.site.store.sql<{ n: string }>(`select count(*) as n from uniq where value = $1`, [
    answers[0]?.records[0]?.referral?.number,
  ])
  assert.equal(Number(tasks?.n), 1)
})

test('two stays of one new person at once register the person once', async () => {
  const one = transfer(507)
  const patient = { person: one.person, mrn: one.mrn }
  const stays = [one, ...[508, 509].map((seed) => stay(seed, { kind: 'outpatient', facility: '24997', patient, start: '2026-06-01' }))]
  const answers = await Promise.all(stays.map((s) => take([s])))
  assert.deepEqual(
    answers.map((a) => a.records[0]?.result),
    ['created', 'created', 'created'],
    JSON.stringify(answers.map((a) => a.records[0]?.findings.filter((f) => f.severity === 'error'))),
  )
  assert.equal(new Set(answers.map((a) => a.records[0]?.patient?.id)).size, 1)
})

test("another person under somebody's citizen id is registered apart, never merged into the first", async () => {
  const [one, two] = [transfer(510), transfer(511)]
  await take([one])
  const borrowed = clone(two)
  for (const rows of Object.values(borrowed.tables)) for (const row of rows) if ('SO_CCCD' in row) row.SO_CCCD = one.person.citizenId
  const answer = (await take([borrowed])).records[0]
  assert.notEqual(answer?.result, 'refused', JSON.stringify(answer?.findings.filter((f) => f.severity === 'error')))
  const [first] = (await take([one])).records
  assert.equal(first?.result, 'unchanged')
  assert.notEqual(answer?.patient?.id, first?.patient?.id)
})

test('a newer slip of the HIS follows into an untouched draft, never over what somebody typed here', async () => {
  const one = transfer(512)
  const task = (await take([one])).records[0]?.referral?.id ?? ''
  const doctor = await t.as('doctor')
  const view = async () => doctor.json<ReferralView>(`/fhir/Task/${task}/$view`)
  const resend = async (text: string) => {
    const newer = clone(one)
    first(newer, 'XML13').DAU_HIEU_LS = text
    return (await take([newer])).records[0]
  }
  assert.equal((await resend('Sốt cao, khó thở tăng dần'))?.result, 'updated')
  const { draft } = await view()
  assert.equal(draft?.content.signs, 'Sốt cao, khó thở tăng dần')
  assert.ok(draft)
  await doctor.json(`/fhir/Task/${task}/$save-draft`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kind: 'referral',
      content: { ...draft.content, condition: 'Bác sĩ ghi thêm' },
      draftVersion: draft.draftVersion,
    }),
  })
  const kept = await resend('Bản khác của HIS')
  assert.equal(kept?.result, 'updated', 'the chart follows')
  assert.ok(
    kept?.findings.some((f) => f.code === 'slip-kept'),
    'and the slip says that it does not',
  )
  const after = (await view()).draft?.content
  assert.deepEqual([after?.condition, after?.signs], ['Bác sĩ ghi thêm', 'Sốt cao, khó thở tăng dần'])
})

test('one number for slips of two stays: the slip stays with the first, which is told until the number, or the first record, is put right', async () => {
  const one = transfer(530)
  const [created] = (await take([one])).records
  const task = created?.referral?.id ?? assert.fail(JSON.stringify(created?.findings))
  const slip = async () => {
    const stored = await t.site.store.as(caller).read('Task', task)
    const encounter = (stored.resource() as unknown as { encounter?: { reference: string } }).encounter?.reference
    return { version: stored.versionId, encounter }
  }
  const before = await slip()
  const two = stay(531, { kind: 'inpatient-transfer', facility: '24997', patient: { person: one.person, mrn: one.mrn } })
  const number = first(one, 'XML13').GIAY_CHUYEN_TUYEN ?? ''
  const own = first(two, 'XML13').GIAY_CHUYEN_TUYEN ?? ''
  first(two, 'XML13').GIAY_CHUYEN_TUYEN = number
  const alerts = async () => (await openAlerts(t.site.store)).filter((a) => a.kind === 'slip-two-stays').map((a) => [a.subject, a.role])
  const told = (answer: ImportAnswer) =>
    answer.records[0]?.findings.some((f) => f.code === 'slip-file-other-stay' && f.path?.includes('XML13'))
  // Said again as often as the record comes again.
  for (const result of ['created', 'unchanged']) {
    const answer = await take([two])
    assert.deepEqual([answer.records[0]?.result, told(answer)], [result, true], JSON.stringify(answer.records[0]?.findings))
    assert.deepEqual(await alerts(), [[two.maLk, 'referral-desk']])
  }
  assert.deepEqual(await slip(), before)
  // The HIS gives the second its own number.
  first(two, 'XML13').GIAY_CHUYEN_TUYEN = own
  const right = (await take([two])).records[0]
  assert.ok(right?.referral && right.referral.id !== task && right.referral.number === own, JSON.stringify(right))
  assert.deepEqual(await alerts(), [])

  // Of a third it is the first record that was wrong: taken back, it leaves the number to the same file sent again.
  const three = stay(532, { kind: 'inpatient-transfer', facility: '24997', patient: { person: one.person, mrn: one.mrn } })
  first(three, 'XML13').GIAY_CHUYEN_TUYEN = number
  assert.ok(told(await take([three])))
  const desk = await t.as('referral-desk')
  const { seen } = await desk.json<UndoPreview>(`/fhir/$undo-claim-preview?record=${one.maLk}`)
  const body = JSON.stringify({ record: one.maLk, why: 'wrong-stay', reason: 'HIS chọn nhầm đợt', seen })
  await desk.json('/fhir/$undo-claim', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const again = (await take([three])).records[0]
  assert.deepEqual([again?.result, again?.referral?.number], ['unchanged', number], JSON.stringify(again))
  assert.deepEqual(await alerts(), [])
})

test('a slip to a facility the directory does not know is told in the answer, and on the slip', async () => {
  const one = stay(534, { kind: 'inpatient-transfer', facility: '24997', to: '99999' })
  const record = (await take([one])).records[0]
  assert.equal(record?.result, 'created', JSON.stringify(record?.findings))
  const told = record?.findings.filter((f) => f.code === 'slip-file-addressee-unknown') ?? []
  assert.deepEqual(
    told.map((f) => [f.severity, f.path, f.vi.includes('99999'), f.cure.vi.includes('MA_NOI_DEN')]),
    [['warning', 'XML13[1].MA_NOI_DEN', true, true]],
  )
  const { findings } = await (await t.as('doctor')).json<ReferralView>(`/fhir/Task/${record?.referral?.id}/$view`)
  assert.deepEqual(
    findings.filter((f) => f.path === 'to').map((f) => f.code),
    ['addressee-unknown'],
  )
})

test('hours that have not come are told in the answer, and a departure beyond tomorrow on the slip before it is signed', async () => {
  const from = new Date(t.site.clock.now().getTime() + 30 * 86_400_000)
  const one = stay(533, { kind: 'inpatient-transfer', facility: '24997', within: { from, to: new Date(from.getTime() + 3_600_000) } })
  const record = (await take([one])).records[0]
  assert.equal(record?.result, 'created', JSON.stringify(record?.findings))
  const places = record?.findings.filter((f) => f.code === 'claim-time-ahead').map((f) => `${f.severity} ${f.path}`)
  assert.ok(places?.includes('warning XML1[1].NGAY_VAO') && places.includes('warning XML1[1].NGAY_RA'), `${places}`)
  assert.ok(record?.findings.some((f) => f.code === 'referral-departure-ahead'))
  const { findings } = await (await t.as('doctor')).json<ReferralView>(`/fhir/Task/${record?.referral?.id}/$view`)
  assert.deepEqual(
    findings.filter((f) => f.path === 'departure').map((f) => [f.code, f.severity]),
    [['referral-departure-ahead', 'warning']],
  )
})

test('the verbatim record is for those who care: a doctor of another department does not see it', async () => {
  const one = transfer(577)
  const patient = (await take([one])).records[0]?.patient?.id ?? ''
  const seen = async (departments: string[]): Promise<number> => {
    const who = { ...systemCaller('dr', '24997'), id: 'person:dr', departments, grants: doctor.grants }
    return (await t.site.store.as(who).everything(patient, { types: ['DocumentReference'] })).length
  }
  await t.site.store.sql('update care set ends = null') // the stay is over; the department shall still care today
  assert.equal(await seen((first(one, 'XML1').MA_KHOA ?? '').split(';')), 1)
  assert.equal(await seen(['K99']), 0)
})

test('certificates and programme records stand in the chart; what tells of HIV is restricted; what is gone is taken away', async () => {
  const one = transfer(588)
  const maLk = one.maLk
  const rest = {
    MA_LK: maLk,
    SO_SERI: '24997000001',
    SO_CT: '26-000001',
    SO_NGAY: '7',
    DON_VI: 'Công ty May Mẫu',
    CHAN_DOAN_RV: 'Nghỉ dưỡng thai',
  }
  const leave = { TU_NGAY: '20261101', DEN_NGAY: '20261107', MA_TTDV: '0123456789', TEN_BS: 'Trần Thị Mẫu', MA_BS: '000031/BG-CCHN' }
  const tb = {
    MA_LK: maLk,
    STT: '1',
    MA_BN: first(one, 'XML1').MA_BN ?? '',
    PHANLOAI_LAO_VITRI: '1',
    PHANLOAI_LAO_TS: '1',
    PHANLOAI_LAO_HIV: '2',
  }
  const kinds = { PHANLOAI_LAO_VK: '1', PHANLOAI_LAO_KT: '4', LOAI_DTRI_LAO: '2', NGAYBD_DTRI_LAO: '20261001', PHACDO_DTRI_LAO: '1' }
  const result = { KET_QUA_DTRI_LAO: '6', BDDT_ARV: '20261001', NGAY_BAT_DAU_DT_CTX: '20261001' }
  const sent = clone(one)
  sent.tables.XML10 = [{ ...rest, ...leave, NGAY_CT: '20261101' }]
  sent.tables.XML15 = [{ ...tb, ...kinds, ...result }]
  const taken = (await take([sent])).records[0]
  assert.equal(taken?.result, 'created', JSON.stringify(taken?.findings))
  const papers = async () =>
    (
      await t.site.store.sql<{ title: string; status: string; sens: number }>(
        `select content::json->>'title' as title, content::json->>'status' as status, sens from res
         where content like $1 and content::json->>'resourceType' = 'Composition' order by sens, 1`,
        [`%:${maLk}#XML1_/%`],
      )
    ).filter((c) => /dưỡng thai|lao/.test(c.title))
  assert.deepEqual(await papers(), [
    { title: 'Giấy chứng nhận nghỉ dưỡng thai', status: 'final', sens: 0 },
    { title: 'Quản lý điều trị bệnh lao', status: 'final', sens: 1 },
  ])
  assert.equal((await take([one])).records[0]?.result, 'updated')
  assert.deepEqual(await papers(), [], 'a later sending without them takes them away')
})

test('a record of an old font is taken as Unicode with issues, shown in the lists; what is not sure writes nothing', async () => {
  const one = transfer(521)
  const name = one.person.name
  const changed = (encoding: 'tcvn3' | 'vni', from: Stay) => {
    const old = clone(from)
    for (const table of ['XML1', 'XML13'] as const)
      for (const row of old.tables[table] ?? [])
        for (const field of [
          'HO_TEN',
          'DIA_CHI',
          'CHAN_DOAN_RV',
          'CHAN_DOAN_VAO',
          'LY_DO_VV',
          'DAU_HIEU_LS',
          'QT_BENHLY',
          'TOMTAT_KQ',
          'PP_DIEUTRI',
          'HUONG_DIEU_TRI',
          'PP_DIEU_TRI',
          'PHUONGTIEN_VC',
        ])
          if (row[field]) row[field] = toLegacyText(row[field], encoding)
    return old
  }
  const desk = await t.as('reception')
  const send = async (s: Stay) => {
    const response = await desk.fetch('/fhir/$import-claim', {
      method: 'POST',
      headers: { 'content-type': 'application/xml' },
      body: new Uint8Array(claimFile([s], { encoding: 'inline' })),
    })
    return { status: response.status, answer: (await response.json()) as ImportAnswer }
  }
  const { status, answer } = await send(changed('tcvn3', one))
  const record = answer.records[0]
  assert.deepEqual([status, record?.result], [200, 'created'], JSON.stringify(record?.findings.filter((f) => f.severity === 'error')))
  assert.equal(record?.patient?.name, name, 'the chart holds Unicode')
  const told = (record?.findings ?? []).filter((f) => f.code === 'claim-letters-converted')
  assert.ok(
    told.some((f) => f.path === 'XML1[1].HO_TEN' && /TCVN3.*=/.test(f.vi)),
    JSON.stringify(told),
  )
  assert.ok(!JSON.stringify(told).includes(name.split(' ')[0] ?? ''), 'a finding holds letters, no word of a name')
  const list = async () => (await desk.json<ClaimIssuesAnswer>('/fhir/$claim-issues')).rows.find((r) => r.maLk === record?.maLk)
  assert.equal((await list())?.findings.filter((f) => f.code === 'claim-letters-converted').length, told.length)
  // Kept with the document that holds what came.
  const [kept] = await t.site.store.sql<{ document: string }>('select document from claim_record where ma_lk = $1', [record?.maLk])
  const document = (await t.site.store.as(systemCaller('test', '24997')).read('DocumentReference', kept?.document ?? '')).resource()
  assert.match(JSON.stringify(document), new RegExp(`accepted-with-issues","valueInteger":${(await list())?.findings.length}`))
  // The same in the other encoding is the same person and stay; in Unicode, too, and then nothing is odd any more.
  const vni = (await send(changed('vni', one))).answer.records[0]
  assert.deepEqual([vni?.patient?.id, vni?.encounter], [record?.patient?.id, record?.encounter])
  assert.ok(await list())
  assert.equal((await send(one)).answer.records[0]?.result, 'unchanged', 'VNI keeps every letter: it is the same record')
  assert.equal(await list(), undefined)

  const half = transfer(522)
  first(half, 'XML13').QT_BENHLY = `${toLegacyText('Bệnh nhân khó thở, điều trị tại trạm', 'vni')} và không đỡ nên chuyển viện`
  const before = await counts()
  const refused = await send(half)
  assert.deepEqual([refused.status, refused.answer.records[0]?.result], [422, 'refused'])
  assert.ok(refused.answer.records[0]?.findings.some((f) => f.code === 'claim-letters-unsure' && f.path === 'XML13[1].QT_BENHLY'))
  assert.deepEqual(await counts(), before)
})
