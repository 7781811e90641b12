/** Signing by authority, and signers that answer later: one act, asked for once, by who may sign at that instant. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Signer, type SignRequest, signerPending } from '@yba/signing'
import type { SigningRole } from '@yba/vietnam'
import { addUser, systemCaller } from '../../access/index.ts'
import { type TestProvince, testProvince } from '../../testing/exchange.ts'
import { eventually, signSlip, until } from '../../testing/referral.ts'
import { TEST_PASSWORD } from '../../testing/site.ts'
import type { RegisterAnswer } from '../delegation/contract.ts'
import { grantSigningAuthority } from '../delegation/index.ts'
import { signerFor } from '../documents/index.ts'
import { signNext } from '../sign-tray/index.ts'
import { afterSigned } from './after-signed.ts'
import type { ReferralView } from './contract.ts'

let p: TestProvince
before(async () => {
  p = await testProvince()
})
after(() => p.close())

const outage = () => join(p.sender.settings.folder, 'signer-outage.json')
const down = () => writeFileSync(outage(), '{"mode": "down"}')
const up = () => rmSync(outage(), { force: true })

async function view(task: string, login = 'ky'): Promise<ReferralView> {
  return (await (await p.sender.at(login)).get(`/fhir/Task/${task}/$view`)).json as ReferralView
}

async function sign(login: string, task: string, role: SigningRole) {
  return (await p.sender.at(login)).post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role })
}

async function signedByDoctor(seed: number): Promise<{ id: string; number: string; document: string }> {
  const slip = await p.slip(p.sender, seed)
  assert.equal((await sign('bs.mot', slip.id, 'doctor')).status, 200)
  const signed = await eventually(
    () => view(slip.id),
    (v) => v.waitingFor[0]?.role === 'authorised',
    'the doctor signs',
  )
  return { ...slip, document: signed.documents.find((d) => d.kind === 'referral')?.id ?? '' }
}

/** Works on one request with a signer of the test; the site's own worker finds no signer meanwhile. */
async function work(key: { document: string; role: SigningRole }, signer: Signer): Promise<string> {
  return eventually(
    async () => {
      await p.sender.sql(
        `update signature_request set next_at = now() - interval '1 minute', lease_until = null where document = $1 and role = $2 and state = 'signing'`,
        [key.document, key.role],
      )
      return signNext(p.sender.site, afterSigned(p.sender.site), key, async () => signer)
    },
    (result) => result !== 'none',
    'the request is worked on',
  )
}

/** A remote service: the person confirms when the test says so, and every transaction is counted by its reference. */
async function remote(id: string) {
  up()
  const key = await signerFor(p.sender.site, id)
  down()
  const asked: SignRequest[][] = []
  let confirmed = false
  const signer: Signer = {
    certificate: () => key.certificate(),
    async sign(requests) {
      asked.push(requests)
      if (!confirmed) throw signerPending()
      return key.sign(requests)
    },
  }
  return {
    signer,
    asked,
    confirm: () => {
      confirmed = true
    },
  }
}

async function delegationOf(user: string): Promise<string> {
  const answer = await (await p.sender.at('vanthu')).get('/fhir/Practitioner/$signing-authority')
  return (answer.json as RegisterAnswer).rows.find((r) => r.user.id === user && r.state === 'in-force')?.id ?? ''
}

const TERMS = {
  form: 'KT',
  head: 'Giám đốc',
  title: 'Phó Giám đốc',
  kinds: ['referral'],
  decidedOn: '2026-01-02',
  from: '2026-01-05',
} as const

async function grantAgain(user: string, decision: string): Promise<void> {
  await grantSigningAuthority(p.sender.site, systemCaller('test', '24997'), { user, ...TERMS, kinds: ['referral'], decision })
}

test('a signer that answers later is asked again for the very same act: one transaction, one signature', async () => {
  down()
  const slip = await p.slip(p.sender, 8101)
  assert.equal((await sign('bs.mot', slip.id, 'doctor')).status, 200)
  const { document } = (
    await p.sender.sql<{ document: string }>(`select document from signature_request where task = $1 and role = 'doctor'`, [slip.id])
  )[0] ?? { document: '' }
  const { signer, asked, confirm } = await remote('bs-mot')
  const key = { document, role: 'doctor' } as const
  assert.equal(await work(key, signer), 'postponed')
  assert.equal(await work(key, signer), 'postponed')
  confirm()
  assert.equal(await work(key, signer), 'signed')
  up()
  const references = new Set(asked.map((requests) => requests.map((r) => `${r.reference} ${Buffer.from(r.hash).toString('hex')}`).join()))
  assert.equal(asked.length, 3)
  assert.equal(references.size, 1, 'the same hashes under the same references')
  assert.deepEqual(await p.sender.sql('select 1 from prepared_act where document = $1', [document]), [])
  const paper = (await view(slip.id)).documents.find((d) => d.kind === 'referral')
  assert.deepEqual(
    paper?.signatures.map((s) => `${s.kind} ${s.verdict}`),
    ['jws valid', 'pades valid'],
  )
})

test('the receiver sees for whom and by which decision somebody signed', async () => {
  const slip = await p.slip(p.sender, 8102)
  await signSlip(p.sender, slip.id)
  const there = await until(p.receiver, slip.number, 'delivered')
  const desk = await p.receiver.at('vanthu')
  const paper = ((await desk.get(`/fhir/Task/${there}/$view`)).json as ReferralView).documents.find((d) => d.kind === 'referral')
  const act = paper?.signatures.find((s) => s.role === 'authorised' && s.kind === 'jws')
  assert.equal(act?.verdict, 'valid')
  assert.deepEqual(act?.mandate?.lines, ['KT. GIÁM ĐỐC', 'PHÓ GIÁM ĐỐC'])
  assert.equal(act?.mandate?.basis, 'QĐ số 15/QĐ-BV ngày 02/01/2026, hiệu lực 05/01/2026 đến khi thu hồi')
  assert.equal(paper?.signatures.find((s) => s.role === 'doctor')?.mandate, undefined)
})

test('who has no authority in force is refused by name before anything is asked of a signer', async () => {
  await addUser(
    p.sender.site.store.sql,
    { id: 'ky-hai', login: 'ky.hai', name: 'Mai Thị Không', role: 'signer', password: TEST_PASSWORD },
    new Date(),
  )
  const slip = await signedByDoctor(8103)
  const refused = await sign('ky.hai', slip.id, 'authorised')
  assert.deepEqual([refused.status, refused.code], [403, 'no-signing-authority'])
  const [request] = await p.sender.sql<{ state: string }>(
    `select state from signature_request where document = $1 and role = 'authorised'`,
    [slip.document],
  )
  assert.equal(request?.state, 'open')
})

test('authority revoked after the paper was opened, or while the signer is asked, makes no signature', async () => {
  const waiting = await signedByDoctor(8104)
  const asked = await signedByDoctor(8105)
  down()
  for (const one of [waiting, asked]) assert.equal((await sign('ky', one.id, 'authorised')).status, 200)
  const { signer, confirm } = await remote('ky')
  const key = { document: asked.document, role: 'authorised' } as const
  assert.equal(await work(key, signer), 'postponed')
  const desk = await p.sender.at('vanthu')
  const end = { delegation: await delegationOf('ky'), reason: 'Thôi giữ chức vụ' }
  assert.equal((await desk.post('/fhir/Practitioner/$revoke-signing-authority', end)).status, 200)
  confirm()
  assert.equal(await work(key, signer), 'failed')
  up()
  for (const one of [waiting, asked]) {
    const seen = await eventually(
      () => view(one.id),
      (v) => v.waitingFor.some((w) => w.state === 'failed'),
      'the request fails',
    )
    assert.equal(seen.waitingFor.find((w) => w.role === 'authorised')?.reason, 'no-signing-authority')
    assert.equal(seen.state, 'to-sign')
  }
  assert.equal((await sign('ky', waiting.id, 'authorised')).code, 'no-signing-authority')
  await grantAgain('ky', '16/QĐ-BV')
  assert.equal((await sign('ky', waiting.id, 'authorised')).status, 200)
  await until(p.sender, waiting.number, 'delivered')
})

test('two who may sign press at once: one signs, the other is told', async () => {
  await grantAgain('ky-hai', '17/QĐ-BV')
  const slip = await signedByDoctor(8106)
  const answers = await Promise.all([sign('ky', slip.id, 'authorised'), sign('ky.hai', slip.id, 'authorised')])
  assert.deepEqual(answers.map((a) => a.code).sort(), ['', 'signature-already-made'])
})
