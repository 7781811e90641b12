import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addUser } from '../access/index.ts'
import { testSite } from '../testing/site.ts'

const BASE = 'https://benhvien.example'

test('behind a proxy that ends HTTPS, every step stays at the public address with secure cookies', async () => {
  const t = await testSite({ settings: { baseUrl: BASE } })
  try {
    await addUser(t.site.store.sql, { login: 'bs.lan', name: 'Trần Thị Lan', role: 'doctor', password: 'mật khẩu dài' }, new Date())
    const cookies = new Map<string, string>()
    const go = async (path: string, form?: Record<string, string>) => {
      const answer = await t.site.server.inject({
        method: form ? 'POST' : 'GET',
        url: path.replace(BASE, ''),
        // What a careless proxy sends: its own name and plain HTTP.
        headers: { host: '10.0.0.9:8080', origin: BASE, cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') },
        ...(form ? { payload: new URLSearchParams(form).toString() } : {}),
      })
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
        cookies.set(name, value)
        if (value !== '' && !/expires=Thu, 01 Jan 1970/i.test(line)) assert.match(line, /; secure/i, name)
      }
      return { status: answer.statusCode, location: String(answer.headers.location ?? ''), body: answer.body }
    }
    const first = await go('/auth/login?return=/tray')
    assert.equal(first.location, `${BASE}/auth/login?moved=1&return=%2Ftray`)
    const started = await go(first.location)
    assert.ok(started.location.startsWith(`${BASE}/oidc/auth?`))
    const form = await go(started.location)
    const page = await go(form.location)
    assert.equal(page.status, 200)
    const resumed = await go(/action="([^"]+)"/.exec(page.body)?.[1] ?? '', { login: 'bs.lan', password: 'mật khẩu dài' })
    assert.ok(resumed.location.startsWith(`${BASE}/oidc/auth/`), resumed.location)
    const callback = await go(resumed.location)
    assert.ok(callback.location.startsWith(`${BASE}/auth/callback?code=`), callback.location)
    const done = await go(callback.location)
    assert.equal(done.location, '/tray')
    assert.equal((JSON.parse((await go('/auth/session')).body) as { user: { name: string } }).user.name, 'Trần Thị Lan')
  } finally {
    await t.close()
  }
})
