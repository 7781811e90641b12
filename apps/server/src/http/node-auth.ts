/** What nodes use to be known: SMART backend services. */
import { OutcomeError } from '@yba/fhir'
import type { FastifyInstance } from 'fastify'
import { grantToken, type TokenIssuer } from '../access/node-tokens.ts'
import type { Site } from '../site.ts'
import { formOf } from './body.ts'

export function nodeAuthRoutes(server: FastifyInstance, site: Site, issuer: TokenIssuer): void {
  const { baseUrl } = issuer
  server.post(
    '/auth/token',
    { bodyLimit: 16_384, config: { policy: { open: 'The signed assertion in the body says who calls.' } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      try {
        return reply.send(await grantToken(issuer, formOf(request.body), site.clock.now()))
      } catch (error) {
        if (error instanceof OutcomeError && error.code === 'invalid-client') {
          const reason = String(error.findings[0]?.values.reason)
          site.log.warn({ request: request.id, reason }, 'client assertion refused')
          await site.store.audit.record(request.caller, { action: 'token', outcome: 'invalid-client', detail: reason })
          error.extra.error = 'invalid_client'
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
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/*.rs'],
    code_challenge_methods_supported: ['S256'],
    capabilities: ['client-confidential-asymmetric', 'permission-v2'],
  }))
}
