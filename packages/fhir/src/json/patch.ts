/** JSON Patch (RFC 6902) on text: what no step touches keeps its bytes, what is moved keeps its spelling. */
import { type OutcomeDefinition, type OutcomeError, refuse } from '../outcome.ts'
import { jsonForbiddenKey } from './outcomes.ts'
import { parseStrictJson } from './parse.ts'
import {
  patchBadStep,
  patchImmutable,
  patchIntoItself,
  patchNotList,
  patchPathMissing,
  patchTestFailed,
  patchTooCostly,
  patchTooLong,
} from './patch-outcomes.ts'
import { type Container, containerOf, insertPiece, type Piece, removePiece, rootPiece, valueText, wholeText } from './pieces.ts'
import { sameValue } from './same-value.ts'
import { items, members, rootStart, shape } from './scan.ts'

/** One step: pointers in their parts (RFC 6901), the value as the text it was sent in. */
export type PatchStep =
  | { op: 'add' | 'replace' | 'test'; path: string[]; value: string }
  | { op: 'remove'; path: string[] }
  | { op: 'move' | 'copy'; path: string[]; from: string[] }

export const MOST_PATCH_STEPS = 1000
const MOST_DEPTH = 64
/** Characters that the steps may look at in all: a list of copies doubles a text at every step. */
const MOST_WORK = 64 * 1024 * 1024
const MOST_LENGTH = 16 * 1024 * 1024

/** What a resource is: never changed by a patch (R4 http.html#patch). */
const FIXED = ['resourceType', 'id']
const isIdentity = ([first]: readonly string[]): boolean => first === undefined || FIXED.includes(first)

const at = (step: number): string => `$[${step}]`
const badStep = (step: number, member: string): OutcomeError => refuse(patchBadStep, { step, member }, at(step))

/** A JSON pointer in its parts. */
function pointer(text: unknown, step: number, member: string): string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/')) || /~(?![01])/.test(text)) throw badStep(step, member)
  const parts = text.split('/').slice(1)
  if (parts.length > MOST_DEPTH) throw badStep(step, member)
  const out = parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (out.includes('__proto__')) throw refuse(jsonForbiddenKey, {}, at(step))
  return out
}

function readStep(text: string, start: number, asked: unknown, step: number): PatchStep {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) throw badStep(step, 'op')
  const { op, path, from } = asked as Record<string, unknown>
  switch (op) {
    case 'remove':
      return { op, path: pointer(path, step, 'path') }
    case 'move':
    case 'copy':
      return { op, path: pointer(path, step, 'path'), from: pointer(from, step, 'from') }
    case 'add':
    case 'replace':
    case 'test': {
      const value = members(text, start).find((m) => m.key === 'value')
      if (!value) throw badStep(step, 'value')
      return { op, path: pointer(path, step, 'path'), value: text.slice(value.valueStart, value.valueEnd) }
    }
    default:
      throw badStep(step, 'op')
  }
}

/**
 * Reads the body of a PATCH (`application/json-patch+json`). Throws what `parseStrictJson` throws, `patch-not-list`,
 * `patch-too-long`, or `patch-bad-step` with the step's number.
 */
export function readPatch(text: string): PatchStep[] {
  const asked = parseStrictJson(text)
  if (!Array.isArray(asked)) throw refuse(patchNotList)
  if (asked.length > MOST_PATCH_STEPS) throw refuse(patchTooLong, { steps: asked.length, limit: MOST_PATCH_STEPS })
  const spans = items(text, rootStart(text))
  return asked.map((one, step) => readStep(text, spans[step]?.start ?? 0, one, step))
}

/** A resource while it is patched. */
class Patched {
  readonly #root: Piece
  readonly #fixed: readonly (string | undefined)[]
  #step = 0
  #work = 0

  constructor(text: string) {
    this.#root = rootPiece(text)
    this.#fixed = this.#identity()
  }

  get text(): string {
    return wholeText(this.#root)
  }

  /** Applies the step of that number. Throws the outcome that says what keeps it from being applied. */
  apply(step: PatchStep, index: number): void {
    this.#step = index
    const touched = [step.path]
    if ('from' in step) {
      touched.push(step.from)
      if (step.op === 'copy') this.#add(step.path, this.#textAt(step.from))
      else this.#move(step.from, step.path)
    } else if (step.op === 'remove') this.#remove(step.path)
    else if (step.op === 'add') this.#add(step.path, step.value)
    else if (step.op === 'replace') this.#replace(step.path, step.value)
    else this.#test(step.path, step.value)
    if (touched.some(isIdentity)) this.#checkIdentity()
  }

  #test(path: readonly string[], value: string): void {
    const there = this.#textAt(path)
    this.#spend(value.length)
    if (!sameValue(there, value)) throw this.#refused(patchTestFailed)
  }

  #add(path: readonly string[], value: string): void {
    this.#measure(path, value)
    if (path.length === 0) {
      this.#root.value = value
      return
    }
    const { container, place, part } = this.#parent(path)
    const there = container.isList ? undefined : container.pieces[place]
    if (there) there.value = value
    else insertPiece(container, place, part, value)
  }

  #replace(path: readonly string[], value: string): void {
    this.#measure(path, value)
    this.#at(path).value = value
  }

  #remove(path: readonly string[]): void {
    if (path.length === 0) throw this.#refused(patchImmutable)
    const { container, place } = this.#parent(path)
    if (!container.pieces[place]) throw this.#refused(patchPathMissing)
    removePiece(container, place)
  }

  #move(from: readonly string[], path: readonly string[]): void {
    const text = this.#textAt(from)
    const isWithin = from.every((part, i) => path[i] === part)
    if (isWithin && path.length === from.length) return
    if (isWithin) throw this.#refused(patchIntoItself)
    this.#remove(from)
    this.#add(path, text)
  }

  /** The place a path names: its container, and the number of the piece there or of one that could be added. */
  #parent(path: readonly string[]): { container: Container; place: number; part: string } {
    const container = this.#container(this.#at(path.slice(0, -1)))
    const part = path.at(-1) ?? ''
    return { container, place: this.#place(container, part), part }
  }

  #at(path: readonly string[]): Piece {
    let piece = this.#root
    for (const part of path) {
      const container = this.#container(piece)
      const child = container.pieces[this.#place(container, part)]
      if (!child) throw this.#refused(patchPathMissing)
      piece = child
    }
    return piece
  }

  #container(piece: Piece): Container {
    if (typeof piece.value === 'string') this.#spend(piece.value.length)
    const found = containerOf(piece)
    if (!found) throw this.#refused(patchPathMissing)
    return found
  }

  #place({ pieces, isList }: Container, part: string): number {
    if (isList) {
      const index = part === '-' ? pieces.length : /^(?:0|[1-9]\d{0,8})$/.test(part) ? Number(part) : Number.POSITIVE_INFINITY
      if (index > pieces.length) throw this.#refused(patchPathMissing)
      return index
    }
    this.#spend(pieces.length)
    const index = pieces.findIndex((p) => p.key === part)
    return index < 0 ? pieces.length : index
  }

  #textAt(path: readonly string[]): string {
    const text = valueText(this.#at(path))
    this.#spend(text.length)
    return text
  }

  #measure(path: readonly string[], value: string): void {
    this.#spend(value.length)
    if (path.length + shape(value, MOST_DEPTH).deepest > MOST_DEPTH) throw this.#refused(patchTooCostly)
  }

  /** Counts the characters that the steps look at. */
  #spend(work: number): void {
    this.#work += work
    if (this.#work > MOST_WORK) throw this.#refused(patchTooCostly)
  }

  #identity(): (string | undefined)[] {
    const root = containerOf(this.#root)
    return FIXED.map((key) => {
      const piece = root?.pieces.find((p) => p.key === key)
      return piece && valueText(piece)
    })
  }

  #checkIdentity(): void {
    if (this.#identity().some((value, i) => value !== this.#fixed[i])) throw this.#refused(patchImmutable)
  }

  #refused(definition: OutcomeDefinition): OutcomeError {
    return refuse(definition, { step: this.#step }, at(this.#step))
  }
}

/**
 * Applies the steps in their order to the text of a resource; all of them or, when it throws, none. What no step names
 * keeps its bytes, `1.50` its precision wherever it goes. Takes the whole stored text (`parseFhirJson` accepted it) and
 * gives text that is JSON again but may be no valid resource. Throws `patch-path-missing`, `patch-test-failed`,
 * `patch-immutable` (id, resourceType), `patch-into-itself` or `patch-too-costly`, with the step's number.
 */
export function applyPatch(text: string, steps: readonly PatchStep[]): string {
  const patched = new Patched(text)
  for (const [index, step] of steps.entries()) patched.apply(step, index)
  const out = patched.text
  if (out.length > MOST_LENGTH) throw refuse(patchTooCostly, { step: steps.length - 1 }, at(steps.length - 1))
  return out
}
