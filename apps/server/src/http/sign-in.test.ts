import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addUser, lockUser, unlockUser } from '../access/index.ts'
import { openForm, sendForm, signIn, visitor } from '../testing/browser.ts'
import { type TestSite, testSite } from '../testing/site.ts'

let t: TestSite
const PASSWORD = 'Mưa rơi trên phố Huế'

before(async () => {
  t = await testSite()
  await addUser(
    t.site.store.sql,
    { login: 'bs.lan', name: 'Trần Thị Lan', role: 'doctor', departments: ['K03'], licence: '000001/BG-CCHN', password: PASSWORD },
    new Date(),
  )
})
after(() => t.close())

interface Seen {
  user: { name: string; departments: string[]; licence?: string; permissions: string[] } | null
  locked?: { name: string }
  site: { facility: unknown }
  lang: string
}
const session = async (by: { fetch(path: string): Promise<Response> }): Promise<Seen> =>
  (await (await by.fetch('/auth/session')).json()) as Seen

test('the code flow ends at the asked page with an opaque HttpOnly cookie, typed NFD or in capitals', async () => {
  const by = visitor(t.url)
  const action = await openForm(by, '/patients?q=1')
  const done = await sendForm(by, action, ' BS.Lan ', PASSWORD.normalize('NFD'))
  assert.equal(done.status, 302)
  assert.equal(done.headers.get('location'), '/patients?q=1')
  const cookie = done.headers.getSetCookie().find((c) => c.startsWith('yba_thu='))
  assert.match(cookie ?? '', /^yba_thu=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  const { user, site, lang } = await session(by)
  assert.ok(user)
  assert.equal(user.name, 'Trần Thị Lan')
  assert.deepEqual(user.departments, ['K03'])
  assert.equal(user.licence, '000001/BG-CCHN')
  assert.ok(user.permissions.includes('chart.read'))
  assert.deepEqual(site.facility, { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang' })
  assert.equal(lang, 'vi')
})

test('the return address is local or nothing', async () => {
  for (const bad of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example', '/\t/elsewhere.example']) {
    const by = visitor(t.url)
    const done = await sendForm(by, await openForm(by, bad), 'bs.lan', PASSWORD)
    assert.equal(done.headers.get('location'), '/', bad)
  }
})

test('a return address given twice is none', async () => {
  const by = visitor(t.url)
  const answer = await by.fetch('/auth/login?return=/a&return=/b')
  assert.equal(answer.status, 302)
})

test('the form is one page without script, in both languages, under a strict policy', async () => {
  const by = visitor(t.url)
  const action = await openForm(by)
  const page = await by.fetch(action, { headers: { 'accept-language': 'en-GB,en;q=0.9' } })
  const html = await page.text()
  assert.match(html, /<html lang="en">/)
  assert.match(html, /<label for="password">Password<\/label>/)
  assert.doesNotMatch(html, /<script|style=|onclick/)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'; style-src 'self';/)
  assert.match(await (await by.fetch(`${action}?lang=vi`)).text(), /<html lang="vi">/)
})

test('a callback without the visitor’s own state, or used twice, signs nobody in', async () => {
  const by = visitor(t.url)
  const action = await openForm(by)
  const answer = await by.fetch(action, { method: 'POST', body: new URLSearchParams({ login: 'bs.lan', password: PASSWORD }) })
  const resumed = await by.fetch(answer.headers.get('location') ?? '')
  const callback = resumed.headers.get('location') ?? ''
  assert.match(callback, /\/auth\/callback\?code=/)
  const stranger = visitor(t.url)
  assert.equal((await stranger.fetch(callback)).status, 400)
  assert.equal((await session(stranger)).user, null)
  const again = await by.fetch(callback)
  assert.equal(again.status, 302)
  assert.equal((await by.fetch(callback)).status, 400)
})

test('sign-in gives a fresh id and ends the session the browser brought', async () => {
  const first = await signIn(t.url, 'bs.lan', PASSWORD)
  const brought = first.cookies.get('yba_thu') ?? ''
  const action = await openForm(first)
  await sendForm(first, action, 'bs.lan', PASSWORD)
  assert.notEqual(first.cookies.get('yba_thu'), brought)
  const old = visitor(t.url)
  old.cookies.set('yba_thu', brought)
  assert.equal((await session(old)).user, null)
})

test('another person signs in at the same browser, after signing out and without', async () => {
  await addUser(t.site.store.sql, { login: 'ca.sau', name: 'Người Ca Sau', role: 'reception', password: PASSWORD }, new Date())
  const by = await signIn(t.url, 'bs.lan', PASSWORD)
  for (const [login, name] of [
    ['ca.sau', 'Người Ca Sau'],
    ['bs.lan', 'Trần Thị Lan'],
  ] as const) {
    const done = await sendForm(by, await openForm(by, '/next'), login, PASSWORD)
    assert.equal(done.headers.get('location'), '/next')
    assert.equal((await session(by)).user?.name, name)
  }
  await by.fetch('/auth/logout', { method: 'POST' })
  await sendForm(by, await openForm(by), 'ca.sau', PASSWORD)
  assert.equal((await session(by)).user?.name, 'Người Ca Sau')
})

test('two tabs open the form; both sign in', async () => {
  const by = visitor(t.url)
  const [first, second] = [await openForm(by, '/a'), await openForm(by, '/b')]
  assert.equal((await sendForm(by, second, 'bs.lan', PASSWORD)).headers.get('location'), '/b')
  const late = await sendForm(by, first, 'bs.lan', PASSWORD)
  assert.ok(late.status === 302 || (late.status === 400 && (await late.text()).includes('/auth/login?return=/')))
})

test('five wrong passwords lock the login, known or not, for fifteen minutes or until an administrator opens it', async () => {
  await addUser(t.site.store.sql, { login: 'khoa.thu', name: 'Người Khóa', role: 'reception', password: PASSWORD }, new Date())
  for (const login of ['khoa.thu', 'khong.co.ai']) {
    const by = visitor(t.url)
    const action = await openForm(by)
    const said: string[] = []
    for (let i = 0; i < 6; i++) {
      const answer = await sendForm(by, action, login, 'sai mật khẩu')
      assert.equal(answer.status, 401)
      said.push(/role="alert"[^>]*><strong>([^<]*)/.exec(await answer.text())?.[1] ?? '')
    }
    assert.deepEqual(new Set(said.slice(0, 4)), new Set(['Tên đăng nhập hoặc mật khẩu không đúng.']))
    assert.deepEqual(new Set(said.slice(4)), new Set(['Tài khoản tạm khóa vì nhập sai mật khẩu 5 lần.']))
  }
  await assert.rejects(signIn(t.url, 'khoa.thu', PASSWORD), /401/)
  await unlockUser(t.site.store.sql, 'khoa.thu', new Date())
  await signIn(t.url, 'khoa.thu', PASSWORD)
})

test('a stranger who guesses locks out himself: the ward’s computer, and a session that is only locked, still open', async () => {
  await addUser(t.site.store.sql, { login: 'truc.dem', name: 'Bác Sĩ Trực', role: 'doctor', password: PASSWORD }, new Date())
  const ward = await signIn(t.url, 'bs.lan', PASSWORD)
  const stranger = visitor(t.url)
  const action = await openForm(stranger)
  for (let i = 0; i < 8; i++) assert.equal((await sendForm(stranger, action, 'truc.dem', 'sai mật khẩu')).status, 401)
  await assert.rejects(signIn(t.url, 'truc.dem', PASSWORD), /401/)
  // Another person's sign-in made this browser known; the doctor has never used it.
  await ward.fetch('/auth/logout', { method: 'POST' })
  const done = await sendForm(ward, await openForm(ward), 'truc.dem', PASSWORD)
  assert.equal(done.status, 302)
  await ward.fetch('/auth/lock', { method: 'POST' })
  assert.equal((await ward.fetch('/auth/unlock', { method: 'POST', body: JSON.stringify({ password: PASSWORD }) })).status, 204)
  // A cookie made up by the stranger is no known browser.
  stranger.cookies.set('yba_thu_device', 'abc.def')
  assert.equal((await sendForm(stranger, await openForm(stranger), 'truc.dem', PASSWORD)).status, 401)
})

test('the pause after wrong passwords grows, a quarter of an hour at most', async () => {
  await addUser(t.site.store.sql, { login: 'cham.dan', name: 'Người Chậm', role: 'reception', password: PASSWORD }, new Date())
  const by = visitor(t.url)
  const wrong = async () => sendForm(by, await openForm(by), 'cham.dan', 'sai mật khẩu')
  for (let i = 0; i < 5; i++) await wrong()
  t.clock.forward(61_000)
  assert.match(await (await wrong()).text(), /Đợi 2 phút/)
  t.clock.forward(61_000)
  await assert.rejects(signIn(t.url, 'cham.dan', PASSWORD), /401/)
  t.clock.forward(61_000)
  await signIn(t.url, 'cham.dan', PASSWORD)
})

test('strangers begin sign-ins by the hundred: rows are bounded, the rest is told to wait', async () => {
  const rows = async () => (await t.site.store.sql<{ n: number }>('select count(*)::int as n from sign_in_attempt'))[0]?.n ?? 0
  const before = await rows()
  const answers: Response[] = []
  for (let round = 0; round < 12; round++) {
    answers.push(...(await Promise.all(Array.from({ length: 50 }, () => fetch(`${t.url}/auth/login`, { redirect: 'manual' })))))
  }
  const waits = answers.filter((a) => a.status === 429)
  assert.ok(waits.length >= 200, `${waits.length}`)
  assert.ok(waits.every((a) => a.headers.get('retry-after') !== null))
  assert.ok((await rows()) - before < 400)
  t.clock.forward(120_000)
})

test('guesses sent at once are all counted', async () => {
  await addUser(t.site.store.sql, { login: 'dong.thoi', name: 'Người Đông', role: 'reception', password: PASSWORD }, new Date())
  const by = visitor(t.url)
  const action = await openForm(by)
  const guesses = Array.from({ length: 9 }, (_, i) =>
    visitorWith(by).fetch(action, { method: 'POST', body: new URLSearchParams({ login: 'dong.thoi', password: `đoán lần ${i}` }) }),
  )
  await Promise.all(guesses)
  await assert.rejects(signIn(t.url, 'dong.thoi', PASSWORD), /401/)
})

function visitorWith(other: { cookies: Map<string, string> }) {
  const by = visitor(t.url)
  for (const [k, v] of other.cookies) by.cookies.set(k, v)
  return by
}

test('an administrator’s lock ends open sessions at once', async () => {
  await addUser(t.site.store.sql, { login: 'nghi.viec', name: 'Người Nghỉ', role: 'reception', password: PASSWORD }, new Date())
  const by = await signIn(t.url, 'nghi.viec', PASSWORD)
  assert.equal((await session(by)).user !== null, true)
  await lockUser(t.site.store.sql, 'nghi.viec', new Date())
  assert.equal((await session(by)).user, null)
  await assert.rejects(signIn(t.url, 'nghi.viec', PASSWORD), /401/)
})

test('unsafe requests with the cookie need the site’s own Origin', async () => {
  const by = await signIn(t.url, 'bs.lan', PASSWORD)
  for (const origin of ['https://elsewhere.example', 'null', '']) {
    const answer = await by.fetch('/auth/lock', { method: 'POST', headers: { origin } })
    assert.equal(answer.status, 403, origin)
    const write = await by.fetch('/fhir/Patient', {
      method: 'POST',
      headers: { origin, 'content-type': 'application/fhir+json' },
      body: '{}',
    })
    assert.equal(write.status, 403, origin)
    assert.equal(
      ((await write.json()) as { issue: { details: { coding: { code: string }[] } }[] }).issue[0]?.details.coding[0]?.code,
      'foreign-origin',
    )
  }
  assert.notEqual((await session(by)).user, null)
  const action = await openForm(by)
  assert.equal(
    (await by.fetch(action, { method: 'POST', headers: { origin: 'https://elsewhere.example' }, body: new URLSearchParams({}) })).status,
    403,
  )
})

test('language: the user’s choice wins and stays', async () => {
  const by = await signIn(t.url, 'bs.lan', PASSWORD)
  await by.fetch('/auth/lang', { method: 'POST', body: JSON.stringify({ lang: 'en' }) })
  const said = await by.fetch('/fhir/Nothing/1', { headers: { 'accept-language': 'vi' } })
  assert.equal(said.headers.get('content-language'), 'en')
  assert.match(await said.text(), /does not serve/)
  await by.fetch('/auth/lang', { method: 'POST', body: JSON.stringify({ lang: 'vi' }) })
})

test('an idle session locks; the password opens it again; background requests do not keep it awake', async () => {
  const by = await signIn(t.url, 'bs.lan', PASSWORD)
  t.clock.forward(600_000)
  await by.fetch('/fhir/Patient?_id=x', { headers: { 'x-background': '1' } })
  await session(by)
  t.clock.forward(301_000)
  const refused = await by.fetch('/fhir/Patient?_id=x')
  assert.equal(refused.status, 401)
  assert.match(await refused.text(), /session-locked/)
  const seen = await session(by)
  assert.equal(seen.user, null)
  assert.equal(seen.locked?.name, 'Trần Thị Lan')
  const wrong = await by.fetch('/auth/unlock', { method: 'POST', body: JSON.stringify({ password: 'sai mật khẩu' }) })
  assert.equal(wrong.status, 401)
  assert.equal((await by.fetch('/auth/unlock', { method: 'POST', body: JSON.stringify({ password: PASSWORD }) })).status, 204)
  assert.notEqual((await session(by)).user, null)
})

test('signing out ends the session on the server', async () => {
  const by = await signIn(t.url, 'bs.lan', PASSWORD)
  const kept = by.cookies.get('yba_thu') ?? ''
  assert.equal((await by.fetch('/auth/logout', { method: 'POST' })).status, 204)
  const thief = visitor(t.url)
  thief.cookies.set('yba_thu', kept)
  assert.equal((await session(thief)).user, null)
})

test('the log names routes and callers, never addresses, names or passwords', async () => {
  const by = await signIn(t.url, 'bs.lan', PASSWORD)
  await by.fetch('/fhir/Patient?name=Nguyen%20Van%20Bi%20Mat')
  const all = t.logLines.join('')
  assert.match(all, /"route":"\/fhir\/:type"/)
  for (const secret of ['Bi%20Mat', 'Bi Mat', PASSWORD, 'bs.lan', 'Trần', by.cookies.get('yba_thu') ?? '?'])
    assert.ok(!all.includes(secret), secret)
})
