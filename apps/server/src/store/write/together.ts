/**
 * Several statements of one batch as one: the server reads, plans and answers once, and the process writes and reads once.
 * All of them see the rows as they were before any of them, so none may lean on what another one does.
 */
import type { Statement } from './tables.ts'

/** Answers of the merged statement, each with the place of the statement it comes from. */
export interface Answer extends Record<string, unknown> {
  k: number
}

const texts = new Map<string, string>()
const places = new Map<string, number>()

/** A short name of a text that is asked again and again. */
function placeOf(text: string): number {
  const known = places.get(text) ?? places.size
  places.set(text, known)
  return known
}

/** `$1` of a text becomes the parameter at its place among those of all. */
const shifted = (text: string, by: number): string => (by === 0 ? text : text.replace(/\$(\d+)/g, (_, n: string) => `$${Number(n) + by}`))

function merge(statements: readonly Statement[], answering: ReadonlyMap<string, string>): string {
  let before = 0
  const parts = statements.map(([text, values], k) => {
    const part = `s${k} as (${shifted(text, before)})`
    before += values.length
    return part
  })
  const answers = statements.flatMap(([text], k) => {
    const columns = answering.get(text)
    return columns === undefined ? [] : [`select ${k} as k, ${columns} from s${k}`]
  })
  return `with ${parts.join(',\n')}\n${answers.length > 0 ? answers.join(' union all ') : 'select -1 as k'}`
}

/** One statement for all. `answering`: columns of the texts that answer rows, the same number and types for each. */
export function inOne(statements: readonly Statement[], answering: ReadonlyMap<string, string>): Statement {
  const key = statements.map(([text]) => placeOf(text)).join()
  const text = texts.get(key) ?? merge(statements, answering)
  texts.set(key, text)
  return [text, statements.flatMap(([, values]) => values)]
}
