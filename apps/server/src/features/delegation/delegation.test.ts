import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessFeature } from '../../access/index.ts'
import type { SignedIn } from '../../testing/browser.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import type { GrantRequest, RegisterAnswer } from './contract.ts'
import { capacityAt, delegation, mandateAt } from './index.ts'

const DAY = 86_400_000

let t: TestSite
let desk: SignedIn
let deputy: string

const today = (days = 0): string => new Date(t.site.clock.now().getTime() + 7 * 3_600_000 + days * DAY).toISOString().slice(0, 10)

const terms = (more: Partial<GrantRequest> = {}): GrantRequest => ({
  user: deputy,
  form: 'KT',
  head: 'Giám đốc',
  title: 'Phó Giám đốc',
  kinds: ['referral'],
  decision: '15/QĐ-BV',
  decidedOn: today(-30),
  from: today(-30),
  ...more,
})

async function post(by: SignedIn, name: string, body: unknown): Promise<{ status: number; code: string; json: Record<string, unknown> }> {
  const answer = await by.fetch(`/fhir/Practitioner/$${name}`, { method: 'POST', body: JSON.stringify(body) })
  const text = await answer.text()
  const json = text ? (JSON.parse(text) as Record<string, unknown>) : {}
  const issue = (json.issue as { details?: { coding?: { code?: string }[] } }[] | undefined)?.[0]
  return { status: answer.status, code: issue?.details?.coding?.[0]?.code ?? '', json }
}

const grant = (more: Partial<GrantRequest> = {}, by = desk) => post(by, 'grant-signing-authority', terms(more))
const lines = async (days = 0) =>
  (await capacityAt(t.site.store, deputy, 'referral', new Date(t.site.clock.now().getTime() + days * DAY)))?.lines ?? null

before(async () => {
  t = await testSite({ features: [accessFeature, delegation] })
  desk = await t.as('referral-desk')
  await t.as('signer', { id: 'pho', login: 'pho.gd', name: 'Trần Thị Thay', title: 'Phó Giám đốc' })
  await t.as('doctor', { id: 'bs', login: 'bs.khong' })
  deputy = 'pho'
})
after(() => t.close())

test('authority holds from the first to the last day that the decision names, for the papers it names, and says its line', async () => {
  assert.equal(await lines(), null)
  await assert.rejects(mandateAt(t.site.store, deputy, 'referral', t.site.clock.now()), { code: 'no-signing-authority' })
  assert.equal((await grant({ form: 'TUQ', title: 'Trưởng phòng Kế hoạch tổng hợp', from: today(1), until: today(3) })).status, 201)
  assert.equal(await lines(), null, 'not before it begins')
  assert.deepEqual(await lines(2), ['TUQ. GIÁM ĐỐC', 'TRƯỞNG PHÒNG KẾ HOẠCH TỔNG HỢP'])
  const lastInstant = new Date(new Date(`${today(3)}T23:59:59.999+07:00`))
  assert.ok(await capacityAt(t.site.store, deputy, 'referral', lastInstant))
  assert.equal(await capacityAt(t.site.store, deputy, 'referral', new Date(lastInstant.getTime() + 1)), null)
  assert.equal(await capacityAt(t.site.store, deputy, 'outcome', lastInstant), null, 'a paper it does not name')
  await grant({ from: today(-3) })
  assert.deepEqual(await lines(2), ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC'], 'the assigned office goes before a special authority')
  assert.equal(await lines(-1), null, 'a decision recorded today gives nobody authority for yesterday')
})

test('what does not fit a decision is refused by name and nothing is recorded', async () => {
  const [before] = await t.site.store.sql<{ n: string }>('select count(*) as n from delegation')
  const cases: [string, Partial<GrantRequest>][] = [
    ['delegation-incomplete', { decision: ' ' }],
    ['delegation-incomplete', { kinds: [] }],
    ['delegation-incomplete', { kinds: ['đơn'] as unknown as GrantRequest['kinds'] }],
    ['delegation-incomplete', { form: 'TM' as 'KT' }],
    ['delegation-incomplete', { from: '2026-02-30' }],
    ['delegation-period-wrong', { from: today(5), until: today(4) }],
    ['delegation-period-wrong', { decidedOn: today(), from: today(-1) }],
    ['delegation-period-wrong', { form: 'TUQ' }],
    ['delegate-cannot-sign', { user: 'bs' }],
    ['user-unknown', { user: 'nobody' }],
  ]
  for (const [code, more] of cases) assert.equal((await grant(more)).code, code, JSON.stringify(more))
  assert.equal((await post(desk, 'grant-signing-authority', null)).code, 'delegation-incomplete')
  const [now] = await t.site.store.sql<{ n: string }>('select count(*) as n from delegation')
  assert.equal(now?.n, before?.n)
})

test('the keeper revokes with a reason, once; the register keeps who, when and why and cannot be rewritten', async () => {
  const { json } = await grant({ decision: '77/QĐ-BV', from: today(-2) })
  assert.deepEqual(await lines(), ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC'])
  const ask = { delegation: json.id, reason: 'Điều động công tác' }
  assert.equal((await post(desk, 'revoke-signing-authority', { delegation: json.id })).code, 'delegation-incomplete')
  const both = await Promise.all([post(desk, 'revoke-signing-authority', ask), post(desk, 'revoke-signing-authority', ask)])
  assert.deepEqual(both.map((a) => a.code).sort(), ['', 'delegation-ended'])
  assert.equal((await post(desk, 'revoke-signing-authority', { ...ask, delegation: 'x' })).code, 'delegation-unknown')
  const register = (await (await desk.fetch('/fhir/Practitioner/$signing-authority')).json()) as RegisterAnswer
  const row = register.rows.find((r) => r.decision === '77/QĐ-BV')
  assert.equal(row?.state, 'revoked')
  assert.equal(row?.revoked?.reason, 'Điều động công tác')
  assert.deepEqual(
    register.people.map((p) => p.id),
    ['pho'],
  )
  for (const change of [`update delegation set until_at = null`, `delete from delegation_end`])
    await assert.rejects(t.site.store.sql(change), /append-only/)
})

test('two weeks before its end an authority is shown to run out; signers read the register and do not keep it', async () => {
  await grant({ form: 'head', head: 'Q. Giám đốc', until: today(9) })
  const capacity = await capacityAt(t.site.store, deputy, 'referral', t.site.clock.now())
  assert.deepEqual(capacity?.lines, ['Q. GIÁM ĐỐC'])
  assert.equal(capacity?.daysLeft, 10)
  assert.match(capacity?.basis ?? '', /^QĐ số 15\/QĐ-BV ngày /)
  const signer = await t.as('signer', { login: 'pho.gd' })
  const seen = (await (await signer.fetch('/fhir/Practitioner/$signing-authority')).json()) as RegisterAnswer
  assert.equal(seen.rows.find((r) => r.form === 'head')?.state, 'ending')
  assert.deepEqual(seen.people, [])
  assert.equal((await grant({}, signer)).status, 403)
})
