import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OutcomeError } from '@yba/fhir'
import { eventually } from '../testing/referral.ts'
import { emptyFolder, layout, readRuntime } from './layout.ts'
import { DEMO_SITES } from './plan.ts'
import { openProvince, type Province } from './province.ts'

const root = mkdtempSync(join(tmpdir(), 'yba-province-'))
const dataDir = join(root, 'data')
let province: Province | undefined
after(async () => {
  await province?.stop()
  if (existsSync(dataDir)) emptyFolder(dataDir)
  rmSync(root, { recursive: true, force: true })
})

const code = (expected: string) => (error: unknown) => error instanceof OutcomeError && error.code === expected
const healthy = async (url: string) => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok === true

test('a first start makes four sites that answer; a later one keeps them', async () => {
  province = await openProvince({ dataDir, port: 'random' })
  assert.equal(province.first, true)
  for (const { settings } of province.sites) assert.ok(await healthy(settings.baseUrl), settings.name)
  assert.equal(new Set(province.sites.map((site) => site.settings.database)).size, DEMO_SITES.length)
  await assert.rejects(openProvince({ dataDir, port: 'random' }), code('box-already-running'))
  const keys = readFileSync(join(layout.site(dataDir, 'bac-giang'), 'keys', 'client.json'), 'utf8')
  for (const name of ['master.key', 'client.json', 'slip.json']) {
    assert.equal(statSync(join(layout.site(dataDir, 'bac-giang'), 'keys', name)).mode & 0o777, 0o600, name)
  }
  await province.stop()
  province = await openProvince({ dataDir, port: 'random', folders: true })
  assert.equal(province.first, false)
  assert.equal(readFileSync(join(layout.site(dataDir, 'bac-giang'), 'keys', 'client.json'), 'utf8'), keys)
  assert.ok(await healthy(province.site('bach-mai').settings.baseUrl))
})

test('the start page shows sites and accounts, and only its own pages may switch a site', async () => {
  assert.ok(province)
  const { controlUrl } = province
  const hub = province.site('hub').settings.baseUrl
  for (const lang of ['vi', 'en']) {
    const page = await (await fetch(`${controlUrl}/?lang=${lang}`)).text()
    assert.match(page, new RegExp(`<html lang="${lang}">`))
    for (const site of DEMO_SITES) {
      assert.ok(page.includes(site.facility.name))
      for (const user of site.users) assert.ok(page.includes(user.login))
    }
  }
  const press = (path: string, headers: Record<string, string>) =>
    fetch(`${controlUrl}${path}`, { method: 'POST', headers, redirect: 'manual' }).then((response) => response.status)
  assert.equal(await press('/sites/hub/stop', {}), 403)
  assert.equal(await press('/sites/hub/stop', { origin: 'http://evil.example' }), 403)
  assert.equal(await press('/api/sites/hub/stop', { 'x-yba-control': 'guess' }), 403)
  assert.ok(await healthy(hub))
  assert.equal(await press('/sites/hub/stop', { origin: controlUrl }), 303)
  assert.equal(await healthy(hub), false)
  assert.equal(await press('/api/sites/hub/start', { 'x-yba-control': readRuntime(dataDir)?.token ?? '' }), 200)
  assert.ok(await healthy(hub))
  assert.equal(await press('/api/sites/nobody/start', { origin: controlUrl }), 404)
})

test('each hospital has a watched folder that the page names; a file dropped from the page is answered beside it', async () => {
  assert.ok(province)
  const { controlUrl } = province
  const folder = layout.watched(dataDir, 'luc-nam')
  const page = async () => (await fetch(`${controlUrl}/?lang=en`)).text()
  const press = (what: string) =>
    fetch(`${controlUrl}/sites/luc-nam/${what}`, { method: 'POST', headers: { origin: controlUrl }, redirect: 'manual' })
  assert.ok((await page()).includes(folder))
  assert.equal((await press('drop')).status, 303)
  await press('his-on')
  assert.match(await page(), /The scripted HIS is running/)
  await press('his-off')
  assert.doesNotMatch(await page(), /The scripted HIS is running/)
  const answers = await eventually(
    async () => readdirSync(folder).filter((name) => name.endsWith('.ket-qua.json')),
    (names) => names.length > 0,
    'the answer file',
  )
  assert.equal((JSON.parse(readFileSync(join(folder, answers[0] ?? ''), 'utf8')) as { ketQua: string }).ketQua, 'nhan')
})

test('a folder that holds something else is refused', async () => {
  const other = mkdtempSync(join(root, 'other-'))
  writeFileSync(join(other, 'thesis.txt'), 'mine')
  await assert.rejects(openProvince({ dataDir: other, port: 'random' }), code('not-a-province'))
  assert.equal(readFileSync(join(other, 'thesis.txt'), 'utf8'), 'mine')
})
