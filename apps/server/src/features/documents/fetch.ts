/**
 * The one way out to an authority: short, small, straight. No answer takes longer than two seconds or more than a
 * megabyte, nobody is followed elsewhere, and a service that fails is left alone for growing pauses.
 */
import type { EvidenceFault } from '@yba/signing'
import type { Site } from '../../site.ts'

export const LONGEST_ANSWER_MS = 2_000
const LARGEST_ANSWER = 1 << 20
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** Who tries the switches of the demo wants to see them work. */
const LONGEST_PAUSE_DEMO_MS = 8_000

interface Breaker {
  failures: number
  openUntil: number
}

const breakers = new WeakMap<Site, Map<string, Breaker>>()

function breaker(site: Site, url: string): Breaker {
  const known = breakers.get(site) ?? new Map<string, Breaker>()
  breakers.set(site, known)
  const { origin, pathname } = new URL(url)
  const one = known.get(origin + pathname) ?? { failures: 0, openUntil: 0 }
  known.set(origin + pathname, one)
  return one
}

/** Whether the service may be asked now; a failed one rests. */
export const mayAsk = (site: Site, url: string): boolean => breaker(site, url).openUntil <= performance.now()

/** A service that was down may be asked at once. */
export const forgetFailures = (site: Site): boolean => breakers.delete(site)

export interface Question {
  url: string
  /** POST body; absent = GET. */
  body?: Buffer
  type?: string
  /** Of the answer. */
  expect: string
  timeoutMs?: number
}

/** The bytes of the answer, or by name what came instead. Never throws but when the site stops. */
export async function askService(site: Site, question: Question): Promise<Buffer | EvidenceFault> {
  const state = breaker(site, question.url)
  if (state.openUntil > performance.now()) return 'evidence-unreachable'
  const limit = AbortSignal.timeout(question.timeoutMs ?? LONGEST_ANSWER_MS)
  const answer = await dial(question, AbortSignal.any([limit, site.stopping])).catch((error: unknown): EvidenceFault => {
    site.stopping.throwIfAborted()
    if (limit.aborted) return 'evidence-too-slow'
    if (error instanceof Error) return 'evidence-unreachable'
    throw error
  })
  if (typeof answer === 'string') {
    const longest = site.settings.environment === 'demo' ? LONGEST_PAUSE_DEMO_MS : LONGEST_PAUSE_MS
    const pause = Math.min(longest, FIRST_PAUSE_MS * 2 ** Math.min(state.failures, 10))
    state.failures += 1
    state.openUntil = performance.now() + pause
  } else state.failures = 0
  return answer
}

async function dial(question: Question, signal: AbortSignal): Promise<Buffer | EvidenceFault> {
  const response = await fetch(question.url, {
    method: question.body ? 'POST' : 'GET',
    redirect: 'manual',
    signal,
    headers: { accept: question.expect, ...(question.type ? { 'content-type': question.type } : {}) },
    ...(question.body ? { body: new Uint8Array(question.body) } : {}),
  })
  const type = response.headers.get('content-type') ?? ''
  if (response.status !== 200 || !response.body || !type.startsWith(question.expect)) {
    await response.body?.cancel()
    return response.status >= 500 ? 'evidence-unreachable' : 'evidence-not-an-answer'
  }
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > LARGEST_ANSWER) {
      return 'evidence-too-large'
    }
    parts.push(part)
  }
  return Buffer.concat(parts)
}
