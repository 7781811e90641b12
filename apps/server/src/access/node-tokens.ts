/**
 * SMART backend services for nodes: a client assertion signed with ES384 buys a token of at most five minutes, bound to
 * the key that proves every request made with it (proof.ts). The token is a short JWT of the site, so no request of a
 * node costs a look-up of its token.
 */
import { randomUUID } from 'node:crypto'
import { type Finding, finding, OutcomeError } from '@yba/fhir'
import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { clockSkew, invalidClient, invalidToken } from './outcomes.ts'
import { nodes, type Sql } from './tables.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const TOKEN_SECONDS = 300
const LONGEST_ASSERTION_SECONDS = 300
const SKEW_SECONDS = 60
const FACILITY = /^\d{2}[0-9A-Z]{3}$/

/** Printable and short: ids of keys and messages are looked up in the database. */
const isId = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)

export interface TokenIssuer {
  sql: Sql
  /** Base address of the site: issuer and audience. */
  baseUrl: string
  /** ES256 key of the site. */
  key: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey }
  /**
   * Made anew at every start: proofs are remembered by the running process alone, so a token does not outlive it. Who
   * brings an older one is refused and asks for another.
   */
  instance: string
}

/** Whom a token speaks for, and the key that must prove each use of it. */
export interface NodeToken {
  facility: string
  jkt: string
  jti: string
  /** ms */
  ends: number
}

/** What the assertion said about the clock of its maker; `iat` is told, never checked. */
export interface Granted {
  facility: string
  skewMs: number | null
  answer: { access_token: string; token_type: string; expires_in: number; scope: string }
}

type CryptoKey = import('jose').CryptoKey

/** Registers (or renews) a node's public key, good until `ends` where that is said. */
export function registerNode(sql: Sql, facility: string, jwk: JWK, now: Date, ends: Date | null = null): Promise<void> {
  const { kty, crv, x, y, kid } = jwk
  if (kty !== 'EC' || crv !== 'P-384' || !kid) throw new OutcomeError([refused('key')])
  return nodes.upsert(sql, facility, kid, { kty, crv, x, y, kid, alg: 'ES384' }, now, ends)
}

/** How long the key before goes on being good, so that a node may change in its own time. */
const OVERLAP_MS = 7 * 86_400_000

/** A node's next key: good at once, the ones before for seven days more. */
export async function succeedNode(sql: Sql, facility: string, jwk: JWK, now: Date, ends: Date): Promise<void> {
  await registerNode(sql, facility, jwk, now, ends)
  await nodes.endOthers(sql, facility, jwk.kid ?? '', new Date(now.getTime() + OVERLAP_MS))
}

/** A node's code becomes another: its keys let it in under both, so that it may change in its own time. */
export function admitUnder(sql: Sql, facility: string, code: string, now: Date): Promise<void> {
  return nodes.copy(sql, facility, code, now)
}

/** A node that left: its tokens run out within five minutes, it gets no new ones. */
export function deactivateNode(sql: Sql, facility: string): Promise<void> {
  return nodes.deactivate(sql, facility)
}

/** Until when each node is let in: the last day of its newest key; null for one without end. */
export const nodeKeyEnds = (sql: Sql): Promise<{ facility: string; ends_at: Date | null }[]> => nodes.ends(sql)

export async function nodeClients(sql: Sql): Promise<{ facility: string; keys: JWK[] }[]> {
  const byFacility = new Map<string, JWK[]>()
  for (const row of await nodes.list(sql)) byFacility.set(row.facility, [...(byFacility.get(row.facility) ?? []), row.jwk])
  return [...byFacility].map(([facility, keys]) => ({ facility, keys }))
}

const refused = (reason: string): Finding => finding(invalidClient, { reason })
const fail = (reason: string): never => {
  throw new OutcomeError([refused(reason)])
}

/** Answers POST /auth/token; `jkt` is the key of the DPoP proof that came along. Throws `invalid-client`, `clock-skew`. */
export async function grantToken(issuer: TokenIssuer, form: URLSearchParams, jkt: string, now: Date): Promise<Granted> {
  if (form.get('grant_type') !== 'client_credentials') fail('grant_type')
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) fail('client_assertion_type')
  const { facility, iat } = await checkAssertion(issuer, form.get('client_assertion') ?? '', jkt, now)
  const token = await new SignJWT({ client_id: facility, cnf: { jkt }, ins: issuer.instance })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid })
    .setIssuer(issuer.baseUrl)
    .setAudience(`${issuer.baseUrl}/fhir`)
    .setSubject(facility)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(new Date(now.getTime() + TOKEN_SECONDS * 1000))
    .sign(issuer.key.privateKey)
  const answer = { access_token: token, token_type: 'DPoP', expires_in: TOKEN_SECONDS, scope: 'system/*.rs' }
  return { facility, skewMs: typeof iat === 'number' ? Math.round(iat * 1000 - now.getTime()) : null, answer }
}

async function checkAssertion(issuer: TokenIssuer, assertion: string, jkt: string, now: Date): Promise<{ facility: string; iat: unknown }> {
  const { alg, kid } = peek(() => decodeProtectedHeader(assertion))
  const claimed = peek(() => decodeJwt(assertion))
  // The algorithm is fixed here and never taken from the assertion.
  if (alg !== 'ES384') fail('alg')
  const facility = claimed.iss ?? fail('iss')
  if (!FACILITY.test(facility)) fail('iss')
  if (claimed.sub !== facility) fail('sub')
  // One look-up by its key: a flood of unknown key ids costs no more than a flood of known ones.
  const jwk = (isId(kid) && (await nodes.key(issuer.sql, facility, kid, now))) || fail('key')
  const key = await importJWK(jwk, 'ES384')
  const { payload } = await jwtVerify(assertion, key, {
    algorithms: ['ES384'],
    audience: [`${issuer.baseUrl}/auth/token`, issuer.baseUrl],
    clockTolerance: SKEW_SECONDS,
    currentDate: now,
    requiredClaims: ['exp', 'jti', 'aud'],
  }).catch((error: unknown) => {
    const reason = reasonOf(error)
    // Whose signature holds is told the time, whatever its clock says.
    if (isExpired(error) || reason === 'nbf') throw skewed(claimed, now)
    return fail(reason)
  })
  const exp = payload.exp ?? fail('exp')
  if (exp - now.getTime() / 1000 > LONGEST_ASSERTION_SECONDS + SKEW_SECONDS) throw skewed(claimed, now)
  // Else who gets hold of an assertion on its way could bind the token to a key of its own.
  if ((payload.cnf as { jkt?: unknown } | undefined)?.jkt !== jkt) fail('cnf')
  const jti = isId(payload.jti) ? payload.jti : fail('jti')
  const ends = new Date((exp + SKEW_SECONDS) * 1000)
  if (!(await nodes.useJti(issuer.sql, facility, jti, ends))) fail('replay')
  return { facility, iat: payload.iat }
}

/** The assertion is by the node and of another time than now. */
function skewed(claimed: { iat?: unknown; exp?: unknown }, now: Date): OutcomeError {
  const said = Number(typeof claimed.iat === 'number' ? claimed.iat : claimed.exp)
  const skew = Math.round(said - now.getTime() / 1000)
  return new OutcomeError([finding(clockSkew, { skew: Number.isFinite(skew) ? skew : '?', now: now.toISOString() })], {
    error: 'invalid_client',
    serverTime: now.toISOString(),
  })
}

function peek<T>(decode: () => T): T {
  try {
    return decode()
  } catch {
    return fail('format')
  }
}

/** jose names the claim that failed; anything else is the signature. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'claim' in error && typeof error.claim === 'string' ? error.claim : 'signature'
}

const isExpired = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED'

/** Tokens whose signature was checked, per issuer: every request of a node brings the same one for five minutes. */
const checked = new WeakMap<TokenIssuer, Map<string, NodeToken>>()
const MOST_CHECKED = 2000

/** Whom a token speaks for, and to which key it is bound. Throws `invalid-token`. */
export async function checkToken(issuer: TokenIssuer, token: string, now: Date): Promise<NodeToken> {
  const known = checked.get(issuer) ?? new Map<string, NodeToken>()
  checked.set(issuer, known)
  const before = known.get(token)
  if (before && before.ends > now.getTime()) return before
  const read = await readToken(issuer, token, now)
  const [oldest] = known.keys()
  if (known.size >= MOST_CHECKED && oldest !== undefined) known.delete(oldest)
  known.set(token, read)
  return read
}

async function readToken(issuer: TokenIssuer, token: string, now: Date): Promise<NodeToken> {
  const refusal = () => new OutcomeError([finding(invalidToken)])
  const { payload } = await jwtVerify(token, issuer.key.publicKey, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: issuer.baseUrl,
    audience: `${issuer.baseUrl}/fhir`,
    currentDate: now,
    requiredClaims: ['exp', 'sub', 'jti', 'cnf'],
  }).catch(() => {
    throw refusal()
  })
  const jkt = (payload.cnf as { jkt?: unknown } | undefined)?.jkt
  if (typeof jkt !== 'string' || payload.ins !== issuer.instance) throw refusal()
  return { facility: String(payload.sub), jkt, jti: String(payload.jti), ends: (payload.exp ?? 0) * 1000 }
}
