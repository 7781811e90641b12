/** POST /fhir: transaction (all or nothing) and batch (each for itself). Whatever was written is written when the reads run. */
import { refuse } from '@yba/fhir'
import { notPermitted } from '../../../access/outcomes.ts'
import type { Reads, Store } from '../../../store/types.ts'
import { served } from '../address.ts'
import { entryUnsupported } from '../outcomes.ts'
import { isUnchanged } from '../preconditions.ts'
import { inCompartment } from '../routes-search.ts'
import { historyText } from '../run-history.ts'
import { type Answering, partOf, type Searched, searchText, versionNumber } from '../run-read.ts'
import { type Asked, runWrites } from '../writes.ts'
import { type EntryAnswer, readAnswer, refusedAnswer, responseBundle, unchangedAnswer, type Wanted, writeAnswer } from './answers.ts'
import { askedOf, type Entry } from './entry.ts'
import { linksOf, type NamedWrite } from './links.ts'
import { placed } from './place.ts'

/** How everything in the bundle is answered. */
export type How = Answering & Wanted

const READ = new Set(['GET', 'HEAD'])
/** Of everything, or of a compartment. */
const OF_ALL = /^(_search)?$/
const COMPARTMENT = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})\/([A-Z][A-Za-z]+|\*)(?:\/_search)?$/
const ADDRESS = /^([A-Z][A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64})(?:\/_history(?:\/(\d+))?)?|\/_search)?$/
const isHistory = (path: string): boolean => /\/_history$/.test(path)

/** A read in a bundle, in the words its route would use. Throws what that is refused with. */
async function readEntry(reads: Reads, { method, url, headers, at }: Entry, how: How): Promise<EntryAnswer> {
  const [path = '', query = ''] = url.split(/\?(.*)/s)
  const bodyless = ({ resource, ...rest }: EntryAnswer): EntryAnswer =>
    method === 'HEAD' || resource === undefined ? rest : { resource, ...rest }
  const found = async (of: Searched): Promise<EntryAnswer> => bodyless({ status: 200, resource: await searchText(reads, of, query, how) })
  if (OF_ALL.test(path) && query !== '') return found({ type: '*' })
  const [, owner = '', whose = '', member = ''] = COMPARTMENT.exec(path) ?? []
  if (owner !== '') return found(inCompartment(owner, whose, member))
  const [, type, id, version] = ADDRESS.exec(path) ?? []
  if (type === undefined) throw refuse(entryUnsupported, { what: `${method} url` }, `${at}.request.url`)
  served(type)
  if (id === undefined) return found({ type })
  if (isHistory(path)) return bodyless({ status: 200, resource: await historyText(reads, { type, id }, query, how) })
  const stored = version === undefined ? await reads.read(type, id) : await reads.vread(type, id, versionNumber(version))
  return isUnchanged(headers, stored) ? unchangedAnswer(stored) : bodyless(readAnswer(stored, partOf(stored, query)))
}

/** Who may send a bundle may write; reading is asked for besides. Throws `not-permitted`. */
function checkMayRead(store: Store, at: string): void {
  if (!store.caller.permissions.has('fhir.read')) throw refuse(notPermitted, { permission: 'fhir.read' }, at)
}

/** Everything in one database transaction; the first refusal ends it and nothing is written. Answers in the order of the entries. */
export async function transactionText(store: Store, entries: readonly (Entry | Error)[], how: How): Promise<string> {
  const readable = entries.map((entry) => {
    if (entry instanceof Error) throw entry
    return entry
  })
  const writes: (NamedWrite & { n: number })[] = []
  for (const [n, entry] of readable.entries()) {
    if (READ.has(entry.method)) checkMayRead(store, entry.at)
    else writes.push({ n, asked: placed(entry.at, () => askedOf(entry)), fullUrl: entry.fullUrl })
  }
  const links = linksOf(writes, how.base)
  const asked: readonly Asked[] = writes.map((w) => w.asked)
  const answers = await store.transact(async (tx) => {
    const out: EntryAnswer[] = []
    const done = await runWrites(tx, asked, links)
    for (const [i, { n }] of writes.entries()) out[n] = writeAnswer(done[i] ?? { kind: 'nothing' }, how)
    for (const [n, entry] of readable.entries()) {
      if (READ.has(entry.method)) out[n] = await placed(entry.at, () => readEntry(tx.reads, entry, how))
    }
    return out
  })
  return responseBundle('transaction-response', answers)
}

/** Each entry for itself, writes before reads; a refused one carries its outcome and does not touch the others. */
export async function batchText(store: Store, entries: readonly (Entry | Error)[], how: How): Promise<string> {
  const answers: EntryAnswer[] = []
  const one = async (n: number, entry: Entry | Error): Promise<void> => {
    try {
      if (entry instanceof Error) throw entry
      if (READ.has(entry.method)) {
        checkMayRead(store, entry.at)
        answers[n] = await readEntry(store, entry, how)
      } else {
        const asked = askedOf(entry)
        const [done] = await store.transact((tx) => runWrites(tx, [asked]))
        answers[n] = writeAnswer(done ?? { kind: 'nothing' }, how)
      }
    } catch (error) {
      answers[n] = refusedAnswer(error, how)
    }
  }
  const isRead = (entry: Entry | Error): boolean => !(entry instanceof Error) && READ.has(entry.method)
  for (const [n, entry] of entries.entries()) if (!isRead(entry)) await one(n, entry)
  for (const [n, entry] of entries.entries()) if (isRead(entry)) await one(n, entry)
  return responseBundle('batch-response', answers)
}
