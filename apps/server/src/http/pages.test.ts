import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refuse } from '@yba/fhir'
import { accessFeature } from '../access/index.ts'
import type { Feature } from '../feature.ts'
import { html, type PublicPage } from '../page.ts'
import { type TestSite, testSite } from '../testing/site.ts'
import { badRequest } from './outcomes.ts'
import { pageLimits, visitorOf } from './page-limits.ts'

const page: PublicPage = {
  name: 'thu',
  path: '/thu',
  why: 'A test.',
  form: { limit: 500 },
  script: "document.title += '!'",
  async answer({ form, caller, lang, query, lookedUp }) {
    if (query.has('refuse')) throw refuse(badRequest)
    const said = form?.get('said') ?? ''
    if (said) await lookedUp(said, 'thu')
    return { title: lang === 'vi' ? 'Trang thử' : 'A page', body: html`<h1>${said}</h1><p>${caller.id}</p>` }
  },
}
const feature: Feature = { name: 'thu', operations: [], pages: [page] }

let t: TestSite
before(async () => {
  t = await testSite({ features: [accessFeature, feature], settings: { proxies: ['127.0.0.1'] } })
})
after(() => t.close())

let visitors = 0
/** Every call from an address of its own, as a proxy tells it. */
const open = (path: string, init: RequestInit & { from?: string; lang?: string } = {}) =>
  fetch(t.url + path, {
    ...init,
    headers: { 'x-forwarded-for': init.from ?? `198.51.100.${++visitors}`, 'accept-language': init.lang ?? 'vi' },
  })
const post = (said: string, init: { from?: string; lang?: string } = {}, path = '/thu') =>
  open(path, { ...init, method: 'POST', body: new URLSearchParams({ said }) })

test('a public page is plain, sets no cookie, is kept out of indexes and lets nothing foreign in', async () => {
  const answer = await open('/thu')
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.getSetCookie().length, 0)
  const policy = answer.headers.get('content-security-policy') ?? ''
  assert.match(policy, /^default-src 'none'; style-src 'self'; .*frame-ancestors 'none'; script-src 'self'$/)
  assert.equal(answer.headers.get('x-robots-tag'), 'noindex, nofollow, noarchive')
  assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  const text = await answer.text()
  assert.match(text, /<html lang="vi">/)
  assert.match(text, /name="robots" content="noindex/)
  assert.doesNotMatch(text, /<script>|style=|onclick/)
  assert.match(await (await open('/robots.txt')).text(), /Disallow: \//)
  assert.match(await (await open('/thu.js')).text(), /document\.title/)
})

test('the language is that of the browser, or the one chosen on the page; what was posted is kept', async () => {
  assert.match(await (await open('/thu', { lang: 'en-GB' })).text(), /<html lang="en">[\s\S]*A page/)
  assert.match(await (await open('/thu?lang=vi', { lang: 'en' })).text(), /<html lang="vi">/)
  const posted = await (await post('mã "7"', {}, '/thu?lang=en')).text()
  assert.match(posted, /action="\/thu\?lang=vi"><input type="hidden" name="said" value="mã &quot;7&quot;">/)
})

test('what a visitor sends is shown as text, and whoever is signed in is a visitor here', async () => {
  assert.match(await (await post('<script>alert(1)</script>')).text(), /<h1>&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/h1>/)
  const doctor = await t.as('doctor')
  assert.match(await (await doctor.fetch('/thu')).text(), /<p>public:thu<\/p>/)
})

test('refusals are pages: too large, not readable, refused by the page', async () => {
  for (const [answer, status] of [
    [await post('x'.repeat(600)), 413],
    [await post('\0'), 400],
    [await open('/thu?refuse=1'), 400],
  ] as const) {
    assert.equal(answer.status, status)
    assert.match(answer.headers.get('content-type') ?? '', /text\/html/)
    assert.match(await answer.text(), /role="alert"><h1>/)
  }
})

test('one address asks too often: a page with 429 says so; another address goes on', async () => {
  const statuses = []
  for (let i = 0; i < 33; i++) statuses.push((await open('/thu', { from: '203.0.113.9' })).status)
  assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429])
  const refused = await open('/thu', { from: '203.0.113.9' })
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
  assert.match(await refused.text(), /Gửi quá nhiều yêu cầu/)
  assert.equal((await open('/thu')).status, 200)
})

test('looking the same thing up again and again leaves one audit row an hour', async () => {
  const rows = async () => (await t.site.store.audit.list({ caller: 'public:thu', limit: 100 })).length
  const before = await rows()
  for (let i = 0; i < 5; i++) await post('phiếu một')
  await post('phiếu hai')
  assert.equal(await rows(), before + 2)
  t.clock.forward(3_700_000)
  await post('phiếu một')
  assert.equal(await rows(), before + 3)
})

test('all visitors together have limits too, and what is remembered is bounded', () => {
  const rate = { perSecond: 1, burst: 2 }
  const limits = pageLimits({ address: rate, all: { perSecond: 1, burst: 5 }, lookups: rate, remembered: 3 })
  assert.equal(limits.take('192.0.2.1', 0), 0)
  for (const n of [2, 3, 4, 5]) assert.equal(limits.take(`192.0.2.${n}`, 0), 0)
  assert.equal(limits.take('192.0.2.6', 0), 1000)
  assert.deepEqual(limits.lookup('a', 0), { known: false, wait: 0 })
  assert.deepEqual(limits.lookup('a', 0), { known: true, wait: 0 })
  limits.lookup('b', 0)
  assert.ok(limits.lookup('c', 0).wait > 0)
})

test('an IPv6 visitor is his network; an IPv4 address in IPv6 clothes is itself', () => {
  assert.equal(visitorOf('2001:db8:1:2:aaaa::1'), visitorOf('2001:0DB8:1:2::ffff'))
  assert.notEqual(visitorOf('2001:db8:1:2::1'), visitorOf('2001:db8:1:3::1'))
  assert.equal(visitorOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(visitorOf('::1'), '0:0:0:0')
})
