/** One batch of writes, from what was asked to what goes into the tables. */
import { type Finding, OutcomeError, refuse, sortDate, spliceResource } from '@yba/fhir'
import type { Hasher } from '../hash.ts'
import { uuidv7 } from '../ids.ts'
import { localView } from '../local.ts'
import { conditionalReference, duplicateWrite, idMismatch } from '../outcomes.ts'
import { typeOf } from '../stored.ts'
import { turns } from '../turns.ts'
import type { FhirResource, Write } from '../types.ts'
import type { IndexRows } from './extract.ts'
import { placed } from './place.ts'
import { mustBeValid } from './validate.ts'
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
  /** The resource with its references to this site local: what facts and index rows are made of. */
  view?: FhirResource
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

/** An address takes `.` and `..` for folders: nobody could read what has such an id. */
const ID = /^(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}$/

function checkId(type: string, id: string, resource?: FhirResource): void {
  if (!ID.test(id) || (typeof resource?.id === 'string' && resource.id !== id)) throw refuse(idMismatch, { type, id })
}

/** `now` stands for the clinical date of a resource without one. */
export function factsOf(resource: FhirResource, now: number, zone: string): Facts {
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

/** What planning must know of the site. */
export interface Planning {
  zone: string
  base: string | undefined
  hashes: Hasher
}

/** Findings that one answer holds at most. */
export const MOST_FINDINGS = 200

/**
 * Validates a batch and gives each write its id and facts. Throws the findings of all invalid resources, `id-mismatch`,
 * `duplicate-write`, `no-such-type`, `conditional-reference`.
 */
export async function planWrites(writes: readonly Write[], now: Date, site: Planning): Promise<Item[]> {
  const turn = turns()
  const seen = new Set<string>()
  const items: Item[] = []
  const findings: Finding[] = []
  for (const write of writes) {
    const wait = turn()
    if (wait) await wait
    try {
      const item = itemOf(write, now, site)
      if (seen.has(item.key)) throw refuse(duplicateWrite, { reference: item.key })
      seen.add(item.key)
      items.push(item)
    } catch (error) {
      const there = placed(error, write.at)
      if (!(there instanceof OutcomeError)) throw there
      findings.push(...there.findings)
    }
  }
  if (findings.length > 0) throw new OutcomeError(findings.slice(0, MOST_FINDINGS))
  return items
}

function itemOf(write: Write, now: Date, { zone, base, hashes }: Planning): Item {
  const type = write.kind === 'delete' ? write.type : write.resource.resourceType
  const t = typeOf(type)
  const resource = write.kind === 'delete' ? undefined : write.resource
  const id = write.kind === 'create' ? (write.id ?? uuidv7(now.getTime())) : write.id
  // What is created has the id it is given, whatever its sender called it.
  checkId(type, id, write.kind === 'update' ? resource : undefined)
  if (resource) mustBeValid(resource)
  const view = resource && localView(resource, base, write.kind === 'delete' ? undefined : write.text)
  const facts = view ? factsOf(view, now.getTime(), zone) : undefined
  if (facts?.pointers.conditional !== undefined) throw refuse(conditionalReference, {}, facts.pointers.conditional)
  const key = `${type}/${id}`
  const empty = { rid: '', ver: 0, text: '', pat: null, pats: [], patId: null }
  return {
    write,
    kind: write.kind,
    type,
    t,
    id,
    key,
    h: hashes.of(key),
    ...(resource && view ? { resource, view } : {}),
    ...(facts ? { facts } : {}),
    ...empty,
  }
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
