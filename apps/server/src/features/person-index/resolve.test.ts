/** Who is one person at the hub, whatever order and company the sendings come in. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type LabelledKind, type LabelledRecord, labelledSet } from '@yba/people'
import { nodeCaller, onBehalf } from '../../access/index.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import type { ReviewsAnswer } from './contract.ts'
import { groupsOf } from './groups.ts'
import { type IncomingPerson, type Resolved, resolvePerson } from './index.ts'

let t: TestSite
before(async () => {
  t = await testSite({ role: 'hub' })
})
after(() => t.close())

const send = (facility: string, person: IncomingPerson): Promise<Resolved> =>
  t.site.store.as(onBehalf(nodeCaller(facility, 'test'))).transact((tx) => resolvePerson(tx, facility, person, true))

let serial = 0
/** A new invented woman, her citizen id and her card. */
function woman() {
  const n = String(++serial).padStart(6, '0')
  const person: IncomingPerson = { mrn: `BN-${n}`, name: 'Nguyễn Thị Hòa', birthDate: '1975-03-09', sex: '2', cards: [] }
  return { person, citizenId: `000175${n}`, card: `GD424${n.padStart(10, '0')}` }
}

async function links(sources: string[]): Promise<string[]> {
  const rows = await t.site.store.sql<{ person: string }>('select distinct person from person_link where source = any($1)', [sources])
  return rows.map((r) => r.person)
}

const reviews = (source: string) =>
  t.site.store.sql<{ rule: string; why: string[] }>('select rule, why from person_review where source = $1 or other = $1', [source])

test('two facilities send one person: two source records, one golden person; again changes nothing', async () => {
  const { person, citizenId } = woman()
  const first = await send('24997', { ...person, citizenId })
  const second = await send('01929', { ...person, citizenId, mrn: 'BM-1', name: 'NGUYEN THI HOA' })
  assert.equal(first.rule, 'new')
  assert.equal(second.rule, 'D1')
  assert.equal(second.person, first.person)
  assert.notEqual(second.source, first.source)
  for (let i = 0; i < 2; i++) assert.deepEqual(await send('24997', { ...person, citizenId }), { ...first, rule: 'D4' })
  const history = await t.site.store.as(onBehalf(nodeCaller('24997', 'test'))).history('Patient', first.source)
  assert.equal(history.length, 1, 'the same again is no new version')
})

test('both at once, five times over', async () => {
  const { person, citizenId, card } = woman()
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => send(i % 2 ? '24997' : '01929', { ...person, mrn: `M-${citizenId}`, citizenId, cards: [card] })),
  )
  assert.equal(new Set(answers.map((r) => r.source)).size, 2)
  assert.equal((await links(answers.map((r) => r.source))).length, 1)
})

test('at once by card alone and by number and card', async () => {
  for (let i = 0; i < 5; i++) {
    const { person, citizenId, card } = woman()
    const answers = await Promise.all([send('24997', { ...person, cards: [card] }), send('01929', { ...person, citizenId, cards: [card] })])
    assert.equal((await links(answers.map((r) => r.source))).length, 1)
  }
})

test('the order of three sendings, one of which ties the others, does not decide', async () => {
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]
  for (const order of orders) {
    const { person, citizenId, card } = woman()
    const sendings: [string, IncomingPerson][] = [
      ['24997', { ...person, citizenId }],
      ['24998', { ...person, cards: [card] }],
      ['01929', { ...person, citizenId, cards: [card] }],
    ]
    const answers: Resolved[] = []
    for (const i of order) {
      const [facility, who] = sendings[i] as [string, IncomingPerson]
      answers.push(await send(facility, who))
    }
    assert.equal((await links(answers.map((r) => r.source))).length, 1, order.join())
  }
})

/** Which records are with which, by their place in the case. */
async function partition(sources: readonly string[]): Promise<string> {
  const rows = await t.site.store.sql<{ source: string; person: string }>('select source, person from person_link where source = any($1)', [
    sources,
  ])
  const person = new Map(rows.map((r) => [r.source, r.person]))
  const groups = Map.groupBy(sources.keys(), (i) => person.get(sources[i] ?? ''))
  return [...groups.values()].map((places) => [...places].join('')).join(' ')
}

test('records of the labelled set, sent in several orders: the same persons as the rules find in all of them at once', async () => {
  const ORDERS: ((n: number) => number[])[] = [
    (n) => [...Array(n).keys()],
    (n) => [...Array(n).keys()].reverse(),
    (n) => [...Array(n).keys()].map((i) => (i + 1) % n),
  ]
  const KINDS: LabelledKind[] = ['bridge', 'fits-two', 'borrowed-card', 'cmnd-then-cccd', 'twins']
  for (const [k, order] of ORDERS.entries()) {
    for (const { kind, records } of labelledSet(1, 5000 + 500 * k).filter((c) => KINDS.includes(c.kind))) {
      const sources: string[] = []
      for (const i of order(records.length)) {
        const { truth: _, facility, ...person } = records[i] as LabelledRecord
        sources[i] = (await send(facility, person)).source
      }
      const members = records.map(({ truth: _, ...person }, i) => ({ id: String(i), person }))
      const expected = groupsOf(members, [], true).groups.map((ids) => ids.join(''))
      assert.equal(await partition(sources), expected.join(' '), `${kind}, order ${k}`)
      if (kind === 'fits-two') assert.equal((await reviews(sources[2] ?? '')).length, 2, 'somebody is asked about both')
    }
  }
})

test('a new card of the same insured person is the same person', async () => {
  const { person, card } = woman()
  const first = await send('24997', { ...person, cards: [card] })
  const renewed = await send('01929', { ...person, mrn: 'BM-N', cards: [`HT3${card.slice(3, 5)}${card.slice(5)}`] })
  assert.deepEqual([renewed.rule, renewed.person], ['D3', first.person])
})

test('a number that becomes known later links then', async () => {
  const { person, citizenId } = woman()
  const first = await send('24997', { ...person, citizenId })
  const blind = await send('01929', person)
  assert.notEqual(blind.person, first.person)
  const seeing = await send('01929', { ...person, citizenId })
  assert.deepEqual([seeing.source, seeing.person, seeing.rule], [blind.source, first.person, 'D1'])
})

test('a borrowed number is a question for a person, asked once, never a link', async () => {
  const { person, citizenId } = woman()
  const first = await send('24997', { ...person, citizenId })
  for (let i = 0; i < 2; i++) {
    const other = await send('01929', { ...person, citizenId, mrn: 'BM-B', name: 'Trần Thị Lụa' })
    assert.notEqual(other.person, first.person)
    assert.deepEqual(
      (await reviews(other.source)).map((r) => r.rule),
      ['D2'],
    )
  }
})

test('two valid numbers are never made one person, not even by a card between them', async () => {
  const [one, two] = [woman(), woman()]
  const shared = one.card
  const first = await send('24997', { ...one.person, citizenId: one.citizenId, cards: [shared] })
  const second = await send('24998', { ...one.person, mrn: 'LN-5', citizenId: two.citizenId, cards: [shared] })
  assert.notEqual(second.person, first.person)
  const between = await send('01929', { ...one.person, mrn: 'BM-5', cards: [shared] })
  assert.equal((await links([first.source, second.source])).length, 2)
  assert.ok((await reviews(between.source)).length >= 1, 'somebody is asked')
})

test('the operator of the hub judges a pair: both records side by side, one word at a time, and it can be taken back', async () => {
  const { person, citizenId } = woman()
  const first = await send('24997', { ...person, citizenId })
  const other = await send('01929', { ...person, citizenId, mrn: 'BM-J', name: 'Trần Thị Lụa', phone: '0900000001' })
  const operator = await t.as('hub-operator')
  const pair = (answer: ReviewsAnswer) =>
    answer.rows.find((r) => r.sides.some((s) => s.id === first.source)) ?? assert.fail('the pair is not listed')
  const open = pair(await operator.json<ReviewsAnswer>('/fhir/Patient/$reviews'))
  assert.deepEqual(open.sides.map((s) => [s.facility.code, s.name, s.citizenId]).toSorted(), [
    ['01929', 'Trần Thị Lụa', citizenId],
    ['24997', person.name, citizenId],
  ])
  assert.deepEqual([open.rule, open.together, open.decided], ['D2', false, undefined])
  assert.ok(open.why.some((w) => w.en === 'different names' && w.vi === 'họ tên khác nhau'))

  const decide = async (decision: string, reason = 'Đã gọi hai cơ sở, đối chiếu giấy tờ.') => {
    const body = JSON.stringify({ one: first.source, other: other.source, decision, reason })
    const answer = await operator.fetch('/fhir/Patient/$review-decide', { method: 'POST', body })
    const json = (await answer.json()) as ReviewsAnswer & { issue?: { details: { coding: { code: string }[] } }[] }
    return { status: answer.status, code: json.issue?.[0]?.details.coding[0]?.code, json }
  }
  const together = async () => (await links([first.source, other.source])).length === 1
  assert.deepEqual([(await decide('same', 'vội')).code, await together()], ['person-review-reason', false])
  assert.equal((await decide('reopen')).code, 'person-review-open')
  // Two clicks at once: one word is heard, the other is told so.
  const words = await Promise.all([decide('same'), decide('different')])
  assert.deepEqual(words.map((w) => w.status).toSorted(), [200, 409])
  assert.equal(words.find((w) => w.status === 409)?.code, 'person-review-decided')
  await decide('reopen')
  assert.equal(pair((await decide('same')).json).decided?.decision, 'same')
  assert.equal(await together(), true)
  // Sent again, by the rules they would be two: the word stands.
  await send('01929', { ...person, citizenId, mrn: 'BM-J', name: 'Trần Thị Lụa', phone: '0900000001' })
  assert.equal(await together(), true)
  await decide('reopen')
  assert.equal(await together(), false)
  await decide('different')
  // Corrected at its hospital the record fits: a person said they are two, so somebody is asked, and nothing is joined.
  await send('01929', { ...person, citizenId, mrn: 'BM-J' })
  assert.equal(await together(), false)
})

test('a record that fits two persons goes where a person says, never to both', async () => {
  const [one, two] = [woman(), woman()]
  const first = await send('24997', { ...one.person, citizenId: one.citizenId, cards: [one.card] })
  const second = await send('24998', { ...one.person, mrn: 'LN-9', citizenId: two.citizenId, cards: [one.card] })
  const between = await send('01929', { ...one.person, mrn: 'BM-9', cards: [one.card] })
  const withFirst = async () => (await links([first.source, between.source])).length === 1
  const [mine, other] = (await withFirst()) ? [first, second] : [second, first]
  const operator = await t.as('hub-operator')
  const same = async (source: string) => {
    const body = JSON.stringify({ one: between.source, other: source, decision: 'same', reason: 'Đã gọi cơ sở gửi hồ sơ.' })
    const answer = await operator.fetch('/fhir/Patient/$review-decide', { method: 'POST', body })
    return `${answer.status} ${await answer.text()}`
  }
  assert.match(await same(other.source), /^200/)
  assert.equal((await links([other.source, between.source])).length, 1)
  assert.equal((await links([first.source, second.source])).length, 2)
  // Its numbers fit the first as well: that is a question now, and a second word against the first is refused.
  assert.match(await same(mine.source), /^422 .*person-review-contradicts/)
  assert.equal((await links([first.source, second.source])).length, 2)
})
