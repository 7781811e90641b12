/** F1, F7: slips are printed, scanned and judged while nothing but paper moves; the public page says what the hub knows. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, before, test } from 'node:test'
import { makeSlip, newSlipKey, readSlipCode, slipCode } from '@yba/signing'
import type { DocumentReference } from 'fhir/r4.d.ts'
import jsqr from 'jsqr'
import { FACILITIES, type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, effects, eventually, outboxOf, parcelOf, rowOf, signSlip, transition, until } from '../../testing/referral.ts'
import { facility, fetchDirectory, putFacilities } from '../directory/index.ts'
import { openAlerts } from '../exchange/index.ts'
import type { ScanAnswer } from './contract.ts'
import { printedCode } from './freeze.ts'
import { noteSlip } from './tables/slips.ts'

const HOUR = 3_600_000

let p: TestProvince
let ahead = 0
before(async () => {
  p = await testProvince({ clock: { now: () => new Date(Date.now() + ahead) } })
  // The sender makes its slip key known; the receiver takes it home.
  await fetchDirectory(p.sender.site, p.sender.hub())
  await fetchDirectory(p.receiver.site, p.receiver.hub())
})
after(() => p.close())

const scan = async (text: string, at: TestNode = p.receiver, login = 'tiepdon') => {
  const answer = await (await at.at(login)).post('/fhir/Task/$scan', { text })
  assert.equal(answer.status, 200, answer.code)
  return answer.json as ScanAnswer
}

/** What a phone shows: the page a posted code gives, without tags. */
async function page(code: string, lang = 'vi'): Promise<{ status: number; title: string; text: string }> {
  const answer = await fetch(`${p.hub.settings.baseUrl}/p?lang=${lang}`, { method: 'POST', body: new URLSearchParams({ code }) })
  const text = await answer.text()
  return { status: answer.status, title: /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? '', text }
}

/** A slip as the sender prints it, before anything is sent. */
async function printed(seed: number) {
  const { id } = await p.slip(p.sender, seed)
  const content = await contentOf(p.sender, id)
  const parcel = parcelOf(content)
  const digest = parcel.documents[0]?.digest ?? ''
  const code = await printedCode(p.sender.site, content, digest, p.sender.site.clock.now())
  assert.ok(code)
  return { content, parcel, digest, code, number: content.numbers.slip }
}

const poppler = spawnSync('pdftoppm', ['-v']).error === undefined

/** The code on the first page of a PDF, as a camera reads it. */
function photographed(pdf: Buffer): string | undefined {
  if (!poppler) return undefined
  const run = spawnSync('pdftoppm', ['-r', '300', '-gray', '-f', '1', '-l', '1', '-'], { input: pdf, maxBuffer: 64_000_000 })
  const [, width = 0, height = 0] = (/^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(run.stdout.toString('latin1', 0, 40)) ?? []).map(Number)
  const side = Math.round(width / 3)
  const grey = run.stdout.subarray(run.stdout.length - width * height)
  const rgba = new Uint8ClampedArray(side * side * 4)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      rgba.fill(grey[(y + Math.round(width / 15)) * width + x] ?? 255, (y * side + x) * 4, (y * side + x) * 4 + 3)
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255
  const decode = ((jsqr as unknown as { default?: typeof jsqr }).default ?? jsqr) as unknown as (
    d: Uint8ClampedArray,
    w: number,
    h: number,
  ) => { data: string } | null
  return decode(rgba, side, side)?.data
}

/** The newest print of a slip as its site keeps it. */
async function printOf(number: string): Promise<Buffer> {
  const rows = await p.sender.sql<{ content: string }>("select content from res where content like '%DocumentReference%' and not deleted")
  const papers = rows.map((r) => JSON.parse(r.content) as DocumentReference)
  const slip = papers.find((d) => d.masterIdentifier?.value === number && d.category?.[0]?.coding?.[0]?.code === 'referral')
  const url = slip?.content.find((c) => c.attachment.contentType === 'application/pdf')?.attachment.url ?? ''
  return p.sender.site.store.blobs.get(url.split('/').at(-1) ?? '')
}

test('F1: the hub is away for hours: slips are numbered, signed and printed; the receiver reads them without a line; then one Task', async (t) => {
  await p.hub.close()
  ahead += 4 * HOUR
  const { id, number } = await p.slip(p.sender, 901)
  await signSlip(p.sender, id)
  await eventually(
    async () => rowOf(await p.sender.at('vanthu'), number),
    (r) => r?.state === 'queued',
    'the slip is signed and waits',
  )
  const code = photographed(await printOf(number))
  if (!poppler) t.diagnostic('pdftoppm is not installed: the print is not read')
  else {
    assert.ok(code?.startsWith(`${p.hub.settings.baseUrl}/p#`), code)
    const seen = await scan(code ?? '')
    assert.deepEqual(
      [seen.verdict, seen.slip?.number, seen.slip?.issuer.name, seen.known],
      ['genuine', number, FACILITIES.sender.name, undefined],
    )
    assert.deepEqual([seen.directory.days, seen.directory.old, seen.notes], [0, false, []])
  }
  await p.hub.open()
  const here = await until(p.receiver, number, 'delivered')
  if (code) assert.equal((await scan(code)).known?.id, here)
  assert.deepEqual((await effects(p.receiver.sql, '24997', number)).tasks, ['delivered'])
  assert.deepEqual(
    (await openAlerts(p.receiver.site.store)).filter((a) => a.kind === 'slip-differs'),
    [],
  )
})

test('what a desk may meet: spoiled, foreign, altered, unknown, a typed number; each has its words, none stops the desk', async () => {
  const slip = await printed(902)
  const { key } = await newSlipKey('24997', 'kZ9fremdfremd')
  const read = readSlipCode(slip.code)
  assert.ok('token' in read)
  const [head, body = '', value] = read.token.split('.')
  const older = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), y: 1901 })).toString('base64url')
  const facts = {
    number: 'GIA-1',
    issuer: '24997',
    validFrom: '2026-11-01',
    validUntil: '2026-11-15',
    digest: slip.digest,
    birthYear: 1990,
  }
  const foreign = slipCode('https://lienthong.example', makeSlip({ ...facts, sex: 'male' }, key))
  const said = async (text: string) => {
    const { verdict, fault, slip: s, known } = await scan(text)
    return [verdict, fault?.code, s?.number, known !== undefined]
  }
  assert.deepEqual(await said(slip.code), ['genuine', undefined, slip.number, false])
  assert.deepEqual(await said(`${slip.code.toUpperCase()}\n`), ['genuine', undefined, slip.number, false])
  assert.deepEqual(await said(slip.code.slice(0, -3)), ['unreadable', 'slip-mangled', undefined, false])
  assert.deepEqual(await said(`${head}.${older}.${value}`), ['unreadable', 'slip-altered', undefined, false])
  assert.deepEqual(await said(foreign), ['unconfirmed', 'slip-key-unknown', 'GIA-1', false])
  assert.deepEqual(await said('000199000001||THỬ VĂN MẪU'), ['unreadable', 'slip-not-a-code', undefined, false])
  assert.equal((await ask(p.sender, '/fhir/$submit', slip.parcel)).status, 200)
  const id = await until(p.receiver, slip.number, 'delivered')
  assert.deepEqual(await said(` ${slip.number} `), ['typed-number', undefined, undefined, true])
  assert.equal((await scan(slip.code)).known?.id, id)
  const empty = await (await p.receiver.at('tiepdon')).post('/fhir/Task/$scan', { text: '' })
  assert.deepEqual([empty.status, empty.code], [400, 'request-incomplete'])
})

test('F7: a scanned slip becomes an arrival without a line; the message joins it, one Task with the slip', async () => {
  const first = await printed(907)
  const arrive = async ({ code, content }: typeof first) => {
    const { slip } = await scan(code)
    const { name, birthDate, sex } = content.patient
    const person = { name, birthDate, sex }
    const desk = await p.receiver.at('tiepdon')
    const answer = await desk.post('/fhir/Task/$shadow', { issuer: '24997', number: slip?.number, digest: slip?.digest, person })
    assert.equal(answer.status, 201, answer.code)
  }
  await p.hub.close()
  await arrive(first)
  await p.hub.open()
  await until(p.receiver, first.number, 'arrived')
  assert.equal((await ask(p.sender, '/fhir/$submit', first.parcel)).status, 200)
  for (const { number } of [first]) {
    await until(p.receiver, number, 'arrived')
    const found = await eventually(
      () => effects(p.receiver.sql, '24997', number),
      (e) => e.papers.length > 0,
      'the slip joins the arrival',
    )
    assert.deepEqual([found.tasks, found.encounters], [['arrived'], 1])
  }
  assert.deepEqual(
    (await openAlerts(p.receiver.site.store)).filter((a) => a.kind === 'slip-differs'),
    [],
  )
})

/** The receiver's node starts again with its arrival held back: whatever else happens is first. */
async function heldBack(number: string): Promise<() => Promise<unknown>> {
  const due = (at: string) => p.receiver.sql(`update outbox set next_at = $2 where number = $1 and state = 'pending'`, [number, at])
  await due('2100-01-01T00:00:00Z')
  await p.receiver.open()
  return () => due('2000-01-01T00:00:00Z')
}

test('F7: the message reaches the hub, and the receiver, before the arrival of two desks does: one stay, confirmed, nothing refused', async () => {
  const slip = await printed(908)
  const { name, birthDate, sex } = slip.content.patient
  const body = { issuer: '24997', number: slip.number, digest: slip.digest, person: { name, birthDate, sex } }
  const reception = await p.receiver.at('tiepdon')
  await p.hub.close()
  const both = await Promise.all([reception, reception].map((desk) => desk.post('/fhir/Task/$shadow', body)))
  assert.deepEqual(both.map((a) => a.status).sort(), [200, 201])
  assert.equal(both[0]?.json.id, both[1]?.json.id)
  await p.receiver.close()
  await p.hub.open()
  assert.equal((await ask(p.sender, '/fhir/$submit', slip.parcel)).status, 200)
  const release = await heldBack(slip.number)
  await eventually(
    () => effects(p.receiver.sql, '24997', slip.number),
    (e) => e.papers.length > 0,
    'the slip joins the arrival',
  )
  const waiting = await rowOf(reception, slip.number)
  assert.deepEqual([waiting?.state, waiting?.proposed?.event], ['arrived', 'arrive'])
  await release()
  const id = await until(p.receiver, slip.number, 'arrived')
  assert.equal(id, both[0]?.json.id)
  const found = await effects(p.receiver.sql, '24997', slip.number)
  assert.deepEqual([found.tasks, found.events, found.encounters], [['arrived'], ['send', 'arrive'], 1])
  assert.deepEqual(
    (await outboxOf(p.receiver, 'refused')).filter((m) => m.number === slip.number),
    [],
  )
})

test('F7: the slip comes while the desk still writes down the paper: what the desk records is the arrival of that slip', async () => {
  const slip = await printed(909)
  assert.equal((await scan(slip.code)).known, undefined)
  assert.equal((await ask(p.sender, '/fhir/$submit', slip.parcel)).status, 200)
  const id = await until(p.receiver, slip.number, 'delivered')
  const { name, birthDate, sex } = slip.content.patient
  const reception = await p.receiver.at('tiepdon')
  const answer = await reception.post('/fhir/Task/$shadow', { issuer: '24997', number: slip.number, person: { name, birthDate, sex } })
  assert.deepEqual([answer.status, answer.json], [200, { id, known: true, fits: true }])
  assert.equal((await transition(reception, id, 'arrive')).status, 200)
  await until(p.receiver, slip.number, 'arrived')
  assert.equal((await effects(p.receiver.sql, '24997', slip.number)).encounters, 1)
})

test('the own word of a node that was overtaken hangs on no row', async () => {
  const slip = await printed(910)
  await p.receiver.close()
  assert.equal((await ask(p.sender, '/fhir/$submit', slip.parcel)).status, 200)
  await p.receiver.open()
  const here = await until(p.receiver, slip.number, 'delivered')
  await p.receiver.sql(`update outbox set state = 'refused', last_error = 'transition-not-allowed' where number = $1`, [slip.number])
  const reception = await p.receiver.at('tiepdon')
  assert.equal((await rowOf(reception, slip.number))?.proposed, undefined)
  const view = (await reception.get(`/fhir/Task/${here}/$view`)).json
  assert.equal(view.proposed, undefined)
})

test('F7: the message that follows a scanned slip says something else: both desks see a finding, and nothing is held back', async () => {
  const slip = await printed(903)
  const other = await printedCode(p.sender.site, slip.content, 'f'.repeat(64), p.sender.site.clock.now())
  assert.equal((await scan(other ?? '')).verdict, 'genuine')
  assert.equal((await ask(p.sender, '/fhir/$submit', slip.parcel)).status, 200)
  await until(p.receiver, slip.number, 'delivered')
  const alerts = (await openAlerts(p.receiver.site.store)).filter((a) => a.kind === 'slip-differs')
  assert.deepEqual(
    alerts.map((a) => [a.subject, a.role]),
    [[`24997/${slip.number}`, 'referral-desk']],
  )
  assert.deepEqual(
    (await scan(other ?? '')).notes.map((n) => n.code),
    ['slip-differs'],
  )
  assert.deepEqual((await scan(slip.code)).notes, [])
  assert.match((await page(other ?? '')).title, /Không khớp với bản điện tử/)
  // A correction came: the first print is genuine still, and must not pass for the slip that holds.
  const newer = { issuer: '24997', number: slip.number, digest: 'e'.repeat(64) }
  for (const { site } of [p.hub, p.receiver]) await noteSlip(site.store, newer, 'paper', new Date(site.clock.now().getTime() + 1000))
  assert.deepEqual(
    (await scan(slip.code)).notes.map((n) => n.code),
    ['slip-replaced'],
  )
  assert.equal((await page(slip.code)).title, 'Phiếu đã có bản đính chính')
})

test('the public page says what the hub knows of a slip, in both languages, and nothing about a person', async () => {
  const slip = await printed(904)
  const looks = async () => (await p.hub.site.store.audit.list({ caller: 'public:slip', limit: 100 })).length
  const before = await looks()
  const fresh = await page(slip.code)
  assert.deepEqual([fresh.status, fresh.title], [200, 'Mã thật, trục chưa nhận phiếu'])
  assert.match(fresh.text, /rút trước khi gửi/)
  assert.match(fresh.text, new RegExp(`<dd>${slip.number}</dd>`))
  const { patient } = slip.content
  for (const secret of [patient.name, patient.birthDate.slice(0, 4), patient.mrn, slip.content.diagnosisText])
    assert.ok(!fresh.text.replace(/value="[^"]*"/g, '').includes(secret), secret)
  assert.equal((await ask(p.sender, '/fhir/$submit', slip.parcel)).status, 200)
  const known = await page(slip.code)
  assert.match(known.text, /đã nhận phiếu này/)
  // What is printed or photographed tells until when it was so, and asks nobody for another code.
  const today = new Date(p.hub.site.clock.now().getTime() + 7 * HOUR).toISOString().slice(0, 10).split('-').reverse().join('/')
  assert.match(known.text, new RegExp(`<dt>Kiểm tra lúc</dt><dd>\\d\\d:\\d\\d ${today}</dd>`))
  assert.match(known.text, /<section class="ask">\s*<h2>Kiểm tra một mã khác<\/h2>/)
  assert.equal((await page(slip.code, 'en')).title, 'Genuine')
  const id = await until(p.receiver, slip.number, 'delivered')
  assert.ok(id)
  const step = {
    event: 'void',
    reason: 'Nhầm người bệnh.',
    occurredAt: new Date().toISOString(),
    by: { id: 'x', display: 'x', role: 'doctor' },
  }
  assert.equal((await ask(p.sender, '/fhir/Task/$transition', { thread: slip.parcel.thread, ...step })).status, 200)
  assert.equal((await page(slip.code)).title, 'Phiếu đã được thu hồi')
  assert.equal(await looks(), before + 1, 'looked at four times, written down once')
})

test('the public page: forged, foreign, spoiled, run out, and no code at all, each with what to do', async () => {
  const slip = await printed(905)
  const { key } = await newSlipKey('24997', 'kZ9fremdfremd')
  const facts = {
    number: 'GIA-2',
    issuer: '24997',
    validFrom: '2026-11-01',
    validUntil: '2026-11-15',
    digest: slip.digest,
    birthYear: 1990,
  }
  const foreign = await page(slipCode('https://lienthong.example', makeSlip({ ...facts, sex: 'male' }, key)))
  assert.deepEqual([foreign.status, foreign.title], [422, 'Chưa thể xác nhận'])
  assert.ok(!foreign.text.includes('<dd>GIA-2'), 'what nobody signed is not shown as if it were true')
  const read = readSlipCode(slip.code)
  assert.ok('token' in read)
  const flipped = read.token.slice(0, -8) + (read.token.at(-8) === 'A' ? 'B' : 'A') + read.token.slice(-7)
  assert.equal((await page(flipped)).title, 'Mã QR không phải là thật')
  assert.equal((await page(slip.code.slice(0, -5))).title, 'Mã chưa đọc được trọn vẹn')
  assert.equal((await page('<script>alert(1)</script>')).title, 'Đây không phải mã của phiếu chuyển')
  ahead += 500 * 24 * HOUR
  assert.equal((await page(slip.code)).title, 'Phiếu thật, đã quá thời hạn')
  ahead -= 500 * 24 * HOUR
  const bare = await (await fetch(`${p.hub.settings.baseUrl}/p`)).text()
  assert.match(bare, /<textarea id="code" name="code"/)
  assert.match(bare, /<script src="\/p\.js" defer>/)
  assert.equal((await fetch(`${p.receiver.settings.baseUrl}/p`)).status, 404, 'a facility has no public page')
})

test('a key that was revoked at the hub proves nothing at the receiver any more', async () => {
  const slip = await printed(906)
  const known = await facility(p.hub.site.store, '24997')
  assert.ok(known)
  const revoked = known.slip_keys.map((k) => ({ ...k, revoked: '2026-11-20' }))
  await putFacilities(p.hub.site.store, [{ ...known, slip_keys: revoked }], p.hub.site.clock.now())
  await fetchDirectory(p.receiver.site, p.receiver.hub())
  const seen = await scan(slip.code)
  assert.deepEqual([seen.verdict, seen.fault?.code, seen.slip?.number], ['unconfirmed', 'slip-key-revoked', slip.number])
  assert.equal((await page(slip.code)).title, 'Chưa thể xác nhận')
})
