/** People at the desks of a site, over HTTP: signed in once, asked as often as a test likes. */
import { type SignedIn, signIn } from './browser.ts'

/** What a request was answered with, refusals included. */
export interface Answer {
  status: number
  /** Code of the outcome, '' when it is none. */
  code: string
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, judged by the assertions of the tests
  json: any
}

export interface DeskAnswer extends Answer {
  /** The answer as it came. */
  bytes: Buffer
}

export interface Desk {
  get(path: string): Promise<DeskAnswer>
  post(path: string, body?: unknown): Promise<DeskAnswer>
  put(path: string, resource: unknown): Promise<DeskAnswer>
  /** Bytes as they are: a claim file. */
  upload(path: string, bytes: Buffer, contentType: string): Promise<DeskAnswer>
}

/**
 * The desks of the site at `url`. Each login signs in once: sessions outlive a restart, and signing in costs more than most
 * steps. A sign-in that failed, because the site died under it, is not kept: the next one who asks tries anew.
 */
export function desksOf(url: string, password: string): (login: string) => Promise<Desk> {
  const desks = new Map<string, Promise<Desk>>()
  return (login) => {
    const known = desks.get(login)
    if (known) return known
    const made = signIn(url, login, password).then(desk)
    desks.set(login, made)
    made.catch(() => desks.delete(login))
    return made
  }
}

function desk(person: SignedIn): Desk {
  const ask = async (path: string, init: RequestInit): Promise<DeskAnswer> => {
    const response = await person.fetch(path, init)
    const bytes = Buffer.from(await response.arrayBuffer())
    const json = bytes.length > 0 && !bytes.toString('latin1', 0, 4).startsWith('%PDF') ? JSON.parse(bytes.toString('utf8')) : undefined
    return { status: response.status, code: json?.issue?.[0]?.details?.coding?.[0]?.code ?? '', json, bytes }
  }
  return {
    get: (path) => ask(path, {}),
    upload: (path, bytes, contentType) =>
      ask(path, { method: 'POST', headers: { 'content-type': contentType }, body: bytes as Uint8Array<ArrayBuffer> }),
    post: (path, body) =>
      ask(path, {
        method: 'POST',
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      }),
    put: (path, resource) =>
      ask(path, { method: 'PUT', headers: { 'content-type': 'application/fhir+json' }, body: JSON.stringify(resource) }),
  }
}
