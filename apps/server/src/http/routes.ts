/** Every route carries a policy; one without does not start. */
import type { FastifyInstance, RouteOptions } from 'fastify'
import { PERMISSIONS, type Permission } from '../access/permissions.ts'

/**
 * `permission`: the caller needs it (one of them, for a list). `open`: nobody has to be known, and the sentence says why
 * that is right.
 */
export type RoutePolicy = { permission: Permission | readonly Permission[] } | { open: string }

export interface RouteView {
  method: string
  url: string
  policy: RoutePolicy
}

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: RoutePolicy
    /** Requests to it do not count as use of the session. */
    background?: boolean
    /** Its body is handed over while it comes: little of it lies in memory. */
    streamed?: boolean
  }
}

const known = new WeakMap<FastifyInstance, RouteView[]>()

function isPolicy(policy: RoutePolicy): boolean {
  if ('open' in policy) return policy.open !== ''
  const wanted = [policy.permission].flat()
  return wanted.length > 0 && wanted.every((p) => PERMISSIONS.includes(p))
}

/** Watches routes being added. The server throws at start when one has no policy. */
export function requirePolicies(server: FastifyInstance): void {
  const routes: RouteView[] = []
  known.set(server, routes)
  server.addHook('onRoute', (route: RouteOptions) => {
    const policy = route.config?.policy
    const methods = [route.method].flat()
    if (!policy || !isPolicy(policy)) {
      throw new Error(`route ${methods.join(',')} ${route.url} has no policy`)
    }
    for (const method of methods) routes.push({ method, url: route.url, policy })
  })
}

/** All routes of a server built by `buildServer`, with their policies. */
export function listRoutes(server: FastifyInstance): readonly RouteView[] {
  return known.get(server) ?? []
}
