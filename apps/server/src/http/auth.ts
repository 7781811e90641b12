/** Sign-in, session, lock, language: what people's browsers use under /auth. */
import { findingText, OutcomeError, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { jwtVerify } from 'jose'
import type { Provider } from 'oidc-provider'
import { userCaller } from '../access/callers.ts'
import { finishFlow, safeReturn, startFlow } from '../access/oidc/client.ts'
import type { AccessKeys } from '../access/oidc/keys.ts'
import { messagePage, STYLE, signInPage } from '../access/oidc/pages.ts'
import { CLIENT_ID, openProvider, serveProvider } from '../access/oidc/provider.ts'
import { signInExpired, signInRequired } from '../access/outcomes.ts'
import { closeSession, lockSession, openSession, unlockSession } from '../access/sessions.ts'
import { checkCredentials, normalLogin } from '../access/sign-in.ts'
import { sessions, users } from '../access/tables.ts'
import type { Site } from '../site.ts'
import { formOf, jsonOf, textOf } from './body.ts'
import { type Devices, devices } from './device.ts'
import { checkOrigin, cookieNames } from './identify.ts'
import { badRequest } from './outcomes.ts'

const OPEN = (why: string) => ({ config: { policy: { open: why } } })
const SIGN_IN = OPEN('Whoever signs in is not known yet.')

interface Auth {
  server: FastifyInstance
  site: Site
  keys: AccessKeys
  provider(): Promise<Provider>
  rules: { sql: Site['store']['sql']; idleLockSeconds: number }
  names: ReturnType<typeof cookieNames>
  device: Devices
  cookie: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean }
}

/** Adds the routes; the OpenID provider is opened at the first sign-in. */
export function authRoutes(server: FastifyInstance, site: Site, keys: AccessKeys): void {
  const { sql } = site.store
  const { baseUrl } = site.settings
  let opened: Promise<Provider> | undefined
  const names = cookieNames(site.name)
  const cookie = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure: baseUrl.startsWith('https:') }
  const auth: Auth = {
    server,
    site,
    keys,
    provider: () => {
      opened ??= openProvider({ sql, site: site.name, baseUrl, keys })
      return opened
    },
    rules: { sql, idleLockSeconds: site.settings.idleLockSeconds },
    names,
    device: devices(names.device, keys.cookieSecret, cookie),
    cookie,
  }
  providerRoutes(auth)
  flowRoutes(auth)
  formRoutes(auth)
  sessionRoutes(auth)
}

function providerRoutes({ server, provider, site }: Auth): void {
  const handler = async () => undefined
  server.route({
    method: ['GET', 'POST'],
    url: '/oidc/*',
    config: { policy: { open: 'The OpenID provider checks its own callers.' } },
    // The provider reads the body itself, so it takes the request before Fastify parses it.
    onRequest: async (request, reply) => {
      const opened = await provider()
      reply.hijack()
      serveProvider(opened, site.settings.baseUrl, request.raw, reply.raw)
    },
    handler,
  })
  server.get('/auth/style.css', OPEN('A style sheet holds nothing.'), (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(STYLE),
  )
}

function html(reply: FastifyReply, status: number, body: string) {
  return reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(body)
}

function flowRoutes({ server, site, keys, rules, names, cookie, device }: Auth): void {
  const { sql } = site.store
  const { baseUrl } = site.settings
  const expired = (request: FastifyRequest, reply: FastifyReply) =>
    html(reply, signInExpired.http, messagePage('sign-in-expired', request.lang))

  // The provider keeps nobody signed in: at a shared computer the next person would be asked about the last one.
  const forgetProvider = (reply: FastifyReply) => {
    for (const name of names.provider) reply.clearCookie(name, cookie)
  }

  server.get<{ Querystring: { return?: string; moved?: string } }>('/auth/login', SIGN_IN, async (request, reply) => {
    const returnTo = safeReturn(request.query.return)
    // Under another host name the cookies of the flow would not come back.
    // Sent on once only: a proxy may hide the name people use.
    if (request.host !== new URL(baseUrl).host && request.query.moved === undefined) {
      return reply.redirect(`${baseUrl}/auth/login?moved=1&return=${encodeURIComponent(returnTo)}`)
    }
    forgetProvider(reply)
    const { location, state } = await startFlow({ sql, baseUrl, now: site.clock.now() }, returnTo)
    return reply.setCookie(names.attempt, state, { ...cookie, maxAge: 900 }).redirect(location)
  })

  server.get<{ Querystring: { state?: string; code?: string } }>('/auth/callback', SIGN_IN, async (request, reply) => {
    const now = site.clock.now()
    const done = await finishFlow(
      {
        sql,
        baseUrl,
        now,
        askToken: async (form) => {
          const answer = await server.inject({
            method: 'POST',
            url: '/oidc/token',
            headers: { 'content-type': 'application/x-www-form-urlencoded', host: new URL(baseUrl).host },
            payload: form,
          })
          return { status: answer.statusCode, body: answer.body }
        },
        verifyIdToken: async (token) => {
          const { payload } = await jwtVerify(token, keys.publicKey, {
            issuer: `${baseUrl}/oidc`,
            audience: CLIENT_ID,
            algorithms: ['ES256'],
          })
          return payload
        },
      },
      request.query,
      request.cookies[names.attempt],
    )
    reply.clearCookie(names.attempt, cookie)
    forgetProvider(reply)
    const user = done && (await users.byId(sql, done.userId))
    if (!done || !user) return expired(request, reply)
    await closeSession(rules, request.cookies[names.session])
    const id = await openSession(rules, user, now)
    await site.store.audit.record(userCaller(user, site.settings.facility.code, request.id), { action: 'login', outcome: 'success' })
    device.remember(request, reply)
    return reply.setCookie(names.session, id, cookie).redirect(done.returnTo)
  })
}

function formRoutes({ server, site, provider, names, cookie, device }: Auth): void {
  const { sql } = site.store
  const { facility, environment } = site.settings
  const show = (request: FastifyRequest, uid: string, more: { login?: string; error?: { text: string; cure: string } } = {}) =>
    signInPage({ lang: request.lang, uid, facility: facility.name, demo: environment === 'demo', ...more })

  /** The interaction this browser is in; undefined when it has none or another one. */
  async function interaction(request: FastifyRequest<{ Params: { uid: string } }>, reply: FastifyReply) {
    try {
      const details = await (await provider()).interactionDetails(request.raw, reply.raw)
      return details.uid === request.params.uid ? details : undefined
    } catch (error) {
      if (error instanceof Error && error.name === 'SessionNotFound') return undefined
      throw error
    }
  }
  const gone = (request: FastifyRequest, reply: FastifyReply) =>
    html(reply, signInExpired.http, messagePage('sign-in-expired', request.lang))

  server.get<{ Params: { uid: string }; Querystring: { lang?: string } }>('/auth/sign-in/:uid', SIGN_IN, async (request, reply) => {
    if (!(await interaction(request, reply))) return gone(request, reply)
    const { lang } = request.query
    if (lang === 'vi' || lang === 'en') {
      request.lang = lang
      reply.setCookie(names.lang, lang, { ...cookie, maxAge: 31_536_000 })
    }
    return html(reply, 200, show(request, request.params.uid))
  })

  server.post<{ Params: { uid: string } }>('/auth/sign-in/:uid', { ...SIGN_IN, bodyLimit: 8192 }, async (request, reply) => {
    checkOrigin(site, request)
    if (!(await interaction(request, reply))) return gone(request, reply)
    const form = formOf(request.body)
    const login = form.get('login') ?? ''
    try {
      const user = await checkCredentials(sql, login, form.get('password') ?? '', site.clock.now(), device.place(request))
      const next = await (await provider()).interactionResult(request.raw, reply.raw, { login: { accountId: user.id, remember: false } })
      return reply.redirect(next, 303)
    } catch (error) {
      if (!(error instanceof OutcomeError)) throw error
      const known = await users.byLogin(sql, normalLogin(login))
      await site.store.audit.record(request.caller, { action: 'login', outcome: error.code, detail: known?.id ?? 'unknown' })
      const [first] = error.findings.map((f) => findingText(f))
      const said = first && { text: first[request.lang], cure: first.cure[request.lang] }
      return html(reply, error.http, show(request, request.params.uid, { login, ...(said ? { error: said } : {}) }))
    }
  })
}

function sessionRoutes({ server, site, rules, names, cookie }: Auth): void {
  const now = () => site.clock.now()
  const { sql } = site.store
  const own = OPEN('Speaks only of the visitor’s own session.')
  const { facility, environment, idleLockSeconds } = site.settings

  server.get('/auth/session', { config: { policy: own.config.policy, background: true } }, (request, reply) => {
    const user = request.session?.user
    const view = user && {
      id: user.id,
      name: user.name,
      role: user.role,
      permissions: [...request.caller.permissions],
      departments: user.departments,
      ...(user.licence ? { licence: user.licence } : {}),
    }
    const locked = request.session?.locked === true
    return reply.header('cache-control', 'no-store').send({
      user: locked ? null : (view ?? null),
      ...(locked && user ? { locked: { id: user.id, name: user.name } } : {}),
      site: { name: site.name, role: site.role, facility: { code: facility.code, name: facility.name }, environment },
      lang: request.lang,
      idleLockSeconds,
    })
  })

  server.post('/auth/logout', { ...own, bodyLimit: 1024 }, async (request, reply) => {
    checkOrigin(site, request)
    await closeSession(rules, request.cookies[names.session])
    if (request.session) {
      const caller = userCaller(request.session.user, facility.code, request.id)
      await site.store.audit.record(caller, { action: 'logout', outcome: 'success' })
    }
    return reply.clearCookie(names.session, cookie).code(204).send()
  })

  server.post('/auth/lock', { ...own, bodyLimit: 1024 }, async (request, reply) => {
    checkOrigin(site, request)
    if (request.session) await lockSession(rules, request.session, now())
    return reply.code(204).send()
  })

  server.post('/auth/unlock', { ...own, bodyLimit: 8192 }, async (request, reply) => {
    checkOrigin(site, request)
    if (!request.session) throw refuse(signInRequired)
    const body = jsonOf(textOf(request.body))
    const password = typeof body === 'object' && body !== null && 'password' in body ? String(body.password) : ''
    await unlockSession(rules, request.session, password, now())
    return reply.code(204).send()
  })

  server.post('/auth/lang', { ...own, bodyLimit: 1024 }, async (request, reply) => {
    checkOrigin(site, request)
    const body = jsonOf(textOf(request.body))
    const lang = typeof body === 'object' && body !== null && 'lang' in body ? body.lang : undefined
    if (lang !== 'vi' && lang !== 'en') throw refuse(badRequest)
    if (request.session) {
      await sessions.setLang(sql, request.session.hash, lang)
      await users.setLang(sql, request.session.user.id, lang, now())
    }
    return reply
      .setCookie(names.lang, lang, { ...cookie, maxAge: 31_536_000 })
      .code(204)
      .send()
  })
}
