/**
 * Public pages: HTML for people nobody knows, without sign-in, cookies or a need for script. A feature gives them in
 * `pages`; the HTTP layer puts the frame around them, limits them per address and keeps them out of search engines.
 */
import type { Caller } from './access/caller.ts'
import type { Site } from './site.ts'

/** Text that is already HTML; made by `html`, so that nothing reaches a page unescaped. */
export interface Html {
  readonly html: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)

type Part = string | number | Html | readonly Html[] | null | undefined | false

function partText(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return 'html' in part ? part.html : part.map((one) => one.html).join('\n')
}

/** HTML from a template: every value is escaped, what `html` made is taken as it is, nothing is left out for null or false. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: texts.reduce((all, text, i) => all + partText(parts[i - 1]) + text) }
}

export interface PublicPageContext {
  site: Site
  /** `public:<page>` */
  caller: Caller
  lang: 'vi' | 'en'
  query: URLSearchParams
  /** What was posted; null when the page was only opened. */
  form: URLSearchParams | null
  signal: AbortSignal
  /**
   * Must be called before something is looked up for the visitor: leaves an audit row naming the subject (never a person),
   * one per subject and hour. Throws `too-many-requests` when all visitors together looked up too much.
   */
  lookedUp(subject: string, detail: string): Promise<void>
}

export interface PublicPageAnswer {
  /** Default 200. */
  status?: number
  title: string
  body: Html
  /** The page asks the browser to come again, for a page that shows the present state. */
  refreshSeconds?: number
}

export interface PublicPage {
  /** Name in `public:<name>`. */
  name: string
  /** Address, for instance `/status`. */
  path: string
  /** Why nobody has to be known: the route's policy. */
  why: string
  /** Takes a posted form as well; its fields are kept when the visitor changes the language. */
  form?: { limit: number }
  /** Script that spares the visitor work; the page is whole without it. Served at `<path>.js`. */
  script?: string
  answer(context: PublicPageContext): Promise<PublicPageAnswer>
  /** The same for programs, at `<path>.json`. */
  json?(context: PublicPageContext): Promise<{ status?: number; json: unknown }>
}
