/** Nodes at the door: the token, the proof that its key is at hand, the limits, the standing; then the body it vouched for. */
import { OutcomeError, refuse } from '@yba/fhir'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/caller.ts'
import { nodeCaller } from '../access/callers.ts'
import { checkToken, type NodeToken, type TokenIssuer } from '../access/node-tokens.ts'
import { bodyAltered, invalidProof, invalidToken, proofReplayed } from '../access/outcomes.ts'
import { checkProof, contentDigestOf, type Proof, proofMemory } from '../access/proof.ts'
import type { NodeGuard, Operation } from '../feature.ts'
import { limitsOf } from '../settings.ts'
import type { Site } from '../site.ts'
import { tooManyRequests, urgentLaneMisused } from './outcomes.ts'
import { nodeLanes } from './rate.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The operation behind the route. */
    operation?: Operation
  }
  interface FastifyRequest {
    /** Of a node: what its proof vouched for, and the lane it came in by. */
    node: { digest?: string; urgentLane: boolean; suspension: OutcomeError | null } | null
  }
}

/** Says that the request belongs to the emergency lane; believed only as far as its content bears it out. */
export const URGENT = 'x-urgent'

export interface NodeCallers {
  /** Throws `invalid-token`, `invalid-proof`, `proof-replayed`. */
  find(request: FastifyRequest, now: Date): Promise<Caller>
  /** Throws `too-many-requests`, `node-suspended`. */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

export function nodeCallers(server: FastifyInstance, site: Site, issuer: TokenIssuer, guard: NodeGuard | undefined): NodeCallers {
  const lanes = nodeLanes(limitsOf(site.settings))
  const memory = proofMemory()
  server.decorateRequest('node', null)
  server.addHook('preHandler', async (request) => checkBody(request))
  server.addHook('onResponse', async (request, reply) => {
    // Work the hub took is no flood: a node that drains three days of messages is held to the second, not to the minute.
    if (request.node && request.method === 'POST' && reply.statusCode < 300) lanes.giveBack(request.caller.id)
  })

  async function proven(request: FastifyRequest, token: string, known: NodeToken, now: Date): Promise<Proof> {
    const [path = ''] = (request.raw.url ?? '').split('?')
    const wanted = { method: request.method, url: `${issuer.baseUrl}${path}`, token }
    try {
      const proof = await checkProof(request.headers.dpop, wanted)
      if (proof.jkt !== known.jkt) throw refuse(invalidProof, { reason: 'key' })
      if (!memory.use(known.jti, proof.jti, known.ends, now.getTime())) throw refuse(proofReplayed)
      return proof
    } catch (error) {
      // Whoever it is has a token of the node and not its key.
      if (error instanceof OutcomeError) await guard?.impersonated(known.facility, error.code, request.id)
      throw error
    }
  }

  return {
    async find(request, now) {
      const token = /^DPoP (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
      if (!token) throw refuse(invalidToken)
      const known = await checkToken(issuer, token, now)
      const { digest } = await proven(request, token, known, now)
      request.node = { urgentLane: false, suspension: null, ...(digest ? { digest } : {}) }
      return nodeCaller(known.facility, request.id)
    },
    async admit(request, reply) {
      const { node, caller } = request
      if (!node) return
      const asks = request.headers[URGENT] !== undefined && request.routeOptions.config.operation?.urgent !== undefined
      const { wait, lane } = lanes.take(caller.id, asks, site.clock.now().getTime())
      node.urgentLane = lane === 'urgent'
      if (wait > 0) {
        reply.header('retry-after', String(Math.ceil(wait / 1000)))
        throw refuse(tooManyRequests)
      }
      node.suspension = (await guard?.suspension(caller.id)) ?? null
      const { operation } = request.routeOptions.config
      // What may be urgent is decided when its body is read.
      if (node.suspension && !operation?.whileSuspended && !operation?.urgent) throw node.suspension
    },
  }
}

/** The body is the one the proof was made for. Throws `invalid-proof`, `content-digest-mismatch`. */
function checkBody(request: FastifyRequest): void {
  const { node, body } = request
  if (!node || !Buffer.isBuffer(body) || body.length === 0) return
  if (node.digest === undefined) throw refuse(invalidProof, { reason: 'cd' })
  const sent = request.headers['content-digest']
  const found = contentDigestOf(body)
  if (found !== node.digest || (sent !== undefined && sent !== found)) throw refuse(bodyAltered)
}

/** Holds an operation to the lane its request came in by. Throws `urgent-lane-misused`, `node-suspended`. */
export function holdToLane(request: FastifyRequest, urgent: boolean): void {
  const { node } = request
  if (!node || urgent) return
  if (node.suspension) throw node.suspension
  if (node.urgentLane) throw refuse(urgentLaneMisused)
}
