/** Sent back, corrected, proposed by the HIS: the next version under the same number, the earlier one kept, everybody told. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { claimFile, stay } from '@yba/people'
import type { OutcomeContent, ReferralContent } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import { type Answer, type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, outboxOf, rowOf, signSlip, takeIn, transition, until, writeOutcome } from '../../testing/referral.ts'
import { openAlerts } from '../exchange/index.ts'
import { importClaim } from '../insurance/index.ts'
import type { ReferralRow, ReferralView } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const ok = (answer: Answer): Answer => {
  assert.ok(answer.status < 300, `${answer.status} ${answer.code} ${JSON.stringify(answer.json)?.slice(0, 300)}`)
  return answer
}
const view = async (node: TestNode, task: string, login = 'bs.mot'): Promise<ReferralView> =>
  ok(await (await node.at(login)).get(`/fhir/Task/${task}/$view`)).json as ReferralView
const post = async (node: TestNode, login: string, task: string, name: string, body: unknown): Promise<Answer> =>
  (await node.at(login)).post(`/fhir/Task/${task}/$${name}`, body)

/** The doctor changes one item of the open draft. */
async function edit(
  node: TestNode,
  task: string,
  change: Partial<ReferralContent> & Partial<OutcomeContent>,
  kind: 'referral' | 'outcome' = 'referral',
) {
  const seen = await view(node, task)
  const draft = kind === 'referral' ? seen.draft : seen.outcomeDraft
  assert.ok(draft, 'a draft is open')
  return post(node, 'bs.mot', task, 'save-draft', { kind, content: { ...draft.content, ...change }, draftVersion: draft.draftVersion })
}

async function delivered(seed: number): Promise<{ id: string; number: string; there: string }> {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  return { ...slip, there: await until(p.receiver, slip.number, 'delivered') }
}

/** Opens a correction, changes the condition, and lets doctor and authorised signer sign it. */
async function correctSlip(task: string, condition: string, reason = 'Ghi nhầm tình trạng'): Promise<void> {
  ok(await post(p.sender, 'bs.mot', task, 'correct', { kind: 'referral', reason }))
  ok(await edit(p.sender, task, { condition }))
  await signSlip(p.sender, task)
}

/** Looks without a pause, so that some looks fall into the very moment: story and papers are of one instant. */
async function seenCorrected(task: string): Promise<ReferralView> {
  for (let i = 0; i < 2000; i++) {
    const seen = await view(p.receiver, task)
    if (seen.history.some((h) => h.event === 'correct')) return seen
  }
  throw new Error('the correction did not come')
}

const condition = (v: ReferralView) => v.content.condition

test('slow: sent back before anybody signed: the same draft, on top of the tray, with who and why', async () => {
  const [slip, later] = [await p.slip(p.sender, 8201), await p.slip(p.sender, 8202)]
  assert.equal((await transition(await p.sender.at('vanthu'), slip.id, 'send-back')).code, 'reason-required')
  const said = { event: 'send-back', reason: 'Thiếu tình trạng lúc chuyển', code: 'incomplete' }
  assert.equal((await post(p.sender, 'bs.mot', slip.id, 'transition', said)).code, 'not-permitted')
  ok(await post(p.sender, 'vanthu', slip.id, 'transition', said))
  ok(await edit(p.sender, later.id, { condition: 'Vừa sửa, mới hơn' }))
  const rows = (await (await p.sender.at('bs.mot')).get('/fhir/Task/$worklist?list=tray')).json.rows as ReferralRow[]
  assert.equal(rows[0]?.id, slip.id)
  const { at: _at, ...revision } = rows[0]?.revision ?? { at: '' }
  const why = { kind: 'referral', cause: 'sent-back', code: 'incomplete', reason: said.reason, by: 'Hoàng Minh Ước', facility: '24997' }
  assert.deepEqual(revision, { ...why, issued: false })
  ok(await edit(p.sender, slip.id, { condition: 'Tỉnh, tiếp xúc tốt' }))
  await signSlip(p.sender, slip.id)
  const there = await view(p.receiver, await until(p.receiver, slip.number, 'delivered'))
  assert.equal(condition(there), 'Tỉnh, tiếp xúc tốt')
  assert.equal(there.documents.find((d) => d.kind === 'referral')?.version, 1)
  const back = (await view(p.sender, slip.id)).history.find((h) => h.event === 'send-back')
  assert.deepEqual([back?.reason, back?.by], [said.reason, 'Hoàng Minh Ước'])
})

test("sent back after the doctor's signature: the signed version is kept and never sent, the next one goes", async () => {
  const slip = await p.slip(p.sender, 8203)
  ok(await post(p.sender, 'bs.mot', slip.id, 'sign', { kind: 'referral', role: 'doctor' }))
  await eventually(
    () => view(p.sender, slip.id, 'ky'),
    (v) => v.waitingFor[0]?.role === 'authorised',
    'the doctor signs',
  )
  ok(await post(p.sender, 'ky', slip.id, 'transition', { event: 'send-back', reason: 'Sai hướng điều trị', code: 'content' }))
  assert.equal((await post(p.sender, 'ky', slip.id, 'sign', { kind: 'referral', role: 'authorised' })).status >= 400, true)
  const open = await view(p.sender, slip.id)
  assert.deepEqual(open.canSign, ['doctor'])
  ok(await edit(p.sender, slip.id, { direction: 'Can thiệp mạch vành' }))
  await signSlip(p.sender, slip.id)
  const there = await view(p.receiver, await until(p.receiver, slip.number, 'delivered'))
  assert.equal(there.content.direction, 'Can thiệp mạch vành')
  assert.equal(there.corrections, undefined, 'a paper that was never issued is not corrected')
  const papers = (await effects(p.hub.sql, '24997', slip.number)).papers.filter((k) => k.split('|')[1] === slip.number)
  assert.deepEqual(papers, [`24997|${slip.number}|2`])
  const kept = (await view(p.sender, slip.id)).versions
  assert.deepEqual(
    kept?.map((v) => [v.version, v.state]),
    [
      [2, 'current'],
      [1, 'withheld'],
    ],
  )
  assert.deepEqual(
    kept?.[0]?.changes?.map((c) => c.path),
    ['direction'],
  )
  const old = ok(await (await p.sender.at('bs.mot')).get(`/fhir/DocumentReference/${kept?.[1]?.id}/$signatures`)).json
  assert.deepEqual([...new Set(old.signatures.map((s: { role: string; verdict: string }) => `${s.role} ${s.verdict}`))], ['doctor valid'])
})

test('corrected after it was sent: signed by the same roles, on the same thread; the receiver sees what changed and the former', async () => {
  const slip = await delivered(8204)
  assert.equal((await post(p.sender, 'bs.mot', slip.id, 'correct', { kind: 'referral' })).code, 'reason-required')
  assert.equal((await post(p.sender, 'bs.mot', slip.id, 'correct', { kind: 'outcome', reason: 'x' })).code, 'nothing-to-correct')
  await view(p.receiver, slip.there)
  ok(await post(p.receiver, 'bs.mot', slip.there, 'mark-read', undefined))
  const both = await Promise.all(
    ['bs.mot', 'bs.hai'].map((who) => post(p.sender, who, slip.id, 'correct', { kind: 'referral', reason: 'Nhầm' })),
  )
  assert.deepEqual(both.map((a) => a.code).sort(), ['', 'correction-under-way'])
  const before = (await view(p.sender, slip.id)).draft?.content
  ok(await edit(p.sender, slip.id, { condition: 'Đã ổn định', to: { code: '24998', name: 'Nơi khác' } }))
  await signSlip(p.sender, slip.id)
  const looks = await Promise.all(Array.from({ length: 4 }, () => seenCorrected(slip.there)))
  assert.deepEqual([...new Set(looks.map(condition))], ['Đã ổn định'])
  const [there] = looks
  assert.ok(there)
  assert.equal(there.state, 'delivered', 'the state stays')
  assert.equal(condition(there), 'Đã ổn định')
  assert.equal(there.to.code, '01929', 'another receiver is another slip')
  assert.deepEqual(there.corrections, { referral: 1 })
  assert.equal(there.unread, true)
  const [now, former] = there.versions ?? []
  assert.deepEqual([now?.state, now?.correction, now?.reason, former?.state], ['current', 1, 'Nhầm', 'replaced'])
  assert.deepEqual(now?.changes, [
    {
      path: 'condition',
      vi: 'Tình trạng người bệnh lúc chuyển',
      en: 'Condition at transfer',
      before: before?.condition ?? '',
      after: 'Đã ổn định',
    },
  ])
  const old = ok(await (await p.receiver.at('bs.mot')).get(`/fhir/DocumentReference/${former?.id}/$signatures`)).json
  assert.equal(old.version, 1)
  assert.equal(there.documents.find((d) => d.kind === 'referral')?.signatures.filter((s) => s.verdict === 'valid').length, 6)
  assert.equal(there.history.find((h) => h.event === 'correct')?.reason, 'Nhầm')
  await until(p.sender, slip.number, 'delivered')
})

test('slow: corrected when the patient has come: the receiver is alerted until somebody looks; the second correction is number two', async () => {
  const slip = await delivered(8205)
  await takeIn(p.receiver, slip.there)
  await until(p.receiver, slip.number, 'in-care')
  await correctSlip(slip.id, 'Lần một')
  const subject = `24997 ${slip.number}`
  const alerts = () => openAlerts(p.receiver.site.store)
  await eventually(alerts, (a) => a.some((x) => x.kind === 'slip-corrected' && x.subject === subject), 'the alert')
  ok(await post(p.receiver, 'bs.mot', slip.there, 'mark-read', undefined))
  assert.ok(!(await alerts()).some((x) => x.subject === subject))
  await eventually(
    () => view(p.sender, slip.id),
    (v) => v.correctable?.includes('referral') === true,
    'the first correction is through',
  )
  await correctSlip(slip.id, 'Lần hai')
  const there = await eventually(
    () => view(p.receiver, slip.there),
    (v) => v.corrections?.referral === 2,
    'the second correction',
  )
  assert.equal(condition(there), 'Lần hai')
  assert.equal(there.state, 'in-care')
  assert.deepEqual(
    there.versions?.map((v) => [v.version, v.state]),
    [
      [3, 'current'],
      [2, 'replaced'],
      [1, 'replaced'],
    ],
  )
})

test('slow: an outcome is corrected after the thread is completed; the sender reads the newest and the former', async () => {
  const slip = await delivered(8206)
  await takeIn(p.receiver, slip.there)
  await writeOutcome(p.receiver, slip.there)
  await until(p.sender, slip.number, 'completed')
  await until(p.receiver, slip.number, 'completed')
  ok(
    await post(p.sender, 'vanthu', slip.id, 'transition', { event: 'send-back', reason: 'Thiếu thuốc ra viện', code: 'incomplete' }).catch(
      () => assert.fail(),
    ),
  )
  const asked = await eventually(
    () => view(p.receiver, slip.there),
    (v) => v.revision !== undefined,
    'the outcome comes back',
  )
  assert.deepEqual([asked.revision?.kind, asked.revision?.reason, asked.canSign], ['outcome', 'Thiếu thuốc ra viện', ['doctor']])
  ok(await edit(p.receiver, slip.there, { plan: 'Aspirin 81 mg mỗi ngày' }, 'outcome'))
  ok(await post(p.receiver, 'bs.mot', slip.there, 'sign', { kind: 'outcome', role: 'doctor' }))
  const here = await eventually(
    () => view(p.sender, slip.id),
    (v) => v.corrections?.outcome === 1,
    'the corrected outcome',
  )
  assert.equal(here.state, 'completed')
  assert.equal(here.outcome?.plan, 'Aspirin 81 mg mỗi ngày')
  assert.deepEqual(
    here.versions?.map((v) => [v.kind, v.version, v.state]),
    [
      ['outcome', 2, 'current'],
      ['outcome', 1, 'replaced'],
    ],
  )
  assert.equal(here.unread, true)
})

test('the receiver sends a slip back: the sender corrects it or takes it as it is, and it is delivered again', async () => {
  const slip = await delivered(8207)
  ok(await post(p.receiver, 'vanthu', slip.there, 'transition', { event: 'send-back', reason: 'Thiếu dấu giáp lai', code: 'signature' }))
  await until(p.sender, slip.number, 'info-needed')
  const asked = await eventually(
    () => view(p.sender, slip.id),
    (v) => v.revision !== undefined,
    'the slip comes back',
  )
  assert.deepEqual([asked.revision?.code, asked.revision?.facility, asked.revision?.issued], ['signature', '01929', true])
  ok(await edit(p.sender, slip.id, { condition: 'Đã bổ sung' }))
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered')
  assert.deepEqual((await view(p.receiver, slip.there)).corrections, { referral: 1 })
})

test('the receiver asks: the sender answers with a newer version of the slip, and question, answer and paper stand together', async () => {
  const [slip, late] = [await delivered(8221), await delivered(8222)]
  const question = 'Kết quả troponin lần hai?'
  for (const { there } of [slip, late]) {
    ok(await post(p.receiver, 'vanthu', there, 'transition', { event: 'ask-info', reason: question }))
  }
  for (const { number } of [slip, late]) await until(p.sender, number, 'info-needed')
  const answer = 'Troponin lần hai 45 ng/L'
  for (const { id } of [slip, late]) {
    ok(await post(p.sender, 'bs.mot', id, 'correct', { kind: 'referral', reason: answer }))
    ok(await edit(p.sender, id, { results: answer }))
  }
  // The patient of the second comes before the answer is signed.
  assert.equal((await transition(await p.receiver.at('tiepdon'), late.there, 'arrive')).status, 200)
  await until(p.sender, late.number, 'arrived')
  for (const { id } of [slip, late]) await signSlip(p.sender, id)
  const read = (there: string) =>
    eventually(
      () => view(p.receiver, there),
      (v) => v.corrections?.referral === 1 && ['add-info', 'correct'].includes(v.history.at(-1)?.event ?? ''),
      'the answer is there',
    )
  const [seen, came] = [await read(slip.there), await read(late.there)]
  const told = (v: ReferralView) => v.history.slice(-2).map((h) => [h.event, h.state, h.reason])
  assert.deepEqual(told(seen), [
    ['ask-info', 'info-needed', question],
    ['add-info', 'delivered', answer],
  ])
  assert.deepEqual([seen.state, seen.content.results, seen.versions?.[0]?.reason], ['delivered', answer, answer])
  assert.deepEqual(
    seen.versions?.[0]?.changes?.map((c) => c.path),
    ['results'],
  )
  assert.deepEqual([came.state, came.content.results, told(came)[1]], ['arrived', answer, ['correct', 'arrived', answer]])
  assert.deepEqual((await (await p.sender.at('vanthu')).get('/fhir/Task/$attention')).json.rows, [], 'nothing was refused')
})

test('slow: a correction signed while the first version waits for the line travels behind it', async () => {
  await p.hub.close()
  const slip = await p.slip(p.sender, 8208)
  await signSlip(p.sender, slip.id)
  await eventually(
    async () => rowOf(await p.sender.at('vanthu'), slip.number),
    (r) => r?.state === 'queued',
    'queued',
  )
  await correctSlip(slip.id, 'Sửa khi mất mạng')
  const waiting = await eventually(
    async () => (await outboxOf(p.sender, 'pending')).filter((m) => m.number === slip.number),
    (m) => m.length === 3,
    'both versions wait',
  )
  assert.deepEqual(
    waiting.map((m) => m.event ?? m.kind),
    ['parcel', 'parcel', 'correct'],
  )
  await p.hub.open()
  const there = await until(p.receiver, slip.number, 'delivered')
  const seen = await eventually(
    () => view(p.receiver, there),
    (v) => v.corrections?.referral === 1,
    'the correction',
  )
  assert.equal(condition(seen), 'Sửa khi mất mạng')
  assert.deepEqual(
    (await effects(p.hub.sql, '24997', slip.number)).events.filter((e) => ['send', 'correct'].includes(e)),
    ['send', 'correct'],
  )
})

test('slow: the receiver declines while a correction is signed: one story, nothing lost, the sender sees what became of it', async () => {
  const slip = await delivered(8209)
  ok(await post(p.sender, 'bs.mot', slip.id, 'correct', { kind: 'referral', reason: 'Nhầm' }))
  ok(await edit(p.sender, slip.id, { condition: 'Cùng lúc' }))
  const declined = transition(await p.receiver.at('vanthu'), slip.there, 'decline', 'Hết giường')
  // Whoever is told first that the slip was declined signs nothing more; what was signed before is answered by the hub.
  const signed = await Promise.all([
    signSlip(p.sender, slip.id).then(
      () => true,
      (error: Error) => {
        assert.match(error.message, /409 transition-not-allowed/)
        return false
      },
    ),
    declined.then(ok),
  ])
  await until(p.receiver, slip.number, 'declined')
  const here = await eventually(
    () => view(p.sender, slip.id),
    (v) =>
      v.state === 'declined' && (!signed[0] || v.proposed?.refusedBecause !== undefined || v.history.some((h) => h.event === 'correct')),
    'the correction is answered',
  )
  const told = here.history.some((h) => h.event === 'correct') || here.proposed?.refusedBecause === 'transition-not-allowed'
  assert.equal(told, signed[0])
})

test('other words of the HIS for a signed slip wait as a proposal: taken with a reason, or dismissed', async () => {
  const bytes = claimFile([stay(8210, { kind: 'inpatient-transfer', facility: '24997' })])
  const [record] = (await importClaim(p.sender.site, systemCaller('import:his', '24997'), bytes)).records
  const referral = record?.referral
  assert.ok(referral)
  await signSlip(p.sender, referral.id)
  const there = await until(p.receiver, referral.number, 'delivered')
  const again = async (text: string) =>
    (await importClaim(p.sender.site, systemCaller('import:his', '24997'), changedFile(bytes, text))).records[0]
  const kept = await again('Hướng mới của HIS')
  assert.ok(kept?.referral?.id === referral.id && kept.findings.some((f) => f.code === 'slip-kept'))
  const seen = await view(p.sender, referral.id)
  assert.deepEqual(
    seen.proposal?.changes.map((c) => [c.path, c.after]),
    [['direction', 'Hướng mới của HIS']],
  )
  ok(await post(p.sender, 'bs.mot', referral.id, 'drop-correction', { kind: 'referral', from: 'his' }))
  assert.equal((await view(p.sender, referral.id)).proposal, undefined)
  await again('Hướng thứ ba')
  ok(await post(p.sender, 'bs.mot', referral.id, 'correct', { kind: 'referral', from: 'his', reason: 'HIS đã sửa' }))
  await signSlip(p.sender, referral.id)
  const corrected = await eventually(
    () => view(p.receiver, there),
    (v) => v.corrections?.referral === 1,
    'the correction',
  )
  assert.equal(corrected.content.direction, 'Hướng thứ ba')
  assert.equal((await view(p.sender, referral.id)).proposal, undefined)
  const quiet = await again('Hướng thứ ba')
  assert.ok(!quiet?.findings.some((f) => f.code === 'slip-kept'), 'what was taken is no news')
})

/** The same file with another HUONG_DIEU_TRI in its XML13. */
function changedFile(bytes: Uint8Array, text: string): Buffer {
  const outer = Buffer.from(bytes).toString('utf8')
  const changed = outer.replace(/(<NOIDUNGFILE>)([A-Za-z0-9+/=\s]+)(<\/NOIDUNGFILE>)/g, (all, a: string, inner: string, b: string) => {
    const xml = Buffer.from(inner, 'base64').toString('utf8')
    if (!xml.includes('HUONG_DIEU_TRI')) return all
    const next = xml.replace(/<HUONG_DIEU_TRI>[\s\S]*?<\/HUONG_DIEU_TRI>/, `<HUONG_DIEU_TRI>${text}</HUONG_DIEU_TRI>`)
    return a + Buffer.from(next, 'utf8').toString('base64') + b
  })
  assert.notEqual(changed, outer)
  return Buffer.from(changed, 'utf8')
}
