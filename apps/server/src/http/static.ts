/** The web app's files: hashed assets for ever, index.html always fresh, and index.html for every address of a screen. */
import { randomBytes } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { finding } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendOutcome } from './errors.ts'
import { routeUnknown } from './outcomes.ts'
import { contentPolicy } from './security.ts'

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
const ENCODINGS = [
  { name: 'br', extension: '.br' },
  { name: 'gzip', extension: '.gz' },
] as const
const NONCE = '__CSP_NONCE__'
/** Addresses that are never a screen. */
const NOT_SCREENS = /^\/(fhir|auth|oidc|events|healthz|assets|\.well-known)(\/|$|\?)/

/** Serves `root` behind all routes; without it (no web app built) unknown addresses are outcomes. */
export function serveWeb(server: FastifyInstance, root: string | undefined): void {
  const current = root ? fileList(root) : () => new Set<string>()
  server.setNotFoundHandler(async (request, reply) => {
    const files = current()
    const path = request.url.split('?')[0] ?? '/'
    const readable = request.method === 'GET' || request.method === 'HEAD'
    if (root && readable && path !== '/index.html' && files.has(path)) return sendFile(root, path, files, request, reply)
    const wantsPage = readable && !NOT_SCREENS.test(path) && (request.headers.accept ?? '*/*').match(/text\/html|\*\/\*/)
    if (root && wantsPage && files.has('/index.html')) return sendIndex(root, reply)
    return sendOutcome(reply, request, [finding(routeUnknown)])
  })
}

/** The files of `root`, listed again when the app was built anew under a running server. */
function fileList(root: string): () => Set<string> {
  let built = -1
  let files = new Set<string>()
  return () => {
    const now = statSync(join(root, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (now !== built) files = now === 0 ? new Set() : listFiles(root)
    built = now
    return files
  }
}

function listFiles(root: string): Set<string> {
  const found = readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
  return new Set(found.map((e) => `/${relative(root, join(e.parentPath, e.name)).split(sep).join('/')}`))
}

async function sendFile(root: string, path: string, files: Set<string>, request: FastifyRequest, reply: FastifyReply) {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  const encoding = ENCODINGS.find((e) => accepted.includes(e.name) && files.has(path + e.extension))
  if (encoding) reply.header('content-encoding', encoding.name)
  return reply
    .code(200)
    .type(TYPES[extname(path)] ?? 'application/octet-stream')
    .header('vary', 'accept-encoding')
    .header('cache-control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    .send(await readFile(join(root, path + (encoding?.extension ?? ''))))
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
