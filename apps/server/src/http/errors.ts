/** Every failure leaves as an OperationOutcome in the caller's language; what is not foreseen leaves nothing but its request id. */
import { type Finding, finding, OutcomeError, operationOutcome } from '@yba/fhir'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { NodeGuard } from '../feature.ts'
import type { Site } from '../site.ts'
import { storageFault } from '../storage-fault.ts'
import { languageOf } from './identify.ts'
import type { Trouble } from './load.ts'
import {
  addressTooLong,
  addressUnreadable,
  badRequest,
  bodyTooLarge,
  bodyUnreadable,
  requestTooSlow,
  storageUnavailable,
  unforeseen,
} from './outcomes.ts'
import { sendRefusalPage } from './pages.ts'

export const FHIR_JSON = 'application/fhir+json; charset=utf-8'

/** Sends findings as an outcome; the first one decides the status. */
export function sendOutcome(reply: FastifyReply, request: FastifyRequest, findings: Finding[], extra: Record<string, unknown> = {}) {
  const status = findings[0]?.definition.http ?? 500
  if (status === 401) reply.header('www-authenticate', 'DPoP algs="ES256 ES384"')
  if ((status === 429 || status === 503) && !reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  return reply
    .code(status)
    .type(FHIR_JSON)
    .header('cache-control', 'no-store')
    .header('content-language', request.lang)
    .send(JSON.stringify({ ...operationOutcome(findings, request.lang), ...extra }))
}

/** Fastify's own errors have codes; each becomes one of ours. */
function known(error: FastifyError): Finding | undefined {
  switch (error.code) {
    case 'FST_ERR_BAD_URL':
      return finding(addressUnreadable)
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return finding(addressTooLong)
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return finding(bodyTooLarge)
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return finding(bodyUnreadable)
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return finding(requestTooSlow)
    default:
      return error.statusCode && error.statusCode >= 400 && error.statusCode < 500 ? finding(badRequest) : undefined
  }
}

/** What the router refuses before it knows a route; no hook has run by then. */
export function routerError(site: Site, error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  request.lang = languageOf(site, request, null)
  sendOutcome(reply, request, [known(error) ?? finding(badRequest)])
}

export function handleErrors(server: FastifyInstance, site: Site, guard: NodeGuard | undefined): void {
  /** People on a public page read a page; all others get an OperationOutcome. */
  const send = (reply: FastifyReply, request: FastifyRequest, findings: Finding[], extra: Record<string, unknown> = {}) => {
    const page = request.routeOptions.config?.page
    return page ? sendRefusalPage(reply, request, site, page, findings) : sendOutcome(reply, request, findings, extra)
  }
  server.setErrorHandler(async (error: FastifyError | OutcomeError, request, reply) => {
    if (error instanceof OutcomeError) {
      await traced(site, async () => {
        await leaveTrace(site, guard, request, error.code)
      })
      return send(reply, request, error.findings, error.extra)
    }
    const ours = known(error)
    if (ours) {
      await traced(site, () => leaveTrace(site, guard, request, ours.definition.code))
      return send(reply, request, [ours])
    }
    const what = storageFault(error)
    if (what) {
      site.log.error({ request: request.id, route: request.routeOptions.url, what, code: error.code }, 'nothing can be written')
      return sendOutcome(reply, request, [finding(storageUnavailable, { what })])
    }
    // The stack names code, not data: messages of the database may quote values, so they stay out.
    site.log.error(
      { request: request.id, route: request.routeOptions.url, error: error.name, code: error.code, stack: frames(error) },
      'unforeseen',
    )
    return send(reply, request, [finding(unforeseen, { request: request.id })])
  })
}

/** The trace of a refusal; where it cannot be written the refusal stands all the same, for it gives nothing away. */
async function traced(site: Site, write: () => Promise<void>): Promise<void> {
  await write().catch((error: unknown) => site.log.error({ err: error }, 'a refusal left no trace'))
}

/** Refusals that no screen of ours ever earns: somebody tries something, or a program is badly wrong. */
const HOSTILE =
  /^(not-permitted|body-too-large|json-(too-deep|too-many-values|forbidden-key)|encoding-refused|request-too-slow|answer-not-read|claim-(doctype|too-large|too-costly))$/

/** Of a node its guard keeps the account; of a person the audit trail does. Strangers are limited by address, and logged. */
async function leaveTrace(site: Site, guard: NodeGuard | undefined, request: FastifyRequest, code: string): Promise<void> {
  const route = `${request.method} ${request.routeOptions.url ?? ''}`
  if (guard && request.node) return guard.refused(request.caller, code, route)
  if (!HOSTILE.test(code)) return
  if (request.caller.kind === 'public') site.log.warn({ request: request.id, route, code }, 'refused')
  else await site.store.audit.record(request.caller, { action: 'refused', outcome: code, detail: route })
}

/** Who was cut off for being slow got no answer to be refused by: the trace is left here. */
export const slowOnes =
  (site: Site, guard: NodeGuard | undefined): Trouble =>
  (request, code) =>
    void traced(site, () => leaveTrace(site, guard, request, code))

/** An error as log lines hold it: its name, code and places in the program; never its words, which may quote patients. */
export function errorFacts(error: unknown): { name: string; code?: string; stack: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, stack: [] }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return { name: error.name, ...(code ? { code } : {}), stack: frames(error) }
}

const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.trim())
