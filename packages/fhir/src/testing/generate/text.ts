/** The many texts of one resource: JSON leaves order, white space and escapes free, and a store must keep what it was sent. */
import { isRawNumber } from '../../validate/primitives.ts'
import { type Chance, chanceOf } from './chance.ts'

const SPACES = ['', '', '', ' ', '\n', '\r\n  ', '\t']

function shuffled<T>(list: T[], chance: Chance): T[] {
  const out = [...list]
  for (let i = out.length - 1; i > 0; i--) {
    const j = chance.int(0, i)
    ;[out[i], out[j]] = [out[j] as T, out[i] as T]
  }
  return out
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A string with some of its letters escaped and some slashes too, all of which JSON allows. */
function quoted(text: string, chance: Chance): string {
  const plain = JSON.stringify(text)
  if (chance.is(0.7)) return plain
  return plain.replace(/\\.|[/A-Za-zÀ-ỹ]/gu, (one) => {
    if (one.startsWith('\\')) return one
    if (one === '/') return chance.is(0.5) ? '\\/' : one
    return chance.is(0.1) ? escaped(one) : one
  })
}

function written(value: unknown, chance: Chance): string {
  const space = (): string => chance.pick(SPACES)
  if (typeof value === 'string') return quoted(value, chance)
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${space()}${value.map((one) => written(one, chance)).join(`${space()},${space()}`)}${space()}]`
  const members = shuffled(Object.entries(value), chance).map(([key, one]) => `"${key}"${space()}:${space()}${written(one, chance)}`)
  return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`
}

/** JSON text of a resource, unlike what any serialiser would write; numbers stand as they were made. */
export function textOf(resource: object, seed: number): string {
  return written(resource, chanceOf(seed))
}
