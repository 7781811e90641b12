import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { type TestSite, testSite } from '../testing/site.ts'

let t: TestSite
const root = mkdtempSync(join(tmpdir(), 'yba-web-'))
const SCRIPT = 'document.title = "Y Bạ"\n'.repeat(50)

before(async () => {
  mkdirSync(join(root, 'assets'))
  writeFileSync(join(root, 'index.html'), '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><title>Y Bạ</title>')
  writeFileSync(join(root, 'assets', 'app-1a2b.js'), SCRIPT)
  writeFileSync(join(root, 'assets', 'app-1a2b.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(root, '..', 'beside-the-root.txt'), 'secret')
  t = await testSite({ webRoot: root })
})
after(async () => {
  await t.close()
  rmSync(root, { recursive: true, force: true })
  rmSync(join(root, '..', 'beside-the-root.txt'), { force: true })
})

const page = { headers: { accept: 'text/html' } }

test('every address of a screen is the app, with a fresh nonce for its styles', async () => {
  const seen = new Set<string>()
  for (const path of ['/', '/index.html', '/patients/1', '/referrals?list=tray']) {
    const answer = await fetch(t.url + path, page)
    assert.equal(answer.status, 200, path)
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
    const nonce = /content="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
    assert.ok(answer.headers.get('content-security-policy')?.includes(`style-src 'self' 'nonce-${nonce}'`), path)
    seen.add(nonce)
  }
  assert.equal(seen.size, 4)
})

test('hashed files are kept for ever and sent as they were packed', async () => {
  const answer = await fetch(`${t.url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'br' } })
  assert.equal(answer.headers.get('content-encoding'), 'br')
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.match(answer.headers.get('content-type') ?? '', /^text\/javascript/)
  assert.equal(await answer.text(), SCRIPT)
  const plain = await fetch(`${t.url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'identity' } })
  assert.equal(plain.headers.get('content-encoding'), null)
  assert.equal(await plain.text(), SCRIPT)
  // Nobody packed this one before; it is packed here.
  const gzip = await fetch(`${t.url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(gzip.headers.get('content-encoding'), 'gzip')
  assert.ok(Number(gzip.headers.get('content-length')) < 200)
  assert.equal(await gzip.text(), SCRIPT)
})

test('what is neither a file nor a screen is an outcome, not the app', async () => {
  for (const path of ['/assets/gone.js', '/auth/nothing', '/oidc', '/.well-known/else']) {
    const answer = await fetch(t.url + path, page)
    assert.ok(answer.status >= 400, path)
    assert.ok(!(await answer.text()).includes('<title>'), path)
  }
  const fhir = await (await fetch(`${t.url}/fhir`, page)).text()
  assert.ok(fhir.includes('CapabilityStatement') && !fhir.includes('app-'), 'a FHIR address has a page of its own, without the app')
  assert.equal((await fetch(`${t.url}/patients/1`, { method: 'POST' })).status, 404)
})

test('an app built anew under a running server is served whole', async () => {
  writeFileSync(join(root, 'assets', 'app-3c4d.js'), 'new')
  const page = join(root, 'index.html')
  const later = new Date(Date.now() + 5000)
  utimesSync(page, later, later)
  assert.equal(await (await fetch(`${t.url}/assets/app-3c4d.js`)).text(), 'new')
})

/** fetch would tidy the path up first. */
function raw(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${t.url}`, { path }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      response.on('end', () => resolve(body))
    })
      .on('error', reject)
      .end()
  })
}

test('no path leads out of the folder', async () => {
  for (const path of [
    '/../beside-the-root.txt',
    '/assets/../../beside-the-root.txt',
    '/%2e%2e/beside-the-root.txt',
    '/..%2fbeside-the-root.txt',
  ]) {
    assert.ok(!(await raw(path)).includes('secret'), path)
  }
})

test('answers carry the headers that bind a browser', async () => {
  const { headers } = await fetch(`${t.url}/healthz`)
  assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*object-src 'none'.*base-uri 'none'/)
  assert.equal(headers.get('x-content-type-options'), 'nosniff')
  assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN')
  assert.equal(headers.get('referrer-policy'), 'same-origin')
  assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(headers.get('x-powered-by'), null)
})
