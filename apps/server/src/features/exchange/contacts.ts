/**
 * What the hub hears of its nodes: when, how far each has read, how much of its was taken and refused, and what it says of
 * itself. It is heard with every request and kept for half a second, so that no message waits for the row of its node, on
 * which all of its other messages count as well. Figures for people: what a dying process had not written is lost.
 */
import type { Site } from '../../site.ts'
import { type Contact, type NodeContact, nodeContacts, noteContacts } from './tables.ts'

const GATHER_MS = 500

interface Book {
  heard: Map<string, Contact>
  timer: NodeJS.Timeout | undefined
  writing: Promise<void>
}

const books = new WeakMap<Site, Book>()

function bookOf(site: Site): Book {
  const known = books.get(site)
  if (known) return known
  const book: Book = { heard: new Map(), timer: undefined, writing: Promise.resolve() }
  books.set(site, book)
  site.stopping.addEventListener('abort', () => void write(site, book), { once: true })
  return book
}

/** Later words in place of earlier ones, counts together. */
function merged(before: Contact | undefined, now: Contact): Contact {
  if (!before) return now
  return { ...before, ...now, accepted: before.accepted + now.accepted, refused: before.refused + now.refused }
}

/** Writes what was heard, one write after the other; what could not be written is kept for the next. */
function write(site: Site, book: Book): Promise<void> {
  clearTimeout(book.timer)
  book.timer = undefined
  book.writing = book.writing.then(async () => {
    const list = [...book.heard.values()]
    if (list.length === 0) return
    book.heard = new Map()
    try {
      await noteContacts(site.store, list)
    } catch (error) {
      for (const one of list) book.heard.set(one.facility, merged(one, book.heard.get(one.facility) ?? { ...one, accepted: 0, refused: 0 }))
      if (!site.stopping.aborted) site.log.warn({ err: error }, 'what was heard of the nodes could not be written yet')
    }
  })
  return book.writing
}

/** A node was heard of. */
export function noteContact(site: Site, facility: string, what: Partial<Omit<Contact, 'facility' | 'seen'>>): void {
  const book = bookOf(site)
  const now = { facility, seen: site.clock.now(), ...what, accepted: what.accepted ?? 0, refused: what.refused ?? 0 }
  book.heard.set(facility, merged(book.heard.get(facility), now))
  book.timer ??= setTimeout(() => void write(site, book), GATHER_MS).unref()
}

/** What is known of the nodes, with what was heard at this moment. */
export async function contacts(site: Site): Promise<NodeContact[]> {
  await write(site, bookOf(site))
  return nodeContacts(site.store)
}
