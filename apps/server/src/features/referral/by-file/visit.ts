/** Which referral a stay of this facility's HIS belongs to: by number, by the citizen's number and the days. Never by a name. */
import { type Finding, finding, SYSTEM } from '@yba/fhir'
import type { Encounter } from 'fhir/r4.d.ts'
import type { Site } from '../../../site.ts'
import type { Stored, Transaction } from '../../../store/types.ts'
import { judge } from '../../person-index/index.ts'
import { childrenOf, servesVisits } from '../child.ts'
import { findSlip } from '../find-slip.ts'
import { localDateTime } from '../local-time.ts'
import { FILE_DOUBTFUL_PERSON, FILE_MANY_SLIPS, FILE_OTHER_PERSON } from '../outcomes.ts'
import { samePerson } from '../same-person.ts'
import type { FileSaid } from '../tables/files.ts'
import { facilitySearch, type ReferralTask, taskFacts, taskIdentifierSystem } from '../task.ts'
import { transition } from '../transitions.ts'

export interface Visit {
  stored: Stored
  task: ReferralTask
  how: 'number' | 'citizen-id' | 'known'
}

/** Of one citizen at one facility, the newest. */
const MOST_SLIPS = 100

const visit = (stored: Stored, how: Visit['how']): Visit => ({ stored, task: taskFacts(stored.resource()), how })
const dayOf = (at: string): string => localDateTime(new Date(at)).slice(0, 10)

/**
 * The visit, locked; null where no slip of this person is known here; findings where a person must choose.
 * @param known Task the stay was found to belong to before
 */
export async function visitOf(site: Site, tx: Transaction, said: FileSaid, known: string | null): Promise<Visit | Finding[] | null> {
  const task = known ? await tx.read('Task', known, { lock: true }) : null
  if (task) return withItsChild(tx, visit(task, 'known'), said)
  return (await visitByNumber(site, tx, said)) ?? (await byCitizenId(site, tx, said))
}

/** The visit of the slip whose number the file names; findings where the slip is somebody else's. */
export async function visitByNumber(site: Site, tx: Transaction, { person, slip, ...said }: FileSaid): Promise<Visit | Finding[] | null> {
  if (!slip) return null
  const stored = await findSlip(tx, slip.issuer, slip.number, { lock: true })
  if (!stored) return null
  if (!surelySame(site, taskFacts(stored.resource()).person, person)) return [finding(FILE_OTHER_PERSON, { number: slip.number })]
  return withItsChild(tx, visit(stored, 'number'), said)
}

/** With a slip that serves many visits, and after one that has ended, the stay has a thread of its own. */
async function withItsChild(tx: Transaction, found: Visit, said: Pick<FileSaid, 'encounter'>): Promise<Visit> {
  const { task, how } = found
  if (!servesVisits(task.state)) return found
  const children = await childrenOf(tx, { issuer: task.issuer.code, number: task.number })
  const own = children.find((c) => c.task.encounter === said.encounter)
  return own ? { ...own, how } : found
}

/** Nobody stands at the desk: the same citizen number under another name, year or sex (rule D2) is for a person to judge. */
function surelySame(site: Site, a: FileSaid['person'], b: FileSaid['person']): boolean {
  if (!a.citizenId || a.citizenId !== b.citizenId) return samePerson(a, b)
  const source = (p: FileSaid['person'], facility: string) => ({ ...p, facility, mrn: '', cards: [] })
  return judge(source(a, 'slip'), source(b, 'file'), site.settings.environment === 'demo').verdict === 'certain'
}

/**
 * The one slip of this citizen that waits, issued before they came, or for a departure before it, and still good that day;
 * else the one whose visit here began, by somebody's click, on a day of this stay.
 */
async function byCitizenId(site: Site, tx: Transaction, said: FileSaid): Promise<Visit | Finding[] | null> {
  const { person, at } = said
  if (!person.citizenId) return null
  const citizen = encodeURIComponent(`${SYSTEM.cccd}|${person.citizenId}`)
  const owner = facilitySearch('owner', site.settings.facility.code)
  const page = await tx.search('Task', `${owner}&subject:identifier=${citizen}&_sort=-_lastUpdated&_count=${MOST_SLIPS}`)
  const day = dayOf(at)
  const numbered = page.entries.map((e) => taskFacts(e.resource()))
  const theirs = numbered.filter((t) => surelySame(site, t.person, person))
  const due = numbered
    .filter((t) => transition(t.state, 'arrive', 'receiver') && !servesVisits(t.state))
    .filter((t) => leftBy(t, day) && day <= (t.validity?.until ?? day))
  const waiting = due.filter((t) => theirs.includes(t))
  const [one, ...others] = waiting.length > 0 ? waiting : await begun(tx, theirs, said)
  if (!one) return due[0] ? [finding(FILE_DOUBTFUL_PERSON, { number: due[0].number })] : null
  if (others.length > 0)
    return [finding(FILE_MANY_SLIPS, { count: others.length + 1, numbers: [one, ...others].map((t) => t.number).join(', ') })]
  const stored = await tx.findByIdentifier('Task', taskIdentifierSystem(one.issuer.code), one.number, { lock: true })
  return stored ? withItsChild(tx, visit(stored, waiting.length > 0 ? 'citizen-id' : 'known'), said) : null
}

/** A slip may be signed, or come through, days after its patient. */
const leftBy = (t: ReferralTask, day: string): boolean => dayOf(t.authoredOn) <= day || (t.departure?.slice(0, 10) ?? '9999') <= day

async function begun(tx: Transaction, tasks: readonly ReferralTask[], said: FileSaid): Promise<ReferralTask[]> {
  const here = tasks.filter((t) => t.encounter !== undefined)
  const stays = await tx.readMany(here.map((t) => t.encounter ?? ''))
  return here.filter((t) => beganIn(stays.get(t.encounter ?? ''), said, tx.now))
}

/** Whether a stay began on a day of the record's stay. */
export function beganIn(stored: Stored | undefined, said: FileSaid, now: Date): boolean {
  const stay = stored?.resource() as unknown as Encounter | undefined
  if (!stay?.period?.start || stay.status === 'entered-in-error') return false
  const began = dayOf(stay.period.start)
  return dayOf(said.at) <= began && began <= dayOf(said.outcome?.facts.ended ?? now.toISOString())
}
