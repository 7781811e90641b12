/** Conditions on versions in headers (RFC 9110, section 13; FHIR R4, http.html#versioning). */
import { refuse } from '@yba/fhir'
import type { FastifyRequest } from 'fastify'
import type { Stored, Versions } from '../../store/types.ts'
import { headerOf } from './address.ts'
import { etag } from './answers.ts'
import { preconditionUnreadable } from './outcomes.ts'

const VERSION = /^(?:W\/)?"(\d{1,9})"$/

const listed = (header: string): string[] => header.split(',').map((tag) => tag.trim())

/** The versions an If-Match or If-None-Match names, undefined without one. Throws `if-match-unreadable`. */
export function versionsOf(header: string | undefined): Versions | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return '*'
  return listed(header).map((tag) => {
    const version = VERSION.exec(tag)?.[1]
    if (version === undefined) throw refuse(preconditionUnreadable)
    return Number(version)
  })
}

/** The condition of an update or a deletion. Throws `if-match-unreadable`. */
export function ifMatch(header: string | undefined): { ifMatch?: Versions } {
  const versions = versionsOf(header)
  return versions === undefined ? {} : { ifMatch: versions }
}

/** `If-None-Match: *` of an update: only where nothing is. Throws `if-match-unreadable` for anything else. */
export function ifNoneMatch(header: string | undefined): { ifAbsent?: true } {
  if (header === undefined) return {}
  if (header.trim() !== '*') throw refuse(preconditionUnreadable)
  return { ifAbsent: true }
}

const weak = (tag: string): string => tag.replace(/^W\//, '')

/** Conditions of a reader who has a version already. */
export interface ReadConditions {
  ifNoneMatch?: string | undefined
  ifModifiedSince?: string | undefined
}

export const readConditions = (request: FastifyRequest): ReadConditions => ({
  ifNoneMatch: headerOf(request, 'if-none-match'),
  ifModifiedSince: headerOf(request, 'if-modified-since'),
})

/** Whether a reader has this version already. If-None-Match wins over If-Modified-Since, which knows whole seconds alone. */
export function isUnchanged({ ifNoneMatch, ifModifiedSince }: ReadConditions, stored: Stored): boolean {
  if (ifNoneMatch !== undefined) return ifNoneMatch.trim() === '*' || listed(ifNoneMatch).some((tag) => weak(tag) === weak(etag(stored)))
  if (ifModifiedSince === undefined) return false
  return Math.floor(stored.lastUpdated.getTime() / 1000) * 1000 <= Date.parse(ifModifiedSince)
}
