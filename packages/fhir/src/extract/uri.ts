/** Addresses above and below one another (R4 search.html#modifiers, `:above` and `:below` of uri parameters). */

const MOST_STEPS = 20

/**
 * The address and those its path lies below, from the host on: `http://a/b/c` lies below `http://a/b` and `http://a`. An address
 * that is no http(s) one lies below nothing but itself.
 */
export function uriPrefixes(uri: string): string[] {
  const whole = uri.replace(/\/$/, '')
  const host = /^https?:\/\/[^/]+/.exec(whole)?.[0]
  if (host === undefined) return [uri]
  const out = [host]
  for (let at = whole.indexOf('/', host.length + 1); at >= 0 && out.length < MOST_STEPS; at = whole.indexOf('/', at + 1)) {
    out.push(whole.slice(0, at))
  }
  if (whole !== host) out.push(whole)
  return out
}
