import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPassword, hashPassword, passwordFits } from './passwords.ts'

test('passwords are argon2id with 19 MiB and two passes, equal in NFC and NFD', async () => {
  const hash = await hashPassword('Đường về Huế')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await passwordFits(hash, 'Đường về Huế'.normalize('NFD')), true)
  assert.equal(await passwordFits(hash, 'Đường về Hue'), false)
  assert.notEqual(await hashPassword('Đường về Huế'), hash)
})

test('nobody’s password costs as much as somebody’s, and never fits', async () => {
  const hash = await hashPassword('Đường về Huế')
  await passwordFits(undefined, 'x')
  const spent = async (stored: string | undefined) => {
    const start = process.cpuUsage()
    for (let i = 0; i < 8; i++) assert.equal(await passwordFits(stored, 'sai mật khẩu'), false)
    const { user, system } = process.cpuUsage(start)
    return user + system
  }
  const [known, unknown] = [await spent(hash), await spent(undefined)]
  assert.ok(unknown > known / 3, `${unknown} µs for nobody, ${known} µs for somebody`)
})

test('short, endless and obvious passwords are refused', () => {
  for (const [password, login] of [
    ['ngắn', 'a'],
    ['x'.repeat(129), 'a'],
    ['Nguyen.Lan', 'nguyen.lan'],
  ] as const) {
    assert.throws(() => checkPassword(password, login), { code: 'weak-password' })
  }
  checkPassword('mật khẩu', 'nguyen.lan')
})
