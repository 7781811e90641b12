/**
 * FHIRPath expressions → closures. A subset, whole for the invariants of R4 and of our profiles: an expression outside it
 * throws SyntaxError when it is compiled, which the build does with every published one; evaluation itself never throws.
 */
import { isResourceType } from '../types-numbers.ts'
import { isObject } from '../validate/context.ts'
import { type Compiled, type Environment, FUNCTIONS, PATTERN_FUNCTIONS, patternOf, TYPE_FUNCTIONS } from './functions.ts'
import { addMember, isOfType, type Node } from './node.ts'
import { type Expression, type Operator, parsePath } from './parse.ts'
import { boolean, distinct, EMPTY, equal, order, sameNode, textOf, truth } from './values.ts'

export type { Compiled, Environment } from './functions.ts'

type Binary = (left: readonly Node[], right: readonly Node[]) => readonly Node[]

const negated = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)

const compared =
  (fits: (sign: number) => boolean): Binary =>
  (left, right) => {
    const sign = order(left, right)
    return boolean(sign === undefined ? undefined : fits(sign))
  }

/** From here on a list is looked into by hash: a hostile resource must not make `in` quadratic. */
const MANY = 16

const valueSets = new WeakMap<readonly Node[], Set<unknown>>()

function holdsValue(list: readonly Node[], node: Node): boolean {
  if (list.length < MANY || isObject(node.value)) return list.some((other) => sameNode(other, node))
  let values = valueSets.get(list)
  if (!values) {
    values = new Set(list.map((other) => other.value))
    valueSets.set(list, values)
  }
  return node.value !== undefined && values.has(node.value)
}

const member: Binary = (left, right) => {
  const one = left[0]
  return one === undefined || left.length > 1 ? EMPTY : boolean(holdsValue(right, one))
}

/** The operators that look at both sides; `and`, `or` and `implies` stop early and stand below. */
const BINARY: Record<Exclude<Operator, 'and' | 'or' | 'implies'>, Binary> = {
  '=': (left, right) => boolean(equal(left, right)),
  '!=': (left, right) => boolean(negated(equal(left, right))),
  '<': compared((sign) => sign < 0),
  '>': compared((sign) => sign > 0),
  '<=': compared((sign) => sign <= 0),
  '>=': compared((sign) => sign >= 0),
  '|': (left, right) => distinct([...left, ...right]),
  '&': (left, right) => [{ value: (textOf(left) ?? '') + (textOf(right) ?? ''), type: 'string', extra: undefined }],
  '+': plus,
  in: member,
  contains: (left, right) => member(right, left),
  xor: (left, right) => {
    const [a, b] = [truth(left), truth(right)]
    return boolean(a === undefined || b === undefined ? undefined : a !== b)
  },
}

function plus(left: readonly Node[], right: readonly Node[]): readonly Node[] {
  const [a, b] = [left[0]?.value, right[0]?.value]
  if (left.length !== 1 || right.length !== 1) return EMPTY
  if (typeof a === 'number' && typeof b === 'number') return [{ value: a + b, type: 'decimal', extra: undefined }]
  return typeof a === 'string' && typeof b === 'string' ? [{ value: a + b, type: 'string', extra: undefined }] : EMPTY
}

/** Three-valued logic: `stop` is the value that decides alone. */
function logical(left: Compiled, right: Compiled, stop: boolean): Compiled {
  return (focus, self, env) => {
    const a = truth(left(focus, self, env))
    if (a === stop) return boolean(stop)
    const b = truth(right(focus, self, env))
    if (b === stop) return boolean(stop)
    return boolean(a === undefined || b === undefined ? undefined : !stop)
  }
}

function implied(left: Compiled, right: Compiled): Compiled {
  return (focus, self, env) => {
    const a = truth(left(focus, self, env))
    if (a === false) return boolean(true)
    const b = truth(right(focus, self, env))
    if (b === true) return boolean(true)
    return boolean(a === undefined ? undefined : b)
  }
}

const VARIABLES: Record<string, (self: Node, env: Environment) => Node> = {
  $this: (self) => self,
  '%resource': (_self, env) => env.resource,
  '%rootResource': (_self, env) => env.rootResource,
  '%context': (_self, env) => env.context,
  '%ucum': () => ({ value: 'http://unitsofmeasure.org', type: 'string', extra: undefined }),
}

function compiledVariable(name: string): Compiled {
  const read = VARIABLES[name]
  if (!read) throw new SyntaxError(`unsupported variable ${name}`)
  return (_focus, self, env) => [read(self, env)]
}

/** A name at the start of an expression may be the type of the focus (`Appointment.status`). */
function compiledMember(of: Compiled | undefined, name: string): Compiled {
  const step = (nodes: readonly Node[]): readonly Node[] => {
    const out: Node[] = []
    for (const node of nodes) addMember(out, node, name)
    return out
  }
  if (of) return (focus, self, env) => step(of(focus, self, env))
  if (isResourceType(name)) return (focus) => focus.filter((node) => isOfType(node, name))
  return step
}

function compiledCall(of: Compiled | undefined, name: string, args: readonly Expression[]): Compiled {
  const byType = TYPE_FUNCTIONS.get(name)
  if (byType) {
    const [type] = args
    if (type?.k !== 'member' || args.length !== 1) throw new SyntaxError(`${name}() takes the name of a type`)
    return (focus, self, env) => byType(of ? of(focus, self, env) : focus, type.name)
  }
  const found = FUNCTIONS.get(name)
  if (!found) throw new SyntaxError(`unsupported function ${name}()`)
  if (args.length < found.least || args.length > found.most) throw new SyntaxError(`${name}() takes another number of arguments`)
  if (PATTERN_FUNCTIONS.has(name)) {
    const [pattern] = args
    if (pattern?.k !== 'literal' || typeof pattern.value !== 'string') throw new SyntaxError(`${name}() takes a literal pattern`)
    patternOf(pattern.value)
  }
  const compiled = args.map(compiledOf)
  return (focus, self, env) => found.run(of ? of(focus, self, env) : focus, compiled, self, env)
}

function compiledBinary(op: Operator, left: Compiled, right: Compiled): Compiled {
  if (op === 'and') return logical(left, right, false)
  if (op === 'or') return logical(left, right, true)
  if (op === 'implies') return implied(left, right)
  const run = BINARY[op]
  return (focus, self, env) => run(left(focus, self, env), right(focus, self, env))
}

function literal(value: string | number | boolean): Compiled {
  const type =
    typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : Number.isInteger(value) ? 'integer' : 'decimal'
  const nodes: readonly Node[] = [{ value, type, extra: undefined }]
  return () => nodes
}

/** Whether a part gives the same at every focus: a walk from `%resource` or `%context` without criteria. */
function isFixed(e: Expression): boolean {
  if (e.k === 'variable') return e.name.startsWith('%')
  if (e.k === 'member') return e.of !== undefined && isFixed(e.of)
  return e.k === 'call' && e.of !== undefined && e.args.length === 0 && isFixed(e.of)
}

/** Walks a fixed part once in an evaluation, however many items ask for it. */
function once(part: Compiled): Compiled {
  return (focus, self, env) => {
    let found = env.fixed.get(part)
    if (!found) {
      found = part(focus, self, env)
      env.fixed.set(part, found)
    }
    return found
  }
}

function compiledOf(e: Expression): Compiled {
  const compiled = compiledForm(e)
  return e.k !== 'variable' && isFixed(e) ? once(compiled) : compiled
}

function compiledForm(e: Expression): Compiled {
  switch (e.k) {
    case 'literal':
      return literal(e.value)
    case 'variable':
      return compiledVariable(e.name)
    case 'member':
      return compiledMember(e.of && compiledOf(e.of), e.name)
    case 'call':
      return compiledCall(e.of && compiledOf(e.of), e.name, e.args)
    case 'index': {
      const of = compiledOf(e.of)
      return (focus, self, env) => of(focus, self, env).slice(e.index, e.index + 1)
    }
    case 'type': {
      const of = compiledOf(e.of)
      const run = TYPE_FUNCTIONS.get(e.op)
      return (focus, self, env) => run?.(of(focus, self, env), e.type) ?? EMPTY
    }
    case 'binary':
      return compiledBinary(e.op, compiledOf(e.left), compiledOf(e.right))
  }
}

/** Compiles an expression; throws SyntaxError for anything outside the subset. */
export function compilePath(source: string): Compiled {
  return compiledOf(parsePath(source))
}

/** Whether a rule holds at a node: its expression gives true and nothing else. */
export function pathHolds(rule: Compiled, node: Node, env: Environment): boolean {
  const out = rule([node], node, env)
  return out.length === 1 && out[0]?.value === true
}

/** Whether advice is due at a node: its expression gives false. What it says nothing about (an absent name) is no fault. */
export function pathAdvises(rule: Compiled, node: Node, env: Environment): boolean {
  return truth(rule([node], node, env)) === false
}
