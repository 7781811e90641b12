/** Composites: values that stand together in one element, or in the resource itself. */
import { refuse, type SearchFilter, type SearchParameter, type SearchValue, searchParameters } from '@yba/fhir'
import { partOf } from '../measures.ts'
import { notSupportedYet } from '../outcomes.ts'
import { token } from '../tokens.ts'
import { type Compiling, hasTokens, indexName, inTokens } from './compiling.ts'
import { quantityRows } from './quantity.ts'

/** The condition of a single parameter. */
type OfParameter = (c: Compiling, type: string, row: string, f: SearchFilter) => string

type Composite = Extract<SearchValue, { type: 'composite' }>

/** A filter on the parameter of one part. */
const partFilter = (p: SearchParameter, i: number, value: SearchValue): SearchFilter => ({
  kind: 'parameter',
  param: p.components[i]?.code ?? '',
  type: p.components[i]?.type ?? 'token',
  values: [value],
})

/** How a value that is no number is spelt in pairs: whatever its system, or with it. */
function keyOf(v: SearchValue | undefined): { any: string; asked: string } | undefined {
  if (v?.type === 'token' && v.code !== undefined) {
    const any = `~${v.code}`
    return { any, asked: v.system === undefined ? any : `=${v.system}|${v.code}` }
  }
  if (v?.type !== 'reference') return undefined
  const target = `>${/[/:]/.test(v.target) ? '' : `${v.targets[0]}/`}${v.target}`
  return { any: target, asked: target }
}

function inElement(c: Compiling, type: string, row: string, f: SearchFilter, v: Composite, p: SearchParameter, ask: OfParameter): string {
  const [first, ...others] = v.parts
  const key = keyOf(first)
  if (!key) throw refuse(notSupportedYet, { what: f.param })
  const of = (text: string) => c.on.ctx.hashes.of(text)
  const param = indexName(type, f.param)
  const second = keyOf(others[0])
  if (second && others.length === 1) {
    const driver = inTokens(c, row, [of(token.pair(type, param, key.any, second.any))])
    return `(${driver} and ${hasTokens(c, row, [of(token.pair(type, param, key.asked, second.asked))])})`
  }
  const numbers = others.map((part, i) => {
    if (part.type !== 'number' && part.type !== 'quantity') throw refuse(notSupportedYet, { what: f.param })
    const place = { params: c.params, hashes: c.on.ctx.hashes, type, param: partOf(param, i + 1), key: key.any }
    return `${row}.rid in (${quantityRows(place, part)})`
  })
  // The numbers stand beside the code alone; its system is asked of the code's own parameter.
  const system = first && key.asked !== key.any ? [ask(c, type, row, partFilter(p, 0, first))] : []
  return `(${[...numbers, ...system].join(' and ')})`
}

/** One value of a composite as a condition: of the resource itself all parts one by one, of an element together. */
export function compositeFilter(c: Compiling, type: string, row: string, f: SearchFilter, ask: OfParameter): string {
  const p = searchParameters(type).get(f.param)
  if (!p) throw refuse(notSupportedYet, { what: f.param })
  const parts = f.values.map((v) => {
    if (v.type !== 'composite') return 'false'
    if (!p.byParts) return inElement(c, type, row, f, v, p, ask)
    return `(${v.parts.map((part, i) => ask(c, type, row, partFilter(p, i, part))).join(' and ')})`
  })
  return `(${parts.join(' or ')})`
}

/** Whether a composite of the resource itself is there: when all of its parts are. */
export function allPresent(c: Compiling, type: string, row: string, p: SearchParameter): string {
  const of = (code: string) => c.on.ctx.hashes.of(token.present(type, indexName(type, code)))
  return `(${p.components.map(({ code }) => hasTokens(c, row, [of(code)])).join(' and ')})`
}
