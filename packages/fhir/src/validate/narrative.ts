/**
 * The markup rules of `text.div` (R4 narrative.html, rules txt-1 and txt-2). One pass over the text: a pattern with
 * repeats would let a hostile text of a megabyte cost minutes.
 */

/** Elements of HTML 4 chapters 7 to 11 and 15 (without 9.4), links and images. */
const ALLOWED = new Set(
  (
    'a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 ' +
    'hr i img ins kbd li map area ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt u ul var'
  ).split(' '),
)

export interface Markup {
  /** The tags as written, `<` and `>` included. */
  tags: string[]
  hasText: boolean
}

/** Index of the `>` that closes the tag opened at `start`; -1 when it never closes or another tag opens inside. */
export function tagEnd(text: string, start: number): number {
  let quote = 0
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (quote !== 0) {
      if (c === quote) quote = 0
    } else if (c === 34 || c === 39) quote = c
    else if (c === 62) return i
    else if (c === 60) return -1
  }
  return -1
}

/** Splits markup into tags and text; undefined when a tag is not closed properly. */
export function readMarkup(text: string): Markup | undefined {
  const out: Markup = { tags: [], hasText: false }
  let at = 0
  while (at < text.length) {
    let open = text.indexOf('<', at)
    if (open < 0) open = text.length
    if (!out.hasText && text.slice(at, open).trim() !== '') out.hasText = true
    if (open === text.length) break
    const isComment = text.startsWith('<!--', open)
    const end = isComment ? text.indexOf('-->', open + 4) : tagEnd(text, open)
    if (end < 0) return undefined
    if (!isComment) out.tags.push(text.slice(open, end + 1))
    at = isComment ? end + 3 : end + 1
  }
  return out
}

/** Whether a tag is of an allowed element and carries neither event handlers nor script addresses. */
function isSafe(tag: string): boolean {
  const name = /^<\/?([A-Za-z][A-Za-z0-9]*)(?=[\s/>])/.exec(tag)?.[1]
  if (name === undefined || !ALLOWED.has(name.toLowerCase())) return false
  const attributes = tag.slice(name.length + 1)
  const bare = attributes.replace(/"[^"]*"|'[^']*'/g, '""')
  return !/[\s"'/]on[a-z]+\s*=/i.test(bare) && !/(?:javascript|vbscript)\s*:/i.test(attributes)
}

/** Rule txt-1: one `div` of presentation markup. */
export function isNarrative(div: string): boolean {
  const text = div.trim()
  if (!/^<div[\s/>]/.test(text) || !(text.endsWith('</div>') || text.endsWith('/>'))) return false
  const markup = readMarkup(text)
  return markup?.tags.every(isSafe) === true
}

/** Rule txt-2: text or an image inside. */
export function hasContent(div: string): boolean {
  const markup = readMarkup(div)
  return markup === undefined || markup.hasText || markup.tags.some((tag) => /^<img\b/i.test(tag))
}
