/** SearchParameter resources → one compact list per resource type, each with only that type's part of the expression. */
import type { SearchPart, SearchRow } from '../src/definitions.ts'
import { correctedSearch } from './corrections.ts'

const R4 = '4.0.1'

export interface SearchParameterSource {
  url: string
  code: string
  /** The source mixes in a few parameters of R5. */
  version?: string
  type: SearchRow['t']
  base: string[]
  expression?: string
  target?: string[]
  /** Of a composite: the parameters its parts are values of, each with its expression below the composite's. */
  component?: { definition: string; expression: string }[]
}

/** Splits at `|` outside brackets and quotes. */
export function alternatives(expression: string): string[] {
  const out: string[] = []
  let depth = 0
  let quoted = false
  let from = 0
  for (let i = 0; i < expression.length; i++) {
    const c = expression[i]
    if (c === "'") quoted = !quoted
    else if (quoted) continue
    else if (c === '(') depth++
    else if (c === ')') depth--
    else if (c === '|' && depth === 0) {
      out.push(expression.slice(from, i).trim())
      from = i + 1
    }
  }
  out.push(expression.slice(from).trim())
  return out
}

function partFor(expression: string | undefined, base: string): string {
  if (!expression) return ''
  const mine = alternatives(expression).filter((part) => new RegExp(`^\\(*(${base}|Resource|DomainResource)\\b`).test(part))
  return mine.join(' | ')
}

function partsOf(source: SearchParameterSource, byUrl: ReadonlyMap<string, SearchParameterSource>): SearchPart[] {
  return (source.component ?? []).map(({ definition, expression }) => {
    const part = byUrl.get(definition)
    if (!part) throw new Error(`${source.code} is composed of ${definition}, which is no parameter`)
    return { c: part.code, t: part.type, e: expression, ...(part.target ? { target: part.target } : {}) }
  })
}

/** Resource type → its parameters, the ones of Resource and DomainResource included, sorted by code. */
export function searchTable(sources: SearchParameterSource[], types: string[]): Map<string, SearchRow[]> {
  const out = new Map<string, SearchRow[]>(types.map((t) => [t, []]))
  const published = sources.filter((source) => source.version === R4)
  const byUrl = new Map(published.map((source) => [source.url, source]))
  for (const source of published) {
    const bases = source.base.some((b) => b === 'Resource' || b === 'DomainResource') ? types : source.base
    for (const base of bases) {
      const row: SearchRow = { c: source.code, t: source.type, e: partFor(source.expression, base) }
      if (source.target) row.target = source.target
      if (source.type === 'composite') row.parts = partsOf(source, byUrl)
      out.get(base)?.push(correctedSearch(base, row))
    }
  }
  for (const rows of out.values()) rows.sort((a, b) => (a.c < b.c ? -1 : 1))
  return out
}
