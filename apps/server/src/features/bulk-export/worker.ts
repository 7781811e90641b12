/** The worker of exports: one job after the other, page by page; whoever takes one over goes on where the last page ended. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { OutcomeError } from '@yba/fhir'
import type { Caller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { ExportAsk } from '../../store/types.ts'
import { startLoop } from '../../worker-loop.ts'
import { append, drop, lineOf, sweep } from './files.ts'
import { askerOf } from './jobs.ts'
import { type ExportFile, type JobRow, jobs, type Place } from './tables.ts'

const PAGE = 500
/** A file is closed when it holds so many. */
const MOST_IN_FILE = 100_000
const LOOK_MS = 1000
const TIDY_MS = 60_000
const KEPT_MS = 86_400_000

interface GroupShape {
  member?: { entity?: { reference?: string }; inactive?: boolean }[]
}

/** The patients of a Group that are in it now. */
async function membersOf(site: Site, caller: Caller, group: string): Promise<string[]> {
  const { member = [] } = (await site.store.as(caller).read('Group', group)).resource() as GroupShape
  return member.flatMap(({ entity, inactive }) => {
    const id = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(entity?.reference ?? '')?.[1]
    return id === undefined || inactive ? [] : [id]
  })
}

/** What a page is asked for, but for its place. */
export async function pageAsk(
  site: Site,
  caller: Caller,
  { ask, asked_at }: Pick<JobRow, 'ask' | 'asked_at'>,
  type: string,
): Promise<ExportAsk> {
  const patients = ask.of === 'group' ? await membersOf(site, caller, ask.group ?? '') : ('all' as const)
  return {
    type,
    ...(ask.of === 'system' ? {} : { patients }),
    filters: ask.filters[type] ?? [],
    upTo: asked_at,
    ...(ask.since ? { since: new Date(ask.since) } : {}),
    after: '',
    count: PAGE,
  }
}

/** The file that takes what comes, and those before it. */
function fileFor(files: readonly ExportFile[], type: string): [ExportFile[], ExportFile] {
  const last = files.at(-1)
  if (last && last.type === type && last.count < MOST_IN_FILE) return [files.slice(0, -1), last]
  return [[...files], { n: files.length + 1, type, count: 0, size: 0 }]
}

/** One page of a job under the rights of the moment; undefined at the end. Throws what the page is refused with. */
async function step(site: Site, job: JobRow, place: Place): Promise<Place | 'done' | 'caller-gone'> {
  const type = job.ask.types[place.typeAt]
  if (type === undefined) return 'done'
  const caller = await askerOf(site, job)
  if (!caller) return 'caller-gone'
  const ask = await pageAsk(site, caller, job, type)
  const { entries, next } = await site.store.as(caller).exportPage({ ...ask, after: place.after })
  const moved = next === undefined ? { typeAt: place.typeAt + 1, after: '' } : { typeAt: place.typeAt, after: next }
  if (entries.length === 0) return { ...place, ...moved }
  const [before, file] = fileFor(place.files, type)
  const size = await append(site, job.id, file, entries.map((one) => lineOf(one.text)).join(''))
  const files = [...before, { ...file, count: file.count + entries.length, size }]
  return { ...moved, files, resources: place.resources + entries.length }
}

async function work(site: Site, job: JobRow, holder: string, signal: AbortSignal): Promise<void> {
  const expires = () => new Date(site.clock.now().getTime() + KEPT_MS)
  const fail = (problem: string) => jobs.end(site.store, job.id, holder, { state: 'failed', problem, expires: expires() })
  let place: Place = { typeAt: job.type_at, after: job.after, files: job.files, resources: Number(job.resources) }
  while (!signal.aborted) {
    let next: Awaited<ReturnType<typeof step>>
    try {
      next = await step(site, job, place)
    } catch (error) {
      if (!(error instanceof OutcomeError)) throw error
      return void (await fail(error.findings[0]?.definition.code ?? 'unknown'))
    }
    if (next === 'caller-gone') return void (await fail('export-rights-changed'))
    if (next === 'done') return void (await jobs.end(site.store, job.id, holder, { state: 'done', expires: expires() }))
    place = next
    // Cancelled meanwhile: what was written last goes with the rest.
    if (!(await jobs.move(site.store, job.id, holder, place))) return drop(site, job.id)
  }
}

async function tidy(site: Site): Promise<void> {
  for (const job of await jobs.expired(site.store, site.clock.now())) {
    await drop(site, job)
    await jobs.remove(site.store, job)
  }
  // A folder is made after its row: what has none is nobody's.
  await sweep(site, new Set(await jobs.all(site.store)))
}

/** Starts the worker; it stops between two pages. */
export async function startExports(site: Site): Promise<{ stop(): Promise<void> }> {
  const holder = randomUUID()
  let tidied = Number.NEGATIVE_INFINITY
  return startLoop(site, 'an export cannot go on', async (signal) => {
    if (performance.now() - tidied > TIDY_MS) {
      tidied = performance.now()
      await tidy(site)
    }
    const job = await jobs.take(site.store, holder)
    if (!job) return delay(LOOK_MS, undefined, { signal, ref: false })
    try {
      await work(site, job, holder, signal)
    } finally {
      await jobs.letGo(site.store, job.id, holder).catch(() => undefined)
    }
  })
}
