/** What nodes use to be known: SMART backend services with tokens bound to a key. */
import { OutcomeError } from '@yba/fhir'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { grantToken, type TokenIssuer } from '../access/node-tokens.ts'
import { checkProof, PROOF_ALGORITHMS } from '../access/proof.ts'
import type { NodeGuard } from '../feature.ts'
import type { Site } from '../site.ts'
import { formOf } from './body.ts'

/** The time here, so that a node with a wrong clock can correct itself (F10). */
export const SERVER_TIME = 'x-server-time'

export function nodeAuthRoutes(server: FastifyInstance, site: Site, issuer: TokenIssuer, guard: NodeGuard | undefined): void {
  const { baseUrl } = issuer
  async function grant(request: FastifyRequest) {
    const { jkt } = await checkProof(request.headers.dpop, { method: 'POST', url: `${baseUrl}/auth/token` })
    return grantToken(issuer, formOf(request.body), jkt, site.clock.now())
  }
  server.post(
    '/auth/token',
    { bodyLimit: 16_384, config: { policy: { open: 'The signed assertion in the body says who calls.' } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      reply.header(SERVER_TIME, site.clock.now().toISOString())
      try {
        const { facility, skewMs, answer } = await grant(request)
        if (skewMs !== null) await guard?.clock(facility, skewMs)
        return reply.send(answer)
      } catch (error) {
        if (error instanceof OutcomeError && error.http === 401) {
          const reason = String(error.findings[0]?.values.reason ?? '')
          site.log.warn({ request: request.id, code: error.code, reason }, 'client assertion refused')
          await site.store.audit.record(request.caller, { action: 'token', outcome: error.code, detail: reason })
          error.extra.error ??= 'invalid_client'
        }
        throw error
      }
    },
  )
  server.get('/.well-known/smart-configuration', { config: { policy: { open: 'Public by specification.' } } }, () => ({
    issuer: baseUrl,
    token_endpoint: `${baseUrl}/auth/token`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['ES384'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/*.rs'],
    code_challenge_methods_supported: ['S256'],
    capabilities: ['client-confidential-asymmetric', 'permission-v2'],
  }))
}
