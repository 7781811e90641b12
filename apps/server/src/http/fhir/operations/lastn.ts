/** `Observation/$lastn` (FHIR R4, observation-operation-lastn): the newest of each code, those of the same instant included. */
import { dateRange, refuse } from '@yba/fhir'
import type { Operation, OperationContext } from '../../../feature.ts'
import { tooManyResources } from '../../../store/outcomes.ts'
import type { Stored } from '../../../store/types.ts'
import { FHIR_JSON } from '../../errors.ts'
import { searchset } from '../answers.ts'
import { isObject } from '../body.ts'
import { lastnNeedsPatient } from '../outcomes.ts'
import { type Asked, askedOf, countOf } from './asked.ts'

const PAGE = 1000
const MOST_OF_A_CODE = 1000
/** Kept at once; who has more than that at one instant is asked for less. */
const MOST = 10_000

const OF_A_PATIENT = /^(patient|subject)(?!:(missing|not))([:.]|$)/

interface One {
  stored: Stored
  at: number
}

/** The newest of one thing that has several codes. */
interface Group {
  list: One[]
}

/** The instant from which it holds; without one it is older than all others. */
function instant(resource: Record<string, unknown>): number {
  const { effectivePeriod: period, effectiveTiming: timing } = resource
  const event = isObject(timing) && Array.isArray(timing.event) ? timing.event[0] : undefined
  const text = resource.effectiveDateTime ?? resource.effectiveInstant ?? (isObject(period) ? (period.start ?? period.end) : event)
  return (typeof text === 'string' ? dateRange(text)?.lo : undefined) ?? Number.NEGATIVE_INFINITY
}

function keysOf({ code }: Record<string, unknown>): string[] {
  if (!isObject(code)) return ['']
  const codings = (Array.isArray(code.coding) ? code.coding : []).filter(isObject).filter((c) => typeof c.code === 'string')
  return codings.length > 0 ? codings.map((c) => JSON.stringify([c.system ?? null, c.code])) : [`text ${String(code.text ?? '')}`]
}

/** Leaves the newest `max` and what is as new as the last of them. */
function cut(group: Group, max: number): void {
  group.list.sort((a, b) => b.at - a.at)
  const last = group.list[max - 1]?.at
  if (last !== undefined) group.list = group.list.filter(({ at }) => at >= last)
}

class Groups {
  readonly #of = new Map<string, Group>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** Throws `too-many-resources`. */
  add(stored: Stored): void {
    const resource = stored.resource()
    const keys = keysOf(resource)
    const known = [...new Set(keys.flatMap((key) => this.#of.get(key) ?? []))]
    // What has two codes says that both are of one thing.
    const group: Group = known[0] ?? { list: [] }
    for (const other of known.slice(1)) {
      group.list.push(...other.list)
      for (const [key, one] of this.#of) if (one === other) this.#of.set(key, group)
    }
    group.list.push({ stored, at: instant(resource) })
    cut(group, this.#max)
    for (const key of keys) this.#of.set(key, group)
    if (group.list.length > MOST) throw refuse(tooManyResources, { most: MOST })
  }

  all(): Stored[] {
    return [...new Set(this.#of.values())].flatMap(({ list }) => list.map(({ stored }) => stored))
  }
}

/** What is searched for: all but the operation's own. */
function searchOf({ query }: Asked): string {
  const search = new URLSearchParams(query)
  for (const name of ['max', '_count', '_sort', '_cursor', '_total', '_summary', '_elements', '_include', '_revinclude'])
    search.delete(name)
  search.set('_sort', '-date')
  search.set('_count', String(PAGE))
  return search.toString()
}

async function handle(context: OperationContext) {
  const { site, store } = context
  const asked = askedOf(context, ['max', 'patient', 'subject', 'category', 'code'], true)
  const max = countOf(asked, 'max', 1, MOST_OF_A_CODE)
  if (![...asked.query.keys()].some((name) => OF_A_PATIENT.test(name))) throw refuse(lastnNeedsPatient)
  const groups = new Groups(max)
  const search = searchOf(asked)
  for (let cursor: string | undefined; ; ) {
    const page = await store.search('Observation', cursor === undefined ? search : `${search}&_cursor=${encodeURIComponent(cursor)}`)
    for (const one of page.entries) groups.add(one)
    cursor = page.next
    if (cursor === undefined) break
  }
  const entries = groups.all()
  const base = `${site.settings.baseUrl}/fhir`
  const self = `${base}/Observation/$lastn?${asked.query}`
  const page = { entries, included: [], total: entries.length, ignored: [], told: [] }
  return { bytes: Buffer.from(searchset(page, base, { self })), contentType: FHIR_JSON }
}

const common = { name: 'lastn', level: 'type', type: 'Observation', permission: 'fhir.read', handle } as const

export const lastn: readonly Operation[] = [
  { ...common, method: 'GET', body: 'none' },
  { ...common, method: 'POST', body: 'bytes' },
]
