/** Failure mode F9 and what follows it: authorities that are slow, away or wrong, and evidence that outlives them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OCSP_LIES, readCertificate, verifyPdf } from '@yba/signing'
import { systemCaller } from '../../access/index.ts'
import { LINE_LIES } from '../../box/authority/behaviour.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually, signSlip, until } from '../../testing/referral.ts'
import type { ReferralView } from '../referral/contract.ts'
import { askRevocation, askTimestamp } from './ask.ts'
import type { DocumentView, SignatureView } from './contract.ts'
import { evidenceRound } from './evidence-worker.ts'
import { forgetFailures } from './fetch.ts'
import { signerFor } from './signers.ts'
import { askNow } from './tables/evidence.ts'
import { documentViews } from './views.ts'

let p: TestProvince
let ahead = 0
before(async () => {
  p = await testProvince({ online: true, clock: { now: () => new Date(Date.now() + ahead) } })
})
after(() => p.close())

/** What a site says of the papers of a referral, read past its people: sessions do not outlive a clock that is moved. */
async function papersAt(node: TestNode, number: string): Promise<DocumentView[]> {
  const rows = await node.sql<{ id: string }>(
    `select r.id from res r where r.content like '{"resourceType":"DocumentReference"%' and r.content like '%"' || $1 || '"%'`,
    [number],
  )
  const store = node.site.store.as(systemCaller('test', node.settings.facility.code))
  return documentViews(
    node.site,
    store,
    rows.map((r) => r.id),
  )
}

const signaturesAt = async (node: TestNode, number: string): Promise<SignatureView[]> =>
  (await papersAt(node, number)).flatMap((d) => d.signatures)
const said = (signatures: SignatureView[]): string[] => [
  ...new Set(signatures.map((s) => `${s.verdict} ${s.reasons.map((r) => r.code)}`.trim())),
]

/** The services are asked again now, not after a pause. */
async function askAgainNow(node: TestNode): Promise<void> {
  forgetFailures(node.site)
  await askNow(node.site.store, node.site.clock.now())
}

/** Waits while the site asks; what is under way may still end with the service of before, so it is told to ask again. */
async function asksUntil(node: TestNode, number: string, done: (s: SignatureView[]) => boolean, what: string): Promise<SignatureView[]> {
  let told = 0
  return eventually(
    async () => {
      if (performance.now() - told > 1_000) {
        await askAgainNow(node)
        await evidenceRound(node.site)
        told = performance.now()
      }
      return signaturesAt(node, number)
    },
    (s) => s.length > 0 && done(s),
    `${node.settings.name}: ${number} ${what}`,
    120_000,
  )
}

const settles = (node: TestNode, number: string, wanted: string): Promise<SignatureView[]> =>
  asksUntil(node, number, (s) => said(s).join() === wanted, wanted)

test('F9: with every service hanging a slip is signed and crosses; the verdicts wait, and come by themselves', async () => {
  for (const service of ['ocsp', 'crl', 'tsa'] as const) p.online.switch(service, { mode: 'slow', seconds: 600 })
  const slip = await p.slip(p.sender, 401)
  // Nobody ever answers: that these requests are answered at all, and the slip arrives, is the proof.
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered', 120_000)
  for (const node of [p.sender, p.hub, p.receiver]) {
    assert.deepEqual(said(await signaturesAt(node, slip.number)), ['pending revocation-awaited'], node.settings.name)
  }
  const desk = await p.receiver.at('bs.mot')
  const view = await eventually(
    async () => (await desk.get(`/fhir/Task/${there}/$view`)).json as ReferralView,
    (v) => v.documents.some((d) => d.signatures.some((s) => s.awaited?.some((w) => w.fault?.code.startsWith('evidence-')))),
    'the panel says what is awaited and why',
  )
  assert.deepEqual([...new Set(view.documents.map((d) => d.legalUse))], ['waiting'])

  p.online.allDown()
  await askAgainNow(p.sender)
  await evidenceRound(p.sender.site)
  assert.deepEqual(said(await signaturesAt(p.sender, slip.number)), ['pending revocation-awaited'])

  p.online.allNormal()
  for (const node of [p.sender, p.hub, p.receiver]) {
    const signatures = await settles(node, slip.number, 'valid')
    await asksUntil(node, slip.number, (s) => s.every((one) => one.timestampedAt !== undefined), 'a token for each signature')
    for (const s of signatures) assert.ok(s.evidence?.some((e) => e.kind !== 'timestamp' && e.source !== undefined))
  }
  const told = await p.receiver.sql<{ kind: string }>(`select distinct kind from event where kind = 'document.verdict'`)
  assert.equal(told.length, 1, 'open screens were told')
})

let crossed = ''
test('with the services there the time is proven at once, in the PDF and beside the JWS, and travels', async () => {
  const slip = await p.slip(p.sender, 402)
  crossed = slip.number
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered', 120_000)
  for (const node of [p.sender, p.receiver]) {
    const signatures = await settles(node, slip.number, 'valid')
    assert.equal(signatures.length, 8)
    for (const s of signatures) {
      assert.ok(s.timestampedAt && Math.abs(Date.parse(s.timestampedAt) - Date.parse(s.signedAt)) < 30_000)
      assert.ok(
        s.evidence?.some((e) => e.kind === 'timestamp' && e.source === undefined),
        'it came with the signature',
      )
    }
  }
})

test('the print handed out carries its evidence; the stored one and its digest stay as they are', async () => {
  const there = await until(p.receiver, crossed, 'delivered', 120_000)
  const desk = await p.receiver.at('bs.mot')
  const { documents } = (await desk.get(`/fhir/Task/${there}/$view`)).json as ReferralView
  const view = documents.find((d) => d.kind === 'referral')
  assert.ok(view?.pdf && view.print && view.legalUse === 'usable')
  const [stored, printed, again] = [await desk.get(view.pdf), await desk.get(view.print), await desk.get(view.print)]
  assert.equal(printed.status, 200)
  assert.ok(printed.bytes.length > stored.bytes.length && printed.bytes.subarray(0, stored.bytes.length).equals(stored.bytes))
  assert.ok(printed.bytes.length - stored.bytes.length < 40_000, `${printed.bytes.length - stored.bytes.length} bytes of evidence`)
  assert.ok(again.bytes.equals(printed.bytes))
  assert.ok((await desk.get(`/fhir/Task/${there}/$preview?kind=referral`)).bytes.equals(printed.bytes), 'what the frame shows and prints')
  const alone = { trust: p.receiver.site.keys.trust, at: new Date(Date.now() + 30 * 365 * 86_400_000), lacking: () => 'overdue' as const }
  assert.ok(verifyPdf(stored.bytes, alone).every((v) => v.verdict !== 'valid'))
  const later = verifyPdf(printed.bytes, alone)
  assert.deepEqual([...new Set(later.map((v) => `${v.verdict} ${v.reasons.length}`))], ['valid 0'], 'thirty years on, by itself')
})

test('every wrong answer ends as no evidence, by name and in time', async () => {
  const { site } = p.hub
  const { certificate, chain } = await (await signerFor(p.receiver.site, 'ky')).certificate()
  const asked = {
    certificate: await site.store.blobs.put(certificate),
    issuer: await site.store.blobs.put(chain[0] ?? Buffer.alloc(0)),
    after: new Date(site.clock.now().getTime() - 60_000),
  }
  const kept = async () => Number((await p.hub.sql<{ n: string }>('select count(*) as n from signature_evidence'))[0]?.n)
  const before = await kept()
  p.online.switch('crl', { mode: 'down' })
  const faults: Record<string, string | undefined> = {}
  for (const how of [...OCSP_LIES, ...LINE_LIES]) {
    p.online.switch('ocsp', { mode: 'wrong', how })
    forgetFailures(site)
    faults[how] = (await askRevocation(site, asked)).fault
  }
  assert.deepEqual(faults, {
    'other-certificate': 'ocsp-other-certificate',
    stranger: 'ocsp-signature-wrong',
    stale: 'ocsp-stale',
    replayed: 'ocsp-replayed',
    unknown: 'ocsp-unknown',
    malformed: 'ocsp-unreadable',
    giant: 'evidence-too-large',
    drip: 'evidence-too-slow',
    redirect: 'evidence-not-an-answer',
    html: 'evidence-not-an-answer',
  })
  p.online.switch('ocsp', { mode: 'down' })
  for (const [how, fault] of [
    ['stranger', 'crl-signature-wrong'],
    ['stale', 'crl-stale'],
    ['malformed', 'crl-unreadable'],
  ] as const) {
    p.online.switch('crl', { mode: 'wrong', how })
    forgetFailures(site)
    assert.equal((await askRevocation(site, asked)).fault, fault)
  }
  for (const [how, fault] of [
    ['other-digest', 'timestamp-other-digest'],
    ['nonce', 'timestamp-nonce-wrong'],
    ['stranger', 'timestamp-other-digest'],
    ['time-off', 'timestamp-time-off'],
    ['malformed', 'timestamp-unreadable'],
    ['html', 'evidence-not-an-answer'],
  ] as const) {
    p.online.switch('tsa', { mode: 'wrong', how })
    forgetFailures(site)
    assert.equal(await askTimestamp(site, Buffer.from('giá trị')), fault, how)
  }
  assert.equal(await kept(), before, 'nothing of it was kept')
  p.online.allNormal()
  forgetFailures(site)
  assert.deepEqual(await askRevocation(site, asked), { status: 'good' })
  p.online.switch('ocsp', { mode: 'down' })
  forgetFailures(site)
  assert.deepEqual(await askRevocation(site, asked), { status: 'good' }, 'the list speaks where OCSP is away')
  p.online.allNormal()
})

test('lies heard again and again leave the verdict open, not pending; the truth settles it', async () => {
  p.online.switch('ocsp', { mode: 'wrong', how: 'unknown' })
  p.online.switch('crl', { mode: 'wrong', how: 'stranger' })
  const slip = await p.slip(p.sender, 405)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered', 120_000)
  for (let i = 0; i < 4; i++) {
    await askAgainNow(p.receiver)
    await evidenceRound(p.receiver.site)
  }
  await settles(p.receiver, slip.number, 'indeterminate revocation-answer-unusable')
  p.online.allNormal()
  await settles(p.receiver, slip.number, 'valid')
})

let settled = ''
test('a certificate revoked after signing: valid as of signing, and said; revoked before: no legal use, still read', async () => {
  const slip = await p.slip(p.sender, 403)
  await signSlip(p.sender, slip.id)
  await until(p.receiver, slip.number, 'delivered', 120_000)
  await settles(p.receiver, slip.number, 'valid')
  settled = slip.number
  await revokeSigner(p.sender, 'bs-mot')
  for (const node of [p.receiver, p.hub, p.sender]) {
    const doctors = (s: SignatureView[]) => s.filter((one) => one.role === 'doctor')
    const all = await asksUntil(node, slip.number, (s) => said(doctors(s)).join() === 'valid certificate-revoked-later', 'revoked later')
    assert.equal(doctors(all).length, 2)
  }
  // What is known to be revoked signs nothing more here.
  const next = await p.slip(p.sender, 407)
  const doctor = await p.sender.at('bs.mot')
  await doctor.post(`/fhir/Task/${next.id}/$sign`, { kind: 'referral', role: 'doctor' })
  await eventually(
    async () => ((await doctor.get(`/fhir/Task/${next.id}/$view`)).json as ReferralView).waitingFor.find((w) => w.role === 'doctor'),
    (w) => w?.reason === 'signing-certificate-revoked',
    'the tray says why',
  )

  const other = await p.slip(p.other, 404)
  await revokeSigner(p.other, 'bs-mot')
  await signSlip(p.other, other.id)
  const there = await until(p.receiver, other.number, 'delivered', 120_000)
  const judged = await asksUntil(p.receiver, other.number, (s) => s.some((one) => one.verdict === 'invalid'), 'revoked')
  assert.deepEqual(said(judged.filter((s) => s.role === 'doctor')), ['invalid certificate-revoked'])
  const desk = await p.receiver.at('bs.mot')
  const view = (await desk.get(`/fhir/Task/${there}/$view`)).json as ReferralView
  const quarantined = view.documents.find((d) => d.legalUse === 'quarantined')
  assert.ok(quarantined?.pdf)
  const plain = await desk.get(quarantined.pdf)
  assert.equal(plain.status, 200, 'it is read for care all the same')
  assert.ok((await desk.get(quarantined.print ?? '')).bytes.equals(plain.bytes), 'and no evidence of ours is added to it')
})

async function revokeSigner(node: TestNode, id: string): Promise<void> {
  const { certificate } = await (await signerFor(node.site, id)).certificate()
  p.online.revoke(readCertificate(certificate).serialHex)
}

test('what waits for a timestamp is stamped together, under one token', async () => {
  p.online.switch('tsa', { mode: 'down' })
  const slip = await p.slip(p.sender, 408)
  const doctor = await p.sender.at('bs.hai')
  assert.equal((await doctor.post(`/fhir/Task/${slip.id}/$sign`, { kind: 'referral', role: 'doctor' })).status, 200)
  const bare = () => signaturesAt(p.sender, slip.number)
  await eventually(bare, (s) => s.filter((one) => one.awaited?.some((w) => w.kind === 'timestamp')).length >= 2, 'two wait')
  p.online.allNormal()
  await asksUntil(p.sender, slip.number, (s) => s.every((one) => one.timestampedAt !== undefined || one.signedAt === ''), 'stamped')
  const rows = await p.sender.sql<{ leaves: string; tokens: string }>(
    `select count(*) as leaves, count(distinct blob) as tokens from signature_evidence where path is not null`,
  )
  assert.ok(Number(rows[0]?.leaves) >= 2 && Number(rows[0]?.tokens) < Number(rows[0]?.leaves), JSON.stringify(rows))
})

test('evidence cannot be changed or removed', async () => {
  await assert.rejects(p.hub.sql(`update signature_evidence set said_at = now()`), /append-only/)
  await assert.rejects(p.hub.sql(`delete from signature_evidence`), /append-only/)
})

test('years later, the authority gone and every certificate expired, the kept evidence gives the same verdicts', async () => {
  const number = settled
  // A paper that still waits changes its verdict with the years, and should.
  await eventually(
    () => p.receiver.sql<{ document: string; role: string }>('select document, role from signature_use where not settled'),
    (waiting) => waiting.length === 0,
    'nothing waits for an authority',
  )
  const numbers = (await p.receiver.sql<{ n: string }>(`select distinct document as n from signature_use`)).map(
    (r) => r.n.split('|')[1] ?? '',
  )
  const verdicts = async () => Promise.all(numbers.map(async (n) => said(await signaturesAt(p.receiver, n)).sort()))
  const then = await verdicts()
  p.online.allDown()
  await evidenceRound(p.receiver.site)
  // A list that came meanwhile may have told the same revocation earlier: what is compared rests on all there is.
  await p.receiver.sql('delete from signature_verdict')
  const before = await signaturesAt(p.receiver, number)
  ahead = 5 * 365 * 86_400_000
  await p.receiver.sql('delete from signature_verdict')
  assert.deepEqual(said(await signaturesAt(p.receiver, number)).sort(), ['valid', 'valid certificate-revoked-later'])
  assert.deepEqual(await verdicts(), then)
  const after = await signaturesAt(p.receiver, number)
  assert.deepEqual(
    after.map((s) => s.evidence?.map((e) => e.digest).sort()),
    before.map((s) => s.evidence?.map((e) => e.digest).sort()),
  )
})
