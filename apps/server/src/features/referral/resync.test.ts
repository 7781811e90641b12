/** F12, F13: hub or node put back to an earlier hour; both sides agree again, nothing doubled, nothing missing. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { FACILITIES, type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import {
  ask,
  closeLoop,
  contentOf,
  effects,
  eventually,
  outboxOf,
  parcelOf,
  signSlip,
  takeIn,
  transition,
  until,
  writeOutcome,
} from '../../testing/referral.ts'
import { type Backup, backupOf } from '../../testing/set-back.ts'
import type { ReconcileReport } from '../exchange/contract.ts'
import { alertStory, openAlerts } from '../exchange/index.ts'
import { raiseSeries, reserveNumber } from './tables.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const backups: Backup[] = []
after(async () => {
  for (const one of backups) await one.drop()
})
const backup = async (node: TestNode): Promise<Backup> => {
  const made = await backupOf(node)
  backups.push(made)
  return made
}

const story = async (node: TestNode, number: string) =>
  (
    await node.sql<{ entry: { event: string; state: string; occurredAt: string; recordedAt: string; facility: string } }>(
      `select entry from referral_history where number = $1 and scope = 'hub' order by seq`,
      [number],
    )
  ).map(({ entry: e }) => [e.event, e.state, e.occurredAt, e.recordedAt, e.facility])

const report = (node: TestNode, done = true) =>
  eventually(
    async () => (await node.sql<{ report: ReconcileReport | null }>('select report from resync_state'))[0]?.report,
    (r) => r !== undefined && r !== null && (!done || r.stage === 'done'),
    `${node.settings.name}: report`,
    90_000,
  )

interface Named {
  code: string
  name: string
}

/** A slip signed and delivered. */
async function delivered(seed: number): Promise<{ number: string; sent: string; received: string }> {
  const slip = await p.slip(p.sender, seed)
  await signSlip(p.sender, slip.id)
  return { number: slip.number, sent: slip.id, received: await until(p.receiver, slip.number, 'delivered') }
}

test('F13: a hub put back by an hour gets from both parties what it had acknowledged, in the old order, with the old times', {
  timeout: 240_000,
}, async () => {
  const early = await delivered(901)
  const kept = await backup(p.hub)
  // The lost hour: an old thread goes on to its end, a new one is sent and answered, one just sent.
  await closeLoop(p.receiver, early.received)
  await until(p.sender, early.number, 'completed')
  const fresh = await delivered(903)
  await closeLoop(p.receiver, fresh.received)
  await until(p.sender, fresh.number, 'completed')
  const last = await delivered(904)
  const numbers = [early, fresh, last].map((s) => s.number)
  const before = await Promise.all(numbers.map((n) => story(p.hub, n)))
  const papers = await Promise.all(numbers.map((n) => effects(p.hub.sql, '24997', n)))

  await kept.restore()
  assert.deepEqual((await effects(p.hub.sql, '24997', fresh.number)).tasks, [], 'the hub has lost it')
  for (const [i, number] of numbers.entries()) {
    await eventually(
      () => story(p.hub, number),
      (s) => s.length >= (before[i]?.length ?? 0),
      `hub: ${number}`,
      90_000,
    )
    assert.deepEqual(await story(p.hub, number), before[i])
    assert.deepEqual(await effects(p.hub.sql, '24997', number), papers[i])
  }
  const [sender, receiver] = await Promise.all([report(p.sender), report(p.receiver)])
  assert.deepEqual([sender?.reason, sender?.differing, receiver?.differing], ['hub-restored', [], []])
  assert.ok(sender && sender.messages >= 4 && receiver && receiver.messages >= 6)
  assert.deepEqual((await outboxOf(p.sender, 'refused')).concat(await outboxOf(p.receiver, 'refused')), [])
  const said = await p.hub.sql<{ facility: string }>(`select facility from reconcile_report where report->>'stage' = 'done' order by 1`)
  assert.ok(said.some((r) => r.facility === '24997') && said.some((r) => r.facility === '01929'))
  const refusedEarly = await p.hub.sql(`select 1 from message_try where code = 'reoffer-early'`)
  assert.deepEqual(refusedEarly, [], 'what came before its turn was not counted as refused')
  const told = (await alertStory(p.sender.site.store, new Date(0))).filter((a) => a.kind === 'reconcile-under-way')
  assert.deepEqual(
    told.map((a) => a.cleared_at !== null),
    [true],
    'said while it went on, and taken back',
  )
  // And life goes on.
  await transition(await p.sender.at('vanthu'), last.sent, 'void', 'nhầm người')
  await until(p.receiver, last.number, 'void')
})

test('F12: a sender put back by an hour gets back its slips, their papers and bytes, and never uses a number again', {
  timeout: 240_000,
}, async () => {
  const a = await delivered(911)
  const kept = await backup(p.sender)
  await takeIn(p.receiver, a.received)
  await writeOutcome(p.receiver, a.received)
  await until(p.sender, a.number, 'completed')
  const b = await delivered(912)
  // The sender hears last of what the receiver's node says by itself.
  await until(p.sender, b.number, 'delivered')
  const wanted = await Promise.all([a, b].map((s) => story(p.sender, s.number)))

  await kept.restore()
  for (const [i, s] of [a, b].entries()) {
    await eventually(
      () => story(p.sender, s.number),
      (have) => have.length >= (wanted[i]?.length ?? 0),
      `sender: ${s.number}`,
      60_000,
    )
    assert.deepEqual(await story(p.sender, s.number), wanted[i])
    const [here, there] = await Promise.all([p.sender, p.hub].map((n) => effects(n.sql, '24997', s.number)))
    assert.deepEqual([here?.tasks, here?.papers, here?.signatures], [there?.tasks, there?.papers, there?.signatures])
  }
  const said = await report(p.sender, false)
  assert.deepEqual([said?.reason, said?.fetched.includes(b.number), said?.ownEpoch], ['node-restored', true, 2])
  const [row] = await p.sender.sql<{ id: string }>(
    `select id from res where content like '%' || $1 || '%' and content like '{"resourceType":"Task"%' limit 1`,
    [b.number],
  )
  const view = (await (await p.sender.at('vanthu')).get(`/fhir/Task/${row?.id}/$view`)).json
  assert.equal((await (await p.sender.at('vanthu')).get(view.documents[0].bytes)).status, 200)
  // A slip of the lost hour may be printed and in somebody's hand: the own series goes on far behind it.
  const { epoch } = p.sender.site.store.log
  const year = epoch.started.getUTCFullYear()
  const first = await reserveNumber(p.sender.site.store, year, epoch)
  assert.ok(first > 1000)
  assert.equal(await reserveNumber(p.sender.site.store, year, epoch), first + 1)
  await raiseSeries(p.sender.site.store, year, first + 500)
  assert.equal(await reserveNumber(p.sender.site.store, year, epoch), first + 501)
})

test('slow: F12: a receiver put back by an hour has its arrivals, visits and onward slips again; stays nobody else has are raised to a person', {
  timeout: 240_000,
}, async () => {
  const a = await delivered(921)
  const year = await contentOf(p.sender, (await p.slip(p.sender, 922)).id)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf({ ...year, oneYear: true }))).status, 200)
  const slip = year.numbers.slip
  const there = await until(p.receiver, slip, 'delivered')
  // Signed in before: who signs in later has to do so again.
  for (const login of ['bs.mot', 'tiepdon']) await p.receiver.at(login)
  const kept = await backup(p.receiver)
  // The lost hour: an arrival under care, a first visit of the year, a slip that sends the patient on.
  await takeIn(p.receiver, a.received)
  assert.equal((await transition(await p.receiver.at('tiepdon'), there, 'arrive')).status, 200)
  await until(p.receiver, `${slip}~1`, 'arrived')
  const named = ({ code, name }: Named): Named => ({ code, name })
  const [receiver, other, sender] = [FACILITIES.receiver, FACILITIES.other, FACILITIES.sender].map(named) as [Named, Named, Named]
  const onward = {
    ...year,
    from: receiver,
    to: other,
    basedOn: { issuer: sender, number: a.number },
    numbers: { ...year.numbers, slip: '77/2026/DI' },
  }
  assert.equal((await ask(p.receiver, '/fhir/$submit', parcelOf(onward))).status, 200)
  await until(p.other, '77/2026/DI', 'delivered')
  await until(p.receiver, '77/2026/DI', 'delivered')
  await until(p.receiver, a.number, 'in-care')
  const numbers = [a.number, slip, `${slip}~1`, '77/2026/DI']
  const wanted = await Promise.all(numbers.map((n) => story(p.hub, n)))

  await kept.restore()
  for (const [i, number] of numbers.entries()) {
    await eventually(
      () => story(p.receiver, number),
      (have) => have.length >= (wanted[i]?.length ?? 0),
      `receiver: ${number}`,
      60_000,
    )
    assert.deepEqual(await story(p.receiver, number), wanted[i], number)
  }
  for (const [issuer, number] of [
    [sender.code, a.number],
    [receiver.code, '77/2026/DI'],
  ] as const) {
    const [here, hub] = await Promise.all([p.receiver, p.hub].map((n) => effects(n.sql, issuer, number)))
    assert.deepEqual([here?.tasks, here?.papers, here?.signatures], [hub?.tasks, hub?.papers, hub?.signatures], number)
  }
  const said = await report(p.receiver, false)
  assert.equal(said?.reason, 'node-restored')
  assert.deepEqual(said?.stayMissing.toSorted(), [a.number, `${slip}~1`].toSorted(), 'what only this site had')
  const alerts = await openAlerts(p.receiver.site.store)
  assert.deepEqual(
    alerts.filter((o) => o.kind === 'stay-missing').map((o) => o.role),
    ['referral-desk'],
  )
  // Nothing doubled at the hub, and the thread goes on to its end.
  assert.deepEqual(await Promise.all(numbers.map((n) => story(p.hub, n))), wanted)
  await writeOutcome(p.receiver, await until(p.receiver, a.number, 'in-care'))
  await until(p.sender, a.number, 'completed')
})

test('F12, F13: hub and receiver lost the same step: the slip says that it is being compared and whose step it waits for, and no longer than that may come', {
  timeout: 240_000,
}, async () => {
  const a = await delivered(931)
  const receiver = await backup(p.receiver)
  const hub = await backup(p.hub)
  assert.equal((await transition(await p.receiver.at('vanthu'), a.received, 'accept')).status, 200)
  await until(p.sender, a.number, 'accepted')
  const desk = await p.sender.at('vanthu')
  assert.equal((await transition(desk, a.sent, 'request-cancel', 'người bệnh xin về')).status, 200)
  await until(p.receiver, a.number, 'cancel-requested')
  await p.receiver.close()
  await hub.restore()
  const rows = async (): Promise<{ number: string; reconciling?: { awaits: string; reason: string } }[]> => [
    (await desk.get(`/fhir/Task/${a.sent}/$view`)).json,
    ...(await desk.get(`/fhir/Task/$worklist?list=sent&q=${encodeURIComponent(a.number)}`)).json.rows,
    ...(await desk.get(`/fhir/$exchange-messages?direction=out&q=${encodeURIComponent(a.number)}`)).json.rows,
  ]
  const waiting = await eventually(rows, (r) => r[0]?.reconciling !== undefined, 'the sender compares', 60_000)
  assert.ok(waiting.length >= 4)
  for (const row of waiting) assert.deepEqual([row.reconciling?.awaits, row.reconciling?.reason], ['01929', 'hub-restored'], row.number)

  await receiver.restore()
  const said = await report(p.sender)
  assert.deepEqual(said?.differing, [a.number], 'the receiver has nothing left to offer: nobody waits a day for it')
  assert.equal((await rows()).filter((row) => row.reconciling).length, 0)
  // What the sender had asked for after the lost step is asked again, of the slip as it stands now.
  const events = (await story(p.hub, a.number)).map(([event]) => event)
  assert.deepEqual(events, ['send', 'deliver', 'request-cancel'])
  await until(p.sender, a.number, 'cancel-requested')
})
