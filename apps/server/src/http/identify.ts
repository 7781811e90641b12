/** Finds out who is calling, in what language, and whether the route is for them; before any body is read. */
import { refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'
import { programCaller, publicCaller, userCaller } from '../access/callers.ts'
import type { TokenIssuer } from '../access/node-tokens.ts'
import { foreignOrigin, notPermitted, sessionLocked, signInRequired } from '../access/outcomes.ts'
import { programOf } from '../access/programs.ts'
import { findSession, type Session } from '../access/sessions.ts'
import type { NodeGuard } from '../feature.ts'
import type { Site } from '../site.ts'
import type { addressLimits } from './address-limits.ts'
import type { Load } from './load.ts'
import { nodeCallers } from './node-callers.ts'
import { badRequest } from './outcomes.ts'
import type { RoutePolicy } from './routes.ts'

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
    session: Session | null
    lang: 'vi' | 'en'
  }
}

export const cookieNames = (site: string) => ({
  session: `yba_${site}`,
  attempt: `yba_${site}_state`,
  lang: `yba_${site}_lang`,
  device: `yba_${site}_device`,
  /** The OpenID provider's own session and its signature. */
  provider: [`yba_${site}_op`, `yba_${site}_op.sig`],
})

/** U+0000 in an address: no id, name or code holds it, and the database has no place for it. */
const NUL = /%00/

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Browsers send Origin with every unsafe request; a cookie without it is refused. */
function checkOrigin(site: Site, request: FastifyRequest): void {
  if (!UNSAFE.has(request.method)) return
  if (request.headers.origin !== new URL(site.settings.baseUrl).origin) throw refuse(foreignOrigin)
}

/** User, then cookie of an unknown visitor, then Accept-Language, then Vietnamese. */
export function languageOf(site: Site, request: FastifyRequest, session: Session | null): 'vi' | 'en' {
  const chosen = session?.lang ?? session?.user.lang ?? request.cookies?.[cookieNames(site.name).lang]
  if (chosen === 'vi' || chosen === 'en') return chosen
  const wanted = (request.headers['accept-language'] ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', q] = part.trim().split(';q=')
      return { lang: tag.slice(0, 2).toLowerCase(), weight: q === undefined ? 1 : Number(q) }
    })
    .filter((w) => w.lang === 'vi' || w.lang === 'en')
    .sort((a, b) => b.weight - a.weight)
  return wanted[0]?.lang === 'en' ? 'en' : 'vi'
}

/** The language a visitor chose on a public page, where no cookie keeps it. */
function wantedLanguage(url = ''): 'vi' | 'en' | undefined {
  const chosen = new URLSearchParams(url.split('?')[1]).get('lang')
  return chosen === 'vi' || chosen === 'en' ? chosen : undefined
}

/** Whether the caller satisfies the policy. */
export function permits(policy: RoutePolicy, caller: Caller): boolean {
  return 'open' in policy || [policy.permission].flat().some((p) => caller.permissions.has(p))
}

function requirePermission(policy: RoutePolicy, request: FastifyRequest): void {
  if ('open' in policy || permits(policy, request.caller)) return
  if (request.session?.locked) throw refuse(sessionLocked)
  if (request.caller.kind === 'public') throw refuse(signInRequired)
  throw refuse(notPermitted, { permission: [policy.permission].flat().join(' | ') })
}

/** Adds caller, session and language to every request of the server. */
export interface Gatekeepers {
  issuer: TokenIssuer
  guard: NodeGuard | undefined
  load: Load
  address: ReturnType<typeof addressLimits>
}

export function identifyCallers(server: FastifyInstance, site: Site, { issuer, guard, load, address }: Gatekeepers): void {
  const nodes = nodeCallers(server, site, issuer, guard)
  const { sql } = site.store
  const rules = { sql, idleLockSeconds: site.settings.idleLockSeconds }
  const facility = site.settings.facility.code
  server.decorateRequest('caller', null as unknown as Caller)
  server.decorateRequest('session', null)
  server.decorateRequest('lang', 'vi')

  /** A program of this facility; strangers who guess are held to the limits of their address. */
  async function findProgram(request: FastifyRequest, reply: FastifyReply, token: string, now: Date): Promise<Caller> {
    try {
      return programCaller(await programOf(sql, token, now), facility, request.id)
    } catch (error) {
      address(request, reply)
      throw error
    }
  }

  async function find(request: FastifyRequest, reply: FastifyReply, now: Date): Promise<Caller> {
    const { authorization } = request.headers
    const token = /^Bearer (yba1\.\S{1,100})$/i.exec(authorization ?? '')?.[1]
    if (token) return findProgram(request, reply, token, now)
    if (authorization !== undefined) return nodes.find(request, now)
    const background = request.routeOptions.config?.background === true || request.headers['x-background'] !== undefined
    const cookie = request.cookies[cookieNames(site.name).session]
    request.session = (await findSession(rules, cookie, now, !background)) ?? null
    if (!request.session || request.session.locked) return publicCaller('web', facility, request.id)
    checkOrigin(site, request)
    return userCaller(request.session.user, facility, request.id)
  }

  server.addHook('onRequest', async (request, reply) => {
    const policy = request.routeOptions.config?.policy
    request.lang = languageOf(site, request, null)
    request.caller = publicCaller('web', facility, request.id)
    if (!policy) return
    if (NUL.test(request.raw.url ?? '')) throw refuse(badRequest)
    const page = request.routeOptions.config?.page
    if (page) {
      // A signed-in person on a public page is a visitor like everybody.
      request.caller = publicCaller(page.name, facility, request.id)
      request.lang = wantedLanguage(request.raw.url) ?? request.lang
      return
    }
    const now = site.clock.now()
    request.caller = await find(request, reply, now)
    request.lang = languageOf(site, request, request.session)
    if (request.caller.kind === 'public' && !request.session) address(request, reply)
    if (request.caller.kind === 'node') await nodes.admit(request, reply)
    load.enter(request)
    requirePermission(policy, request)
  })
}

export { checkOrigin }
