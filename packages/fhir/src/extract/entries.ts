/** What the index gets: one typed entry per value of a search parameter. */
import { type DateRange, dateRange, EARLIEST, LATEST } from './dates.ts'
import type { IndexGeneration } from './generation.ts'
import { compared, range as wholeRange, sampled as wholeSampled } from './ranges.ts'
import { array, isObject, numeric, text } from './values.ts'

export type SearchEntry =
  | { param: string; type: 'token'; system?: string; code?: string; text?: string; typed?: TypeOfIdentifier[] }
  /** Neither target nor identifier: of something contained, which only `:missing` asks about. */
  | { param: string; type: 'reference'; target?: string; identifier?: { system?: string; value?: string } }
  | { param: string; type: 'date'; lo: number; hi: number }
  | { param: string; type: 'quantity'; value: number; system?: string; code?: string; unit?: string }
  | { param: string; type: 'string'; text: string }
  | { param: string; type: 'uri'; value: string }
  | { param: string; type: 'number'; value: number }
  /** From `low` to `high`, both inclusive; a missing end is open. Has no unit under a number parameter. */
  | { param: string; type: 'range'; low?: number; high?: number; system?: string; code?: string; unit?: string }
  /** For each part of a composite its values in one element: any of them with any of the others'. */
  | { param: string; type: 'composite'; parts: SearchEntry[][] }
  /** The text of a narrative. */
  | { param: string; type: 'narrative'; text: string }

/** A coding of Identifier.type, for `:of-type`. */
export interface TypeOfIdentifier {
  system: string
  code: string
}

/** Collects entries; the zone decides what a partial date covers. */
export interface Sink {
  entries: SearchEntry[]
  zone: string
  /** The types of what the resource contains, by `#id`. */
  contained?: ReadonlyMap<string, string>
}

/** Writes the entries of one value of a parameter. */
export type Emit = (value: unknown, sink: Sink) => void

export type Maker = (param: string, system: string | undefined) => Emit
function pushToken(param: string, sink: Sink, system: unknown, code: unknown, display: unknown): void {
  const entry: SearchEntry = { param, type: 'token' }
  if (typeof system === 'string') entry.system = system
  if (typeof code === 'string') entry.code = code
  if (typeof display === 'string') entry.text = display
  if (entry.code !== undefined || entry.system !== undefined || entry.text !== undefined) sink.entries.push(entry)
}

const codeToken: Maker = (param, system) => (v, sink) => {
  if (typeof v !== 'string' && typeof v !== 'boolean' && typeof v !== 'number') return
  sink.entries.push(system === undefined ? { param, type: 'token', code: String(v) } : { param, type: 'token', system, code: String(v) })
}

const coding: Maker = (param) => (v, sink) => {
  if (isObject(v)) pushToken(param, sink, v.system, v.code, v.display)
}

const concept: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  for (const c of array(v.coding)) if (isObject(c)) pushToken(param, sink, c.system, c.code, c.display)
  if (text(v.text) !== undefined) pushToken(param, sink, undefined, undefined, v.text)
}

const identifierToken: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  const type = isObject(v.type) ? v.type : undefined
  pushToken(param, sink, v.system, v.value, type?.text)
  if (!type || typeof v.value !== 'string') return
  const typed: TypeOfIdentifier[] = []
  for (const c of array(type.coding)) {
    if (isObject(c) && typeof c.code === 'string') typed.push({ system: typeof c.system === 'string' ? c.system : '', code: c.code })
  }
  const last = sink.entries.at(-1)
  if (typed.length > 0 && last?.type === 'token') last.typed = typed
}

const contactToken: Maker = (param) => (v, sink) => {
  if (isObject(v)) pushToken(param, sink, undefined, v.value, undefined)
}

/** The stored form of a reference text: no version, no trailing slash; undefined for contained and conditional ones. */
export function referenceTarget(reference: string): string | undefined {
  if (reference === '' || reference.charCodeAt(0) === 35 || reference.includes('?')) return undefined
  const version = reference.indexOf('/_history/')
  return version < 0 ? reference : reference.slice(0, version)
}

const reference: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  const entry: SearchEntry = { param, type: 'reference' }
  if (typeof v.reference === 'string') {
    const target = referenceTarget(v.reference)
    if (target !== undefined) entry.target = target
  }
  const id = v.identifier
  if (isObject(id)) {
    entry.identifier = {}
    if (typeof id.system === 'string') entry.identifier.system = id.system
    if (typeof id.value === 'string') entry.identifier.value = id.value
  }
  const contained = typeof v.reference === 'string' && sink.contained?.has(v.reference)
  if (entry.target !== undefined || entry.identifier !== undefined || contained) sink.entries.push(entry)
}

const canonicalReference: Maker = (param) => (v, sink) => {
  const target = text(v)
  if (target === undefined || target.startsWith('#')) return
  const bar = target.indexOf('|')
  if (bar > 0) sink.entries.push({ param, type: 'reference', target: target.slice(0, bar) })
  sink.entries.push({ param, type: 'reference', target })
}

const resourceReference: Maker = (param) => (v, sink) => {
  if (isObject(v) && typeof v.resourceType === 'string' && typeof v.id === 'string') {
    sink.entries.push({ param, type: 'reference', target: `${v.resourceType}/${v.id}` })
  }
}

const date: Maker = (param) => (v, sink) => {
  const range = typeof v === 'string' ? dateRange(v, sink.zone) : undefined
  if (range) sink.entries.push({ param, type: 'date', lo: range.lo, hi: range.hi })
}

/** The range of a Period; open ends reach to the bounds. Undefined when it has neither end. */
export function periodRange(v: unknown, zone: string): DateRange | undefined {
  if (!isObject(v)) return undefined
  const start = typeof v.start === 'string' ? dateRange(v.start, zone) : undefined
  const end = typeof v.end === 'string' ? dateRange(v.end, zone) : undefined
  if (!start && !end) return undefined
  return { lo: start?.lo ?? EARLIEST, hi: end?.hi ?? LATEST }
}

const period: Maker = (param) => (v, sink) => {
  const range = periodRange(v, sink.zone)
  if (range) sink.entries.push({ param, type: 'date', lo: range.lo, hi: range.hi })
}

const timing: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  let lo = LATEST
  let hi = EARLIEST
  for (const event of array(v.event)) {
    const range = typeof event === 'string' ? dateRange(event, sink.zone) : undefined
    if (range) {
      lo = Math.min(lo, range.lo)
      hi = Math.max(hi, range.hi)
    }
  }
  const bounds = isObject(v.repeat) ? periodRange(v.repeat.boundsPeriod, sink.zone) : undefined
  if (bounds) {
    lo = Math.min(lo, bounds.lo)
    hi = Math.max(hi, bounds.hi)
  }
  if (lo <= hi) sink.entries.push({ param, type: 'date', lo, hi })
}

const quantity: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  const value = numeric(v.value)
  if (value === undefined) return
  const entry: SearchEntry = { param, type: 'quantity', value }
  if (typeof v.system === 'string') entry.system = v.system
  if (typeof v.code === 'string') entry.code = v.code
  if (typeof v.unit === 'string') entry.unit = v.unit
  sink.entries.push(entry)
}

const range: Maker = (param, system) => {
  const one = quantity(param, system)
  return (v, sink) => {
    if (!isObject(v)) return
    one(v.low, sink)
    one(v.high, sink)
  }
}

const sampled: Maker = (param, system) => {
  const one = quantity(param, system)
  return (v, sink) => {
    if (isObject(v)) one(v.origin, sink)
  }
}

const money: Maker = (param) => (v, sink) => {
  const value = isObject(v) ? numeric(v.value) : undefined
  if (value === undefined || !isObject(v)) return
  const entry: SearchEntry = { param, type: 'quantity', value, system: 'urn:iso:std:iso:4217' }
  if (typeof v.currency === 'string') entry.code = v.currency
  sink.entries.push(entry)
}

const string: Maker = (param) => (v, sink) => {
  const t = text(v)
  if (t !== undefined) sink.entries.push({ param, type: 'string', text: t })
}

/** Every part of a name, and the whole: `text`, or family and given names in Vietnamese order. */
const humanName: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  const parts = [v.family, ...array(v.given)].map(text).filter((p) => p !== undefined)
  const whole = text(v.text) ?? parts.join(' ')
  const all = new Set([whole, ...parts])
  for (const affix of [...array(v.prefix), ...array(v.suffix)]) all.add(text(affix) ?? '')
  for (const t of all) if (t !== '') sink.entries.push({ param, type: 'string', text: t })
}

const address: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  for (const part of [v.text, ...array(v.line), v.city, v.district, v.state, v.postalCode, v.country]) {
    const t = text(part)
    if (t !== undefined) sink.entries.push({ param, type: 'string', text: t })
  }
}

const conceptText: Maker = (param) => (v, sink) => {
  if (!isObject(v)) return
  const t = text(v.text)
  if (t !== undefined) sink.entries.push({ param, type: 'string', text: t })
}

const uri: Maker = (param) => (v, sink) => {
  const t = text(v)
  if (t !== undefined) sink.entries.push({ param, type: 'uri', value: t })
}

const number: Maker = (param) => (v, sink) => {
  const value = numeric(v)
  if (value !== undefined) sink.entries.push({ param, type: 'number', value })
}

const TOKENS: Record<string, Maker> = {
  Coding: coding,
  CodeableConcept: concept,
  Identifier: identifierToken,
  ContactPoint: contactToken,
}
for (const type of ['code', 'boolean', 'id', 'string', 'uri', 'canonical', 'url', 'oid', 'uuid', 'integer', 'positiveInt', 'unsignedInt']) {
  TOKENS[type] = codeToken
}

/** Search type → element type → how a value becomes entries. */
const MAKERS: Record<string, Record<string, Maker>> = {
  token: TOKENS,
  reference: {
    Reference: reference,
    canonical: canonicalReference,
    uri: canonicalReference,
    url: canonicalReference,
    Resource: resourceReference,
  },
  date: { date, dateTime: date, instant: date, Period: period, Timing: timing },
  quantity: {
    Quantity: quantity,
    Age: quantity,
    Duration: quantity,
    Count: quantity,
    Distance: quantity,
    Money: money,
    Range: range,
    SampledData: sampled,
  },
  string: { string, markdown: string, code: string, HumanName: humanName, Address: address, CodeableConcept: conceptText },
  uri: { uri, url: uri, canonical: uri, oid: uri, uuid: uri },
  number: { decimal: number, integer: number, positiveInt: number, unsignedInt: number },
}

const compares = compared(quantity)

/** What generation 2 makes otherwise. */
const LATER: Record<string, Record<string, Maker>> = {
  quantity: {
    Quantity: compares,
    Age: compares,
    Duration: compares,
    Count: compares,
    Distance: compares,
    Range: wholeRange,
    SampledData: wholeSampled,
  },
  number: { Range: wholeRange },
}

/** The emitter for values of an element type under a search type; undefined where R4 defines none. */
export function emitterFor(
  searchType: string,
  elementType: string,
  param: string,
  system: string | undefined,
  generation: IndexGeneration,
): Emit | undefined {
  const later = generation > 1 ? LATER[searchType]?.[elementType] : undefined
  return (later ?? MAKERS[searchType]?.[elementType])?.(param, system)
}
