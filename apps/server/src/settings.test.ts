import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAuthority } from '@yba/signing'
import { checkedSettings, refuseUnsafe, type SiteSettings } from './settings.ts'

const good: SiteSettings = {
  name: 'benh-vien',
  role: 'facility',
  environment: 'production',
  facility: { code: '24997', name: 'Bệnh viện Thử', managingBody: 'Sở Y tế' },
  database: 'postgres://yba@127.0.0.1:5432/yba',
  listen: { host: '127.0.0.1', port: 8443 },
  baseUrl: 'https://ho-so.example',
  hubUrl: 'https://truc.example',
  folder: '/srv/yba',
  lang: 'vi',
  careDaysAfterStay: 30,
  idleLockSeconds: 900,
  poolSize: 10,
  trustServices: { timestamps: ['https://gio.example'], issuers: [] },
}
const clock = () => new Date('2026-11-22T08:00:00Z')

test('good settings pass as they are', () => {
  assert.deepEqual(checkedSettings(good), good)
})

test('what a file leaves out has a default; what it says holds', () => {
  const { careDaysAfterStay: _days, idleLockSeconds: _lock, poolSize: _pool, ...short } = good
  assert.deepEqual(checkedSettings(short), { ...short, careDaysAfterStay: 365, idleLockSeconds: 900, poolSize: 8 })
  assert.equal(checkedSettings({ ...short, poolSize: 20 }).poolSize, 20)
})

test('wrong settings are refused by name, naming the member', () => {
  const wrong: [Partial<Record<keyof SiteSettings, unknown>>, string][] = [
    [{ name: 'Bệnh viện' }, 'name'],
    [{ role: 'clinic' }, 'role'],
    [{ facility: { code: '2499', name: 'x', managingBody: '' } }, 'facility.code'],
    [{ baseUrl: 'https://ho-so.example/' }, 'baseUrl'],
    [{ poolSize: 0 }, 'poolSize'],
    [{ listen: { host: '127.0.0.1', port: 70_000 } }, 'listen.port'],
  ]
  for (const [change, where] of wrong) {
    assert.throws(
      () => checkedSettings({ ...good, ...change }),
      (error: { code?: string; findings?: { values: { where?: string } }[] }) =>
        error.code === 'settings-invalid' && error.findings?.[0]?.values.where === where,
      where,
    )
  }
  assert.throws(() => checkedSettings({ ...good, pasword: 'x' }), { code: 'settings-invalid' })
})

test('a production site refuses plain HTTP and the demo authority; a demo site takes both', async () => {
  const demo = [(await createAuthority({ clock })).rootCert]
  const names = { organization: 'CA thật', locality: 'Hà Nội', rootCommonName: 'Gốc', issuingCommonName: 'Cấp', timestampCommonName: 'Giờ' }
  const real = [(await createAuthority({ clock, names })).rootCert]
  refuseUnsafe(good, real)
  assert.throws(() => refuseUnsafe(good, demo), { code: 'settings-unsafe' })
  assert.throws(() => refuseUnsafe(good, []), { code: 'settings-unsafe' })
  const { trustServices: _asked, ...unasked } = good
  assert.throws(() => refuseUnsafe(unasked, real), { code: 'settings-unsafe' })
  const switches = { demoAuthority: { url: 'http://127.0.0.1:8085', token: 'x'.repeat(12) } }
  assert.throws(() => refuseUnsafe({ ...good, ...switches }, real), { code: 'settings-unsafe' })
  assert.throws(() => refuseUnsafe({ ...good, baseUrl: 'http://ho-so.example' }, real), { code: 'settings-unsafe' })
  assert.throws(() => refuseUnsafe({ ...good, hubUrl: 'http://truc.example' }, real), { code: 'settings-unsafe' })
  refuseUnsafe({ ...good, environment: 'demo', baseUrl: 'http://localhost:8082' }, demo)
})
