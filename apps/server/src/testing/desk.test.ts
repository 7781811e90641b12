import assert from 'node:assert/strict'
import { test } from 'node:test'
import { desksOf } from './desk.ts'
import { TEST_PASSWORD, testSite } from './site.ts'
import { tcpProxy } from './tcp-proxy.ts'

test('who was cut off while signing in gets in at the next try', async () => {
  const line = await tcpProxy()
  const t = await testSite({ settings: { baseUrl: line.url } })
  try {
    line.target = { host: '127.0.0.1', port: t.site.settings.listen.port }
    await t.as('doctor', { login: 'ban' })
    for (const fault of [{ kind: 'refuse' }, { kind: 'cut-after', direction: 'down', bytes: 20 }] as const) {
      const at = desksOf(line.url, TEST_PASSWORD)
      await line.set(fault)
      await assert.rejects(at('ban'), TypeError)
      await line.set({ kind: 'pass' })
      assert.equal((await (await at('ban')).get('/fhir/metadata')).status, 200, fault.kind)
      assert.equal(await at('ban'), await at('ban'), 'one sign-in for all who ask')
    }
  } finally {
    await line.close()
    await t.close()
  }
})
