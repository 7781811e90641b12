/** The web app's files: hashed assets for ever, index.html always fresh, and index.html for every address of a screen. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Finding, finding } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendOutcome } from './errors.ts'
import { routeUnknown } from './outcomes.ts'
import { contentPolicy } from './security.ts'
import { type Encoding, webFiles } from './web-files.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}
const NONCE = '__CSP_NONCE__'
/** Addresses that are never a screen. */
const NOT_SCREENS = /^\/(fhir|auth|oidc|events|healthz|assets|\.well-known)(\/|$|\?)/

/** Serves `root` behind all routes; without it (no web app built) unknown addresses are outcomes. `better`: more than that nothing is there. */
export function serveWeb(
  server: FastifyInstance,
  root: string | undefined,
  better: (request: FastifyRequest, reply: FastifyReply) => Finding[] | undefined = () => undefined,
): void {
  const current = root ? webFiles(root) : undefined
  server.setNotFoundHandler(async (request, reply) => {
    const files = current?.()
    const path = request.url.split('?')[0] ?? '/'
    const readable = request.method === 'GET' || request.method === 'HEAD'
    if (files && readable && path !== '/index.html' && files.has(path)) {
      const file = await files.read(path, String(request.headers['accept-encoding'] ?? ''))
      if (file) return sendFile(path, file, reply)
    }
    const wantsPage = readable && !NOT_SCREENS.test(path) && (request.headers.accept ?? '*/*').match(/text\/html|\*\/\*/)
    if (root && wantsPage && files?.has('/index.html')) return sendIndex(root, reply)
    return sendOutcome(reply, request, better(request, reply) ?? [finding(routeUnknown)])
  })
}

function sendFile(path: string, file: { bytes: Buffer; encoding: Encoding }, reply: FastifyReply) {
  if (file.encoding) reply.header('content-encoding', file.encoding)
  return reply
    .code(200)
    .type(TYPES[extname(path)] ?? 'application/octet-stream')
    .header('vary', 'accept-encoding')
    .header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    .send(file.bytes)
}

async function sendIndex(root: string, reply: FastifyReply) {
  const page = await readFile(join(root, 'index.html'), 'utf8')
  const nonce = page.includes(NONCE) ? randomBytes(16).toString('base64') : undefined
  return reply
    .code(200)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', contentPolicy(nonce ? `'nonce-${nonce}'` : "'unsafe-inline'"))
    .send(nonce ? page.replaceAll(NONCE, nonce) : page)
}
