/** Public pages of the features as routes: strict content policy, no cookies, limited per address, kept out of indexes. */
import { type Finding, findingText, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Feature } from '../feature.ts'
import type { PublicPage, PublicPageContext } from '../page.ts'
import type { Site } from '../site.ts'
import { formOf } from './body.ts'
import { tooManyRequests } from './outcomes.ts'
import { framedPage, PAGE_STYLE, refusalBody } from './page-frame.ts'
import { type PageLimits, pageLimits } from './page-limits.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The public page of a route; whoever calls it is `public:<name>`, session or not. */
    page?: PublicPage
  }
}

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
]
const OPEN = (open: string) => ({ config: { policy: { open } } })
const FORM_LIMIT = 4096

/** Headers of every answer of a public page. */
const pageHeaders = (reply: FastifyReply, page: PublicPage): void => strictHeaders(reply, page.script !== undefined)

/** Headers of a page that holds nothing of others; a script only where the page has its own. */
export function strictHeaders(reply: FastifyReply, script = false): void {
  reply.headers({
    'content-security-policy': [...POLICY, ...(script ? ["script-src 'self'"] : [])].join('; '),
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow, noarchive',
    // No cookie is used here, so forms need no origin: the next site shall not learn from where somebody comes.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    vary: 'accept-language',
  })
}

/** A refusal on a public page, in the frame of the page. */
export function sendRefusalPage(reply: FastifyReply, request: FastifyRequest, site: Site, page: PublicPage, findings: Finding[]) {
  const [first] = findings
  if (!first) throw new Error('a refusal without a finding')
  const said = findingText(first)
  pageHeaders(reply, page)
  const body = refusalBody(said, request.lang)
  return sendFrame(reply, request, site, page, { status: first.definition.http, title: said[request.lang], body, form: null })
}

interface Framed {
  status: number
  title: string
  body: ReturnType<typeof refusalBody>
  form: URLSearchParams | null
  refreshSeconds?: number
}

function sendFrame(reply: FastifyReply, request: FastifyRequest, site: Site, page: PublicPage, framed: Framed) {
  const { status, ...parts } = framed
  const text = framedPage({
    ...parts,
    lang: request.lang,
    path: page.path,
    site: site.settings.facility.name,
    demo: site.settings.environment === 'demo',
    script: page.script !== undefined,
  })
  return reply.code(status).type('text/html; charset=utf-8').header('content-language', request.lang).send(text)
}

/** What a page is told of one request. */
function pageContext(site: Site, page: PublicPage, limits: PageLimits, request: FastifyRequest, reply: FastifyReply): PublicPageContext {
  const gone = new AbortController()
  request.raw.once('close', () => {
    if (!reply.raw.writableEnded) gone.abort()
  })
  const at = request.url.indexOf('?')
  const form = request.method === 'POST' ? formOf(request.body) : null
  return {
    site,
    caller: request.caller,
    lang: request.lang,
    query: new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1)),
    form,
    signal: AbortSignal.any([gone.signal, site.stopping]),
    lookedUp: async (subject, detail) => {
      const { known, wait } = limits.lookup(`${page.name} ${subject}`, site.clock.now().getTime())
      if (wait > 0) throw refuse(tooManyRequests)
      if (!known) await site.store.audit.record(request.caller, { action: 'public', outcome: 'ok', detail })
    },
  }
}

async function answerJson(site: Site, page: PublicPage, limits: PageLimits, request: FastifyRequest, reply: FastifyReply) {
  const answer = await page.json?.(pageContext(site, page, limits, request, reply))
  pageHeaders(reply, page)
  return reply
    .code(answer?.status ?? 200)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(answer?.json ?? null))
}

async function answerPage(site: Site, page: PublicPage, limits: PageLimits, request: FastifyRequest, reply: FastifyReply) {
  const context = pageContext(site, page, limits, request, reply)
  const answer = await page.answer(context)
  const { form } = context
  pageHeaders(reply, page)
  return sendFrame(reply, request, site, page, { ...answer, status: answer.status ?? 200, form })
}

/** Refuses an address that asks too often. */
const limitTo = (site: Site, limits: PageLimits) => async (request: FastifyRequest, reply: FastifyReply) => {
  const wait = limits.take(request.ip, site.clock.now().getTime())
  if (wait === 0) return
  reply.header('retry-after', String(Math.ceil(wait / 1000)))
  throw refuse(tooManyRequests)
}

/** Adds the pages of all features, their style sheet, their scripts and robots.txt. */
export function pageRoutes(server: FastifyInstance, site: Site, features: readonly Feature[]): void {
  const limits = pageLimits()
  const pages = features.flatMap((f) => f.pages ?? [])
  server.get('/robots.txt', OPEN('Keeps the whole site out of search engines.'), (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send('User-agent: *\nDisallow: /\n'),
  )
  server.get('/public.css', OPEN('A style sheet holds nothing.'), (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600').send(PAGE_STYLE),
  )
  for (const page of pages) {
    const onRequest = limitTo(site, limits)
    if (page.json) {
      server.get(`${page.path}.json`, { config: { policy: { open: page.why }, page }, onRequest }, (request, reply) =>
        answerJson(site, page, limits, request, reply),
      )
    }
    server.route({
      method: page.form ? ['GET', 'POST'] : ['GET'],
      url: page.path,
      bodyLimit: page.form?.limit ?? FORM_LIMIT,
      config: { policy: { open: page.why }, page },
      onRequest,
      handler: (request, reply) => answerPage(site, page, limits, request, reply),
    })
    if (page.script === undefined) continue
    server.get(`${page.path}.js`, OPEN('A script without data.'), (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=3600').send(page.script),
    )
  }
}
