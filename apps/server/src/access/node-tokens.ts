/**
 * SMART backend services for nodes: a client assertion signed with ES384 buys a token of at most five minutes.
 * The token is a short JWT of the site, so no request of a node costs a look-up of its token.
 */
import { randomUUID } from 'node:crypto'
import { type Finding, finding, OutcomeError } from '@yba/fhir'
import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { invalidClient, invalidToken } from './outcomes.ts'
import { nodes, type Sql } from './tables.ts'

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const TOKEN_SECONDS = 300
const LONGEST_ASSERTION_SECONDS = 300
const SKEW_SECONDS = 60

export interface TokenIssuer {
  sql: Sql
  /** Base address of the site: issuer and audience. */
  baseUrl: string
  /** ES256 key of the site. */
  key: { kid: string; privateKey: CryptoKey; publicKey: CryptoKey }
}

type CryptoKey = import('jose').CryptoKey

/** Registers (or renews) a node's public key. */
export function registerNode(sql: Sql, facility: string, jwk: JWK, now: Date): Promise<void> {
  const { kty, crv, x, y, kid } = jwk
  if (kty !== 'EC' || crv !== 'P-384' || !kid) throw new OutcomeError([refused('key')])
  return nodes.upsert(sql, facility, kid, { kty, crv, x, y, kid, alg: 'ES384' }, now)
}

/** A node that left: its tokens run out within five minutes, it gets no new ones. */
export function deactivateNode(sql: Sql, facility: string): Promise<void> {
  return nodes.deactivate(sql, facility)
}

export async function nodeClients(sql: Sql): Promise<{ facility: string; keys: JWK[] }[]> {
  const byFacility = new Map<string, JWK[]>()
  for (const row of await nodes.list(sql)) byFacility.set(row.facility, [...(byFacility.get(row.facility) ?? []), row.jwk])
  return [...byFacility].map(([facility, keys]) => ({ facility, keys }))
}

const refused = (reason: string): Finding => finding(invalidClient, { reason })
const fail = (reason: string): never => {
  throw new OutcomeError([refused(reason)])
}

/** Answers POST /auth/token. Throws `invalid-client`. */
export async function grantToken(issuer: TokenIssuer, form: URLSearchParams, now: Date) {
  if (form.get('grant_type') !== 'client_credentials') fail('grant_type')
  if (form.get('client_assertion_type') !== ASSERTION_TYPE) fail('client_assertion_type')
  const facility = await checkAssertion(issuer, form.get('client_assertion') ?? '', now)
  const token = await new SignJWT({ client_id: facility })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: issuer.key.kid })
    .setIssuer(issuer.baseUrl)
    .setAudience(`${issuer.baseUrl}/fhir`)
    .setSubject(facility)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(new Date(now.getTime() + TOKEN_SECONDS * 1000))
    .sign(issuer.key.privateKey)
  return { access_token: token, token_type: 'Bearer', expires_in: TOKEN_SECONDS, scope: 'system/*.rs' }
}

async function checkAssertion(issuer: TokenIssuer, assertion: string, now: Date): Promise<string> {
  const { alg, kid } = peek(() => decodeProtectedHeader(assertion))
  const claimed = peek(() => decodeJwt(assertion))
  // The algorithm is fixed here and never taken from the assertion.
  if (alg !== 'ES384') fail('alg')
  const facility = claimed.iss ?? fail('iss')
  if (claimed.sub !== facility) fail('sub')
  const client = (await nodeClients(issuer.sql)).find((c) => c.facility === facility)
  const jwk = client?.keys.find((k) => k.kid === kid) ?? fail('key')
  const key = await importJWK(jwk, 'ES384')
  const { payload } = await jwtVerify(assertion, key, {
    algorithms: ['ES384'],
    audience: [`${issuer.baseUrl}/auth/token`, issuer.baseUrl],
    clockTolerance: SKEW_SECONDS,
    currentDate: now,
    requiredClaims: ['exp', 'jti', 'aud'],
  }).catch((error: unknown) => fail(reasonOf(error)))
  const exp = payload.exp ?? fail('exp')
  if (exp - now.getTime() / 1000 > LONGEST_ASSERTION_SECONDS + SKEW_SECONDS) fail('exp')
  const ends = new Date((exp + SKEW_SECONDS) * 1000)
  if (!(await nodes.useJti(issuer.sql, facility, payload.jti ?? fail('jti'), ends))) fail('jti')
  return facility
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

/** The facility a bearer token speaks for. Throws `invalid-token`. */
export async function checkToken(issuer: TokenIssuer, token: string, now: Date): Promise<string> {
  const verified = await jwtVerify(token, issuer.key.publicKey, {
    algorithms: ['ES256'],
    typ: 'at+jwt',
    issuer: issuer.baseUrl,
    audience: `${issuer.baseUrl}/fhir`,
    currentDate: now,
    requiredClaims: ['exp', 'sub'],
  }).catch(() => {
    throw new OutcomeError([finding(invalidToken)])
  })
  return String(verified.payload.sub)
}
