/**
 * The embedded OpenID provider with one client: the web app of this site, code flow with PKCE, run on the server.
 * Opened at the first sign-in, so that a site costs nothing of it at start.
 */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Configuration, Provider } from 'oidc-provider'
import { type Sql, users } from '../tables.ts'
import { oidcAdapter } from './adapter.ts'
import type { AccessKeys } from './keys.ts'
import { messagePage } from './pages.ts'

export const CLIENT_ID = 'yba-web'

export interface ProviderOptions {
  sql: Sql
  site: string
  /** Base address of the site; the provider stands under `/oidc`. */
  baseUrl: string
  keys: AccessKeys
}

/** Makes the provider; oidc-provider is loaded here and not before. */
export async function openProvider(options: ProviderOptions): Promise<Provider> {
  const { Provider: Implementation } = await import('oidc-provider')
  const provider = new Implementation(`${options.baseUrl}/oidc`, configuration(options))
  // Address and scheme come from the settings (see serveProvider), whatever stands before the site.
  provider.proxy = true
  return provider
}

function configuration(options: ProviderOptions): Configuration {
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax' as const, overwrite: true, secure: options.baseUrl.startsWith('https:') }
  return {
    adapter: oidcAdapter(options.sql),
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        application_type: 'web',
        redirect_uris: [`${options.baseUrl}/auth/callback`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [{ ...options.keys.jwk }] },
    cookies: {
      keys: [options.keys.cookieSecret],
      names: { session: `yba_${options.site}_op`, interaction: `yba_${options.site}_op_i`, resume: `yba_${options.site}_op_r` },
      long: cookie,
      short: cookie,
    },
    claims: { openid: ['sub'] },
    scopes: ['openid'],
    responseTypes: ['code'],
    pkce: { required: () => true },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      dPoP: { enabled: false },
      resourceIndicators: { enabled: false },
    },
    ttl: { AuthorizationCode: 60, AccessToken: 60, IdToken: 60, Interaction: 900, Grant: 3600, Session: 900 },
    interactions: { url: (_ctx, interaction) => `/auth/sign-in/${interaction.uid}` },
    findAccount: async (_ctx, id) => {
      const user = await users.byId(options.sql, id)
      return user && !user.locked ? { accountId: id, claims: () => ({ sub: id }) } : undefined
    },
    // The one client is this site's own web app: nobody has to consent to it.
    loadExistingGrant: async (ctx) => {
      const accountId = ctx.oidc.session?.accountId
      const clientId = ctx.oidc.client?.clientId
      if (!accountId || !clientId) return undefined
      const grant = new ctx.oidc.provider.Grant({ accountId, clientId })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
    renderError: (ctx, _out, _error) => {
      ctx.type = 'html'
      ctx.body = messagePage('sign-in-expired', 'vi')
    },
  }
}

/** Hands a request under /oidc to the provider; the body must be unread. */
export function serveProvider(provider: Provider, baseUrl: string, req: IncomingMessage, res: ServerResponse): void {
  const { protocol, host } = new URL(baseUrl)
  req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  req.headers['x-forwarded-host'] = host

  const original = req.url ?? '/'
  const mounted: IncomingMessage & { originalUrl?: string } = req
  mounted.originalUrl = original
  mounted.url = original.slice('/oidc'.length) || '/'
  void provider.callback()(mounted, res)
}

/** State, verifier and nonce of one sign-in. */
export function newAttempt(): { state: string; verifier: string; nonce: string } {
  return {
    state: randomBytes(24).toString('base64url'),
    verifier: randomBytes(32).toString('base64url'),
    nonce: randomBytes(24).toString('base64url'),
  }
}
