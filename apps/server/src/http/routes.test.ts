import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { MACHINE_ROLES, type Permission, POLICIES, ROLES } from '../access/index.ts'
import type { Feature, Operation } from '../feature.ts'
import { html } from '../page.ts'
import { featuresOf } from '../roles.ts'
import { MAY, tryEverything } from '../testing/matrix.ts'
import { type TestSite, testSite } from '../testing/site.ts'
import { operationUrl } from './operations.ts'
import { buildServer } from './server.ts'

const PEOPLE = ROLES.filter((r) => !MACHINE_ROLES.includes(r) || r === 'program')

let t: TestSite

before(async () => {
  t = await testSite()
})
after(() => t.close())

test('the policies give exactly what the table by hand says', () => {
  for (const [permission, roles] of Object.entries(MAY)) {
    const given = ROLES.filter((r) => r !== 'system' && POLICIES[r].permissions.some((p) => p === permission))
    assert.deepEqual(given.toSorted(), roles.toSorted(), permission)
  }
})

test('only doctors, in care or in the department, read clinical types of people; nobody but the auditor reads audit', () => {
  for (const role of PEOPLE) {
    for (const grant of POLICIES[role].grants) {
      const shows = (type: string) => grant.types === '*' || grant.types.includes(type)
      for (const type of ['Condition', 'Observation', 'MedicationRequest', 'DiagnosticReport']) {
        if (!shows(type)) continue
        assert.equal(role, 'doctor', type)
        assert.ok(['relation', 'department'].includes(grant.scope), `${type} ${grant.scope}`)
      }
      if (shows('AuditEvent')) assert.equal(role, 'auditor')
      assert.notEqual(grant.types, '*')
    }
  }
})

for (const role of ['bare', 'facility', 'hub'] as const) {
  // Of the conformance site, which no patient's data meets, in the second ring.
  const ring = role === 'bare' ? 'slow: ' : ''
  test(`${ring}${role}: every route has a policy; every route × every role answers as the table says`, { timeout: 60_000 }, async () => {
    const site = await testSite({ role, features: featuresOf(role) })
    try {
      const { tried, wrong, broken } = await tryEverything(site)
      assert.ok(tried > 100)
      assert.deepEqual(wrong, [])
      assert.deepEqual(broken, [])
    } finally {
      await site.close()
    }
  })
}

const operation = (permission: unknown): Operation => ({
  name: 'loose',
  level: 'system',
  method: 'GET',
  permission: permission as Permission,
  body: 'none',
  handle: async () => ({ json: {} }),
})

test('a route without a policy does not start', async () => {
  for (const permission of [undefined, [], 'everything', ['fhir.read', undefined]]) {
    const loose: Feature = { name: 'loose', operations: [operation(permission)] }
    await assert.rejects(buildServer(t.site, { features: [loose] }), /\/fhir\/\$loose has no policy/)
  }
})

test('a public page that does not say why nobody has to be known does not start', async () => {
  const page = { name: 'loose', path: '/loose', why: '', answer: async () => ({ title: '', body: html`` }) }
  await assert.rejects(buildServer(t.site, { features: [{ name: 'loose', operations: [], pages: [page] }] }), /\/loose has no policy/)
})

test('operations stand at their addresses, with or without the dollar in their name', () => {
  assert.equal(operationUrl({ ...operation('fhir.read'), name: '$a', level: 'instance', type: 'Task' }), '/fhir/Task/:id/$a')
  assert.equal(operationUrl({ ...operation('fhir.read'), name: 'a', level: 'type', type: 'Task' }), '/fhir/Task/$a')
  assert.equal(operationUrl({ ...operation('fhir.read'), name: 'a' }), '/fhir/$a')
})
