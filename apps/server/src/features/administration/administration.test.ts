import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type SignedIn, signIn } from '../../testing/browser.ts'
import { type TestSite, testSite } from '../../testing/site.ts'
import type { SiteStatus } from './index.ts'

let t: TestSite
let admin: SignedIn

before(async () => {
  t = await testSite()
  admin = await t.as('administrator')
})
after(() => t.close())

const post = <T = Record<string, string>>(name: string, body: object) =>
  admin.json<T>(`/fhir/Practitioner/$${name}`, { method: 'POST', body: JSON.stringify(body) })
const codeOf = async (name: string, body: object) => {
  const answer = await admin.fetch(`/fhir/Practitioner/$${name}`, { method: 'POST', body: JSON.stringify(body) })
  return ((await answer.json()) as { issue: { details: { coding: { code: string }[] } }[] }).issue[0]?.details.coding[0]?.code
}
interface Row {
  id: string
  login: string
  locked: boolean
  lockedOut: boolean
  sessions: number
}
const row = async (login: string) => (await admin.json<{ rows: Row[] }>('/fhir/Practitioner/$users')).rows.find((r) => r.login === login)

test('a user is added with a password shown once, signs in, is reset, locked and opened', async () => {
  const { password = '', id = '' } = await post('user-add', {
    login: 'BS.Moi',
    name: 'Bác sĩ Mới',
    role: 'doctor',
    departments: ['K01'],
    licence: '000009/BG-CCHN',
  })
  assert.ok(password.length >= 12)
  await signIn(t.url, 'bs.moi', password)
  assert.equal((await row('bs.moi'))?.sessions, 1)
  const again = await post('user-reset', { user: 'bs.moi' })
  assert.equal((await row('bs.moi'))?.sessions, 0)
  await assert.rejects(signIn(t.url, 'bs.moi', password))
  await signIn(t.url, 'bs.moi', again.password ?? '')
  await post('user-lock', { user: id })
  assert.equal((await row('bs.moi'))?.locked, true)
  await assert.rejects(signIn(t.url, 'bs.moi', again.password ?? ''))
  await post('user-unlock', { user: id })
  await signIn(t.url, 'bs.moi', again.password ?? '')
})

test('a login locked by wrong passwords is seen and opened here', async () => {
  await post('user-add', { login: 'quen', name: 'Người Quên', role: 'reception', password: 'mật khẩu đúng' })
  for (let i = 0; i < 5; i++) await assert.rejects(signIn(t.url, 'quen', 'mật khẩu sai'))
  assert.equal((await row('quen'))?.lockedOut, true)
  await post('user-unlock', { user: 'quen' })
  assert.equal((await row('quen'))?.lockedOut, false)
  await signIn(t.url, 'quen', 'mật khẩu đúng')
})

test('what cannot be a user is refused by name', async () => {
  const good = { login: 'ai.do', name: 'Ai Đó', role: 'doctor' }
  assert.equal(await codeOf('user-add', { ...good, login: 'ai đó' }), 'user-invalid')
  assert.equal(await codeOf('user-add', { ...good, name: '' }), 'user-invalid')
  for (const role of ['system', 'node', 'public', 'king']) assert.equal(await codeOf('user-add', { ...good, role }), 'user-invalid')
  assert.equal(await codeOf('user-add', { ...good, password: 'ngắn' }), 'weak-password')
  assert.equal(await codeOf('user-add', { ...good, departments: 'K01' }), 'user-invalid')
  assert.equal(await codeOf('user-add', { ...good, login: 'u.administrator' }), 'user-exists')
  assert.equal(await codeOf('user-lock', { user: 'nobody' }), 'user-unknown')
  assert.equal(await codeOf('user-lock', { user: 'u.administrator' }), 'not-yourself')
})

test('lists show no password and no session id', async () => {
  const users = JSON.stringify(await admin.json('/fhir/Practitioner/$users'))
  const sessions = JSON.stringify(await admin.json('/fhir/Practitioner/$sessions'))
  assert.ok(!users.includes('argon2'))
  assert.ok(!sessions.includes(admin.cookies.get('yba_thu') ?? '?'))
  assert.doesNotMatch(sessions, /[0-9a-f]{64}/)
  assert.match(sessions, /u\.administrator/)
})

test('the state of the site: version, log, database, no patient', async () => {
  const status = await admin.json<SiteStatus>('/fhir/$site-status')
  assert.equal(status.name, 'thu')
  assert.match(status.version, /^\d+\.\d+\.\d+$/)
  assert.ok(status.database.bytes > 1_000_000)
  assert.ok(status.database.users >= 1)
  assert.match(status.log, /^\d+\.\d+$/)
  assert.deepEqual(status.features, ['access', 'administration', 'catalogue', 'audit', 'bulk-export', 'subscriptions'])
  assert.equal(status.outbox, undefined)
})
