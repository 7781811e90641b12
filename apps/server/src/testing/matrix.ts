/** Every route × every role, against a table written by hand. */
import { MACHINE_ROLES, type Permission, ROLES, type Role } from '../access/index.ts'
import { listRoutes, type RouteView } from '../http/routes.ts'
import type { SignedIn } from './browser.ts'
import type { TestSite } from './site.ts'

/** Who may do what, written by hand apart from the policies: who may do what. A change of a policy must be made here as well. */
export const MAY: Record<Permission, Role[]> = {
  'patient.find': ['reception', 'doctor', 'referral-desk', 'auditor'],
  'chart.read': ['doctor'],
  'chart.break-glass': ['doctor'],
  'claim.import': ['reception', 'referral-desk', 'administrator', 'program'],
  'claim.undo': ['referral-desk'],
  'referral.read': ['reception', 'doctor', 'signer', 'referral-desk', 'hub-operator'],
  'referral.state': ['program'],
  'referral.papers': ['doctor', 'signer', 'referral-desk'],
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
  'acceptance.read': ['doctor', 'signer', 'referral-desk', 'administrator'],
  'acceptance.manage': ['referral-desk', 'administrator'],
  'delegation.read': ['signer', 'referral-desk', 'auditor', 'administrator'],
  'delegation.manage': ['referral-desk', 'administrator'],
  'audit.read': ['auditor'],
  'user.manage': ['administrator', 'hub-operator'],
  'site.status': ['administrator', 'hub-operator'],
  'site.session': ['reception', 'doctor', 'signer', 'referral-desk', 'auditor', 'administrator', 'hub-operator', 'health-department'],
  'exchange.page': ['referral-desk', 'auditor', 'administrator', 'hub-operator'],
  'exchange.act': ['referral-desk', 'administrator', 'hub-operator'],
  'hub.console': ['hub-operator'],
  'person.review': ['hub-operator'],
  'reporting.read': ['health-department', 'hub-operator'],
  'reporting.freeze': ['health-department'],
  'exchange.submit': ['node'],
  'exchange.transition': ['node'],
  'exchange.feed': ['node'],
  'directory.read': [
    'reception',
    'doctor',
    'signer',
    'referral-desk',
    'auditor',
    'administrator',
    'hub-operator',
    'health-department',
    'node',
  ],
  'fhir.read': ['reception', 'doctor', 'signer', 'referral-desk', 'auditor', 'administrator', 'hub-operator', 'node', 'client'],
  'fhir.write': ['reception', 'doctor', 'client'],
  'public.read': ['public'],
  'demo.switch': ['referral-desk', 'administrator', 'hub-operator'],
}

const PEOPLE = ROLES.filter((r) => !MACHINE_ROLES.includes(r))

function allowed(route: RouteView, role: Role): boolean {
  return 'open' in route.policy || [route.policy.permission].flat().some((p) => MAY[p].includes(role))
}

/** A request that reaches the route; what it does with it does not matter here. */
function fill(route: RouteView): string {
  return route.url.replace(':type', 'Patient').replace(':id', 'nobody').replace(':version', '1').replace(':sha256', '0'.repeat(64))
}

export interface Tried {
  tried: number
  /** Let in or refused against the table. */
  wrong: string[]
  /** Answered with something nobody foresaw. */
  broken: string[]
}

/** Sends one request per route and role; what a route does with it does not matter here. */
export async function tryEverything(t: TestSite): Promise<Tried> {
  const people = new Map<Role, SignedIn>()
  for (const role of PEOPLE) people.set(role, await t.as(role))
  // Sign-in pages answer everybody, and signing out would end the test's own sessions.
  const routes = listRoutes(t.site.server).filter((r) => r.method !== 'HEAD' && !/^\/(oidc|auth)/.test(r.url))
  const out: Tried = { tried: 0, wrong: [], broken: [] }
  for (const route of routes) {
    for (const role of [...PEOPLE, 'public' as const]) {
      const { status, text } = await send(t, route, people.get(role))
      const refused = status === 401 || (status === 403 && text.includes('not-permitted'))
      const line = `${route.method} ${route.url} ${role}: ${status} ${text.slice(0, 160)}`
      out.tried++
      if (refused === allowed(route, role)) out.wrong.push(line)
      if (status >= 500) out.broken.push(line)
    }
  }
  return out
}

async function send(t: TestSite, route: RouteView, by: SignedIn | undefined): Promise<{ status: number; text: string }> {
  const stop = new AbortController()
  const body = route.method === 'GET' ? {} : { body: '{"user":"nobody"}' }
  const init: RequestInit = { method: route.method, signal: stop.signal, ...body }
  const answer = await (by ? by.fetch(fill(route), init) : fetch(t.url + fill(route), init))
  const endless = answer.headers.get('content-type')?.startsWith('text/event-stream')
  const text = endless ? '' : await answer.text()
  stop.abort()
  return { status: answer.status, text }
}
