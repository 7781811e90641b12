/** Builds the HTTP server of a site: routes with policies, callers, outcomes, limits. It does not listen yet. */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import multipart from '@fastify/multipart'
import Fastify, { type FastifyInstance } from 'fastify'
import type { TokenIssuer } from '../access/node-tokens.ts'
import { accessKeys } from '../access/oidc/keys.ts'
import type { Feature } from '../feature.ts'
import { limitsOf } from '../settings.ts'
import type { Site } from '../site.ts'
import { addressLimits } from './address-limits.ts'
import { authRoutes } from './auth.ts'
import { answerBeforeClosing, takeBytes } from './body.ts'
import { handleErrors, routerError, slowOnes } from './errors.ts'
import { eventRoutes } from './events.ts'
import { addressChecks, refusalOf } from './fhir/addresses.ts'
import { fhirRoutes } from './fhir/index.ts'
import { searchAddress } from './fhir/routes-search.ts'
import { identifyCallers } from './identify.ts'
import { badClient, load, noteAnswers } from './load.ts'
import { nodeAuthRoutes } from './node-auth.ts'
import { BODY_LIMIT, operationRoutes } from './operations.ts'
import { pageRoutes } from './pages.ts'
import { requirePolicies } from './routes.ts'
import { secureHeaders } from './security.ts'
import { serveWeb } from './static.ts'

export interface ServerOptions {
  features: readonly Feature[]
  /** Folder of the built web app. */
  webRoot?: string
}

/** Throws when a route has no policy. */
export async function buildServer(site: Site, options: ServerOptions): Promise<FastifyInstance> {
  const { baseUrl } = site.settings
  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    // The pace of bodies is watched (load.ts); this is the last end. Long-polls and event streams are answers and are not meant.
    requestTimeout: 600_000,
    http: { headersTimeout: limitsOf(site.settings).slowSeconds * 1000, connectionsCheckingInterval: 1_000, maxHeaderSize: 32_768 },
    clientErrorHandler: (error, socket) => badClient(error, socket as Socket),
    keepAliveTimeout: 72_000,
    forceCloseConnections: true,
    // Whose word about a visitor's address is taken; nobody's without a proxy before the site.
    trustProxy: site.settings.proxies ?? false,
    genReqId: () => randomUUID(),
    rewriteUrl: ({ method, url = '/' }) => searchAddress(method, url),
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => routerError(site, error, request, reply),
    // Own lines from an allow-list: no address values, no headers, no bodies.
    logger: false,
  })
  requirePolicies(server)
  logRequests(server, site)
  await server.register(cookie)
  await secureHeaders(server, baseUrl.startsWith('https:'))
  takeBytes(server)
  answerBeforeClosing(server)
  await server.register(multipart, { limits: { files: 1, fields: 20, fileSize: BODY_LIMIT } })
  const keys = await accessKeys(site.keys)
  const issuer: TokenIssuer = { sql: site.store.sql, baseUrl, key: keys, instance: randomUUID() }
  const guard = options.features.find((f) => f.guard)?.guard?.(site)
  handleErrors(server, site, guard)
  noteAnswers(server)
  identifyCallers(server, site, { issuer, guard, load: load(server, site, slowOnes(site, guard)), address: addressLimits(site) })
  authRoutes(server, site, keys)
  nodeAuthRoutes(server, site, issuer, guard)
  operationRoutes(server, site, options.features)
  const check = addressChecks(server)
  fhirRoutes(server, site, options.features, check)
  eventRoutes(server, site)
  pageRoutes(server, site, options.features)
  healthRoute(server, site)
  serveWeb(server, options.webRoot, (request, reply) => refusalOf(check, request, reply)?.findings)
  await server.ready()
  return server
}

function healthRoute(server: FastifyInstance, site: Site): void {
  server.get('/healthz', { config: { policy: { open: 'Says only that the site answers.' } } }, async () => {
    await site.store.sql('select 1')
    return { status: 'ok', site: site.name, role: site.role }
  })
}

function logRequests(server: FastifyInstance, site: Site): void {
  server.addHook('onResponse', async (request, reply) => {
    site.log.info(
      {
        request: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        by: request.caller?.kind,
        caller: request.caller?.id,
      },
      'request',
    )
  })
}
