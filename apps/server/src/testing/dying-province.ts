/** For crash tests: a private province in processes that die at planned points, and people who try again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { OutcomeContent } from '@yba/vietnam'
import pg from 'pg'
import { type Person, StepFailed, signIn } from '../box/journey/person.ts'
import { emptyFolder } from '../box/layout.ts'
import { DEMO_PASSWORD } from '../box/plan.ts'
import { openProvince } from '../box/province.ts'
import type { ImportAnswer, ImportedRecord } from '../features/insurance/contract.ts'
import type { AcceptanceAnswer, AcceptancePolicy } from '../features/referral/acceptance/contract.ts'
import type { ReferralRow, ReferralView, WorklistAnswer } from '../features/referral/contract.ts'
import type { ReferralState } from '../features/referral/transitions.ts'
import { eventually } from './referral.ts'

const SITES = ['hub', 'bac-giang', 'bach-mai'] as const
/** Up to ten deaths lie between two looks, and a busy machine takes its time over each new process. */
const PATIENCE_MS = 240_000

export interface DyingProvince {
  /** Starts the named sites anew, each armed with its first point; the next process of a site gets its next one. */
  arm(plan: Record<string, readonly string[]>): Promise<void>
  /** How often the site's process was killed since it was armed. */
  deaths(site: string): number
  importUntilAnswered(file: Buffer): Promise<{ record: ImportedRecord; refusedConnections: number }>
  /** Walks a slip from the tray to the filed outcome, whoever dies meanwhile; gives its number. */
  walk(task: string): Promise<string>
  /** Different verdicts of all signatures as the sender sees them, once the authority has answered. */
  verdicts(task: string): Promise<string[]>
  sites(): { name: string; sql: <R extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<R[]> }[]
  close(): Promise<void>
}

/** Site died under the request, or is not up again yet. */
const isDead = (error: unknown): boolean => error instanceof TypeError && error.message === 'fetch failed'

/** Does a step until a living site answers; a refusal after a death may mean that it was done. */
async function persist<T>(step: () => Promise<T>, done: (refusal: StepFailed) => boolean = () => false): Promise<T | undefined> {
  const end = Date.now() + PATIENCE_MS
  let died = false
  for (;;) {
    try {
      return await step()
    } catch (error) {
      const gateway = error instanceof StepFailed && error.status >= 500
      if (died && error instanceof StepFailed && done(error)) return undefined
      if (Date.now() > end || !(isDead(error) || gateway)) throw error
      died = true
      await delay(150)
    }
  }
}

const conflict = (refusal: StepFailed): boolean => refusal.status === 409

export async function dyingProvince(): Promise<DyingProvince> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yba-dying-'))
  const plan = new Map<string, string[]>()
  const killed = new Map<string, number>()
  const province = await openProvince({
    dataDir,
    port: 'random',
    apart: true,
    sites: SITES,
    fault: (site) => {
      const next = plan.get(site)?.shift()
      return next ? `${site}:${next}` : undefined
    },
    log: (line) => {
      const dead = /^(\S+): process ended \(SIGKILL\)/.exec(line)?.[1]
      if (dead) killed.set(dead, (killed.get(dead) ?? 0) + 1)
    },
  })
  const pools = new Map(SITES.map((name) => [name, new pg.Pool({ connectionString: province.site(name).settings.database, max: 2 })]))
  const people = new Map<string, Promise<Person>>()
  const at = (site: (typeof SITES)[number], login: string): Promise<Person> => {
    const key = `${site} ${login}`
    const known = people.get(key) ?? signIn(province.site(site).settings.baseUrl, login, DEMO_PASSWORD)
    people.set(key, known)
    return known
  }
  // Signed in while everybody lives: sessions outlive a process.
  for (const login of ['bs.an', 'bs.yen', 'gd.truong', 'chuyenvien']) await at('bac-giang', login)
  for (const login of ['bs.mai', 'chuyenvien', 'tiepdon']) await at('bach-mai', login)
  await acceptAll(await at('bach-mai', 'chuyenvien'))

  return {
    async arm(wanted) {
      for (const [site, points] of Object.entries(wanted)) {
        plan.set(site, [...points])
        killed.set(site, 0)
        await province.site(site).stop()
        await province.site(site).start()
      }
    },
    deaths: (site) => killed.get(site) ?? 0,
    async importUntilAnswered(file) {
      const desk = await at('bac-giang', 'chuyenvien')
      const end = Date.now() + PATIENCE_MS
      for (let refusedConnections = 0; ; refusedConnections++) {
        try {
          const { json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', file, 'application/xml')
          const record = json.records?.[0]
          if (!record) throw new Error(`no record: ${JSON.stringify(json).slice(0, 400)}`)
          return { record, refusedConnections }
        } catch (error) {
          if (!isDead(error) || Date.now() > end) throw error
          await delay(150)
        }
      }
    },
    walk: (task) => walk(at, task),
    async verdicts(task) {
      const look = async () => {
        const view = await persist(async () => (await at('bac-giang', 'chuyenvien')).get<ReferralView>(`/fhir/Task/${task}/$view`))
        return [...new Set(view?.documents.flatMap((d) => d.signatures.map((s) => s.verdict)))]
      }
      return eventually(look, (verdicts) => !verdicts.includes('pending'), 'the authority has answered')
    },
    sites: () =>
      [...pools].map(([name, pool]) => ({
        name,
        sql: async <R extends Record<string, unknown>>(text: string, values: unknown[] = []) => (await pool.query<R>(text, values)).rows,
      })),
    async close() {
      for (const pool of pools.values()) await pool.end()
      await province.stop()
      emptyFolder(dataDir)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** From now on the receiver's policy accepts what is not urgent, without a click. */
async function acceptAll(desk: Person): Promise<void> {
  const { version } = await desk.get<AcceptanceAnswer>('/fhir/Task/$acceptance-policy')
  const policy: AcceptancePolicy = { routes: [], rows: [{ urgency: 'routine', decision: 'auto' }] }
  await desk.post('/fhir/Task/$set-acceptance-policy', { policy, note: 'Nhận không cần bấm.', basedOn: version })
}

type At = (site: (typeof SITES)[number], login: string) => Promise<Person>

async function walk(at: At, task: string): Promise<string> {
  const view = async (person: Person, id: string) => person.get<ReferralView>(`/fhir/Task/${id}/$view`)
  const first = await at('bac-giang', 'bs.an')
  const number = (await persist(() => view(first, task)))?.number ?? ''
  for (const login of ['bs.an', 'bs.yen']) {
    const doctor = await at('bac-giang', login)
    const signed = await persist(() => doctor.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'doctor' }), conflict).catch(
      (error: unknown) => {
        // The slip names one doctor; the other is refused by name.
        if (error instanceof StepFailed && error.status === 403) return 'another'
        throw error
      },
    )
    if (signed !== 'another') break
  }
  const signer = await at('bac-giang', 'gd.truong')
  await waitFor(signer, `${number}: the doctor signs`, async () => !(await view(signer, task)).waitingFor.some((w) => w.role === 'doctor'))
  await persist(() => signer.post(`/fhir/Task/${task}/$sign`, { kind: 'referral', role: 'authorised' }), conflict)
  const desk = await at('bach-mai', 'chuyenvien')
  const there = await until(desk, number, ['sent', 'delivered', 'accepted'])
  const step = async (login: string, event: string) => {
    const person = await at('bach-mai', login)
    await persist(() => person.post(`/fhir/Task/${there.id}/$transition`, { event }), conflict)
  }
  await until(desk, number, ['accepted'])
  await step('tiepdon', 'arrive')
  await step('bs.mai', 'start-care')
  const doctor = await at('bach-mai', 'bs.mai')
  const draft = (await persist(() => doctor.post<ReferralView>(`/fhir/Task/${there.id}/$start-outcome`)))?.outcomeDraft
  if (!draft) throw new Error('no draft of the outcome')
  const content: OutcomeContent = { ...draft.content, course: 'Đáp ứng tốt.', treatment: 'Nội khoa.', outcome: '2', plan: 'Khám lại.' }
  const { draftVersion } = draft
  await persist(() => doctor.post(`/fhir/Task/${there.id}/$save-draft`, { kind: 'outcome', content, draftVersion }), conflict)
  await persist(() => doctor.post(`/fhir/Task/${there.id}/$sign`, { kind: 'outcome', role: 'doctor' }), conflict)
  await until(await at('bac-giang', 'chuyenvien'), number, ['completed'])
  await until(desk, number, ['completed'])
  return number
}

async function waitFor(person: Person, what: string, met: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  while (!(await persist(met))) {
    if (Date.now() > end) throw new Error(`${person.login}: ${what} does not happen`)
    await delay(100)
  }
}

async function until(person: Person, number: string, states: readonly ReferralState[]): Promise<ReferralRow> {
  let found: ReferralRow | undefined
  await waitFor(person, `${number} → ${states.join('/')}`, async () => {
    const list = await person.get<WorklistAnswer>(`/fhir/Task/$worklist?list=all&q=${encodeURIComponent(number)}`)
    found = list.rows.find((r) => r.number === number)
    return found !== undefined && states.includes(found.state) && !found.proposed
  })
  if (!found) throw new Error('unseen')
  return found
}
