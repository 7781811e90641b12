/** The browser somebody of this site has signed in with before: a signed cookie that says only that. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Place } from '../access/sign-in.ts'
import { visitorOf } from './page-limits.ts'

const SECONDS = 400 * 86_400

export interface Devices {
  /** Where a request comes from, as far as wrong passwords are concerned. */
  place(request: FastifyRequest): Place
  /** After a sign-in: this browser is known from now on. */
  remember(request: FastifyRequest, reply: FastifyReply): void
}

export function devices(
  name: string,
  secret: string,
  cookie: { path: string; httpOnly: boolean; sameSite: 'lax'; secure: boolean },
): Devices {
  const seal = (id: string): string => createHmac('sha256', secret).update(`device ${id}`).digest('base64url')
  const known = (request: FastifyRequest): string | undefined => {
    const [id = '', sealed = ''] = (request.cookies[name] ?? '').split('.')
    const [found, expected] = [Buffer.from(sealed), Buffer.from(seal(id))]
    return id && found.length === expected.length && timingSafeEqual(found, expected) ? id : undefined
  }
  return {
    place(request) {
      const id = known(request)
      return id ? { name: `device ${id}`, known: true } : { name: `address ${visitorOf(request.ip)}`, known: false }
    },
    remember(request, reply) {
      const id = known(request) ?? randomBytes(16).toString('base64url')
      reply.setCookie(name, `${id}.${seal(id)}`, { ...cookie, maxAge: SECONDS })
    },
  }
}
