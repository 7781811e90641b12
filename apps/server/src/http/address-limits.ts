/** How often one address may ask without being known: pages, tokens, sign-in. Rows and hashes that strangers cause are bounded by it. */
import { refuse } from '@yba/fhir'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { limitsOf } from '../settings.ts'
import type { Site } from '../site.ts'
import { tooManyRequests } from './outcomes.ts'
import { visitorOf } from './page-limits.ts'
import { buckets } from './rate.ts'

/** Each of these writes a row or costs a hash. */
const SIGN_IN = /^\/(auth\/(login|sign-in\/|token|unlock|callback)|oidc\/)/
/** Addresses of many people: behind a proxy whose word is not taken everybody has one address. */
const MANY = 20
/** Sign-ins that begin, of the whole site together: rows live 15 minutes, so their number is bounded by this. */
const ALL = { perSecond: 50, burst: 500 }

/** Throws `too-many-requests` for somebody unknown; those who are known have limits of their own. */
export function addressLimits(site: Site): (request: FastifyRequest, reply: FastifyReply) => void {
  const known = buckets()
  const limits = limitsOf(site.settings)
  const crowd = site.settings.baseUrl.startsWith('https:') && site.settings.proxies === undefined ? MANY : 1
  const any = { perSecond: limits.anonymousPerSecond * crowd, burst: limits.anonymousBurst * crowd }
  const signIn = { perSecond: limits.signInsPerSecond * crowd, burst: limits.signInBurst * crowd }
  return (request, reply) => {
    const now = site.clock.now().getTime()
    const address = visitorOf(request.ip)
    const asked: [string, { perSecond: number; burst: number }][] = [[`any ${address}`, any]]
    if (SIGN_IN.test(request.url)) asked.push([`sign-in ${address}`, signIn], ['sign-in', ALL])
    const wait = Math.max(...asked.map(([key, rate]) => known.wait(key, rate, now)))
    if (wait > 0) {
      reply.header('retry-after', String(Math.ceil(wait / 1000)))
      throw refuse(tooManyRequests)
    }
    for (const [key] of asked) known.spend(key, 1)
  }
}
