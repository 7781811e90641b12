/**
 * The box's own little server on the base port: start page and the switches of the sites.
 * It listens on loopback only, answers only to its own names, and takes changes only from its own pages or with the token
 * of the data folder; a foreign page can neither read nor press anything.
 */

import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { findingText, OutcomeError, refuse } from '@yba/fhir'
import type { HisSwitches } from './his/switches.ts'
import type { SiteHost } from './hosts.ts'
import { siteUnknown } from './outcomes.ts'
import type { DemoSite } from './plan.ts'
import { CONTENT_POLICY, startPage } from './start-page.ts'

export interface Control {
  url: string
  close(): Promise<void>
}

export interface ControlOptions {
  port: number
  token: string
  hosts: readonly SiteHost[]
  plan: readonly DemoSite[]
  lang: 'vi' | 'en'
  /** Called after a switch. */
  changed(): void
  /** Where folders are watched: the scripted systems of the hospitals, and the folder of each. */
  his?: HisSwitches
  folderOf?(site: string): string
}

/** Header by which the command line shows that it may read the data folder. */
export const CONTROL_TOKEN_HEADER = 'x-yba-control'

export async function openControl(options: ControlOptions): Promise<Control> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => fail(response, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    url: `http://localhost:${options.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(options: ControlOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://localhost:${options.port}`)
  if (!ownName(options.port, request.headers.host)) return send(response, 421, { error: 'unknown host' })
  const way = `${request.method} ${url.pathname}`
  if (way === 'GET /') return page(options, url, request, response)
  if (way === 'GET /healthz') return send(response, 200, { status: 'ok' })
  if (way === 'GET /api/sites') return send(response, 200, { sites: options.hosts.map(view) })
  const press = /^\/(api\/)?sites\/([a-z0-9-]+)\/(stop|start|his-on|his-off|drop)$/.exec(url.pathname)
  if (request.method !== 'POST' || !press) return send(response, 404, { error: 'not found' })
  if (!mayPress(options, request)) return send(response, 403, { error: 'a change needs this page or the token' })
  const host = options.hosts.find((one) => one.settings.name === press[2])
  if (!host) throw refuse(siteUnknown, { name: press[2] ?? '', known: options.hosts.map((one) => one.settings.name).join(', ') })
  await switched(options, host, press[3] ?? '')
  options.changed()
  if (press[1]) return send(response, 200, view(host))
  response.writeHead(303, { location: `/?lang=${language(options, url, request)}` }).end()
}

async function switched({ his }: ControlOptions, host: SiteHost, what: string): Promise<void> {
  const { name } = host.settings
  if (what === 'stop') await host.stop()
  else if (what === 'start') await host.start()
  else if (what === 'drop') his?.drop(name)
  else await his?.set(name, what === 'his-on')
}

function view(host: SiteHost) {
  const { name, role, facility, baseUrl } = host.settings
  return { name, role, facility: facility.code, title: facility.name, url: baseUrl, state: host.state, pid: host.pid ?? process.pid }
}

/** Another name resolving to loopback is a rebinding trick. */
function ownName(port: number, host: string | undefined): boolean {
  return host === `localhost:${port}` || host === `127.0.0.1:${port}`
}

function mayPress(options: ControlOptions, request: IncomingMessage): boolean {
  const given = Buffer.from(String(request.headers[CONTROL_TOKEN_HEADER] ?? ''))
  const wanted = Buffer.from(options.token)
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return true
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  return origin !== undefined && ownName(options.port, origin.replace(/^http:\/\//, '')) && (site === undefined || site === 'same-origin')
}

function page(options: ControlOptions, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const { hosts, plan, his, folderOf } = options
  const html = startPage({ lang: language(options, url, request), hosts, plan, ...(his && folderOf ? { his, folderOf } : {}) })
  response
    .writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_POLICY,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer-when-downgrade',
    })
    .end(html)
}

function language(options: ControlOptions, url: URL, request: IncomingMessage): 'vi' | 'en' {
  const asked = url.searchParams.get('lang') ?? new URL(request.headers.referer ?? 'http://x/', 'http://x/').searchParams.get('lang')
  return asked === 'vi' || asked === 'en' ? asked : options.lang
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }).end(JSON.stringify(body))
}

function fail(response: ServerResponse, error: unknown): void {
  if (error instanceof OutcomeError && error.findings[0]) send(response, error.http, findingText(error.findings[0]))
  else send(response, 500, { error: error instanceof Error ? error.message : String(error) })
}
