/** A person at a desk, without a browser: signs in through the same pages and speaks the same API with the same cookie. */

export class StepFailed extends Error {
  readonly status: number
  readonly body: unknown
  constructor(what: string, status: number, body: unknown) {
    super(`${what}: ${wordsOf(body) ?? `HTTP ${status}`}`)
    this.name = 'StepFailed'
    this.status = status
    this.body = body
  }
}

/** What a site says of a refusal (an OperationOutcome): each message with its cure. */
export function wordsOf(body: unknown): string | undefined {
  const { issue } = (body ?? {}) as { issue?: { details?: { text?: string }; diagnostics?: string }[] }
  const said = Array.isArray(issue) ? issue.flatMap(({ details, diagnostics }) => (details?.text ? [[details.text, diagnostics]] : [])) : []
  return said.length > 0 ? said.map((words) => words.filter(Boolean).join(' → ')).join(' ') : undefined
}

export interface Person {
  login: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body?: unknown): Promise<T>
  /** Raw bytes in (a claim file), JSON out; the status is given because a refused file answers 422 with its findings. */
  upload<T>(path: string, bytes: Uint8Array, contentType: string): Promise<{ status: number; json: T }>
  bytes(path: string): Promise<Buffer>
}

const HOPS = 10

/** Signs in at a site. Throws StepFailed where the site does not let the person in. */
export async function signIn(baseUrl: string, login: string, password: string): Promise<Person> {
  const jar = new Map<string, string>()
  const origin = new URL(baseUrl).origin
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...jar].map(([k, v]) => `${k}=${v}`).join('; '))
    headers.set('origin', origin)
    const response = await fetch(new URL(path, baseUrl), { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      const at = pair.indexOf('=')
      if (/expires=Thu, 01 Jan 1970/i.test(cookie)) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
  const follow = async (path: string, init?: RequestInit): Promise<{ response: Response; text: string }> => {
    let response = await call(path, init)
    for (let hop = 0; hop < HOPS && response.status >= 300 && response.status < 400; hop++) {
      await response.body?.cancel()
      response = await call(new URL(response.headers.get('location') ?? '/', response.url || baseUrl).href)
    }
    return { response, text: await response.text() }
  }
  const page = await follow('/auth/login?return=/auth/session')
  const action = /<form method="post" action="([^"]+)"/.exec(page.text)?.[1]
  if (!action) throw new StepFailed(`sign-in page for ${login}`, page.response.status, page.text.slice(0, 200))
  const done = await follow(action, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ login, password }).toString(),
  })
  const session = (done.response.ok ? JSON.parse(done.text) : {}) as { user?: unknown }
  if (!session.user) throw new StepFailed(`sign-in of ${login}`, done.response.status, done.text.slice(0, 200))
  return desk(login, call)
}

function desk(login: string, call: (path: string, init?: RequestInit) => Promise<Response>): Person {
  const json = async <T>(what: string, response: Response): Promise<T> => {
    const text = await response.text()
    const body: unknown = text ? JSON.parse(text) : undefined
    if (!response.ok) throw new StepFailed(`${login}: ${what}`, response.status, body)
    return body as T
  }
  return {
    login,
    get: async (path) => json(`GET ${path}`, await call(path)),
    post: async (path, body) =>
      json(
        `POST ${path}`,
        await call(path, {
          method: 'POST',
          ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        }),
      ),
    upload: async (path, bytes, contentType) => {
      const response = await call(path, { method: 'POST', headers: { 'content-type': contentType }, body: Buffer.from(bytes) })
      return { status: response.status, json: JSON.parse(await response.text()) }
    },
    bytes: async (path) => {
      const response = await call(path)
      if (!response.ok) throw new StepFailed(`${login}: GET ${path}`, response.status, await response.text())
      return Buffer.from(await response.arrayBuffer())
    },
  }
}
