/** Headers that limit what a browser may do with our answers. */
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** `style`: what may be styled beside our own sheets (a nonce for the web app, nothing elsewhere). */
export function contentPolicy(style = ''): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${style}`.trim(),
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self' blob:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ')
}

export async function secureHeaders(server: FastifyInstance, https: boolean): Promise<void> {
  await server.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    xFrameOptions: { action: 'sameorigin' },
    // Not `no-referrer`: browsers then send `Origin: null` with forms, and the origin check would refuse them.
    referrerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
  })
  server.addHook('onRequest', async (request, reply) => {
    reply.header('content-security-policy', contentPolicy())
    reply.header('x-request-id', request.id)
  })
}
