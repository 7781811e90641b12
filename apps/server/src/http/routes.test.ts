import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessFeature, type Permission, POLICIES, ROLES, type Role } from '../access/index.ts'
import type { Feature, Operation } from '../feature.ts'
import { administration } from '../features/administration/index.ts'
import { audit } from '../features/audit/index.ts'
import { registration } from '../features/registration/index.ts'
import type { SignedIn } from '../testing/browser.ts'
import { type TestSite, testSite } from '../testing/site.ts'
import { operationUrl } from './operations.ts'
import { listRoutes, type RouteView } from './routes.ts'
import { buildServer } from './server.ts'

/** Written by hand, apart from the policies: who may do what. A change of a policy must be made here as well. */
const MAY: Record<Permission, Role[]> = {
  'patient.find': ['reception', 'doctor', 'referral-desk'],
  'chart.read': ['doctor'],
  'chart.break-glass': ['doctor'],
  'claim.import': ['reception', 'referral-desk', 'administrator'],
  'referral.read': ['reception', 'doctor', 'signer', 'referral-desk', 'hub-operator'],
  'referral.compose': ['doctor'],
  'referral.sign-doctor': ['doctor'],
  'referral.sign-authorised': ['signer'],
  'referral.seal': ['signer', 'referral-desk'],
  'referral.desk': ['referral-desk'],
  'referral.arrive': ['reception', 'doctor', 'referral-desk'],
  'referral.care': ['doctor'],
  'referral.outcome': ['doctor'],
  'referral.void': ['doctor', 'signer', 'referral-desk'],
  'referral.mark-read': ['doctor', 'signer', 'referral-desk'],
  'audit.read': ['auditor'],
  'user.manage': ['administrator', 'hub-operator'],
  'site.status': ['administrator', 'hub-operator'],
  'site.session': ['reception', 'doctor', 'signer', 'referral-desk', 'auditor', 'administrator', 'hub-operator'],
  'hub.console': ['hub-operator'],
  'person.review': ['hub-operator'],
  'exchange.submit': ['node'],
  'exchange.transition': ['node'],
  'exchange.feed': ['node'],
  'directory.read': ['reception', 'doctor', 'signer', 'referral-desk', 'auditor', 'administrator', 'hub-operator', 'node'],
  'fhir.read': ['reception', 'doctor', 'signer', 'referral-desk', 'auditor', 'administrator', 'hub-operator', 'node'],
  'fhir.write': ['reception', 'doctor'],
  'public.read': ['public'],
}

const PEOPLE = ROLES.filter((r) => !['node', 'system', 'public'].includes(r))

let t: TestSite
const people = new Map<Role, SignedIn>()

before(async () => {
  t = await testSite({ features: [accessFeature, administration, audit, registration] })
  for (const role of PEOPLE) people.set(role, await t.as(role))
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

function allowed(route: RouteView, role: Role): boolean {
  return 'open' in route.policy || [route.policy.permission].flat().some((p) => MAY[p].includes(role))
}

/** A request that reaches the route; what it does with it does not matter here. */
function fill(route: RouteView): string {
  return route.url.replace(':type', 'Patient').replace(':id', 'nobody').replace(':version', '1').replace(':sha256', '0'.repeat(64))
}

test('every route has a policy; every route × every role answers as the table says', { timeout: 60_000 }, async () => {
  const routes = listRoutes(t.site.server).filter((r) => r.method !== 'HEAD' && !r.url.startsWith('/oidc') && !r.url.startsWith('/auth'))
  assert.ok(routes.length > 20)
  const wrong: string[] = []
  for (const route of routes) {
    for (const role of [...PEOPLE, 'public' as const]) {
      const stop = new AbortController()
      const init: RequestInit = {
        method: route.method,
        signal: stop.signal,
        ...(route.method === 'GET' ? {} : { body: '{"user":"nobody"}' }),
      }
      const by = people.get(role)
      const answer = await (by ? by.fetch(fill(route), init) : fetch(t.url + fill(route), init))
      const text = route.url === '/events' ? '' : await answer.text()
      stop.abort()
      const refused = (answer.status === 403 && (text === '' || text.includes('not-permitted'))) || answer.status === 401
      // A plain write of somebody without the right is refused by the route itself.
      if (refused === allowed(route, role)) wrong.push(`${route.method} ${route.url} ${role}: ${answer.status} ${text.slice(0, 120)}`)
    }
  }
  assert.deepEqual(wrong, [])
})

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

test('operations stand at their addresses, with or without the dollar in their name', () => {
  assert.equal(operationUrl({ ...operation('fhir.read'), name: '$a', level: 'instance', type: 'Task' }), '/fhir/Task/:id/$a')
  assert.equal(operationUrl({ ...operation('fhir.read'), name: 'a', level: 'type', type: 'Task' }), '/fhir/Task/$a')
  assert.equal(operationUrl({ ...operation('fhir.read'), name: 'a' }), '/fhir/$a')
})
