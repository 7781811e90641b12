/** Writes as they are asked for over HTTP and in bundles: conditions first, then everything at once. */
import { type ChangeLink, type PatchStep, parseFhirText, refuse, rewriteLinks, SUBSETTED } from '@yba/fhir'
import {
  type Condition,
  type FhirResource,
  type Matched,
  type Stored,
  type Transaction,
  uuidv7,
  type Versions,
  type Write,
  type WriteResult,
} from '../../store/index.ts'
import { duplicateWrite, notFound, versionConflict } from '../../store/outcomes.ts'
import { resourceMismatch } from '../outcomes.ts'
import { isObject } from './body.ts'
import { writeInTurn } from './in-turn.ts'
import { deleteTooWide, multipleMatches, subsettedWrite } from './outcomes.ts'

/** A resource with the text it came in. */
export interface Body {
  resource: FhirResource
  text: string
}

/** One write, before its condition is looked at. */
export interface Asked {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  type: string
  /** Of the address. */
  id?: string
  /** Instead of an id; for POST: where nothing is found by it. */
  condition?: Condition
  body?: Body
  steps?: readonly PatchStep[]
  ifMatch?: Versions
  ifAbsent?: boolean
  /** Where it stands in what was sent. */
  at?: string
}

/** What a write is about once its condition is known. */
export type Target =
  | { kind: 'create' | 'patch'; id: string }
  /** Several for a condition that fits several. */
  | { kind: 'delete'; ids: readonly string[] }
  | { kind: 'update'; id: string; upsert: boolean; ifAbsent: boolean }
  | { kind: 'found'; stored: Stored }
  | { kind: 'nothing' }

/** What became of a write. `deleted`: several by one condition. `found`: a conditional create met what it would have made. `nothing`: nothing was there to delete. */
export type Done =
  | { kind: 'written'; result: WriteResult; created: boolean }
  | { kind: 'found'; stored: Stored }
  | { kind: 'nothing' }
  | { kind: 'deleted'; count: number }

/** Links from one resource of a bundle to another, and by condition. */
export interface Links {
  /** Conditions that references name. */
  conditions: readonly Condition[]
  /** Address of this server, below which references are local. */
  base?: string
  /** The conditions each write's references name, by their places in the list. */
  uses(index: number): readonly number[]
  /**
   * How the links of each body change, in the order of the writes; a condition that found nothing leaves its links as they
   * are. Throws `multiple-matches`.
   */
  changes(targets: readonly Target[], matched: readonly Matched[]): (index: number) => ChangeLink | undefined
}

const NO_LINKS: Links = { conditions: [], uses: () => [], changes: () => () => undefined }

function ofUpdate({ id, ifAbsent = false, body, at }: Asked, matched: Stored | 'none' | undefined, fresh: () => string): Target {
  if (matched === undefined) return { kind: 'update', id: id ?? '', upsert: true, ifAbsent }
  const named = body?.resource.id
  if (matched === 'none') return named ? { kind: 'update', id: named, upsert: true, ifAbsent: true } : { kind: 'create', id: fresh() }
  if (named !== undefined && named !== matched.id) throw refuse(resourceMismatch, {}, at)
  return { kind: 'update', id: matched.id, upsert: false, ifAbsent }
}

/** A part of a resource must not become the whole of it (FHIR R4, search.html#elements). Throws `subsetted-write`. */
function checkWhole({ type, at = type }: Asked, { meta }: FhirResource): void {
  const tags: unknown = meta?.tag
  const isPart = (tag: unknown): boolean => isObject(tag) && tag.system === SUBSETTED.system && tag.code === SUBSETTED.code
  if (Array.isArray(tags) && tags.some(isPart)) throw refuse(subsettedWrite, { type }, `${at}.meta.tag`)
}

/** More at once than this is no slip of a condition any more. */
const MOST_DELETED = 500

/** Whether it takes away whatever its condition fits (FHIR R4, http.html#cdelete); a version that was seen is of one. */
const deletesMany = ({ method, condition, ifMatch }: Asked): boolean =>
  method === 'DELETE' && condition !== undefined && ifMatch === undefined

/** Throws `subsetted-write`, `multiple-matches`, `conditional-delete-too-wide`, `resource-mismatch`, `version-conflict` for a version of nothing, and `not-found` for a patch of it. */
function targetOf(asked: Asked, matched: Matched | undefined, fresh: () => string): Target {
  const { method, type, id = '', at } = asked
  if (asked.body) checkWhole(asked, asked.body.resource)
  if (matched === 'several') throw refuse(deletesMany(asked) ? deleteTooWide : multipleMatches, { type, most: MOST_DELETED }, at)
  if (typeof matched === 'object' && 'all' in matched) return { kind: 'delete', ids: matched.all.map((one) => one.id) }
  if (matched === 'none' && asked.ifMatch !== undefined && method !== 'PATCH') {
    throw refuse(versionConflict, { type, seen: String(asked.ifMatch), current: '-' }, at)
  }
  const one = matched === 'none' ? undefined : matched
  switch (method) {
    case 'POST':
      return one ? { kind: 'found', stored: one } : { kind: 'create', id: fresh() }
    case 'PUT':
      return ofUpdate(asked, matched, fresh)
    case 'PATCH':
      if (matched === 'none') throw refuse(notFound, { type }, at)
      return { kind: 'patch', id: one?.id ?? id }
    case 'DELETE':
      return matched === 'none' ? { kind: 'nothing' } : { kind: 'delete', ids: [one?.id ?? id] }
  }
}

/** What a condition found must not be deleted beside it. Throws `duplicate-write`. */
function checkFoundStays(asked: readonly Asked[], targets: readonly Target[]): void {
  const deleted = new Set(
    targets.flatMap((target, i) => (target.kind === 'delete' ? target.ids.map((id) => `${asked[i]?.type}/${id}`) : [])),
  )
  for (const [i, { type, at }] of asked.entries()) {
    const target = targets[i]
    if (target?.kind !== 'found') continue
    const reference = `${type}/${target.stored.id}`
    if (deleted.has(reference)) throw refuse(duplicateWrite, { reference }, at)
  }
}

/** The body with its links changed; the object is read again only where its text is another. */
function linked(body: Body, change: ChangeLink | undefined): Body {
  const text = change ? rewriteLinks(body.text, change) : body.text
  return text === body.text ? body : { resource: parseFhirText(text) as FhirResource, text }
}

export type WritesOf = typeof writesOf

async function writesOf(tx: Transaction, asked: Asked, target: Target, change: ChangeLink | undefined): Promise<Write[]> {
  const { type, steps = [], ifMatch, body } = asked
  const at = asked.at === undefined ? {} : { at: asked.at }
  const match = ifMatch === undefined ? {} : { ifMatch }
  switch (target.kind) {
    case 'found':
    case 'nothing':
      return []
    case 'delete':
      return target.ids.map((id) => ({ kind: 'delete', type, id, ifThere: true, ...match, ...at }))
    case 'patch': {
      const patched = await tx.patched(type, target.id, steps, ifMatch)
      const { resource, text } = patched as Body
      checkWhole(asked, resource)
      return [{ ...patched, ...linked({ resource, text }, change), ...at }]
    }
    case 'create':
      return body ? [{ kind: 'create', id: target.id, ...linked(body, change), ...at }] : []
    case 'update': {
      const { id, upsert, ifAbsent } = target
      return body ? [{ kind: 'update', id, upsert, ifAbsent, ...linked(body, change), ...match, ...at }] : []
    }
  }
}

const makes = ({ method }: Asked): boolean => method === 'POST' || method === 'PUT'

/** The conditions of the writes themselves. */
const conditionsOf = (asked: readonly Asked[]): Condition[] =>
  asked.flatMap((a) => {
    if (!a.condition) return []
    const at = a.at === undefined ? {} : { at: a.at }
    return [{ ...a.condition, ...at, locks: true, makes: makes(a), ...(deletesMany(a) ? { most: MOST_DELETED } : {}) }]
  })

/**
 * Carries all of them out in the open transaction: every condition of a write is matched on what stood before, then all is
 * written at once. What refers by a condition that finds nothing yet is written behind the others, and finds what they made.
 * Answers in the same order. Throws what a condition, a patch or a write is refused with.
 */
export async function runWrites(tx: Transaction, asked: readonly Asked[], links: Links = NO_LINKS): Promise<Done[]> {
  const own = conditionsOf(asked)
  const matched = await tx.match([...own, ...links.conditions])
  let next = 0
  const targets = asked.map((a) => targetOf(a, a.condition ? matched[next++] : undefined, () => uuidv7(tx.now.getTime())))
  checkFoundStays(asked, targets)
  const results = await writeInTurn(tx, { asked, targets, links, found: matched.slice(own.length), writesOf })
  return targets.map((target, i): Done => {
    if (target.kind === 'found') return target
    const [result, ...more] = results[i] ?? []
    if (!result) return { kind: 'nothing' }
    if (more.length > 0) return { kind: 'deleted', count: more.length + 1 }
    return { kind: 'written', result, created: !result.deleted && result.versionId === 1 }
  })
}
