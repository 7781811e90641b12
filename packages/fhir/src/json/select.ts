/** Parts of a resource's text: what is kept stays as it was received, byte for byte. */
import { items, type Member, members, rootStart, skipValue } from './scan.ts'

/** The members to keep, by JSON name; `true` keeps all below. `_name` (id and extensions of a primitive) goes with `name`. */
export interface Shape {
  readonly [member: string]: Shape | true
}

export interface Tag {
  system: string
  code: string
}

/** FHIR R4, Resource.meta.tag: a resource that lacks elements says so, so that nobody takes it for the whole. */
export const SUBSETTED: Tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }

function below(keep: Shape, key: string): Shape | true | undefined {
  if (Object.hasOwn(keep, key)) return keep[key]
  return key.startsWith('_') && Object.hasOwn(keep, key.slice(1)) ? true : undefined
}

/** A member or item with what is left of it: undefined when that is nothing. */
interface Piece {
  start: number
  end: number
  left: string | undefined
}

/** The object or list from `start` to `end` of what is left of its pieces; each keeps the separator that stood before it. */
function joined(text: string, start: number, end: number, pieces: readonly Piece[]): string | undefined {
  if (pieces.length === 0) return text.slice(start, end)
  let out: string | undefined
  let before = start
  for (const piece of pieces) {
    if (piece.left !== undefined) {
      const separator = out === undefined ? text.slice(start, pieces[0]?.start) : text.slice(before, piece.start)
      out = (out ?? '') + separator + piece.left
    }
    before = piece.end
  }
  return out === undefined ? undefined : out + text.slice(before, end)
}

/** What a shape leaves of the value from `start` to `end`; undefined when nothing is left of an object or a list. */
function cut(text: string, start: number, end: number, keep: Shape | true): string | undefined {
  const open = text.charAt(start)
  if (keep === true || (open !== '{' && open !== '[')) return text.slice(start, end)
  if (open === '[') {
    const list = items(text, start).map((item) => ({ ...item, left: cut(text, item.start, item.end, keep) }))
    return joined(text, start, end, list)
  }
  const list = members(text, start).map((m) => {
    const shape = below(keep, m.key)
    const value = shape === undefined ? undefined : cut(text, m.valueStart, m.valueEnd, shape)
    return { start: m.keyStart, end: m.valueEnd, left: value === undefined ? undefined : text.slice(m.keyStart, m.valueStart) + value }
  })
  return joined(text, start, end, list)
}

const find = (list: readonly Member[], key: string): Member | undefined => list.find((m) => m.key === key)

const inserted = (text: string, at: number, more: string): string => text.slice(0, at) + more + text.slice(at)

/** The text with tags behind those of `meta.tag`; one that stands there is not written twice. */
function tagged(text: string, tags: readonly Tag[]): string {
  const list = members(text, rootStart(text))
  const meta = find(list, 'meta')
  const inMeta = meta ? members(text, meta.valueStart) : []
  const present = find(inMeta, 'tag')
  const known = present ? (JSON.parse(text.slice(present.valueStart, present.valueEnd)) as Tag[]) : []
  const json = tags
    .filter((tag) => !known.some((k) => k.system === tag.system && k.code === tag.code))
    .map(({ system, code }) => JSON.stringify({ system, code }))
    .join(',')
  if (json === '') return text
  if (present) return inserted(text, present.valueEnd - 1, (known.length > 0 ? ',' : '') + json)
  const written = `"tag":[${json}]`
  if (meta) return inserted(text, meta.valueStart + 1, written + (inMeta.length > 0 ? ',' : ''))
  const after = find(list, 'id') ?? find(list, 'resourceType')
  if (after) return inserted(text, after.valueEnd, `,"meta":{${written}}`)
  return inserted(text, rootStart(text) + 1, `"meta":{${written}}${list.length > 0 ? ',' : ''}`)
}

/**
 * The text with the members of `keep` alone, and `tags` in `meta.tag` when that is not the whole; the whole comes back as it is.
 * Takes text of one object that `parseFhirJson` accepted; objects and lists with nothing left are left out.
 */
export function selectMembers(text: string, keep: Shape, tags: readonly Tag[] = [SUBSETTED]): string {
  const start = rootStart(text)
  const end = skipValue(text, start)
  const left = cut(text, start, end, keep) ?? '{}'
  if (left.length === end - start) return text
  return tagged(text.slice(0, start) + left + text.slice(end), tags)
}
