/** The site's door for claim files: POST /fhir/$import-claim with the token of this program. */
import type { AnswerText } from './answer.ts'

/** answered: the site has judged the file. later: it could not be reached, is busy, or does not know this program. */
export type Reply = { kind: 'answered'; answer: AnswerText } | { kind: 'later'; because: string; waitMs?: number; ofThisFile: boolean }

export interface SiteDoor {
  post(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<Reply>
}

const PATIENCE_MS = 300_000
/** What the site's door takes; it hangs up on more, and then nobody would learn why. */
const LARGEST_BYTES = 64 * 1024 * 1024
/** Refused because of what the file is; anything else is no verdict on it. */
const VERDICTS = new Set([200, 400, 413, 415, 422])

/** The answer the site would give. */
const tooLarge = (largest: number): AnswerText => ({
  status: 413,
  json: {
    issue: [
      {
        severity: 'error',
        details: { coding: [{ code: 'body-too-large' }], text: `Tệp lớn hơn ${Math.floor(largest / 1024 / 1024)} MB.` },
        diagnostics: 'Chia thành nhiều tệp nhỏ hơn rồi gửi lại.',
      },
    ],
  },
})

/** Whether the site answers at all: then it is this file that it does not get through with. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(new URL('/fhir/metadata', url), {
      method: 'HEAD',
      signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]),
    })
    return response.status < 500
  } catch {
    // Away: that is what was asked.
    return false
  }
}

/**
 * @param url base address of the site
 * @param token from `yba program add`, read anew for each file so that it can be renewed
 * @param largest bytes of a file that are still sent
 */
export function siteDoor(url: string, token: () => string, largest = LARGEST_BYTES): SiteDoor {
  return {
    async post(name, bytes, signal) {
      if (bytes.length > largest) return { kind: 'answered', answer: tooLarge(largest) }
      const ask = new URL('/fhir/$import-claim', url)
      ask.searchParams.set('name', name)
      try {
        const response = await fetch(ask, {
          method: 'POST',
          headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/xml', accept: 'application/json' },
          body: bytes as Uint8Array<ArrayBuffer>,
          signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
        })
        const text = await response.text()
        const json = parsed(text)
        if (VERDICTS.has(response.status) && json) return { kind: 'answered', answer: { status: response.status, json } }
        const wait = Number(response.headers.get('retry-after'))
        const because = `${response.status} ${codeOf(json)}`.trim()
        return {
          kind: 'later',
          because,
          ofThisFile: response.status >= 500 && response.status !== 503,
          ...(wait > 0 ? { waitMs: wait * 1000 } : {}),
        }
      } catch (error) {
        const cause = (error as { cause?: { code?: string } }).cause?.code
        return { kind: 'later', because: cause ?? (error as Error).name, ofThisFile: await answers(url, signal) }
      }
    },
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined
  } catch {
    // No answer of the site: a proxy's page, or half of one.
    return undefined
  }
}

const codeOf = (json: Record<string, unknown> | undefined): string =>
  (json as { issue?: { details?: { coding?: { code?: string }[] } }[] } | undefined)?.issue?.[0]?.details?.coding?.[0]?.code ?? ''
