/** A resource's rows in the index tables. */
import { refuse, type SearchEntry, searchEntries, searchParameters, uriPrefixes } from '@yba/fhir'
import { nameSortKey } from '@yba/vietnam'
import { foldText, wordEnds } from '../fold.ts'
import { type Hasher, paramNumber } from '../hash.ts'
import { indexTooWide } from '../outcomes.ts'
import { drives, hasWords, indexedName, token } from '../tokens.ts'
import { addComposite, addNarrative, addNumber, addRange, addText } from './later-rows.ts'

export interface IndexRows {
  /** Hashes of the array. */
  tok: Set<string>
  /** Hashes with rows in ix_tok. */
  drive: Set<string>
  /** Each `p,target hash`. */
  ref: Set<string>
  date: Set<string>
  qty: Set<string>
  str: Map<string, [p: number, v: string]>
  /** All words of a parameter's texts, by its number. */
  words: Map<number, Set<string>>
}

/** Texts people search by any word in them. */
export const BY_WORD = new Set(['name', 'given', 'address'])

const LOCAL = /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/

/** `Type/id` within this site. */
export const isLocal = (target: string): boolean => LOCAL.test(target)

/** One resource while its rows are made. */
export interface Work {
  type: string
  hashes: Hasher
  rows: IndexRows
}

function addToken(w: Work, param: string, e: Extract<SearchEntry, { type: 'token' }>): void {
  const { type, hashes, rows } = w
  if (e.code !== undefined) {
    const any = hashes.of(token.any(type, param, e.code))
    rows.tok.add(any)
    rows.tok.add(hashes.of(token.exact(type, param, e.system ?? '', e.code)))
    if (drives(type, param)) rows.drive.add(any)
    for (const t of e.typed ?? []) rows.tok.add(hashes.of(token.typed(type, param, t.system, t.code, e.code)))
  }
  if (e.text !== undefined) addText(w, param, e.text)
  if (e.system !== undefined) rows.tok.add(hashes.of(token.system(type, param, e.system)))
}

function addReference(w: Work, param: string, e: Extract<SearchEntry, { type: 'reference' }>): void {
  const { type, hashes, rows } = w
  if (e.target !== undefined) {
    const whole = hashes.of(token.reference(type, param, e.target))
    rows.tok.add(whole)
    if (isLocal(e.target)) rows.ref.add(`${paramNumber(type, param)},${hashes.of(e.target)}`)
    else rows.drive.add(whole)
  }
  if (e.identifier?.value !== undefined) {
    for (const system of new Set([e.identifier.system ?? '', '*'])) {
      const h = hashes.of(token.logical(type, param, system, e.identifier.value))
      rows.tok.add(h)
      rows.drive.add(h)
    }
  }
}

function addUnits({ type, hashes, rows }: Work, param: string, e: { code?: string; unit?: string }): void {
  for (const unit of [e.code, e.unit]) if (unit !== undefined) rows.tok.add(hashes.of(token.unit(type, param, unit)))
}

function addUri({ type, hashes, rows }: Work, param: string, value: string): void {
  const whole = hashes.of(token.uri(type, param, value))
  rows.tok.add(whole)
  rows.drive.add(whole)
  for (const above of uriPrefixes(value)) rows.tok.add(hashes.of(token.below(type, param, above)))
}

function addWords(rows: IndexRows, p: number, folded: string): void {
  const words = rows.words.get(p) ?? new Set()
  for (const word of folded.split(' ')) if (word !== '') words.add(word)
  rows.words.set(p, words)
}

function addString(w: Work, param: string, text: string): void {
  const { type, hashes, rows } = w
  rows.tok.add(hashes.of(token.text(type, param, text)))
  const folded = foldText(text)
  const p = paramNumber(type, param)
  if (hasWords(type, param)) addWords(rows, p, folded)
  for (const v of BY_WORD.has(param) && !hasWords(type, param) ? wordEnds(folded) : [folded]) rows.str.set(`${p},${v}`, [p, v])
  if (param !== 'name') return
  const sort = paramNumber(type, 'name:sort')
  // The first name of a resource decides its place.
  if (!rows.str.has(`sort`)) rows.str.set('sort', [sort, nameSortKey(text).slice(0, 400)])
}

function addEntry(w: Work, param: string, e: SearchEntry): void {
  if (e.type === 'token') addToken(w, param, e)
  else if (e.type === 'reference') addReference(w, param, e)
  else if (e.type === 'date') w.rows.date.add(`${paramNumber(w.type, param)},${e.lo},${e.hi}`)
  else if (e.type === 'quantity') {
    addNumber(w, param, e.value, e.system, e.code)
    addUnits(w, param, e)
  } else if (e.type === 'range') {
    addRange(w, param, e)
    addUnits(w, param, e)
  } else if (e.type === 'number') addNumber(w, param, e.value)
  else if (e.type === 'string') addString(w, param, e.text)
  else if (e.type === 'uri') addUri(w, param, e.value)
  else if (e.type === 'composite') addComposite(w, param, e)
  else addNarrative(w, param, e.text)
}

/** What the rows of a resource are made with. */
export interface Making {
  hashes: Hasher
  /** Of partial dates. */
  zone: string
  /** Digests of the blobs the resource names. */
  binaries?: Iterable<string> | undefined
  /** More entries than these are refused. */
  most?: number
}

/** Entries between two places where the work may rest. */
const STEP = 250

/** Index rows of a valid resource, in steps: of very many codes others must not wait for all. Throws `index-too-wide`. */
export function* rowsInSteps(
  type: string,
  resource: { resourceType: string },
  { hashes, zone, binaries = [], most = Number.POSITIVE_INFINITY }: Making,
): Generator<undefined, IndexRows> {
  const rows: IndexRows = {
    tok: new Set(),
    drive: new Set(),
    ref: new Set(),
    date: new Set(),
    qty: new Set(),
    str: new Map(),
    words: new Map(),
  }
  const w: Work = { type, hashes, rows }
  const params = searchParameters(type)
  let count = 0
  for (const e of searchEntries(resource, zone)) {
    // Told of each name: a subject that is there need not be a patient.
    rows.tok.add(hashes.of(token.present(type, e.param)))
    if (indexedName(type, e.param, (c) => params.has(c)) !== e.param) continue
    if (++count > most) throw refuse(indexTooWide, { type, most })
    if (count % STEP === 0) yield
    addEntry(w, e.param, e)
  }
  for (const sha of binaries) {
    const h = hashes.of(token.binary(sha))
    rows.tok.add(h)
    rows.drive.add(h)
  }
  return rows
}

/** The same at once. */
export function indexRows(type: string, resource: { resourceType: string }, making: Making): IndexRows {
  const steps = rowsInSteps(type, resource, making)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
