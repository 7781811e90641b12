/** F7: a patient comes with a paper slip the exchange does not show. Nothing is refused, nobody is mixed up. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, effects, eventually, parcelOf, rowOf, transition, until } from '../../testing/referral.ts'
import type { AttentionRow, ReferralView, ShadowAnswer, ShadowRequest } from './contract.ts'
import { samePerson } from './same-person.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const SENDER = '24997'
const slipOf = async (seed: number) => contentOf(p.sender, (await p.slip(p.sender, seed)).id)

async function atDesk(node: TestNode, request: Partial<ShadowRequest> & Pick<ShadowRequest, 'number' | 'person'>) {
  return (await node.at('tiepdon')).post('/fhir/Task/$shadow', { issuer: SENDER, ...request })
}

const openRefusals = async (node: TestNode): Promise<AttentionRow[]> =>
  ((await (await node.at('tiepdon')).get('/fhir/Task/$attention')).json.rows as AttentionRow[]).filter((r) => r.kind === 'refused-step')

const personOf = ({ patient }: Awaited<ReturnType<typeof slipOf>>): ShadowRequest['person'] => ({
  name: patient.name,
  birthDate: patient.birthDate,
  sex: patient.sex,
})

test('reception records slip and person without a line; the stay begins; the slip joins it by number, care goes on', async () => {
  const slip = await slipOf(801)
  const { slip: number } = slip.numbers
  await p.hub.close()
  const opened = await atDesk(p.receiver, { number, person: personOf(slip) })
  assert.deepEqual([opened.status, opened.code], [201, ''])
  const { id } = opened.json as ShadowAnswer
  const desk = await p.receiver.at('tiepdon')
  const row = await rowOf(desk, number)
  assert.deepEqual([row?.id, row?.state, row?.proposed?.event, row?.patient.name], [id, 'arrived', 'arrive', slip.patient.name])
  const again = (await atDesk(p.receiver, { number, person: personOf(slip) })).json as ShadowAnswer
  assert.deepEqual(again, { id, known: true, fits: true })
  assert.equal((await transition(await p.receiver.at('bs.mot'), id, 'start-care')).status, 200, 'care does not wait')
  await p.hub.open()
  await until(p.receiver, number, 'in-care')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  const view = await eventually(
    async () => (await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${id}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === number,
    'the slip joins',
  )
  assert.deepEqual([view.state, view.patient.id !== undefined], ['in-care', true])
  const found = await effects(p.receiver.sql, SENDER, number)
  assert.deepEqual([found.tasks, found.encounters], [['in-care'], 1])
})

test('the slip is for another facility: the arrival stands as a visit of its own, the slip goes its way, both sides see it', async () => {
  const slip = await slipOf(802)
  const { slip: number } = slip.numbers
  const { id } = (await atDesk(p.other, { number, person: personOf(slip) })).json as ShadowAnswer
  await until(p.other, number, 'arrived')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  assert.equal(await until(p.other, `${number}~2`, 'arrived'), id, 'the same Task, now under its own number')
  await until(p.receiver, number, 'delivered')
  assert.deepEqual((await effects(p.hub.sql, SENDER, number)).tasks, ['delivered'])
  const told = await rowOf(await p.sender.at('vanthu'), `${number}~2`)
  assert.deepEqual([told?.to.code, told?.state], ['24998', 'arrived'])
  const rows = (await (await p.other.at('tiepdon')).get('/fhir/Task/$attention')).json.rows as AttentionRow[]
  assert.deepEqual(
    rows.map((r) => [r.kind, r.why.code, r.number]),
    [['other-person', 'slip-elsewhere', `${number}~2`]],
  )
  assert.equal((await transition(await p.other.at('bs.mot'), id, 'start-care')).status, 200)
  await until(p.sender, `${number}~2`, 'in-care')
  assert.deepEqual((await effects(p.other.sql, SENDER, `${number}~2`)).papers, [])
})

test('the slip was there first, for another facility: its papers go only to who proves by the QR to hold it', async () => {
  const slip = await slipOf(803)
  const { slip: number } = slip.numbers
  const parcel = parcelOf(slip)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  await atDesk(p.other, { number, person: personOf(slip) })
  await until(p.other, `${number}~2`, 'arrived')
  assert.deepEqual((await effects(p.other.sql, SENDER, `${number}~2`)).papers, [])
  // The same patient with the paper in hand: no second stay, and the code brings the papers.
  const by = { number, person: personOf(slip) }
  const typed = (await atDesk(p.other, by)).json as ShadowAnswer
  assert.deepEqual([typed.known, typed.fits], [true, true])
  const code = (number: string) => '0'.repeat(64 - number.length) + number
  await atDesk(p.other, { ...by, digest: code('1') })
  await eventually(
    async () => (await openRefusals(p.other)).length,
    (n) => n === 1,
    'a wrong digest is refused and told',
  )
  assert.deepEqual((await effects(p.other.sql, SENDER, `${number}~2`)).papers, [])
  await atDesk(p.other, { ...by, digest: parcel.documents[0].digest })
  const joined = await eventually(
    async () => (await (await p.other.at('bs.mot')).get(`/fhir/Task/${typed.id}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === number,
    'the papers of the paper in hand',
  )
  assert.deepEqual([joined.number, joined.state, joined.diagnosis], [`${number}~2`, 'arrived', slip.diagnosisText])
  const [first, kept] = [await effects(p.hub.sql, SENDER, number), await effects(p.other.sql, SENDER, `${number}~2`)]
  assert.deepEqual([first.tasks, kept.tasks], [['delivered'], ['arrived']])
  assert.equal((await effects(p.other.sql, SENDER, number)).encounters, 1, 'one stay')
  const second = await slipOf(804)
  const proof = parcelOf(second)
  assert.equal((await ask(p.sender, '/fhir/$submit', proof)).status, 200)
  const { digest } = proof.documents[0]
  const { id } = (await atDesk(p.other, { number: second.numbers.slip, person: personOf(second), digest })).json as ShadowAnswer
  const view = await eventually(
    async () => (await (await p.other.at('bs.mot')).get(`/fhir/Task/${id}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === second.numbers.slip,
    'the slip of the QR',
  )
  assert.equal(view.number, `${second.numbers.slip}~2`)
})

test('declined before the slip comes: its papers still come, nothing is lost', async () => {
  const slip = await slipOf(806)
  const { slip: number } = slip.numbers
  const { id } = (await atDesk(p.receiver, { number, person: personOf(slip) })).json as ShadowAnswer
  await until(p.receiver, number, 'arrived')
  assert.equal((await transition(await p.receiver.at('vanthu'), id, 'decline', 'Hết giường')).status, 200)
  await until(p.receiver, number, 'declined')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  const view = await eventually(
    async () => (await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${id}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === number,
    'the slip joins',
  )
  assert.equal(view.state, 'declined')
  const rows = await p.receiver.sql<{ id: string; content: string }>('select id, content from res where not deleted')
  const here = rows.map((r) => ({
    id: r.id,
    ...(JSON.parse(r.content) as { encounter?: { reference?: string }; status: string; period?: { end?: string } }),
  }))
  const stay = here.find((r) => r.id === id)?.encounter?.reference
  const found = here.filter((r) => `Encounter/${r.id}` === stay)
  assert.deepEqual(
    found.map((e) => [e.status, typeof e.period?.end]),
    [['cancelled', 'string']],
    'nobody waits at the desk any more',
  )
})

test('who left and came again before the slip did has two visits here as well; the slip joins the first', async () => {
  const slip = await slipOf(808)
  const { slip: number } = slip.numbers
  const { id } = (await atDesk(p.receiver, { number, person: personOf(slip) })).json as ShadowAnswer
  await until(p.receiver, number, 'arrived')
  const desk = await p.receiver.at('tiepdon')
  assert.equal((await transition(desk, id, 'left-unseen', 'Bỏ về')).status, 200)
  await until(p.receiver, number, 'completed')
  assert.equal((await transition(desk, id, 'arrive')).status, 200)
  const second = await until(p.receiver, `${number}~2`, 'arrived')
  assert.notEqual(second, id, 'the first visit stays what it was')
  assert.deepEqual((await effects(p.receiver.sql, SENDER, number)).tasks, ['completed'])
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  const view = await eventually(
    async () => (await (await p.receiver.at('bs.mot')).get(`/fhir/Task/${id}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === number,
    'the slip joins',
  )
  assert.deepEqual([view.number, view.state], [number, 'completed'])
  assert.equal((await transition(await p.receiver.at('bs.mot'), second, 'start-care')).status, 200)
  await until(p.sender, `${number}~2`, 'in-care')
})

test('sent on before the slip comes: the third facility gets its papers too', async () => {
  const slip = await slipOf(807)
  const { slip: number } = slip.numbers
  const { id } = (await atDesk(p.receiver, { number, person: personOf(slip) })).json as ShadowAnswer
  await until(p.receiver, number, 'arrived')
  const doctor = await p.receiver.at('bs.mot')
  assert.equal((await doctor.post(`/fhir/Task/${id}/$transition`, { event: 'redirect', to: '24998' })).status, 200)
  const onward = await until(p.other, `${number}~2`, 'delivered')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  await eventually(
    async () => (await (await p.other.at('bs.mot')).get(`/fhir/Task/${onward}/$view`)).json as ReferralView,
    (v) => v.content?.numbers?.slip === number,
    'the papers at the third facility',
  )
})

/** The same slip under another number, and that number as somebody types it: blanks, small letters, a Cyrillic С. */
const numbered = (slip: Awaited<ReturnType<typeof slipOf>>, number: string) => ({ ...slip, numbers: { ...slip.numbers, slip: number } })
const asTyped = (number: string): string => number.toLowerCase().replace('/2026/', ' /2026/ ').replace('c', 'с')

test('slow: a number typed in another spelling is the same slip, whichever comes first; where spelling alone does not say which, a person is told', async () => {
  const typed = async (number: string, person: ShadowRequest['person']) =>
    (await atDesk(p.receiver, { number: asTyped(number), person })).json as ShadowAnswer
  const ends = async (number: string) => {
    const at = async (node: TestNode) => (await effects(node.sql, SENDER, number)).tasks
    return [await at(p.hub), await at(p.receiver), (await effects(p.hub.sql, SENDER, asTyped(number))).tasks]
  }
  // The desk first, the hub hears of it, then the slip.
  const one = await slipOf(811)
  const { id } = await typed(one.numbers.slip, personOf(one))
  await until(p.receiver, asTyped(one.numbers.slip), 'arrived')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(one))).status, 200)
  assert.equal(await until(p.receiver, one.numbers.slip, 'arrived'), id, 'the Task the desk opened')
  assert.deepEqual((await ends(one.numbers.slip)).slice(0, 2), [['arrived'], ['arrived']])
  // The slip first, and here: it is only named.
  const two = await slipOf(812)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(two))).status, 200)
  const there = await until(p.receiver, two.numbers.slip, 'delivered')
  assert.deepEqual(await typed(two.numbers.slip, personOf(two)), { id: there, known: true, fits: true })
  // The desk writes while there is no line, and goes on; the hub has the slip before it hears of that.
  const three = await slipOf(813)
  await p.receiver.close()
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(three))).status, 200)
  await p.hub.close()
  await p.receiver.open()
  const away = await typed(three.numbers.slip, personOf(three))
  assert.equal(away.known, false)
  assert.equal((await transition(await p.receiver.at('bs.mot'), away.id, 'start-care')).status, 200)
  await p.hub.open()
  assert.equal(await until(p.receiver, three.numbers.slip, 'in-care'), away.id)
  assert.deepEqual((await ends(three.numbers.slip)).slice(0, 2), [['in-care'], ['in-care']])
  // Two slips whose numbers differ by spelling, of two persons, and a third person at the desk.
  const [four, five, six] = [await slipOf(814), await slipOf(815), await slipOf(816)]
  const other = four.numbers.slip.replace('C', 'С')
  for (const slip of [four, numbered(five, other)]) assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  const own = await until(p.receiver, other, 'delivered')
  await until(p.receiver, four.numbers.slip, 'delivered')
  assert.deepEqual(await typed(four.numbers.slip, personOf(five)), { id: own, known: true, fits: true }, 'the person says which')
  assert.equal((await typed(four.numbers.slip, personOf(six))).known, false)
  const rows = (await (await p.receiver.at('tiepdon')).get('/fhir/Task/$attention')).json.rows as AttentionRow[]
  assert.deepEqual(
    rows.filter((r) => r.why.code === 'slip-spelled-alike').map((r) => r.number),
    [asTyped(four.numbers.slip)],
  )
  // A paper slip of somebody else, then a slip of nearly that number: both stand, and the desk is told.
  const [seven, eight] = [await slipOf(817), await slipOf(818)]
  const stranger = await typed(seven.numbers.slip, personOf(eight))
  await until(p.receiver, asTyped(seven.numbers.slip), 'arrived')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(seven))).status, 200)
  assert.notEqual(await until(p.receiver, seven.numbers.slip, 'delivered'), stranger.id)
  const told = (await (await p.receiver.at('tiepdon')).get('/fhir/Task/$attention')).json.rows as AttentionRow[]
  assert.ok(told.some((r) => r.why.code === 'slip-spelled-alike' && r.number === seven.numbers.slip))
})

test('another person’s slip under the number typed never joins the stay, nor takes its own patient’s arrival away', async () => {
  const slip = await slipOf(805)
  const { slip: number } = slip.numbers
  const person: ShadowRequest['person'] = { name: 'Lò Văn Khác', birthDate: '1931', sex: slip.patient.sex === '1' ? '2' : '1' }
  const { id } = (await atDesk(p.receiver, { number, person })).json as ShadowAnswer
  await until(p.receiver, number, 'arrived')
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(slip))).status, 200)
  const there = await until(p.receiver, number, 'delivered')
  assert.notEqual(there, id)
  assert.equal(await until(p.receiver, `${number}~2`, 'arrived'), id)
  assert.equal((await transition(await p.receiver.at('tiepdon'), there, 'arrive')).status, 200)
  await until(p.sender, number, 'arrived')
  const rows = [await rowOf(await p.receiver.at('vanthu'), number), await rowOf(await p.receiver.at('vanthu'), `${number}~2`)]
  assert.deepEqual(
    rows.map((r) => r?.patient.name),
    [slip.patient.name, person.name],
  )
  assert.notEqual(rows[0]?.patient.id, rows[1]?.patient.id)
  // Who came stands in nobody's chart at the sender.
  assert.equal((await rowOf(await p.sender.at('vanthu'), `${number}~2`))?.patient.id, undefined)
})

test('what a desk writes down is checked by name', async () => {
  const person = { name: 'Nguyễn Thị Ánh', birthDate: '1960', sex: '2' as const }
  const bad: [object, string][] = [
    [{ number: '' }, 'request-incomplete'],
    [{ number: '1/2026~2' }, 'slip-number-form'],
    [{ issuer: '99999' }, 'issuer-unknown'],
    [{ issuer: '01929' }, 'issuer-unknown'],
    [{ person: { ...person, birthDate: '1/2/1960' } }, 'request-incomplete'],
    [{ person: { ...person, citizenId: '123' } }, 'request-incomplete'],
    [{ digest: 'x' }, 'request-incomplete'],
  ]
  for (const [change, code] of bad)
    assert.equal((await atDesk(p.receiver, { number: '77/2026', person, ...change })).code, code, JSON.stringify(change))
  assert.equal(await rowOf(await p.receiver.at('tiepdon'), '77/2026'), undefined)
})

test('who may be the same person', () => {
  const a = { name: 'Nguyễn Thị Hòa', birthDate: '1960-05-01', sex: '2' as const }
  assert.ok(samePerson(a, { ...a, name: 'NGUYEN THI HOA', birthDate: '1960' }))
  assert.ok(!samePerson(a, { ...a, sex: '1' }))
  assert.ok(!samePerson(a, { ...a, birthDate: '1961' }))
  assert.ok(!samePerson({ ...a, citizenId: '000060000001' }, { ...a, citizenId: '000060000002' }))
})
