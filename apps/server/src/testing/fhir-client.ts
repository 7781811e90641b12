/** A FHIR client that knows a bare site's address and its token, and nothing else. */
import { addProgram } from '../access/index.ts'
import type { TestSite } from './site.ts'

export interface FhirAnswer {
  status: number
  headers: Headers
  text: string
  /** Parsed on each use. */
  json<T = Record<string, unknown>>(): T
  /** Code of the first issue of an outcome. */
  code(): string | undefined
}

export interface FhirClient {
  /** `body`: sent as it is when it is text, else as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<FhirAnswer>
  /** Creates, and gives the id. Throws with the answer when it is no 201. */
  create(resource: { resourceType: string }): Promise<string>
}

interface Outcome {
  issue?: { details?: { coding?: { code: string }[] } }[]
}

function answerOf(status: number, headers: Headers, text: string): FhirAnswer {
  const json = <T>(): T => JSON.parse(text) as T
  return { status, headers, text, json, code: () => json<Outcome>().issue?.[0]?.details?.coding?.[0]?.code }
}

/** Where a client finds its site, and where the site keeps who may call. */
interface Reached {
  url: string
  sql: Parameters<typeof addProgram>[0]
  now: Date
}

export const fhirClient = (t: TestSite, id = 'conformance'): Promise<FhirClient> =>
  fhirClientOf({ url: t.url, sql: t.site.store.sql, now: t.site.clock.now() }, id)

export async function fhirClientOf(t: Reached, id: string): Promise<FhirClient> {
  const { token } = await addProgram(t.sql, { id, name: 'FHIR client', role: 'client' }, t.now)
  const send: FhirClient['send'] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${t.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/fhir+json',
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    return answerOf(response.status, response.headers, await response.text())
  }
  return {
    send,
    async create(resource) {
      const made = await send('POST', `/fhir/${resource.resourceType}`, resource)
      if (made.status !== 201) throw new Error(`${resource.resourceType}: ${made.status} ${made.text.slice(0, 300)}`)
      return made.json<{ id: string }>().id
    },
  }
}
