/** A browser's half of sign-in over HTTP: cookies and redirects, nothing else. For tests, journeys and measurements. */

export interface Visitor {
  /** Request with this visitor's cookies; unsafe methods carry the site's own Origin. Redirects are not followed. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  cookies: Map<string, string>
}

export interface SignedIn extends Visitor {
  json<T = unknown>(path: string, init?: RequestInit): Promise<T>
}

/** A visitor nobody knows yet. */
export function visitor(url: string): Visitor {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async fetch(path, init = {}) {
      const headers = new Headers(init.headers)
      if (cookies.size > 0) headers.set('cookie', [...cookies].map(([k, v]) => `${k}=${v}`).join('; '))
      if (init.method && init.method !== 'GET' && !headers.has('origin')) headers.set('origin', url)
      const response = await fetch(path.startsWith('http') ? path : url + path, { redirect: 'manual', ...init, headers })
      for (const line of response.headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        const at = pair.indexOf('=')
        const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
        if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
        else cookies.set(name, value)
      }
      return response
    },
  }
}

async function follow(by: Visitor, response: Response, until: (url: string) => boolean): Promise<Response> {
  let current = response
  for (let hops = 0; hops < 8; hops++) {
    const next = current.headers.get('location')
    if (!next || current.status < 300 || current.status >= 400) return current
    if (until(next)) return current
    await current.body?.cancel()
    current = await by.fetch(next)
  }
  throw new Error('too many redirects')
}

/** Opens the sign-in form: the address the form posts to. */
export async function openForm(by: Visitor, returnTo = '/'): Promise<string> {
  const start = await by.fetch(`/auth/login?return=${encodeURIComponent(returnTo)}`)
  const page = await follow(by, start, () => false)
  const action = /action="([^"]+)"/.exec(await page.text())?.[1]
  if (!action) throw new Error(`no sign-in form, status ${page.status}`)
  return action
}

/** Sends the form; the answer is the form again, or the last redirect, to where the visitor wanted to go. */
export async function sendForm(by: Visitor, action: string, login: string, password: string): Promise<Response> {
  const body = new URLSearchParams({ login, password })
  const answer = await by.fetch(action, { method: 'POST', body })
  return follow(by, answer, (next) => next.startsWith('/') && !next.startsWith('/auth/') && !next.startsWith('/oidc/'))
}

/** Signs in; throws when the site does not let the person in. */
export async function signIn(url: string, login: string, password: string): Promise<SignedIn> {
  const by = visitor(url)
  const done = await sendForm(by, await openForm(by), login, password)
  if (done.status !== 302) throw new Error(`sign-in of ${login} failed: ${done.status}`)
  return {
    ...by,
    async json<T>(path: string, init?: RequestInit): Promise<T> {
      const response = await by.fetch(path, init)
      const text = await response.text()
      if (!response.ok) throw new Error(`${init?.method ?? 'GET'} ${path}: ${response.status} ${text.slice(0, 400)}`)
      return (text === '' ? undefined : JSON.parse(text)) as T
    },
  }
}
