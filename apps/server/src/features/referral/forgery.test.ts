/** Papers that are not what they say: every single signature below is sound, only not for what it is filed as. */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { composeDocument, renderPdf } from '@yba/forms'
import {
  contentDigest,
  createAuthority,
  finishJws,
  issueCertificate,
  keyFileSigner,
  prepareJws,
  readCertificate,
  type Signer,
  signRequest,
} from '@yba/signing'
import type { OutcomeContent, PaperContent, ReferralContent } from '@yba/vietnam'
import { systemCaller } from '../../access/index.ts'
import { type TestNode, type TestProvince, testProvince } from '../../testing/exchange.ts'
import { ask, contentOf, eventually, parcelOf, rowCounts, until } from '../../testing/referral.ts'
import { type DocumentFacts, signerFor } from '../documents/index.ts'
import { verdictsOf } from '../documents/verdicts.ts'
import type { CarriedSignature } from '../exchange/contract.ts'
import { taskFacts } from './task.ts'

let p: TestProvince
before(async () => {
  // A node that forges as much as this test would be suspended in between.
  p = await testProvince({ hubLimits: { misdeeds: 10_000 } })
})
after(() => p.close())

async function slip(seed: number, node: TestNode = p.sender): Promise<ReferralContent> {
  return contentOf(node, (await p.slip(node, seed)).id)
}

async function act(signer: Signer, bytes: Buffer, role: CarriedSignature['role'], more: Partial<CarriedSignature> = {}) {
  const certificate = await signer.certificate()
  const prepared = prepareJws({ bytes, certificate, at: new Date(), role })
  const [value] = await signer.sign([signRequest(prepared.tbs, certificate, 'thử', randomUUID())])
  assert.ok(value)
  const { serial } = await serialOf(signer)
  return { role, jws: finishJws(prepared, value), signedAt: new Date().toISOString(), by: 'Nguyễn Thị Ánh', serial, ...more }
}

async function serialOf(signer: Signer): Promise<{ serial: string }> {
  return { serial: readCertificate((await signer.certificate()).certificate).serialHex }
}

/** A parcel whose one paper carries these signatures. */
function signedParcel(content: ReferralContent, make: (bytes: Buffer) => Promise<CarriedSignature[]>) {
  const parcel = parcelOf(content)
  const [paper] = parcel.documents
  return make(Buffer.from(paper.bytesBase64, 'base64')).then((signatures) => ({ ...parcel, documents: [{ ...paper, signatures }] }))
}

async function strangerSigner(): Promise<Signer> {
  const other = await createAuthority({ clock: () => new Date() })
  const issued = await issueCertificate(other, {
    kind: 'person',
    commonName: 'Nguyễn Thị Ánh',
    organization: 'Bệnh viện Đa khoa tỉnh Bắc Giang',
    serialNumber: 'CCCD:000124997009',
  })
  return keyFileSigner({ pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer })
}

test('the hub refuses a signature of another paper, role, hospital, certificate or authority, and writes nothing', async () => {
  const content = await slip(81)
  const doctor = await signerFor(p.sender.site, 'bs-mot')
  const seal = await signerFor(p.sender.site, 'seal')
  const foreign = await signerFor(p.other.site, 'bs-mot')
  const stranger = await strangerSigner()
  const cases: [string, (bytes: Buffer) => Promise<CarriedSignature>, string][] = [
    ['of another paper', () => act(doctor, Buffer.from('một văn bản khác'), 'doctor'), 'signature-invalid'],
    [
      'made as doctor, filed as authorised',
      async (b) => ({ ...(await act(doctor, b, 'doctor')), role: 'authorised' }),
      'signature-invalid',
    ],
    ['of another hospital’s doctor', (b) => act(foreign, b, 'doctor'), 'signature-invalid'],
    ['of another hospital’s seal', async (b) => act(await signerFor(p.other.site, 'seal'), b, 'seal'), 'signature-invalid'],
    ['under another certificate number', async (b) => act(doctor, b, 'doctor', await serialOf(seal)), 'signature-invalid'],
    ['of an authority nobody trusts', (b) => act(stranger, b, 'doctor'), 'signature-invalid'],
    ['that is no signature', async () => ({ ...(await act(doctor, Buffer.alloc(1), 'doctor')), jws: 'a..b' }), 'signature-invalid'],
  ]
  const counts = await rowCounts(p.hub)
  for (const [what, forge, code] of cases) {
    const answer = await ask(p.sender, '/fhir/$submit', await signedParcel(content, async (bytes) => [await forge(bytes)]))
    assert.deepEqual([answer.status, answer.code], [422, code], what)
    assert.deepEqual(await rowCounts(p.hub), counts, what)
  }
  const honest = await signedParcel(content, async (bytes) => [await act(doctor, bytes, 'doctor')])
  assert.equal((await ask(p.sender, '/fhir/$submit', honest)).status, 200)
})

test('a signing act once filed stays as it is: another one under its name changes nothing', async () => {
  const content = await slip(82)
  const doctor = await signerFor(p.sender.site, 'bs-mot')
  const parcel = await signedParcel(content, async (bytes) => [await act(doctor, bytes, 'doctor')])
  assert.equal((await ask(p.sender, '/fhir/$submit', parcel)).status, 200)
  const acts = async () =>
    p.hub.sql<{ ver: number; content: string }>(
      `select ver, content from res where content like '%"Provenance"%' and content like '%${parcel.documents[0]?.digest}%'`,
    )
  const before = await acts()
  assert.equal(before.length, 1)
  const [paper] = parcel.documents
  assert.ok(paper?.signatures[0])
  const renamed = { ...paper, signatures: [{ ...paper.signatures[0], by: 'Một Người Khác' }] }
  assert.equal((await ask(p.sender, '/fhir/$submit', { ...parcel, documents: [renamed] })).status, 200)
  assert.deepEqual(await acts(), before)
})

test('the hub refuses a print of another paper, even a proper one', async () => {
  const [mine, other] = [await slip(83), await slip(84)]
  const parcel = parcelOf(mine)
  const text = Buffer.from(parcelOf(other).documents[0].bytesBase64, 'base64').toString('utf8')
  const { pdf } = renderPdf(text)
  const digest = createHash('sha256').update(pdf).digest('hex')
  const swapped = { ...parcel, documents: [{ ...parcel.documents[0], pdf: digest, pdfBase64: Buffer.from(pdf).toString('base64') }] }
  const answer = await ask(p.sender, '/fhir/$submit', swapped)
  assert.deepEqual([answer.status, answer.code], [422, 'digest-mismatch'])
})

test('the person of a thread is the paper’s, whatever the cover says', async () => {
  const content = await slip(85)
  const parcel = parcelOf(content)
  const cover = { ...parcel.patient, mrn: 'BN-NGUOI-KHAC', name: 'Người Khác', citizenId: '000190000001' }
  assert.equal((await ask(p.sender, '/fhir/$submit', { ...parcel, patient: cover })).status, 200)
  const rows = await p.hub.sql<{ content: string }>(`select content from res where content like '%BN-NGUOI-KHAC%'`)
  assert.deepEqual(rows, [])
})

test('a paper about another slip or another person does not enter a thread', async () => {
  const [mine, other] = [await slip(86), await slip(87)]
  for (const one of [mine, other]) {
    assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(one))).status, 200)
    await until(p.receiver, one.numbers.slip, 'delivered')
  }
  const thread = { issuer: '24997', number: mine.numbers.slip }
  const counts = await rowCounts(p.hub)
  const foreign = await ask(p.sender, '/fhir/$submit', { ...parcelOf(other), thread })
  assert.deepEqual([foreign.status, foreign.code], [400, 'parcel-incomplete'])
  const outcome = paperOf(outcomeTo(other), p.receiver)
  const answer = await ask(p.receiver, '/fhir/$submit', { ...parcelOf(mine), documents: [outcome] })
  assert.deepEqual([answer.status, answer.code], [400, 'parcel-incomplete'])
  assert.deepEqual(await rowCounts(p.hub), counts)
})

function outcomeTo(slipContent: ReferralContent): OutcomeContent {
  return {
    kind: 'outcome',
    number: `PH-${slipContent.numbers.slip}`,
    from: slipContent.to,
    to: slipContent.from,
    answers: { issuer: slipContent.from, number: slipContent.numbers.slip, digest: 'ab'.repeat(32) },
    patient: slipContent.patient,
    arrived: '2026-11-20T09:00:00+07:00',
    diagnosisText: 'Ổn định',
    diagnoses: slipContent.diagnoses,
    course: 'Tốt',
    results: '',
    treatment: 'Nội khoa',
    outcome: '2',
    plan: 'Khám lại',
    medicines: [],
    doctor: { licence: '000031/BG-CCHN', name: 'Nguyễn Thị Ánh' },
    issuedOn: '2026-11-20T10:00:00+07:00',
  }
}

function paperOf(content: PaperContent, node: TestNode) {
  const composed = composeDocument(content, {
    bundleId: randomUUID(),
    compositionId: randomUUID(),
    at: '2026-11-20T08:00:00.000Z',
    version: 1,
  })
  const bytes = Buffer.from(composed.text, 'utf8')
  return {
    kind: content.kind,
    title: composed.title,
    issuer: node.settings.facility.code,
    number: content.kind === 'referral' ? content.numbers.slip : content.number,
    version: 1,
    digest: createHash('sha256').update(bytes).digest('hex'),
    contentDigest: contentDigest(composed.text),
    signatures: [],
    bytesBase64: bytes.toString('base64'),
  }
}

test('no clinical word of a paper stands in what the hub’s operator reads', async () => {
  const content = await slip(88)
  assert.equal((await ask(p.sender, '/fhir/$submit', parcelOf(content))).status, 200)
  const tasks = await p.hub.sql<{ content: string }>(`select r.content from res r where r.content like '{"resourceType":"Task"%'`)
  const task = tasks.map((t) => JSON.parse(t.content)).find((t) => taskFacts(t).number === content.numbers.slip)
  assert.ok(task)
  assert.ok(content.diagnosisText.length > 3)
  assert.ok(!JSON.stringify(task).includes(content.diagnosisText))
})

test('a receiver shows a bare or foreign print beside a sound signature as what it is', async () => {
  const content = await slip(89)
  const site = p.receiver.site
  const composed = composeDocument(content, {
    bundleId: randomUUID(),
    compositionId: randomUUID(),
    at: '2026-11-20T08:00:00.000Z',
    version: 1,
  })
  const bytes = Buffer.from(composed.text, 'utf8')
  const doctor = await signerFor(p.sender.site, 'bs-mot')
  const acts = [await act(doctor, bytes, 'doctor', { by: 'Tên Bịa' })]
  const own = await site.store.blobs.put(Buffer.from(renderPdf(composed.text).pdf))
  const alien = await site.store.blobs.put(Buffer.from('%PDF-1.7 một tờ khác'))
  const facts = {
    kind: 'referral',
    issuer: content.from,
    digest: await site.store.blobs.put(bytes),
  } as DocumentFacts
  const judged = async (pdf: string) =>
    (await verdictsOf(site, { ...facts, pdf }, acts)).map((v) => [v.kind, v.role, v.verdict, v.by, v.reasons.at(-1)?.code])
  const jws = ['jws', 'doctor', 'valid', 'Nguyễn Thị Ánh', 'revocation-not-checked']
  assert.deepEqual(await judged(own), [jws, ['pades', 'doctor', 'indeterminate', '', 'pdf-lacks-signature']])
  assert.deepEqual(await judged(alien), [jws, ['pades', 'doctor', 'invalid', '', 'pdf-not-of-these-bytes']])
})

test('verdicts made with less evidence do not take the place of those that came meanwhile', async () => {
  const { site, settings } = p.receiver
  const content = await slip(94)
  const at = '2026-11-20T08:00:00.000Z'
  const composed = composeDocument(content, { bundleId: randomUUID(), compositionId: randomUUID(), at, version: 1 })
  const bytes = Buffer.from(composed.text, 'utf8')
  const acts = [await act(await signerFor(p.sender.site, 'bs-mot'), bytes, 'doctor')]
  const number = content.numbers.slip
  const facts = { kind: 'referral', issuer: content.from, number, version: 1, digest: await site.store.blobs.put(bytes) } as DocumentFacts
  const better = (await verdictsOf(site, facts, acts)).map((v) => ({ ...v, reasons: [], timestampedAt: at }))
  const [row] = await p.receiver.sql<{ pdf: string }>('delete from signature_verdict where digest = $1 returning pdf', [facts.digest])
  let slower: ReturnType<typeof verdictsOf> | undefined
  await site.store.as(systemCaller('test', settings.facility.code)).transact(async (tx) => {
    await tx.sql('lock table signature_verdict in share mode')
    slower = verdictsOf(site, facts, acts)
    await eventually(
      () => p.receiver.sql(`select 1 from pg_locks where not granted and relation = 'signature_verdict'::regclass`),
      (rows) => rows.length > 0,
      'the slower one has judged and wants to write',
    )
    const values = [facts.digest, row?.pdf, JSON.stringify(better)]
    await tx.sql('insert into signature_verdict(digest, pdf, checked_at, verdicts) values ($1, $2, now(), $3)', values)
  })
  assert.deepEqual(await slower, better)
  assert.deepEqual(await verdictsOf(site, facts, acts), better)
})

test('whatever a node sends is answered by name, and the paper’s own title stands', async () => {
  const content = await slip(90)
  const good = parcelOf(content)
  const [paper] = good.documents
  const parsed = JSON.parse(Buffer.from(paper.bytesBase64, 'base64').toString('utf8'))
  const shaped = (change: (bundle: typeof parsed) => void) => {
    const copy = structuredClone(parsed)
    change(copy)
    const text = JSON.stringify(copy)
    const digest = createHash('sha256').update(text).digest('hex')
    return { bytesBase64: Buffer.from(text).toString('base64'), digest, contentDigest: contentDigest(text) }
  }
  const broken: object[] = [
    { bytesBase64: {} },
    { bytesBase64: 5 },
    { pdf: {}, pdfBase64: {} },
    { title: 'x'.repeat(1000) },
    { signatures: Array.from({ length: 50 }, () => null) },
    shaped((b) => b.entry.splice(1, 0, { resource: null }, null)),
    shaped((b) => Object.assign(b, { entry: [null] })),
    shaped((b) => Object.assign(b.entry[0].resource, { extension: {}, relatesTo: {} })),
    shaped((b) => {
      for (const { resource } of b.entry) if (resource.item) resource.item = [null]
    }),
  ]
  for (const more of broken) {
    const answer = await ask(p.sender, '/fhir/$submit', { ...good, documents: [{ ...paper, ...more }] })
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${JSON.stringify(more).slice(0, 80)}`)
  }
  for (const occurredAt of ['9999-01-01T00:00:00Z', '1900-01-01T00:00:00Z', '2026-02-31T08:00:00Z', '2026-11-20T08:00:00+23:59']) {
    const odd = await ask(p.sender, '/fhir/$submit', { ...good, occurredAt })
    assert.deepEqual([odd.status, odd.code], [400, 'time-unreal'], occurredAt)
  }
  const old = { role: 'doctor', jws: 'x', signedAt: '1900-01-01T00:00:00Z', by: 'x', serial: '01' }
  const signedLongAgo = { ...paper, signatures: [old] }
  assert.equal((await ask(p.sender, '/fhir/$submit', { ...good, documents: [signedLongAgo] })).code, 'time-unreal')
  const sent = await ask(p.sender, '/fhir/$submit', { ...good, documents: [{ ...paper, title: 'Bản án' }] })
  assert.deepEqual([sent.status, sent.json.documents[0].title], [200, paper.title])
  const step = { thread: good.thread, event: 'decline', occurredAt: '2026-11-20T09:00:00.000Z', by: { id: 'x', display: 'y', role: 'z' } }
  for (const reason of [{ a: 1 }, ['x'], 5, 'x'.repeat(5000)]) {
    const answer = await ask(p.receiver, '/fhir/Task/$transition', { ...step, reason })
    assert.deepEqual([answer.status, answer.code], [400, 'parcel-incomplete'])
  }
})
