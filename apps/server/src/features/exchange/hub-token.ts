/** A node's token at the hub: asked for with its key, bound to its key, used until it is nearly over. */
import type { OutcomeError } from '@yba/fhir'
import type { Site } from '../../site.ts'
import { dial, HubBusy, HubRefusal, refusal, unreachable, unreachableBecause } from './hub-answers.ts'
import { nodeIdentity } from './hub-line.ts'

const TOKEN_MARGIN_MS = 30_000

/** The token of the line and what it is bound to; asked for anew when it is about to run out or was refused. */
export function lineToken(site: Site, hub: string) {
  const identity = nodeIdentity(site)
  let token: { value: string; until: number } | null = null
  // Several requests that find no token buy one together.
  let buying: Promise<string> | null = null

  async function ask(signal: AbortSignal): Promise<Response> {
    if (!identity) throw unreachable('no-key')
    const end = site.keys.client?.notAfter
    // Everything waits in the queue, and says why; the desks go on.
    if (end && end <= site.clock.now()) throw unreachable('key-expired')
    const endpoint = `${hub}/auth/token`
    const { assertion, proof } = await identity.introduce(endpoint)
    return dial(endpoint, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/x-www-form-urlencoded', dpop: proof },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'system/*.cruds',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
    })
  }

  async function buy(signal: AbortSignal): Promise<string> {
    const now = site.clock.now().getTime()
    let response = await ask(signal)
    if (identity?.correct(response.headers.get('x-server-time'))) {
      site.log.warn({ skewMs: identity.skewMs() }, "this site's clock is not the hub's; the hub's time is used towards it")
      if (!response.ok) {
        await response.body?.cancel()
        response = await ask(signal)
      }
    }
    // No word about any message: a node that is not let in (key renewed) queues and keeps what it has.
    if (!response.ok) throw await notLetIn(site, response)
    const answer = (await response.json().catch(() => {
      throw unreachable('cut')
    })) as { access_token: string; expires_in: number }
    token = { value: answer.access_token, until: now + answer.expires_in * 1000 }
    return answer.access_token
  }

  return {
    identity,
    drop(): void {
      token = null
    },
    async fresh(signal: AbortSignal): Promise<string> {
      if (token && token.until > site.clock.now().getTime() + TOKEN_MARGIN_MS) return token.value
      buying ??= buy(signal).finally(() => {
        buying = null
      })
      return buying
    },
  }
}

async function notLetIn(site: Site, response: Response): Promise<OutcomeError | HubBusy> {
  const said = await refusal(response)
  site.log.warn({ status: response.status, refusal: said.message }, 'the hub gave no token')
  if (said instanceof HubBusy) return said
  return unreachable(said instanceof HubRefusal ? `not-let-in:${said.code}` : (unreachableBecause(said) ?? `status-${response.status}`))
}
