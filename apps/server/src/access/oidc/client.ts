/** The web app's side of the code flow, run on the server: no token ever reaches a page. */
import { createHash } from 'node:crypto'
import type { Sql } from '../tables.ts'
import { attempts } from '../tables.ts'
import { CLIENT_ID, newAttempt } from './provider.ts'

/** A local path to come back to; anything else becomes the start page. */
export function safeReturn(value: unknown): string {
  // A parameter given twice comes as a list.
  if (typeof value !== 'string' || !value.startsWith('/') || value.startsWith('//') || value.includes('\\')) return '/'
  // Control characters would let a browser read another address out of it.
  for (const c of value) if ((c.codePointAt(0) ?? 0) < 0x21) return '/'
  return value.slice(0, 500)
}

export interface FlowOptions {
  sql: Sql
  baseUrl: string
  now: Date
}

/** Starts a sign-in: the address of the provider and the state that binds this browser to it. */
export async function startFlow(options: FlowOptions, returnTo: string): Promise<{ location: string; state: string }> {
  const attempt = newAttempt()
  await attempts.insert(options.sql, { ...attempt, returnTo }, new Date(options.now.getTime() + 15 * 60_000))
  const query = new URLSearchParams({
    client_id: CLIENT_ID,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${options.baseUrl}/auth/callback`,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: createHash('sha256').update(attempt.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    // Always asks: who sits down at a shared computer is not who stood up.
    prompt: 'login',
  })
  return { location: `${options.baseUrl}/oidc/auth?${query}`, state: attempt.state }
}

/** What the token endpoint of the provider answers, asked in the same process. */
export type AskToken = (form: string) => Promise<{ status: number; body: string }>

/** Finishes a sign-in: user id and where to go. Undefined when state, code or token do not fit. */
export async function finishFlow(
  options: FlowOptions & { verifyIdToken(token: string): Promise<{ sub?: string; nonce?: unknown }>; askToken: AskToken },
  query: { state?: string; code?: string },
  boundState: string | undefined,
): Promise<{ userId: string; returnTo: string } | undefined> {
  if (!query.state || !query.code || query.state !== boundState) return undefined
  const attempt = await attempts.take(options.sql, query.state, options.now)
  if (!attempt) return undefined
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: CLIENT_ID,
    code: query.code,
    redirect_uri: `${options.baseUrl}/auth/callback`,
    code_verifier: attempt.verifier,
  })
  const answer = await options.askToken(form.toString())
  if (answer.status !== 200) return undefined
  const tokens: { id_token?: string } = JSON.parse(answer.body)
  if (!tokens.id_token) return undefined
  const claims = await options.verifyIdToken(tokens.id_token)
  return claims.nonce === attempt.nonce && claims.sub ? { userId: claims.sub, returnTo: attempt.returnTo } : undefined
}
