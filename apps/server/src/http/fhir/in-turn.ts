/**
 * The writes of a transaction in the order its conditional references allow (FHIR R4, http.html#trules): first all that name
 * nothing still to be found, then, as long as that finds more, those that wait for it. One after the other, still all or nothing.
 */
import { type ChangeLink, refuse, rewriteLinks } from '@yba/fhir'
import { localReference, type Matched, type Transaction, type WriteResult } from '../../store/index.ts'
import { duplicateWrite } from '../../store/outcomes.ts'
import { noMatch } from './outcomes.ts'
import type { Asked, Links, Target, WritesOf } from './writes.ts'

export interface Turn {
  asked: readonly Asked[]
  targets: readonly Target[]
  links: Links
  /** What the conditions of references found before anything was written. */
  found: readonly Matched[]
  writesOf: WritesOf
}

const idsOf = (target: Target | undefined): readonly string[] => {
  if (!target || target.kind === 'nothing' || target.kind === 'found') return []
  return target.kind === 'delete' ? target.ids : [target.id]
}

const keysOf = ({ asked, targets }: Turn, i: number): string[] => idsOf(targets[i]).map((id) => `${asked[i]?.type}/${id}`)

/** One batch is held apart by the store; what is written in several is held apart here. Throws `duplicate-write`. */
function checkOnce(turn: Turn): void {
  const seen = new Set<string>()
  for (const [i, { at }] of turn.asked.entries()) {
    for (const reference of keysOf(turn, i)) {
      if (seen.has(reference)) throw refuse(duplicateWrite, { reference }, at)
      seen.add(reference)
    }
  }
}

/** What the body of a write will refer to, as `Type/id`. */
function refersTo({ asked, links }: Turn, i: number, change: ChangeLink | undefined): Set<string> {
  const out = new Set<string>()
  rewriteLinks(asked[i]?.body?.text ?? '', (link, member) => {
    if (member === 'reference')
      out.add(localReference(change?.(link, member) ?? link, links.base).replace(/(?:\/_history\/.*)?(?:#.*)?$/s, ''))
    return undefined
  })
  return out
}

/** Those that name what is not found yet, and those that refer to them. */
function waitingOf(
  turn: Turn,
  left: readonly number[],
  found: readonly Matched[],
  change: (i: number) => ChangeLink | undefined,
): Set<number> {
  const waiting = new Set(left.filter((i) => turn.links.uses(i).some((c) => found[c] === 'none')))
  if (waiting.size === 0) return waiting
  const others = left.filter((i) => !waiting.has(i)).map((i) => ({ i, refs: refersTo(turn, i, change(i)) }))
  const keys = new Set([...waiting].flatMap((i) => keysOf(turn, i)))
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size
    for (const { i, refs } of others) {
      if (waiting.has(i) || refs.isDisjointFrom(keys)) continue
      waiting.add(i)
      for (const key of keysOf(turn, i)) keys.add(key)
    }
  }
  return waiting
}

/** Throws for the first condition of these writes that nothing fits. */
function noneFits({ asked, links }: Turn, left: readonly number[], found: readonly Matched[]): Error {
  for (const i of left) {
    const open = links.uses(i).find((c) => found[c] === 'none')
    if (open !== undefined) return refuse(noMatch, { type: links.conditions[open]?.type ?? '' }, asked[i]?.at)
  }
  return refuse(noMatch, { type: '' })
}

/** What each write came to, in the order they were asked for. Throws `no-match`, `multiple-matches`, `duplicate-write` and what a write is refused with. */
export async function writeInTurn(tx: Transaction, turn: Turn): Promise<WriteResult[][]> {
  const { asked, targets, links, writesOf } = turn
  const found = [...turn.found]
  const out: WriteResult[][] = asked.map(() => [])
  let left = [...asked.keys()]
  for (let round = 0; left.length > 0; round++) {
    const change = links.changes(targets, found)
    const waiting = waitingOf(turn, left, found, change)
    if (waiting.size > 0 && round === 0) checkOnce(turn)
    const now = left.filter((i) => !waiting.has(i))
    if (now.length === 0) throw noneFits(turn, left, found)
    const writes = []
    for (const i of now) writes.push(await writesOf(tx, asked[i] as Asked, targets[i] as Target, change(i)))
    const results = await tx.write(writes.flat())
    let next = 0
    for (const [k, i] of now.entries()) {
      const count = writes[k]?.length ?? 0
      out[i] = results.slice(next, next + count)
      next += count
    }
    left = left.filter((i) => waiting.has(i))
    const open = [...new Set(left.flatMap((i) => links.uses(i)))].filter((c) => found[c] === 'none')
    const again = open.length > 0 ? await tx.match(open.map((c) => links.conditions[c] as Links['conditions'][number])) : []
    for (const [k, c] of open.entries()) found[c] = again[k] ?? 'none'
  }
  return out
}
