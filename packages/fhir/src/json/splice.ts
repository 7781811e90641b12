/** Exact edits of resource text: everything that is not named stays as it was received, byte for byte. */
import { items, type Member, members, rootStart } from './scan.ts'

interface Edit {
  start: number
  end: number
  text: string
}

/** What the server sets. Left out: stays as received. */
export interface ServerValues {
  id?: string
  versionId?: string
  lastUpdated?: string
  /** The whole of meta.security. */
  security?: { system?: string; code?: string; display?: string }[]
}

function apply(text: string, edits: Edit[]): string {
  let out = ''
  let at = 0
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    out += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return out + text.slice(at)
}

const insert = (at: number, text: string): Edit => ({ start: at, end: at, text })
const replace = (m: Member, text: string): Edit => ({ start: m.valueStart, end: m.valueEnd, text })

function metaValues(values: ServerValues): [string, string][] {
  const out: [string, string][] = []
  if (values.versionId !== undefined) out.push(['versionId', JSON.stringify(values.versionId)])
  if (values.lastUpdated !== undefined) out.push(['lastUpdated', JSON.stringify(values.lastUpdated)])
  if (values.security !== undefined) out.push(['security', JSON.stringify(values.security)])
  return out
}

const written = (pairs: [string, string][]): string => pairs.map(([name, json]) => `"${name}":${json}`).join(',')

function metaEdits(text: string, meta: Member, wanted: [string, string][]): Edit[] {
  if (text.charAt(meta.valueStart) !== '{') return [replace(meta, `{${written(wanted)}}`)]
  const present = new Map(members(text, meta.valueStart).map((m) => [m.key, m]))
  const edits: Edit[] = []
  const missing: [string, string][] = []
  for (const [name, json] of wanted) {
    const member = present.get(name)
    if (member) edits.push(replace(member, json))
    else missing.push([name, json])
  }
  if (missing.length > 0) edits.push(insert(meta.valueStart + 1, written(missing) + (present.size > 0 ? ',' : '')))
  return edits
}

/**
 * Sets id, meta.versionId, meta.lastUpdated and meta.security in the text of a resource and changes nothing else.
 * Missing ones are inserted behind resourceType. Takes text that `parseFhirJson` accepted.
 */
export function spliceResource(text: string, values: ServerValues): string {
  const start = rootStart(text)
  const list = members(text, start)
  const find = (key: string): Member | undefined => list.find((m) => m.key === key)
  const edits: Edit[] = []
  const fresh: [string, string][] = []
  const id = find('id')
  if (values.id !== undefined) {
    if (id) edits.push(replace(id, JSON.stringify(values.id)))
    else fresh.push(['id', JSON.stringify(values.id)])
  }
  const wanted = metaValues(values)
  const meta = find('meta')
  if (wanted.length > 0) {
    if (meta) edits.push(...metaEdits(text, meta, wanted))
    else fresh.push(['meta', `{${written(wanted)}}`])
  }
  if (fresh.length > 0) {
    const after = (meta ? undefined : id) ?? find('resourceType')
    if (after) edits.push(insert(after.valueEnd, `,${written(fresh)}`))
    else edits.push(insert(start + 1, written(fresh) + (list.length > 0 ? ',' : '')))
  }
  return apply(text, edits)
}

/** The exact text of each entry's resource in a Bundle's text, by entry; undefined where an entry has none. */
export function bundleEntryTexts(text: string): (string | undefined)[] {
  const entry = members(text, rootStart(text)).find((m) => m.key === 'entry')
  if (!entry || text.charAt(entry.valueStart) !== '[') return []
  return items(text, entry.valueStart).map((item) => {
    if (text.charAt(item.start) !== '{') return undefined
    const resource = members(text, item.start).find((m) => m.key === 'resource')
    return resource && text.slice(resource.valueStart, resource.valueEnd)
  })
}
