/** The site's doors for claim files, with the token of this program: one for a file, one for its pieces, one for what became of it. */
import { open } from 'node:fs/promises'
import type { Verdict } from './answer.ts'
import type { Taken } from './tables.ts'
import { linesVerdict, refusedHere, verdictOf } from './verdict.ts'

/** The site could not be reached, is busy, or does not know this program: no verdict on the file. */
export interface Later {
  kind: 'later'
  because: string
  waitMs?: number
  /** The site answers others: it is this file that does not get through. */
  ofThisFile: boolean
}

/** judged: with what. sent: the site has it whole and judges it by itself. */
export type Reply = Later | { kind: 'judged'; verdict: Verdict } | { kind: 'sent'; received: string }

export interface SiteDoor {
  /** @param delivery the same name is the same file, however often it is sent */
  send(taken: Taken, path: string, delivery: string, signal: AbortSignal): Promise<Reply>
  /** What became of a file the site has; `sent` while it is under way. */
  ask(received: string, signal: AbortSignal): Promise<Reply>
  tell(watched: Record<string, unknown>, signal: AbortSignal): Promise<void>
}

export interface SiteDoorOptions {
  url: string
  /** From `yba program add`, read anew for each request so that it can be renewed. */
  token(): string
  /** How the folder is called at the site. */
  folder: string
  /** Bytes of a file that are still sent. */
  largest?: number
}

/** Sent whole and judged while we wait; what is larger goes piece by piece. */
const SMALL_BYTES = 1024 * 1024
const PIECE = 4 * 1024 * 1024
/** What a site takes. */
const LARGEST_BYTES = 1024 * 1024 * 1024
/** One request; none of them waits for the judging of a large file. */
const PATIENCE_MS = 120_000
/** Refused because of what the file is; anything else is no verdict on it. */
const VERDICTS = new Set([200, 400, 413, 415, 422])

export function siteDoor({ url, token, folder, largest = LARGEST_BYTES }: SiteDoorOptions): SiteDoor {
  async function request(operation: string, query: Record<string, string>, signal: AbortSignal, init: RequestInit = {}): Promise<Response> {
    const address = new URL(`/fhir/${operation}`, url)
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
    return fetch(address, {
      ...init,
      headers: { accept: 'application/json', 'accept-language': 'vi', authorization: `Bearer ${token()}`, ...init.headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    })
  }

  const post = (operation: string, query: Record<string, string>, bytes: Uint8Array, signal: AbortSignal) =>
    request(operation, query, signal, {
      method: 'POST',
      headers: { 'content-type': 'application/xml', prefer: 'respond-async' },
      body: bytes as Uint8Array<ArrayBuffer>,
    })

  const about = (taken: Taken, delivery: string) => ({ name: taken.name, folder, delivery })

  async function sendWhole(taken: Taken, path: string, delivery: string, signal: AbortSignal): Promise<Reply> {
    const response = await post('$import-claim', about(taken, delivery), await bytesAt(path, 0, taken.size), signal)
    const json = await jsonOf(response)
    if (response.status === 202 && json) return sent(json)
    if (VERDICTS.has(response.status) && json) return { kind: 'judged', verdict: verdictOf(response.status, json) }
    return later(response, json)
  }

  /** From where the site says, until it has all: a line that is cut costs a piece, not the file. */
  async function sendPieces(taken: Taken, path: string, delivery: string, signal: AbortSignal): Promise<Reply> {
    const { sha256, size } = taken
    const query = { ...about(taken, delivery), sha256, size: String(size) }
    let bytes: Uint8Array = new Uint8Array(0)
    for (let held = 0; ; ) {
      const response = await post('$import-claim-piece', { ...query, offset: String(held) }, bytes, signal)
      const json = await jsonOf(response)
      if (response.status === 202 && json) return sent(json)
      if (response.status !== 200 || typeof json?.held !== 'number') return later(response, json)
      held = json.held
      bytes = await bytesAt(path, held, Math.min(PIECE, size - held))
    }
  }

  return {
    async send(taken, path, delivery, signal) {
      if (taken.size > largest) return { kind: 'judged', verdict: tooLarge(largest) }
      const send = taken.size > SMALL_BYTES ? sendPieces : sendWhole
      return send(taken, path, delivery, signal).catch((error) => unreached(error, url, signal))
    },
    async ask(received, signal) {
      try {
        const response = await request('$received-file-report', { id: received, format: 'lines' }, signal)
        if (response.status === 200 && response.body) return { kind: 'judged', verdict: await linesVerdict(response.body) }
        return response.status === 202 ? sent(await jsonOf(response)) : later(response, await jsonOf(response))
      } catch (error) {
        return unreached(error, url, signal)
      }
    },
    async tell(watched, signal) {
      const body = JSON.stringify({ folder, ...watched })
      const response = await request('$watched-folder', {}, signal, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      await response.arrayBuffer()
    },
  }
}

const sent = (json: Record<string, unknown> | undefined): Reply => ({
  kind: 'sent',
  received: String((json as { file?: { id?: string } } | undefined)?.file?.id ?? ''),
})

function later(response: Response, json: Record<string, unknown> | undefined): Later {
  const { status } = response
  const wait = Number(response.headers.get('retry-after'))
  const code = (json as { issue?: { details?: { coding?: { code?: string }[] } }[] } | undefined)?.issue?.[0]?.details?.coding?.[0]?.code
  return {
    kind: 'later',
    because: `${status} ${code ?? ''}`.trim(),
    ofThisFile: (status >= 500 && status !== 503) || status === 409 || VERDICTS.has(status),
    ...(wait > 0 ? { waitMs: wait * 1000 } : {}),
  }
}

async function unreached(error: unknown, url: string, signal: AbortSignal): Promise<Later> {
  const cause = (error as { cause?: { code?: string } }).cause?.code
  return { kind: 'later', because: cause ?? (error as Error).name, ofThisFile: await answers(url, signal) }
}

/** Whether the site answers at all: then it is this file that it does not get through with. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(5000)])
    return (await fetch(new URL('/fhir/metadata', url), { method: 'HEAD', signal: within })).status < 500
  } catch {
    // Away: that is what was asked.
    return false
  }
}

/** Undefined for what is no answer of the site: a proxy's page, or half of one. */
async function jsonOf(response: Response): Promise<Record<string, unknown> | undefined> {
  const text = await response.text()
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

async function bytesAt(path: string, from: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, from)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const tooLarge = (largest: number): Verdict =>
  refusedHere(
    'body-too-large',
    `Tệp lớn hơn ${Math.floor(largest / 1024 / 1024)} MB.`,
    `The file is larger than ${Math.floor(largest / 1024 / 1024)} MB.`,
    { vi: 'Chia thành nhiều tệp nhỏ hơn rồi gửi lại.', en: 'Divide it into smaller files and send them again.' },
  )
