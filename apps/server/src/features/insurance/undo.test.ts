/** A mistaken file is taken back by a person: marked, never erased; the referral goes back where it may; the right file works. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { readDocument } from '@yba/forms'
import { claimFile, type Stay, type StayOptions, stay } from '@yba/people'
import type { OutcomeContent } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, rowOf, signSlip, transition, until } from '../../testing/referral.ts'
import { followAgain } from '../referral/by-file/follow.ts'
import type { ComposeAnswer, ReferralView } from '../referral/contract.ts'
import { lockRecord } from '../referral/index.ts'
import { clearFile } from '../referral/tables/files.ts'
import type { ImportedRecord, UndoAnswer, UndoPreview } from './contract.ts'
import { importClaim } from './index.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const HIS = systemCaller('import:his', '01929')
const take = async (of: Stay): Promise<ImportedRecord | undefined> => (await importClaim(p.receiver.site, HIS, claimFile([of]))).records[0]
const told = (findings: readonly { code: string }[]): string[] =>
  findings.map((f) => f.code).filter((c) => /^(arriv|outcome|file-undone|claim-taken|claim-undo)/.test(c))

/** Waits until the hub's figures hold the slip as answered, or not. */
const counted = (number: string, answered: boolean) =>
  eventually(
    () =>
      p.hub.sql<{ answered: boolean }>(`select s.answered from reporting_slip s join res r on r.id = s.task where r.content like $1`, [
        `%"${number}"%`,
      ]),
    (rows) => rows.length === 1 && rows[0]?.answered === answered,
    `the slip counts as ${answered ? 'answered' : 'not answered'}`,
  )

function his(seed: number, number: string, more: Partial<StayOptions> = {}): Stay {
  const { person } = stay(seed, { kind: 'inpatient-transfer', facility: '24997' })
  const to = new Date()
  const within = { from: new Date(to.getTime() - 3 * 60_000), to }
  const patient = { person, mrn: `BM-${seed}` }
  return stay(seed + 5000, {
    kind: 'inpatient',
    facility: '01929',
    to: '24997',
    patient,
    within,
    cameWith: { issuer: '24997', number },
    ...more,
  })
}

const but = (of: Stay, table: string, row: Record<string, string> | null): Stay => {
  const { [table]: rows = [], ...others } = of.tables
  return { ...of, tables: row ? { ...others, [table]: rows.map((r) => ({ ...r, ...row })) } : others }
}

const foreseen = async (record: string) => (await p.receiver.at('vanthu')).get(`/fhir/$undo-claim-preview?record=${record}`)
/** As a person does: sees what would become of it, then does that. */
async function undo(record: string, why: string, reason = 'HIS chọn nhầm') {
  const { seen } = (await foreseen(record)).json as UndoPreview
  return (await p.receiver.at('vanthu')).post('/fhir/$undo-claim', { record, why, reason, seen })
}
async function undone(record: string, why: string): Promise<string[]> {
  const answer = await undo(record, why)
  assert.equal(answer.status, 200, JSON.stringify(answer.json))
  return told((answer.json as UndoAnswer).findings)
}

/** A line of somebody else in a stay. */
const wrote = (where: object) => {
  const resource = { resourceType: 'Observation', status: 'final', code: { text: 'Mạch' }, valueString: '80', ...where } as never
  return p.receiver.site.store.as(HIS).transact((tx) => tx.write([{ kind: 'create', resource }]))
}

/** How many lines of a stay still stand, and how many are marked. */
async function lines(encounter: string): Promise<{ standing: number; marked: number }> {
  const rows = await p.receiver.sql<{ content: string }>('select content from res where not deleted and position($1 in content) > 0', [
    `"${encounter}"`,
  ])
  const of = rows.filter((r) => !r.content.includes('"Task"') && !r.content.includes('"Provenance"'))
  const marked = of.filter((r) => r.content.includes('"entered-in-error"')).length
  return { standing: of.length - marked, marked }
}

async function outcomeAtSender(number: string): Promise<(OutcomeContent & { version: number }) | undefined> {
  const id = (await rowOf(await p.sender.at('vanthu'), number))?.id
  const view = (await (await p.sender.at('bs.mot')).get(`/fhir/Task/${id}/$view`)).json as ReferralView
  const paper = view.documents.find((d) => d.kind === 'outcome')
  if (!paper) return undefined
  const content = readDocument((await p.sender.site.store.blobs.get(paper.digest)).toString('utf8')) as OutcomeContent
  return { ...content, version: paper.version }
}

test('before the outcome: marked, the slip as before the file, told in the audit; the same file stays out, the right one works', async () => {
  const slip = await p.slip(p.sender, 821)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const sent = his(821, slip.number)
  const first = await take(but(sent, 'XML8', null))
  assert.deepEqual(told(first?.findings ?? []), ['arrived-by-file', 'outcome-file-incomplete'])
  await until(p.sender, slip.number, 'arrived')
  const before = await lines(first?.encounter ?? '')
  assert.ok(before.standing > 5)

  const desk = await p.receiver.at('tiepdon')
  assert.equal((await desk.post('/fhir/$undo-claim', { record: sent.maLk, why: 'wrong-person', reason: 'x' })).code, 'not-permitted')
  assert.equal((await undo(sent.maLk, 'wrong-person', ' ')).code, 'claim-undo-reason')
  assert.equal((await undo('01929-nobody', 'other')).code, 'claim-record-unknown')
  assert.deepEqual(await undone(sent.maLk, 'wrong-person'), ['file-undone-arrival'])
  assert.equal((await undo(sent.maLk, 'wrong-person')).code, 'claim-record-unknown', 'once')
  await until(p.sender, slip.number, 'delivered')
  await until(p.receiver, slip.number, 'delivered')
  assert.deepEqual(await lines(first?.encounter ?? ''), { standing: 0, marked: before.standing })
  const tied = await p.receiver.sql<{ kind: string }>(
    `select content::jsonb->>'resourceType' as kind from res where not deleted and position($1 in content) > 0 and position($2 in content) > 0
       and content not like '%"entered-in-error"%'`,
    [`"${slip.number}"`, `"Patient/${first?.patient?.id}"`],
  )
  assert.deepEqual(
    tied.filter((r) => r.kind === 'Task' || r.kind === 'DocumentReference'),
    [],
    "slip and papers are in nobody's chart",
  )
  const audit = await p.receiver.sql<{ reason: string }>(`select reason from audit where action = 'undo-claim'`)
  assert.deepEqual(audit, [{ reason: 'HIS chọn nhầm' }])

  assert.deepEqual(told((await take(but(sent, 'XML8', null)))?.findings ?? []), ['claim-taken-back'])
  const right = await take(sent)
  assert.deepEqual([right?.result, told(right?.findings ?? [])], ['created', ['arrived-by-file', 'outcome-by-file']])
  assert.notEqual(right?.encounter, first?.encounter)
  await until(p.sender, slip.number, 'completed')
  assert.equal((await lines(first?.encounter ?? '')).standing, 0, 'what was marked stays marked')
})

test('after the outcome: withdrawn by a sealed version that says no more than that; the right file takes its place', async () => {
  const slip = await p.slip(p.sender, 822)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const sent = his(822, slip.number)
  await take(sent)
  await until(p.sender, slip.number, 'completed')
  assert.deepEqual(await undone(sent.maLk, 'wrong-stay'), ['file-undone-outcome', 'file-undone-referral-stays'])
  const taken = await eventually(
    () => outcomeAtSender(slip.number),
    (o) => o?.version === 2,
    'the withdrawal at the sender',
  )
  assert.deepEqual([taken?.withdrawn, taken?.course, taken?.medicines], ['HIS chọn nhầm', '', []])
  const right = await take(but(sent, 'XML8', { QT_BENHLY: 'Diễn biến đúng.' }))
  assert.deepEqual(told(right?.findings ?? []), ['outcome-corrected-by-file'])
  const again = await eventually(
    () => outcomeAtSender(slip.number),
    (o) => o?.version === 3,
    'the right outcome at the sender',
  )
  assert.deepEqual([again?.withdrawn, again?.course], [undefined, 'Diễn biến đúng.'])
  const found = await effects(p.hub.sql, '24997', slip.number)
  assert.deepEqual(
    [found.tasks, found.events.filter((e) => e === 'arrive' || e === 'answer' || e === 'correct')],
    [['completed'], ['arrive', 'answer', 'correct', 'correct']],
  )
})

test('slow: care begun by a click, a death told, lines people wrote: after the undo the right file is still this visit’s', async () => {
  const came = async (seed: number) => {
    const slip = await p.slip(p.sender, seed)
    await signSlip(p.sender, slip.id)
    return { ...slip, task: await until(p.receiver, slip.number, 'delivered') }
  }
  const begun = await came(827)
  const first = his(827, begun.number)
  await take(but(first, 'XML8', null))
  assert.equal((await transition(await p.receiver.at('bs.mot'), begun.task, 'start-care')).status, 200)
  await until(p.receiver, begun.number, 'in-care')
  assert.deepEqual(await undone(first.maLk, 'wrong-person'), ['file-undone-referral-stays'])
  assert.deepEqual(told((await take(first))?.findings ?? []), ['outcome-by-file'])
  await until(p.sender, begun.number, 'completed')

  const dead = await came(828)
  const died = his(828, dead.number)
  const told5 = but(but(died, 'XML1', { KET_QUA_DTRI: '5' }), 'XML8', null)
  assert.deepEqual(told((await take(told5))?.findings ?? []), ['arrived-by-file', 'outcome-file-incomplete'])
  await until(p.sender, dead.number, 'died')
  assert.deepEqual(await undone(died.maLk, 'wrong-stay'), ['file-undone-referral-stays'])
  assert.deepEqual(told((await take(died))?.findings ?? []), ['outcome-by-file'])
  assert.equal(
    (
      await eventually(
        () => outcomeAtSender(dead.number),
        (o) => o !== undefined,
        'the outcome',
      )
    )?.source?.record,
    died.maLk,
  )

  const charted = await came(829)
  const mistaken = his(829, charted.number)
  const record = await take(but(mistaken, 'XML8', null))
  await wrote({ encounter: { reference: record?.encounter }, subject: { reference: `Patient/${record?.patient?.id}` } })
  assert.deepEqual(await undone(mistaken.maLk, 'wrong-stay'), ['file-undone-charted'])
  assert.deepEqual(told((await take(mistaken))?.findings ?? []), ['outcome-by-file'])
  await until(p.sender, charted.number, 'completed')
})

test('what was seen is what is undone: something that happened meanwhile is shown before anything is taken back', async () => {
  const slip = await p.slip(p.sender, 832)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const sent = his(832, slip.number)
  const record = await take(but(sent, 'XML8', null))
  const desk = await p.receiver.at('vanthu')
  const before = (await foreseen(sent.maLk)).json as UndoPreview
  assert.deepEqual([before.patient.id, told(before.findings)], [record?.patient?.id, ['file-undone-arrival']])
  assert.ok(before.marked > 5)
  assert.equal((await lines(record?.encounter ?? '')).marked, 0, 'looking changes nothing')
  await take(sent)
  await until(p.sender, slip.number, 'completed')
  await counted(slip.number, true)
  const wanted = { record: sent.maLk, why: 'other', reason: 'HIS chọn nhầm' }
  for (const seen of [before.seen, undefined])
    assert.equal((await desk.post('/fhir/$undo-claim', { ...wanted, seen })).code, 'claim-undo-changed')
  assert.equal((await lines(record?.encounter ?? '')).marked, 0)
  const now = (await foreseen(sent.maLk)).json as UndoPreview
  assert.deepEqual(told(now.findings), ['file-undone-outcome', 'file-undone-referral-stays'])
  assert.equal((await desk.post('/fhir/$undo-claim', { ...wanted, seen: now.seen })).status, 200)
  const shown = await eventually(
    async () => rowOf(await p.sender.at('vanthu'), slip.number),
    (r) => r?.outcomeWithdrawn === true,
    'the outcome is taken back',
  )
  assert.equal(shown?.hasOutcome, false, 'an outcome that was taken back is none')
  await counted(slip.number, false)
})

test('slow: a record answered a visit in whose own stay people wrote: its outcome is withdrawn too, and the right one waits for that', async () => {
  const slip = await p.slip(p.sender, 837)
  await signSlip(p.sender, slip.id)
  const task = await until(p.receiver, slip.number, 'delivered')
  assert.equal((await transition(await p.receiver.at('tiepdon'), task, 'arrive')).status, 200)
  await until(p.receiver, slip.number, 'arrived')
  const [stored] = await p.receiver.sql<{ content: string }>(`select content from res where id = $1`, [task])
  const { encounter, for: person } = JSON.parse(stored?.content ?? '{}') as { encounter: object; for: { reference: string } }
  await wrote({ encounter, subject: { reference: person.reference } })
  const wrong = his(837, slip.number)
  assert.deepEqual(told((await take(wrong))?.findings ?? []), ['outcome-by-file'])
  await until(p.sender, slip.number, 'completed')
  assert.deepEqual(await undone(wrong.maLk, 'wrong-stay'), ['claim-undo-person-kept', 'file-undone-outcome'])
  const later = (when: string) => p.receiver.sql(`update referral_withdrawal set due_at = ${when}`)
  await later(`now() + interval '1 hour'`)
  const { person: who } = stay(837, { kind: 'inpatient-transfer', facility: '24997' })
  const right = but(his(838, slip.number, { patient: { person: who, mrn: 'BM-837' } }), 'XML8', { QT_BENHLY: 'Diễn biến đúng.' })
  assert.deepEqual(told((await take(right))?.findings ?? []), [])
  await later('now()')
  const end = await eventually(
    () => outcomeAtSender(slip.number),
    (o) => o?.version === 3,
    'withdrawn, then the right outcome',
  )
  assert.deepEqual([end?.withdrawn, end?.course, end?.source?.record], [undefined, 'Diễn biến đúng.', right.maLk])
  await counted(slip.number, true)
})

test('slow: who looks again at a stay waits for who takes its record back, and then leaves it', async () => {
  const { site } = p.receiver
  const slip = await p.slip(p.sender, 831)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  const sent = his(831, slip.number)
  await take(but(sent, 'XML8', null))
  await until(p.receiver, slip.number, 'arrived')
  const store = site.store.as(HIS)
  const row = async () =>
    (
      await p.receiver.sql<{ due_at: Date | null; waiting: boolean }>('select due_at, waiting from referral_file where record = $1', [
        sent.maLk,
      ])
    )[0]
  let looking: Promise<unknown> = Promise.resolve()
  await store.transact(async (tx) => {
    await lockRecord(tx, sent.maLk)
    await p.receiver.sql('update referral_file set due_at = now() where record = $1', [sent.maLk])
    looking = store.transact((other) => followAgain(site, other, sent.maLk))
    const waiting = `select 1 as one from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`
    await eventually(
      () => p.receiver.sql(waiting),
      (rows) => rows.length > 0,
      'who looks again waits',
    )
    await clearFile(tx, sent.maLk)
  })
  await looking
  assert.deepEqual(await row(), { due_at: null, waiting: false })
})

test('a person nobody else speaks of is in use no more; the right record brings them back', async () => {
  const alone = his(824, '', { kind: 'outpatient' })
  const record = await take(alone)
  const active = async () =>
    ((await p.receiver.site.store.as(HIS).read('Patient', record?.patient?.id ?? '')).resource() as { active?: boolean }).active
  assert.deepEqual(await undone(alone.maLk, 'other'), [])
  assert.equal(await active(), false)
  await take(but(alone, 'XML1', { GHI_CHU: 'Đúng người.' }))
  assert.equal(await active(), true)
})

test("the file's own slip: taken back in the tray, its number free for the right file; one that was sent is void at both", async () => {
  const back = his(823, '', { kind: 'inpatient-transfer' })
  const tray = (await take(back))?.referral
  assert.ok(tray)
  assert.deepEqual(await undone(back.maLk, 'other'), ['file-undone-slip'])
  const again = (await take(but(back, 'XML13', { HUONG_DIEU_TRI: 'Theo dõi tại tuyến dưới.' })))?.referral
  assert.deepEqual([again?.number, again?.id === tray.id], [tray.number, false])
  await signSlip(p.receiver, again?.id ?? '')
  await until(p.sender, tray.number, 'delivered')
  assert.deepEqual(await undone(back.maLk, 'wrong-person'), ['file-undone-slip'])
  await eventually(
    async () => (await effects(p.sender.sql, '01929', tray.number)).tasks,
    (tasks) => tasks.join() === 'void',
    'void at the addressee',
  )
})

test("the doctor's own slip is free of a mistaken file: the right one joins it, what the file filled in is named", async () => {
  const sent = his(826, '', { kind: 'inpatient-transfer' })
  const doctor = await p.receiver.at('bs.mot')
  const { name, birthDate, sex, citizenId, card } = sent.person
  const person = { name, birthDate, sex, citizenId, card: { number: card.number } }
  const admitted = p.receiver.site.clock.now().toISOString().slice(0, 10)
  const { id } = (await doctor.post('/fhir/Task/$compose', { person, admitted })).json as ComposeAnswer
  const view = async () => (await doctor.get(`/fhir/Task/${id}/$view`)).json as ReferralView
  assert.equal((await take(sent))?.referral?.id, id)
  assert.equal((await view()).hisNumbers?.length, 1)
  const answer = (await undo(sent.maLk, 'wrong-stay')).json as UndoAnswer
  const free = answer.findings.find((f) => f.code === 'file-undone-own-slip')
  assert.match(JSON.stringify(free), /lâm sàng/)
  assert.deepEqual((await view()).hisNumbers ?? [], [])
  const right = await take(but(sent, 'XML13', { HUONG_DIEU_TRI: 'Theo dõi tại tuyến dưới.' }))
  assert.deepEqual([right?.referral?.id, (await view()).hisNumbers?.length], [id, 1], JSON.stringify(right?.findings))
})
