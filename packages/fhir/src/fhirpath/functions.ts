/** The FHIRPath functions that the invariants of R4 and of our profiles use. */
import { isObject } from '../validate/context.ts'
import { hasContent, isNarrative } from '../validate/narrative.ts'
import { addChildren, addMember, isOfType, type Node, nodeOf } from './node.ts'
import { boolean, distinct, EMPTY, sameNode, textOf, truth } from './values.ts'

/** What an expression may ask for by `%name`. */
export interface Environment {
  /** The resource the focus stands in. */
  resource: Node
  /** The resource that contains it, or the same. */
  rootResource: Node
  /** Where the expression began. */
  context: Node
  /** What parts of the expression gave that do not depend on the focus, by the part. */
  fixed: Map<object, readonly Node[]>
}

/** A compiled expression: takes the collection at hand, `$this`, and the environment. */
export type Compiled = (focus: readonly Node[], self: Node, env: Environment) => readonly Node[]

export interface PathFunction {
  least: number
  most: number
  run: (focus: readonly Node[], args: readonly Compiled[], self: Node, env: Environment) => readonly Node[]
}

const fn = (least: number, most: number, run: PathFunction['run']): PathFunction => ({ least, most, run })

/** A function on one text with text arguments; empty when the focus or an argument is. */
const onText = (count: number, run: (text: string, args: string[]) => readonly Node[]): PathFunction =>
  fn(count, count, (focus, args, self, env) => {
    const text = textOf(focus)
    const texts = args.map((arg) => textOf(arg([self], self, env)))
    if (text === undefined || texts.some((one) => one === undefined)) return EMPTY
    return run(text, texts as string[])
  })

const string = (value: string): readonly Node[] => [{ value, type: 'string', extra: undefined }]
const integer = (value: number): readonly Node[] => [{ value, type: 'integer', extra: undefined }]

const holds = (criteria: Compiled | undefined, node: Node, env: Environment): boolean =>
  criteria === undefined || truth(criteria([node], node, env)) === true

const patterns = new Map<string, RegExp>()

/** Functions whose first argument is a pattern; it must stand in the expression itself, never in the data. */
export const PATTERN_FUNCTIONS: ReadonlySet<string> = new Set(['matches', 'replaceMatches'])

/** A compiled pattern; the texts of R4 are plain regular expressions. Throws SyntaxError. */
export function patternOf(source: string): RegExp {
  let pattern = patterns.get(source)
  if (!pattern) {
    pattern = new RegExp(source, 'gs')
    patterns.set(source, pattern)
  }
  pattern.lastIndex = 0
  return pattern
}

/** All nodes below; a resource nests at most as deep as the structure check lets it. */
function descendants(focus: readonly Node[]): Node[] {
  const out: Node[] = []
  for (const node of focus) addChildren(out, node)
  for (let i = 0; i < out.length; i++) addChildren(out, out[i] as Node)
  return out
}

const LITERAL = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/

/** What a reference points to: a contained resource whole, another one by its type and id, which is all we know here. */
function resolved(node: Node, env: Environment): Node | undefined {
  const text = isObject(node.value) ? node.value.reference : node.value
  if (typeof text !== 'string') return undefined
  if (text.startsWith('#')) {
    const contained: Node[] = []
    addMember(contained, env.rootResource, 'contained')
    return text === '#' ? env.rootResource : contained.find((r) => isObject(r.value) && r.value.id === text.slice(1))
  }
  const m = LITERAL.exec(text)
  return m ? nodeOf({ resourceType: m[1], id: m[2] }, 'Resource') : undefined
}

const ENTRIES: [string, PathFunction][] = [
  ['empty', fn(0, 0, (focus) => boolean(focus.length === 0))],
  ['exists', fn(0, 1, (focus, [criteria], _self, env) => boolean(focus.some((node) => holds(criteria, node, env))))],
  ['all', fn(1, 1, (focus, [criteria], _self, env) => boolean(focus.every((node) => holds(criteria, node, env))))],
  ['allFalse', fn(0, 0, (focus) => boolean(focus.every((node) => node.value === false)))],
  ['where', fn(1, 1, (focus, [criteria], _self, env) => focus.filter((node) => holds(criteria, node, env)))],
  ['select', fn(1, 1, (focus, [projection], _self, env) => focus.flatMap((node) => projection?.([node], node, env) ?? EMPTY))],
  ['count', fn(0, 0, (focus) => integer(focus.length))],
  ['first', fn(0, 0, (focus) => focus.slice(0, 1))],
  ['tail', fn(0, 0, (focus) => focus.slice(1))],
  ['isDistinct', fn(0, 0, (focus) => boolean(distinct(focus).length === focus.length))],
  ['combine', fn(1, 1, (focus, [other], self, env) => [...focus, ...(other?.([self], self, env) ?? EMPTY)])],
  [
    'intersect',
    fn(1, 1, (focus, [other], self, env) => {
      const others = other?.([self], self, env) ?? EMPTY
      return distinct(focus.filter((node) => others.some((one) => sameNode(one, node))))
    }),
  ],
  [
    'not',
    fn(0, 0, (focus) => {
      const value = truth(focus)
      return boolean(value === undefined ? undefined : !value)
    }),
  ],
  [
    'iif',
    fn(2, 3, (focus, [criterion, yes, no], self, env) => {
      const chosen = truth(criterion?.(focus, self, env) ?? EMPTY) === true ? yes : no
      return chosen?.(focus, self, env) ?? EMPTY
    }),
  ],
  [
    'children',
    fn(0, 0, (focus) => {
      const out: Node[] = []
      for (const node of focus) addChildren(out, node)
      return out
    }),
  ],
  ['descendants', fn(0, 0, descendants)],
  ['hasValue', fn(0, 0, (focus) => boolean(focus.length === 1 && focus[0]?.value !== undefined && !isObject(focus[0].value)))],
  ['resolve', fn(0, 0, (focus, _args, _self, env) => focus.flatMap((node) => resolved(node, env) ?? []))],
  ['trace', fn(1, 2, (focus) => focus)],
  [
    'htmlChecks',
    fn(0, 0, (focus) => boolean(focus.every(({ value }) => typeof value !== 'string' || (isNarrative(value) && hasContent(value))))),
  ],
  ['startsWith', onText(1, (text, [start = '']) => boolean(text.startsWith(start)))],
  ['contains', onText(1, (text, [part = '']) => boolean(text.includes(part)))],
  // The whole text, as R4 means it (`name.matches('[A-Z]…')`); FHIRPath N1 leaves it open, later editions look for a part.
  ['matches', onText(1, (text, [pattern = '']) => boolean(patternOf(`^(?:${pattern})$`).test(text)))],
  ['replaceMatches', onText(2, (text, [pattern = '', by = '']) => string(text.replace(patternOf(pattern), by)))],
  [
    'substring',
    fn(1, 1, (focus, [start], self, env) => {
      const text = textOf(focus)
      const from = start?.([self], self, env)[0]?.value
      return text === undefined || typeof from !== 'number' || from < 0 || from >= text.length ? EMPTY : string(text.slice(from))
    }),
  ],
  [
    'toInteger',
    fn(0, 0, (focus) => {
      const value = focus.length === 1 ? focus[0]?.value : undefined
      if (typeof value === 'number') return Number.isInteger(value) ? integer(value) : EMPTY
      if (typeof value === 'boolean') return integer(value ? 1 : 0)
      return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? integer(Number(value)) : EMPTY
    }),
  ],
  [
    'toString',
    fn(0, 0, (focus) => {
      const value = focus.length === 1 ? focus[0]?.value : undefined
      return value === undefined || isObject(value) ? EMPTY : string(String(value))
    }),
  ],
]

export const FUNCTIONS: ReadonlyMap<string, PathFunction> = new Map(ENTRIES)

/** Functions whose argument is the name of a type. */
export const TYPE_FUNCTIONS: ReadonlyMap<string, (focus: readonly Node[], type: string) => readonly Node[]> = new Map([
  ['is', (focus: readonly Node[], type: string) => (focus.length === 1 ? boolean(isOfType(focus[0] as Node, type)) : EMPTY)],
  ['as', (focus: readonly Node[], type: string) => focus.filter((node) => isOfType(node, type))],
  ['ofType', (focus: readonly Node[], type: string) => focus.filter((node) => isOfType(node, type))],
])
