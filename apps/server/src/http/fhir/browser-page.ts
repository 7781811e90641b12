/**
 * What a person sees who opens a FHIR address in a browser: the same answer as text on a page, its references, pages
 * and versions as links. Made after the answer, so that grants, audit and status are those of the answer.
 */
import { isResourceType, prettyText } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Html, html } from '../../page.ts'
import type { Site } from '../../site.ts'
import { FHIR_JSON } from '../errors.ts'
import { framedPage } from '../page-frame.ts'
import { strictHeaders } from '../pages.ts'
import { headerOf, queryOf } from './address.ts'

const TEXT = {
  vi: { start: 'Các loại tài nguyên', versions: 'Các phiên bản', next: 'Trang sau', types: 'Loại tài nguyên', whole: 'Toàn văn' },
  en: { start: 'Resource types', versions: 'Versions', next: 'Next page', types: 'Resource types', whole: 'Full text' },
} as const

/** Whether a browser asks: HTML stands first in what it takes, and no form is named in the address. */
export function wantsPage(method: string, accept: string | undefined, query: string): boolean {
  const first = accept?.split(/[,;]/, 1)[0]?.trim().toLowerCase()
  return (method === 'GET' || method === 'HEAD') && first === 'text/html' && !new URLSearchParams(query).has('_format')
}

const LINKING = new Set(['reference', 'url', 'fullUrl'])
const LOCAL = /^([A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(\/_history\/\d+)?$/

/** The address on this site that a value names; undefined for all others: no link leads away. */
function hrefOf(value: string, base: string): string | undefined {
  if (value.startsWith(`${base}/`)) return `/fhir${value.slice(base.length)}`
  const type = LOCAL.exec(value)?.[1]
  return type !== undefined && isResourceType(type) ? `/fhir/${value}` : undefined
}

/** A member whose value is text. */
const MEMBER = /"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*")/g

/** JSON text, escaped, with links. */
function linkedText(text: string, base: string): Html {
  const parts: Html[] = []
  let done = 0
  for (const found of text.matchAll(MEMBER)) {
    const [member, name = '', literal = '""'] = found
    const href = LINKING.has(name) ? hrefOf(JSON.parse(literal) as string, base) : undefined
    if (href === undefined) continue
    const end = found.index + member.length
    parts.push(html`${text.slice(done, end - literal.length)}<a href="${href}">${literal}</a>`)
    done = end
  }
  return { html: parts.map((part) => part.html).join('') + html`${text.slice(done)}`.html }
}

interface Shown {
  resourceType?: string
  id?: string
  link?: { relation: string; url: string }[]
  rest?: { resource?: { type: string }[] }[]
}

/** The page of one answer. `base`: of this site's FHIR addresses. */
export function answerBody(text: string, base: string, lang: 'vi' | 'en'): { title: string; body: Html } {
  const t = TEXT[lang]
  const { resourceType = 'FHIR', id, link, rest } = JSON.parse(text) as Shown
  const next = resourceType === 'Bundle' ? link?.find(({ relation }) => relation === 'next') : undefined
  const nextHref = next && hrefOf(next.url, base)
  const isOne = id !== undefined && LOCAL.test(`${resourceType}/${id}`)
  const types = resourceType === 'CapabilityStatement' && id === undefined ? (rest?.[0]?.resource ?? []) : []
  const links = [
    html`<a href="/fhir">${t.start}</a>`,
    ...(isOne ? [html` · <a href="/fhir/${resourceType}/${id}/_history">${t.versions}</a>`] : []),
    ...(nextHref ? [html` · <a href="${nextHref}" rel="next">${t.next}</a>`] : []),
  ]
  const title = isOne ? `${resourceType}/${id}` : resourceType
  const listed = types.map(({ type }) => html`<li><a href="/fhir/${type}">${type}</a></li>`)
  const body = html`<h1>${title}</h1><nav>${links}</nav>
${types.length > 0 && html`<section><h2>${t.types}</h2><ul>${listed}</ul></section>`}
<section><h2>${t.whole}</h2><pre>${linkedText(prettyText(text), base)}</pre></section>`
  return { title, body }
}

/** Every JSON answer of the routes added behind it is a page for a browser. */
export function answerBrowsers(server: FastifyInstance, site: Site): void {
  const page = (request: FastifyRequest, reply: FastifyReply, text: string): string => {
    strictHeaders(reply)
    reply.type('text/html; charset=utf-8').header('content-language', request.lang).header('vary', 'accept, accept-language')
    return framedPage({
      ...answerBody(text, `${site.settings.baseUrl}/fhir`, request.lang),
      lang: request.lang,
      path: '/fhir',
      site: site.settings.facility.name,
      demo: site.settings.environment === 'demo',
      form: null,
      script: false,
      oneLanguage: true,
    })
  }
  server.addHook('onSend', async (request, reply, payload) => {
    const isJson = typeof payload === 'string' && payload !== '' && reply.getHeader('content-type') === FHIR_JSON
    const isAsked = isJson && wantsPage(request.method, headerOf(request, 'accept'), queryOf(request))
    return isAsked ? page(request, reply, payload) : payload
  })
}
