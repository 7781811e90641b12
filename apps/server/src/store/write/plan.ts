/** One batch of writes, from what was asked to what goes into the tables. */
import { OutcomeError, refuse, sortDate, spliceResource, validate } from '@yba/fhir'
import { uuidv7 } from '../ids.ts'
import { duplicateWrite, idMismatch } from '../outcomes.ts'
import { typeOf } from '../stored.ts'
import type { FhirResource, Write } from '../types.ts'
import type { IndexRows } from './extract.ts'
import { type BusinessId, businessIds, encounterOf, facilitiesOf, type Pointers, pointers, sensitivityOf } from './walk.ts'

/** A row as it stood when it was locked. */
export interface Locked {
  rid: string
  t: number
  id: string
  ver: number
  deleted: boolean
  content: string
  tok: string[]
  sd: string
  pat: string | null
  pat_id: string | null
  may: boolean
  lu: Date
}

/** Facts read from the resource alone; no database needed. */
export interface Facts {
  pointers: Pointers
  encounter: string | undefined
  org: string[]
  sens: number
  ids: BusinessId[]
  /** Milliseconds. */
  sd: number
}

export interface Item {
  write: Write
  kind: 'create' | 'update' | 'delete'
  type: string
  t: number
  id: string
  key: string
  h: string
  resource?: FhirResource
  facts?: Facts
  before?: Locked
  /** Equal content: nothing is written. */
  same?: boolean
  rid: string
  ver: number
  text: string
  rows?: IndexRows
  /** Owning patient: row number, -1 for several, null for none. */
  pat: string | null
  pats: string[]
  /** Id of the one owning patient. */
  patId: string | null
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/

function checkId(type: string, id: string, resource?: FhirResource): void {
  if (!ID.test(id) || (typeof resource?.id === 'string' && resource.id !== id)) throw refuse(idMismatch, { type, id })
}

function factsOf(resource: FhirResource, now: number, zone: string): Facts {
  return {
    pointers: pointers(resource),
    encounter: encounterOf(resource),
    org: facilitiesOf(resource),
    sens: sensitivityOf(resource),
    ids: businessIds(resource),
    // The client's meta.lastUpdated is not a clinical date.
    sd: sortDate(resource.meta === undefined ? resource : { ...resource, meta: undefined }, zone) ?? now,
  }
}

function checked(resource: FhirResource): void {
  const errors = validate(resource).filter((f) => f.definition.severity === 'error' || f.definition.severity === 'fatal')
  if (errors.length > 0) throw new OutcomeError(errors)
}

/**
 * Validates a batch and gives each write its id and facts. Throws the findings of the first invalid resource,
 * `id-mismatch`, `duplicate-write`, `no-such-type`.
 */
export function planWrites(writes: readonly Write[], now: Date, zone: string, hash: (text: string) => string): Item[] {
  const seen = new Set<string>()
  return writes.map((write) => {
    const type = write.kind === 'delete' ? write.type : write.resource.resourceType
    const t = typeOf(type)
    const resource = write.kind === 'delete' ? undefined : write.resource
    const id = write.kind === 'create' ? (write.id ?? uuidv7(now.getTime())) : write.id
    checkId(type, id, write.kind === 'update' || write.id !== undefined ? resource : undefined)
    if (resource) checked(resource)
    const key = `${type}/${id}`
    if (seen.has(key)) throw refuse(duplicateWrite, { reference: key })
    seen.add(key)
    const facts = resource ? factsOf(resource, now.getTime(), zone) : undefined
    return {
      write,
      kind: write.kind,
      type,
      t,
      id,
      key,
      h: hash(key),
      resource,
      facts,
      rid: '',
      ver: 0,
      text: '',
      pat: null,
      pats: [],
      patId: null,
    }
  })
}

/** The text of the new version: the received text with id and meta spliced in, or the object with both set. */
export function textOf(item: Item, now: Date): string {
  const { resource, write, id, ver } = item
  if (!resource || write.kind === 'delete') return ''
  const meta = { versionId: String(ver), lastUpdated: now.toISOString() }
  if (write.text !== undefined) return spliceResource(write.text, { id, ...meta })
  const { resourceType, id: _, meta: given, ...rest } = resource
  return JSON.stringify({ resourceType, id, meta: { ...given, ...meta }, ...rest })
}
