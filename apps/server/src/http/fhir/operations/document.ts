/** `Composition/$document` (FHIR R4, composition-operation-document): the Composition and all it refers to as one document. */
import { randomUUID } from 'node:crypto'
import { isResourceType, parseFhirText, refuse } from '@yba/fhir'
import { notPermitted } from '../../../access/index.ts'
import type { Operation, OperationContext } from '../../../feature.ts'
import { tooManyResources } from '../../../store/outcomes.ts'
import type { FhirResource, Stored } from '../../../store/types.ts'
import { FHIR_JSON } from '../../errors.ts'
import { isObject } from '../body.ts'
import { documentNotWhole } from '../outcomes.ts'
import { runWrites } from '../writes.ts'
import { askedOf } from './asked.ts'

const MOST = 2000

/** Literal references to resources of this site, each with its place. */
function references(value: unknown, at: string): [reference: string, at: string][] {
  if (Array.isArray(value)) return value.flatMap((one, i) => references(one, `${at}[${i}]`))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, inner]): [string, string][] => {
    if (name === 'contained') return []
    if (name !== 'reference' || typeof inner !== 'string') return references(inner, `${at}.${name}`)
    const [, type = '', id] = /^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/\d+)?$/.exec(inner) ?? []
    return isResourceType(type) ? [[`${type}/${id}`, at]] : []
  })
}

const keyOf = ({ type, id }: Stored): string => `${type}/${id}`

/** A letter without a part of what it says would say something else. Throws `document-not-whole`. */
function checkWhole(composition: Stored, rest: readonly Stored[]): void {
  const there = new Set([composition, ...rest].map(keyOf))
  for (const [reference, at] of references(composition.resource(), 'Composition')) {
    if (!there.has(reference)) throw refuse(documentNotWhole, {}, at)
  }
}

function documentText(context: OperationContext, all: readonly Stored[]): string {
  const { site } = context
  const entry = (one: Stored) => `{"fullUrl":${JSON.stringify(`${site.settings.baseUrl}/fhir/${keyOf(one)}`)},"resource":${one.text}}`
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` }
  const head = JSON.stringify({ resourceType: 'Bundle', identifier, type: 'document', timestamp: site.clock.now().toISOString() })
  return `${head.slice(0, -1)},"entry":[${all.map(entry).join(',')}]}`
}

async function handle(context: OperationContext, mayKeep: boolean) {
  const { site, store, caller, id } = context
  const { query, wrong } = askedOf(context, ['persist'])
  const persist = query.get('persist') === 'true'
  // A GET changes nothing (RFC 9110, 9.2.1).
  if ((persist && !mayKeep) || !['true', 'false', null].includes(query.get('persist'))) throw wrong('persist')
  if (persist && !caller.permissions.has('fhir.write')) throw refuse(notPermitted, { permission: 'fhir.write' })
  const [composition, ...rest] = await store.withReferred({ type: 'Composition', id }, { action: 'document', most: MOST })
  if (!composition) throw new Error('a resource that was read comes first')
  if (rest.length > MOST) throw refuse(tooManyResources, { most: MOST })
  checkWhole(composition, rest)
  const text = documentText(context, [composition, ...rest])
  if (!persist) return { bytes: Buffer.from(text), contentType: FHIR_JSON }
  const body = { resource: parseFhirText(text) as FhirResource, text }
  const [done] = await site.store.as(caller, { plain: true }).transact((tx) => runWrites(tx, [{ method: 'POST', type: 'Bundle', body }]))
  if (done?.kind !== 'written') throw new Error('what is created is written')
  const { result } = done
  const headers = { location: `${site.settings.baseUrl}/fhir/Bundle/${result.id}/_history/${result.versionId}` }
  return { bytes: Buffer.from(result.text), contentType: FHIR_JSON, headers }
}

const common = { name: 'document', level: 'instance', type: 'Composition', permission: 'fhir.read' } as const

export const document: readonly Operation[] = [
  { ...common, method: 'GET', body: 'none', handle: (context) => handle(context, false) },
  { ...common, method: 'POST', body: 'bytes', handle: (context) => handle(context, true) },
]
