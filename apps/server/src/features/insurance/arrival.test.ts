/** The HIS of the receiver says that the patient is here: its files close what a desk would click. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readDocument } from '@yba/forms'
import { checkInFile, claimFile, type Person, type Stay, type StayOptions, stay } from '@yba/people'
import { type ClaimRecord, claimToFhir, type OutcomeContent, readClaim } from '@yba/vietnam'
import type { Encounter } from 'fhir/r4.d.ts'
import { systemCaller } from '../../access/index.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, rowOf, signSlip, takeIn, transition, until } from '../../testing/referral.ts'
import { mayStillCome } from '../referral/by-file/follow.ts'
import type { ReferralView } from '../referral/contract.ts'
import { isWithdrawalDue, putWithdrawal } from '../referral/tables/files.ts'
import type { ImportedRecord } from './contract.ts'
import { importClaim } from './index.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const HIS = systemCaller('import:his', '01929')
const take = async (bytes: Buffer): Promise<ImportedRecord | undefined> => (await importClaim(p.receiver.site, HIS, bytes)).records[0]
const codes = (record: ImportedRecord | undefined): string[] | undefined => {
  assert.notEqual(record?.result, 'refused', JSON.stringify(record?.findings.filter((f) => f.severity === 'error')))
  return record?.findings.filter((f) => /arriv|outcome|died/.test(f.code)).map((f) => f.code)
}

/** A slip that has come to the receiver, and its person. */
async function came(seed: number) {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  const task = await until(p.receiver, slip.number, 'delivered')
  return { slip, task, person: personOf(seed), seed }
}

const personOf = (seed: number): Person => stay(seed, { kind: 'inpatient-transfer', facility: '24997' }).person

/** The stay the HIS of the receiver opens: of the last minutes, as the clock of the desk says. */
function his(seed: number, how: Partial<StayOptions> & { number?: string; who?: Person } = {}): Stay {
  const { number, who = personOf(seed), ...more } = how
  const to = new Date()
  return stay(seed + 5000, {
    kind: 'outpatient',
    facility: '01929',
    to: '24997',
    patient: { person: who, mrn: `BM-${seed}` },
    within: { from: new Date(to.getTime() - 3 * 60_000), to },
    ...(number ? { cameWith: { issuer: '24997', number } } : {}),
    ...more,
  })
}

/** The same stay with some of its tables left out, or other words in one. */
function but(of: Stay, change: { without?: string[]; rows?: Record<string, Record<string, string>> }): Stay {
  const tables = Object.entries(of.tables).filter(([name]) => !change.without?.includes(name))
  return { ...of, tables: Object.fromEntries(tables.map(([name, rows]) => [name, rows.map((r) => ({ ...r, ...change.rows?.[name] }))])) }
}

const events = async (number: string, event: string) => (await effects(p.hub.sql, '24997', number)).events.filter((e) => e === event).length

/** The outcome that stands at a site, as its bytes say it. */
async function outcomeAt(node: TestNode, number: string): Promise<OutcomeContent & { version: number; required: string[]; from: object }> {
  const desk = await node.at('bs.mot')
  const row = await rowOf(await node.at('vanthu'), number)
  const view = (await desk.get(`/fhir/Task/${row?.id}/$view`)).json as ReferralView
  const paper = view.documents.find((d) => d.kind === 'outcome')
  assert.ok(paper, `no outcome of ${number}`)
  const content = readDocument((await node.site.store.blobs.get(paper.digest)).toString('utf8')) as OutcomeContent
  return { ...content, version: paper.version, required: paper.required }
}

test('by the number on the record: arrived, answered under the seal and closed at both sites; again it changes nothing', async () => {
  const { slip, task } = await came(801)
  const sent = his(801, { number: slip.number })
  const record = await take(claimFile([sent]))
  assert.deepEqual([record?.result, codes(record)], ['created', ['arrived-by-file', 'outcome-by-file']], JSON.stringify(record?.findings))
  await until(p.sender, slip.number, 'completed')
  await until(p.receiver, slip.number, 'completed')
  const view = (await (await p.receiver.at('vanthu')).get(`/fhir/Task/${task}/$view`)).json as ReferralView
  assert.equal(view.patient.id, record?.patient?.id)
  const step = view.history.find((h) => h.event === 'arrive')
  assert.equal(step?.by, 'Phần mềm bệnh viện (HIS)')
  const [type = '', id = ''] = (record?.encounter ?? '').split('/')
  const encounter = (await p.receiver.site.store.as(HIS).read(type, id)).resource() as unknown as Encounter
  assert.equal(new Date(step?.occurredAt ?? '').getTime(), new Date(encounter.period?.start ?? '').getTime(), 'NGAY_VAO, nothing else')
  for (const node of [p.hub, p.sender, p.receiver]) {
    const found = await effects(node.sql, '24997', slip.number)
    assert.deepEqual(found.events, ['send', 'deliver', 'arrive', 'answer', 'file-outcome'], node.settings.name)
    assert.deepEqual([found.encounters, found.signatures.filter((s) => s.startsWith('outcome'))], [0, ['outcome/seal']], node.settings.name)
  }
  const paper = await outcomeAt(p.sender, slip.number)
  assert.deepEqual([paper.required, paper.source?.record, paper.source?.tables.split(', ').at(0)], [['seal'], sent.maLk, 'XML1'])
  assert.match(paper.plan, /Hẹn khám lại/)
  const [act] = await p.sender.sql<{ content: string }>(`select content from res where content like '%urn:yba:claim:01929:${sent.maLk}"%'
    and content like '%"Provenance"%'`)
  assert.match(act?.content ?? '', /"derivation"/, 'the act names the record it came from')
  const again = await take(claimFile([sent]))
  assert.deepEqual([again?.result, codes(again)], ['unchanged', []])
  assert.deepEqual([await events(slip.number, 'arrive'), await events(slip.number, 'answer')], [1, 1])
  // The HIS sends its record again with another advice: a correction of the paper, sealed as the first was.
  const changed = but(sent, { rows: { XML1: { GHI_CHU: 'Uống nhiều nước.' } } })
  assert.deepEqual(codes(await take(claimFile([changed]))), ['outcome-corrected-by-file'])
  await eventually(
    () => outcomeAt(p.sender, slip.number),
    (o) => o.version === 2 && o.plan.startsWith('Uống nhiều nước.'),
    'the corrected outcome at the sender',
  )
  assert.deepEqual([await events(slip.number, 'answer'), await events(slip.number, 'correct')], [1, 1])
})

test('by the citizen id from a check-in that names no slip; the paper of leaving alone is a draft, with the summary it is sealed', async () => {
  const { slip, task } = await came(802)
  const stays = his(802, { kind: 'inpatient' })
  const record = await take(checkInFile([stays]))
  assert.deepEqual([record?.result, codes(record)], ['created', ['arrived-by-file']], JSON.stringify(record?.findings))
  await until(p.sender, slip.number, 'arrived')
  const second = his(834, { number: slip.number, patient: { person: personOf(802), mrn: 'BM-802' } })
  assert.deepEqual(
    codes(await take(claimFile([second]))),
    ['arrival-file-other-stay'],
    'another stay that names the slip joins nothing unsaid',
  )
  assert.deepEqual(codes(await take(claimFile([but(stays, { without: ['XML8'] })]))), ['outcome-file-incomplete'])
  const draft = ((await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${task}/$view`)).json as ReferralView).outcomeDraft?.content
  assert.equal(draft?.kind === 'outcome' && draft.diagnosisText, stays.tables.XML7?.[0]?.CHAN_DOAN_RV)
  assert.deepEqual(codes(await take(claimFile([stays]))), ['outcome-by-file'])
  await until(p.sender, slip.number, 'completed')
  const paper = await outcomeAt(p.sender, slip.number)
  assert.deepEqual(
    [paper.course, paper.outcome, paper.doctor.name, paper.source?.tables],
    [stays.tables.XML8?.[0]?.QT_BENHLY, '2', 'TRẦN VĂN TRƯỞNG KHOA MẪU', 'XML7, XML8'],
  )
})

test('two slips that wait are for a person to choose', async () => {
  const one = await came(803)
  const second = await p.slip(p.other, 804, { patient: { person: one.person, mrn: 'LN-804' } })
  await signSlip(p.other, second.id)
  await until(p.receiver, second.number, 'delivered')
  assert.deepEqual(codes(await take(claimFile([his(803)]))), ['arrival-file-many-slips'])
  assert.deepEqual((await effects(p.receiver.sql, '24997', one.slip.number)).tasks, ['delivered'])
})

test("somebody else's record with the number, a slip that is void: nothing is done for the wrong person", async () => {
  const other = stay(899, { kind: 'outpatient', facility: '01929' }).person
  const wrong = await came(805)
  assert.deepEqual(codes(await take(claimFile([his(805, { number: wrong.slip.number, who: other })]))), ['arrival-file-other-person'])
  assert.deepEqual((await effects(p.receiver.sql, '24997', wrong.slip.number)).tasks, ['delivered'])

  const gone = await came(806)
  assert.equal((await transition(await p.sender.at('vanthu'), gone.slip.id, 'void', 'nhầm')).status, 200)
  await until(p.receiver, gone.slip.number, 'void')
  assert.deepEqual(codes(await take(claimFile([his(806, { number: gone.slip.number })]))), ['arrival-file-not-possible'])
})

test("a relative's citizen id: the same number under another name joins nothing, by number or without; a person decides", async () => {
  const { slip, person } = await came(815)
  const relative: Person = { ...person, name: 'TRỊNH QUỐC KHÁNH MẪU' }
  const patient = { person: relative, mrn: 'BM-RELATIVE' }
  assert.deepEqual(codes(await take(checkInFile([his(815, { patient })]))), ['arrival-file-doubtful-person'])
  const cameWith = { issuer: '24997', number: slip.number }
  assert.deepEqual(codes(await take(claimFile([his(816, { patient, cameWith })]))), ['arrival-file-other-person'])
  assert.deepEqual((await effects(p.receiver.sql, '24997', slip.number)).tasks, ['delivered'])
})

test('slow: by hand, then by file: the same states and paper, one arrival, one stay, one outcome; what differs is proposed', async () => {
  const { slip, task } = await came(807)
  await takeIn(p.receiver, task)
  await until(p.receiver, slip.number, 'in-care')
  const sent = his(807, { number: slip.number, kind: 'inpatient' })
  // The doctor writes what the papers of the HIS will say, and signs.
  const doctor = await p.receiver.at('bs.mot')
  const open = ((await doctor.post(`/fhir/Task/${task}/$start-outcome`)).json as ReferralView).outcomeDraft
  const facts = claimToFhir(readClaim(claimFile([sent])).records[0] as ClaimRecord, { facility: sent.facility }).outcome?.facts
  const content = { ...open?.content, ...facts }
  assert.equal(
    (await doctor.post(`/fhir/Task/${task}/$save-draft`, { kind: 'outcome', content, draftVersion: open?.draftVersion })).status,
    200,
  )
  assert.equal((await doctor.post(`/fhir/Task/${task}/$sign`, { kind: 'outcome', role: 'doctor' })).status, 200)
  await until(p.sender, slip.number, 'completed')
  const byHand = await outcomeAt(p.sender, slip.number)
  const record = await take(claimFile([sent]))
  assert.deepEqual(codes(record), ['arrival-stay-adopted'], 'nothing differs, nothing is doubled')
  const file = await came(809)
  await take(claimFile([his(809, { number: file.slip.number, kind: 'inpatient', picture: sent.picture })]))
  await until(p.sender, file.slip.number, 'completed')
  const byFile = await outcomeAt(p.sender, file.slip.number)
  const { source, ...same } = byFile
  assert.ok(source && !byHand.source)
  assert.deepEqual(Object.keys(same).sort(), Object.keys(byHand).sort(), 'the same items')
  assert.deepEqual([byHand.diagnosisText, byHand.treatment, byHand.answers.number], [same.diagnosisText, same.treatment, slip.number])
  const papers = async (number: string) => (await effects(p.sender.sql, '24997', number)).papers.length
  assert.equal(await papers(slip.number), await papers(file.slip.number))
  const differs = await take(claimFile([but(sent, { rows: { XML8: { PP_DIEUTRI: 'Ngoại khoa' } } })]))
  assert.deepEqual(codes(differs), ['outcome-file-differs'])
  const view = (await doctor.get(`/fhir/Task/${task}/$view`)).json as ReferralView
  assert.deepEqual(
    view.proposal?.changes.map((c) => [c.path, c.after]),
    [['treatment', 'Ngoại khoa']],
  )
  // Taking back a file's outcome after a doctor has corrected it takes back nothing the doctor signed.
  await putWithdrawal(p.receiver.site.store, { task, reason: 'nhầm', by: 'x' }, p.receiver.site.clock.now())
  await eventually(
    () => isWithdrawalDue(p.receiver.site.store, task),
    (due) => !due,
    'the withdrawal is looked at',
  )
  const taken = await p.receiver.sql('select 1 as one from res where position($1 in content) > 0 and position($2 in content) > 0', [
    `"PH-24997-${slip.number}"`,
    '/withdrawn"',
  ])
  assert.deepEqual(taken, [])
  assert.equal((await outcomeAt(p.sender, slip.number)).version, 1, 'what was signed stands')
})

test('arrived by a click: the stay of the HIS takes the place of the one opened on screen', async () => {
  const { slip, task } = await came(810)
  assert.equal((await transition(await p.receiver.at('tiepdon'), task, 'arrive')).status, 200)
  await until(p.receiver, slip.number, 'arrived')
  const record = await take(checkInFile([his(810)]))
  assert.deepEqual(codes(record), ['arrival-stay-adopted'])
  const view = (await (await p.receiver.at('vanthu')).get(`/fhir/Task/${task}/$view`)).json as ReferralView
  assert.equal(view.patient.id, record?.patient?.id)
  const stays = await p.receiver.sql<{ status: string }>(
    `select content::jsonb->>'status' as status from res where content like '%"Encounter"%' and content like $1 and not deleted`,
    [`%Patient/${record?.patient?.id}"%`],
  )
  assert.deepEqual(stays.map((r) => r.status).sort(), ['entered-in-error', 'in-progress'])
  assert.equal(await events(slip.number, 'arrive'), 1)
})

test('the record came before its slip: a visit under its number, and by the citizen id alone; the slip joins by itself and the loop closes', async () => {
  const named = await p.slip(p.sender, 811)
  const unnamed = await p.slip(p.sender, 812)
  assert.deepEqual(codes(await take(claimFile([his(811, { number: named.number })]))), ['arrived-before-slip'])
  assert.deepEqual(codes(await take(claimFile([his(812)]))), [])
  // A check-in that comes late takes away nothing of what waits for the slip.
  assert.equal((await take(checkInFile([his(812)])))?.findings[0]?.code, 'claim-check-in-late')
  await until(p.receiver, named.number, 'arrived')
  await signSlip(p.sender, named.id)
  await signSlip(p.sender, unnamed.id)
  await until(p.sender, named.number, 'completed')
  await until(p.receiver, named.number, 'completed')
  // Issued after the patient came: the same day, so it is this visit's slip.
  await until(p.sender, unnamed.number, 'completed')
  assert.equal(await events(unnamed.number, 'arrive'), 1)
})

/** The record as long as nothing can be answered from it. */
const open = (of: Stay, number: string): Stay => but(of, { without: ['XML8'], rows: { XML1: { GIAY_CHUYEN_TUYEN: number } } })

test('slow: a number the HIS corrected is followed: from a visit nobody has a slip for, and from an older slip of the same person', async () => {
  const named = await p.slip(p.sender, 817)
  const first = his(817, { number: 'SAI-817', kind: 'inpatient' })
  assert.deepEqual(codes(await take(claimFile([open(first, 'SAI-817')]))), ['arrived-before-slip'])
  await until(p.receiver, 'SAI-817', 'arrived')
  assert.deepEqual(codes(await take(claimFile([open(first, named.number)]))), ['arrival-file-moved', 'arrived-before-slip'])
  await signSlip(p.sender, named.id)
  await take(claimFile([but(first, { rows: { XML1: { GIAY_CHUYEN_TUYEN: named.number } } })]))
  await until(p.sender, named.number, 'completed')
  await until(p.receiver, 'SAI-817', 'completed')
  assert.deepEqual((await effects(p.hub.sql, '24997', 'SAI-817')).events, ['arrive', 'left-unseen'])

  const older = await came(818)
  const right = await p.slip(p.other, 819, { patient: { person: older.person, mrn: 'LN-819' } })
  await signSlip(p.other, right.id)
  await until(p.receiver, right.number, 'delivered')
  const stays = his(818, { number: older.slip.number, kind: 'inpatient' })
  assert.deepEqual(codes(await take(claimFile([open(stays, older.slip.number)]))), ['arrived-by-file', 'outcome-file-incomplete'])
  await until(p.sender, older.slip.number, 'arrived')
  const moved = but(stays, { rows: { XML1: { MA_NOI_DI: '24998', GIAY_CHUYEN_TUYEN: right.number } } })
  assert.deepEqual(codes(await take(claimFile([moved]))), ['arrival-file-moved', 'arrived-by-file', 'outcome-by-file'])
  await until(p.other, right.number, 'completed')
  await until(p.sender, older.slip.number, 'delivered')
  const left = (await (await p.receiver.at('vanthu')).get(`/fhir/Task/${older.task}/$view`)).json as ReferralView
  assert.deepEqual([left.patient.id, left.outcomeDraft], [undefined, undefined], 'the first slip is nobody’s chart again')
  // Answered: another number is for a person, and nothing moves.
  const back = but(moved, { rows: { XML1: { MA_NOI_DI: '24997', GIAY_CHUYEN_TUYEN: older.slip.number } } })
  assert.deepEqual(codes(await take(claimFile([back]))), ['arrival-file-other-slip'])
  assert.deepEqual((await effects(p.hub.sql, '24997', older.slip.number)).tasks, ['delivered'])
})

test('slow: a long stay is remembered from its end, and its slip, days late, gets arrival and outcome', async () => {
  const now = p.receiver.site.clock.now().getTime()
  const day = (n: number) => new Date(now - n * 86_400_000).toISOString()
  const said = { person: { name: '', birthDate: '', sex: '1' as const, citizenId: '1' }, at: day(10) }
  assert.deepEqual(
    [said, { ...said, outcome: { facts: { ended: day(1) } } as never }, { ...said, outcome: { facts: { ended: day(4) } } as never }].map(
      (s) => mayStillCome(s, new Date(now)),
    ),
    [false, true, false],
  )
  const { id, number } = await p.slip(p.sender, 820)
  const long = his(820, { kind: 'inpatient' })
  const came = (at: string) => `${at.slice(0, 10).replaceAll('-', '')}0800`
  assert.deepEqual(
    codes(await take(claimFile([but(long, { rows: { XML1: { NGAY_VAO: came(day(10)) }, XML7: { NGAY_VAO: came(day(10)) } } })]))),
    [],
  )
  await signSlip(p.sender, id)
  await until(p.sender, number, 'completed')
  assert.deepEqual([await events(number, 'arrive'), await events(number, 'answer')], [1, 1])
})

test('the patient died: told before the outcome, which is there all the same', async () => {
  const { slip } = await came(813)
  const sent = his(813, { number: slip.number, kind: 'inpatient' })
  const died = but(sent, { rows: { XML1: { KET_QUA_DTRI: '5' }, XML8: { KET_QUA_DTRI: '5' } } })
  assert.deepEqual(codes(await take(claimFile([died]))), ['arrived-by-file', 'died-by-file', 'outcome-by-file'])
  const paper = await eventually(
    async () => ((await rowOf(await p.sender.at('vanthu'), slip.number))?.hasOutcome ? outcomeAt(p.sender, slip.number) : null),
    (o) => o !== null,
    'the outcome at the sender',
  )
  assert.deepEqual([paper?.outcome, paper?.medicines], ['5', []])
  assert.deepEqual((await effects(p.sender.sql, '24997', slip.number)).tasks, ['died'])
  assert.deepEqual(codes(await take(claimFile([sent]))), ['died-not-in-record', 'outcome-corrected-by-file'], 'a living person is told of')
})

test('slow: a check-in of an hour to come waits for it; one of a clock some minutes ahead is the arrival', async () => {
  const { slip } = await came(835)
  const coming = (minutes: number): Stay => {
    const from = new Date(p.receiver.site.clock.now().getTime() + minutes * 60_000)
    return his(835, { number: slip.number, kind: 'inpatient', within: { from, to: new Date(from.getTime() + 3 * 60_000) } })
  }
  const early = coming(90)
  assert.deepEqual(codes(await take(claimFile([early]))), ['arrival-file-ahead'])
  const [row] = await p.receiver.sql<{ due_at: Date | null }>('select due_at from referral_file where record = $1', [early.maLk])
  assert.ok(row?.due_at && row.due_at > p.receiver.site.clock.now(), 'looked at again by itself when the moment comes')
  assert.deepEqual((await effects(p.receiver.sql, '24997', slip.number)).tasks, ['delivered'])
  assert.equal(codes(await take(claimFile([coming(1)])))?.[0], 'arrived-by-file')
})

test('slow: sent back with a slip of its own: a new thread on the first, which is closed with its outcome', async () => {
  const { slip } = await came(814)
  const record = await take(claimFile([his(814, { number: slip.number, kind: 'inpatient-transfer' })]))
  assert.deepEqual(codes(record), ['arrived-by-file', 'outcome-by-file'])
  await until(p.sender, slip.number, 'completed')
  const back = record?.referral
  assert.ok(back)
  await signSlip(p.receiver, back.id)
  const there = await until(p.sender, back.number, 'delivered')
  const view = (await (await p.sender.at('bs.mot')).get(`/fhir/Task/${there}/$view`)).json as ReferralView
  assert.deepEqual(
    [view.from.code, view.to.code, view.content.kind === 'referral' && view.content.basedOn],
    ['01929', '24997', { issuer: { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' }, number: slip.number }],
  )
  assert.match((await outcomeAt(p.sender, slip.number)).plan, new RegExp(`phiếu chuyển số ${back.number}`))
  // A slip that is addressed to somebody else is nobody's arrival here.
  const patient = { person: personOf(814), mrn: 'BM-814' }
  const elsewhere = his(833, { patient, cameWith: { issuer: '01929', number: back.number } })
  assert.deepEqual(codes(await take(claimFile([elsewhere]))), ['arrival-file-other-place'])
})
