import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ReferralContent } from '@yba/vietnam'
import { onBehalf, systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { effects, eventually, rowOf, signSlip, transition, until } from '../../testing/referral.ts'
import { evidenceRound } from '../documents/evidence-worker.ts'
import { forgetFailures } from '../documents/fetch.ts'
import { askNow } from '../documents/tables/evidence.ts'
import type { AcceptanceAnswer, AcceptancePolicy, AcceptancePreview, Need } from './acceptance/contract.ts'
import type { ReferralView, WorklistAnswer } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince({ online: true })
})
after(() => p.close())

/** A signed slip on its way, with other words than the file's. */
async function sent(seed: number, change: (slip: ReferralContent) => void = () => undefined): Promise<string> {
  const slip = await p.slip(p.sender, seed)
  const doctor = await p.sender.at('bs.mot')
  const { draft } = (await doctor.get(`/fhir/Task/${slip.id}/$view`)).json as ReferralView
  assert.ok(draft)
  change(draft.content)
  const { content, draftVersion } = draft
  assert.equal((await doctor.post(`/fhir/Task/${slip.id}/$save-draft`, { kind: 'referral', content, draftVersion })).status, 200)
  await signSlip(p.sender, slip.id)
  return slip.number
}

const fromClinic = ({ encounter }: ReferralContent): void => void delete encounter.inpatientSince

function asEmergency(slip: ReferralContent): void {
  slip.emergency = true
}

async function viewAt(login: string, number: string): Promise<ReferralView> {
  const desk = await p.receiver.at(login)
  return (await desk.get(`/fhir/Task/${(await rowOf(desk, number))?.id}/$view`)).json
}

/** Needs of a slip as somebody's inbox has them. */
async function needsAt(login: string, number: string): Promise<Need[]> {
  return (await rowOf(await p.receiver.at(login), number))?.needs ?? []
}

const written = (needs: Need[]): string[] => needs.map((n) => `${n.of} ${n.why}${n.mine ? ' mine' : ''}`)

async function setPolicy(policy: AcceptancePolicy): Promise<AcceptanceAnswer> {
  const desk = await p.receiver.at('vanthu')
  const { version } = (await desk.get('/fhir/Task/$acceptance-policy')).json as AcceptanceAnswer
  const answer = await desk.post('/fhir/Task/$set-acceptance-policy', { basedOn: version, policy, note: 'theo quyết định 12/QĐ-BM' })
  assert.equal(answer.status, 201, answer.code)
  return answer.json
}

/** Told by the policy, at both facilities, once. */
async function acceptedOnce(number: string, like: RegExp): Promise<void> {
  await until(p.sender, number, 'accepted')
  assert.deepEqual((await effects(p.hub.sql, '24997', number)).events, ['send', 'deliver', 'accept'])
  const doctor = await p.sender.at('bs.mot')
  const story = ((await doctor.get(`/fhir/Task/${(await rowOf(doctor, number))?.id}/$view`)).json as ReferralView).history
  const step = story.find((h) => h.event === 'accept')
  assert.match(`${step?.by}: ${step?.reason}`, like)
}

/** Whoever is asked for evidence is asked now, not after a pause. */
async function askForEvidence(): Promise<void> {
  for (const node of [p.sender, p.receiver]) {
    forgetFailures(node.site)
    await askNow(node.site.store, node.site.clock.now())
    await evidenceRound(node.site)
  }
}

async function acceptedBySelf(number: string): Promise<void> {
  await eventually(
    async () => {
      await askForEvidence()
      return (await rowOf(await p.receiver.at('vanthu'), number))?.state
    },
    (state) => state === 'accepted',
    `${number} is accepted`,
  )
}

test('a routine outpatient is accepted by the default policy, and is no work of the desk', async () => {
  const number = await sent(952, fromClinic)
  await acceptedBySelf(number)
  await acceptedOnce(
    number,
    /Bảng tiếp nhận \(tự động\): Bảng tiếp nhận mặc định, dòng 1 \(chưa rõ khoa, thường, ngoại trú\): tự tiếp nhận/,
  )
  assert.deepEqual(written(await needsAt('vanthu', number)), ['reception expected'])
  assert.deepEqual(written(await needsAt('tiepdon', number)), ['reception expected mine'])
})

test('while a signature is awaited the slip is the desk’s and says why; when the verdict comes it is accepted once, over a restart that hears all twice', async () => {
  for (const service of ['ocsp', 'crl', 'tsa'] as const) p.online.switch(service, { mode: 'down' })
  const number = await sent(954, fromClinic)
  const doubtful = await eventually(
    () => needsAt('vanthu', number),
    (needs) => needs.some((n) => n.why === 'signature-pending'),
    'the desk is told why',
  )
  assert.deepEqual(written(doubtful), ['desk signature-pending mine', 'reception expected'])
  assert.equal((await rowOf(await p.receiver.at('vanthu'), number))?.state, 'delivered')
  await p.receiver.close()
  await p.receiver.sql(`update consumer set n = 0 where name = 'referral-acceptance'`)
  p.online.allNormal()
  await p.receiver.open()
  await acceptedBySelf(number)
  await acceptedOnce(number, /tự tiếp nhận/)
  const said = (await viewAt('vanthu', number)).acceptance ?? []
  assert.deepEqual(
    said.map((s) => [s.decision, s.wanted, s.doubts.join(), s.accepted ?? false]),
    [
      ['desk', 'auto', 'signature-pending', false],
      ['auto', 'auto', '', true],
    ],
  )
})

test('a policy is written by who may, on the version they saw, without rows that never match; its effect is counted before', async () => {
  const desk = await p.receiver.at('vanthu')
  const policy: AcceptancePolicy = {
    routes: [{ department: 'K03', diagnoses: ['I'] }],
    rows: [{ decision: 'desk' }, { setting: 'inpatient', decision: 'doctor' }, { urgency: 'stat', decision: 'doctor' }],
  }
  const seen = (await desk.post('/fhir/Task/$acceptance-preview', { policy })).json as AcceptancePreview
  assert.deepEqual(
    [seen.findings, seen.effect.slips, seen.effect.now, seen.effect.then],
    [[], 2, { auto: 2, desk: 0, doctor: 0 }, { auto: 0, desk: 2, doctor: 0 }],
  )
  const refusals = [
    [{ basedOn: 7, policy, note: 'x' }, 'acceptance-changed'],
    [{ basedOn: 0, policy, note: ' ' }, 'acceptance-note-required'],
    [
      { basedOn: 0, policy: { ...policy, rows: [...policy.rows, { department: 'K05', decision: 'auto' }] }, note: 'x' },
      'acceptance-row-never',
    ],
  ] as const
  for (const [body, code] of refusals) assert.equal((await desk.post('/fhir/Task/$set-acceptance-policy', body)).code, code)
  const told = await setPolicy(policy)
  assert.deepEqual([told.version, told.versions[0]?.by, told.versions[0]?.note], [1, 'Hoàng Minh Ước', 'theo quyết định 12/QĐ-BM'])
  const audited = await p.receiver.sql<{ detail: string }>(`select detail from audit where action = 'acceptance-policy'`)
  assert.deepEqual(audited, [{ detail: 'version 1' }])
  await assert.rejects(p.receiver.sql('update acceptance_policy set version = 9'), /never changed/)
})

test('left to a doctor: a doctor answers it and the desk sees that it is not theirs; an emergency is accepted at once, the doctor called', async () => {
  const [asked, urgent] = [await sent(955), await sent(956, asEmergency)]
  await eventually(
    async () => {
      await askForEvidence()
      return needsAt('bs.mot', asked)
    },
    (needs) => needs.some((n) => n.why === 'by-row' && n.mine),
    'the doctor is asked',
  )
  assert.deepEqual(written(await needsAt('vanthu', asked)), ['doctor by-row', 'reception expected'])
  await acceptedBySelf(urgent)
  await acceptedOnce(urgent, /cấp cứu tiếp nhận ngay, bác sĩ khoa xem/)
  assert.deepEqual(written(await needsAt('bs.mot', urgent)).slice(0, 2), ['doctor emergency mine', 'desk emergency'])
  const view = await viewAt('bs.mot', asked)
  assert.ok(view.allowed.includes('accept') && view.allowed.includes('decline'))
  assert.ok(!(await viewAt('tiepdon', asked)).allowed.includes('accept'))
  const answer = await transition(await p.receiver.at('bs.mot'), view.id, 'accept')
  assert.equal(answer.status, 200, answer.code)
  await until(p.sender, asked, 'accepted')
})

test('a slip that waits for an answer stays in the list and is found, however many others come after it', async () => {
  const slip = await p.slip(p.sender, 951)
  await signSlip(p.sender, slip.id)
  const id = await until(p.receiver, slip.number, 'delivered')
  const store = p.receiver.site.store.as(onBehalf(systemCaller('test', '01929')))
  const original = (await store.read('Task', id))?.resource() as unknown as {
    identifier: { value: string }[]
    businessStatus: { coding: { code: string }[] }
  }
  const copy = (n: number) => {
    const { id: _id, meta: _meta, ...resource } = structuredClone(original) as typeof original & { id?: string; meta?: unknown }
    for (const identifier of resource.identifier) identifier.value = `M${n}/${identifier.value}`
    for (const coding of resource.businessStatus.coding) coding.code = n % 2 ? 'completed' : 'arrived'
    return { kind: 'create' as const, resource: resource as never }
  }
  for (let from = 0; from < 1200; from += 200) {
    await store.transact((tx) => tx.write(Array.from({ length: 200 }, (_, i) => copy(from + i))))
  }
  const desk = await p.receiver.at('vanthu')
  const rows = async (q: string) => ((await desk.get(`/fhir/Task/$worklist?list=received${q}`)).json as WorklistAnswer).rows
  assert.ok((await rows('')).some((row) => row.number === slip.number && row.state === 'delivered'))
  assert.deepEqual(
    (await rows(`&q=${encodeURIComponent(`M1/${slip.number}`)}`)).map((row) => row.number),
    [`M1/${slip.number}`],
  )
})
