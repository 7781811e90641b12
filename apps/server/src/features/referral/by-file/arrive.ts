/**
 * The HIS of the receiver says that the patient is here: its check-in or claim record names the slip, or the person has
 * one slip waiting. Nobody clicks; the stay is the one the HIS opened.
 */

import { type Finding, finding } from '@yba/fhir'
import { readDocument } from '@yba/forms'
import { slipNumber } from '@yba/vietnam'
import type { Encounter } from 'fhir/r4.d.ts'
import type { Site } from '../../../site.ts'
import type { Stored, Transaction } from '../../../store/types.ts'
import { issuerName } from '../../directory/index.ts'
import { effectiveState, propose } from '../act.ts'
import { partyHere } from '../acting.ts'
import { holdsNothing, undoArrival } from '../arrival.ts'
import { openVisit, servesVisits } from '../child.ts'
import { ARRIVED_BY_FILE, FILE_NOT_DUE } from '../outcomes.ts'
import { AHEAD_MS, isBirthDate, isWithin } from '../real-time.ts'
import { shadowTask, tellShadow } from '../shadow.ts'
import type { FileDid, FileSaid } from '../tables/files.ts'
import { loadHistory } from '../tables.ts'
import { type ReferralTask, taskFacts, taskResource } from '../task.ts'
import { type ReferralState, STATES, transition } from '../transitions.ts'
import { newest, versionsOf } from '../versions.ts'
import { tiePapers } from './release.ts'
import { beganIn, type Visit } from './visit.ts'
import { FILE_OTHER_PLACE, FILE_OTHER_STAY, SHADOW_BY_FILE, STAY_ADOPTED } from './words.ts'

const HOW = {
  number: { how: 'số giấy chuyển tuyến', howEn: 'number of the slip' },
  'citizen-id': { how: 'số định danh và thời gian', howEn: 'citizen number and time' },
  known: { how: 'đợt khám đã ghép', howEn: 'the stay it was joined to' },
} as const
const LONGEST_NUMBER = 100
/** A slip comes within hours of its patient; older records come in when a hospital joins, and nobody waits for theirs. */
const SHADOW_DAYS = 30

export interface Arrived {
  stored: Stored
  task: ReferralTask
  /** As this site shows it, what was just proposed included. */
  state: ReferralState
  findings: Finding[]
  /** The stay is this visit's. */
  here: boolean
  did?: FileDid
}

/** Records the arrival at the visit the stay belongs to. Idempotent: the same file again finds it there. */
export async function arriveAt(site: Site, tx: Transaction, { stored, task, how }: Visit, said: FileSaid): Promise<Arrived> {
  const facility = await partyHere(tx, site, task)
  const state = await effectiveState(tx, task, facility)
  const none = { stored, task, state, findings: [], here: false }
  const told = (words: Finding): Arrived => ({ ...none, findings: [words] })
  if (task.to.code !== facility) return told(finding(FILE_OTHER_PLACE, { number: task.number, to: task.to.name || task.to.code }))
  if (task.encounter === said.encounter) return { ...none, here: true }
  const there = await openVisit(tx, { issuer: task.issuer.code, number: task.number }, { ...task, state }, facility, 'arrive')
  // At the desk already, by somebody's click: their visit with this slip has a thread of its own.
  if (there) return arriveAt(site, tx, { ...there, how }, said)
  if (transition(state, 'arrive', 'receiver') && isWithin(said.at, site.clock.now(), AHEAD_MS) && mayCome(state, said)) {
    const next = { ...task, patient: said.patient, encounter: said.encounter }
    await tiePapers(tx, next)
    await propose(tx, next, said.by, { event: 'arrive' }, said.at)
    const written = await put(tx, stored, next, 'arrive')
    const words = { number: task.number, from: task.issuer.name || task.issuer.code, ...HOW[how] }
    return {
      stored: written,
      task: next,
      state: 'arrived',
      findings: [finding(ARRIVED_BY_FILE, words)],
      here: true,
      did: { arrived: true },
    }
  }
  if (await hasLostItsStay(site, tx, task, state)) {
    const next = { ...task, patient: said.patient, encounter: said.encounter }
    await tiePapers(tx, next)
    return { ...none, stored: await put(tx, stored, next, 'arrive'), task: next, here: true }
  }
  const onScreen = await openedOnScreen(tx, task)
  if (onScreen && beganIn(onScreen, said, tx.now)) return adopt(tx, { ...none, here: true }, onScreen, said)
  // Here already, by an earlier file.
  if (task.encounter && !servesVisits(state)) return said.slip ? told(finding(FILE_OTHER_STAY, { number: task.number })) : none
  return told(finding(FILE_NOT_DUE, { number: task.number, state: STATES[state].vi, stateEn: STATES[state].en }))
}

/** In these the patient is, or was, here; where nothing is answered for them, or the answer was taken back, the next file may. */
const CAME: ReadonlySet<ReferralState> = new Set(['arrived', 'in-care', 'interim', 'returned', 'closed-no-outcome', 'died', 'completed'])

/** The patient came by a file that was a mistake: the arrival stands in the story, its stay is gone, so the right file is this visit's. */
async function hasLostItsStay(site: Site, tx: Transaction, task: ReferralTask, state: ReferralState): Promise<boolean> {
  const stay = task.encounter ? (await tx.readMany([task.encounter])).get(task.encounter) : undefined
  const { status } = (stay?.resource() ?? {}) as { status?: string }
  if ((stay && status !== 'entered-in-error') || !CAME.has(state)) return false
  const story = await loadHistory(tx, { issuer: task.issuer.code, number: task.number })
  if (servesVisits(state) && !story.some((told) => told.event === 'arrive')) return false
  const last = servesVisits(state) ? newest(await versionsOf(tx, task, 'outcome')) : undefined
  const content = last && readDocument((await site.store.blobs.get(last.facts.digest)).toString('utf8'))
  return !content || (content.kind === 'outcome' && content.withdrawn !== undefined)
}

/** A later visit is told by the slip's own number only, and only with a slip that serves more than one. */
const mayCome = (state: ReferralState, said: FileSaid): boolean =>
  !servesVisits(state) || (state === 'multi-use' && said.slip !== undefined)

/** The visit was opened by somebody's click: the HIS's stay takes the place of one in which nothing was written. */
async function adopt(tx: Transaction, arrived: Arrived, onScreen: Stored, said: FileSaid): Promise<Arrived> {
  const { stored, task } = arrived
  if (task.patient !== said.patient || !(await holdsNothing(tx, onScreen.id))) return arrived
  const { status } = onScreen.resource() as unknown as Encounter
  const replaced = { stay: `Encounter/${onScreen.id}`, status }
  const next = { ...(await undoArrival(tx, task)), encounter: said.encounter }
  await tiePapers(tx, next)
  const written = await put(tx, stored, next, 'arrive')
  return { ...arrived, stored: written, task: next, findings: [finding(STAY_ADOPTED, { number: task.number })], did: { replaced } }
}

async function openedOnScreen(tx: Transaction, task: ReferralTask): Promise<Stored | undefined> {
  const stay = task.encounter ? (await tx.readMany([task.encounter])).get(task.encounter) : undefined
  const numbers = (stay?.resource() as { identifier?: { value?: string }[] } | undefined)?.identifier ?? []
  return numbers.some((i) => i.value?.startsWith(`YB-${task.issuer.code}-`)) ? stay : undefined
}

async function put(tx: Transaction, stored: Stored, next: ReferralTask, event: string): Promise<Stored> {
  const [written] = await tx.write([{ kind: 'update', id: stored.id, ifMatch: stored.versionId, resource: taskResource(next) }])
  tx.emit({ kind: 'referral.step', thread: `Task/${stored.id}`, payload: { task: stored.id, event } })
  return written ?? stored
}

/**
 * The record names a slip of a facility of the exchange that nobody has sent yet: as for a paper slip at the desk (T09), the
 * visit begins and the slip joins it by its number.
 */
export async function arriveBeforeSlip(site: Site, tx: Transaction, said: FileSaid): Promise<Arrived | null> {
  const here = site.settings.facility
  const { slip, person, at, patient, encounter } = said
  const now = site.clock.now()
  const fits =
    slip !== undefined && slip.issuer !== here.code && slip.number.length <= LONGEST_NUMBER && slipNumber(slip.number) === slip.number
  const recent = isWithin(at, now, AHEAD_MS) && now.getTime() - Date.parse(at) < SHADOW_DAYS * 86_400_000
  if (!fits || !recent || !isBirthDate(person.birthDate, now)) return null
  const name = await issuerName(tx, slip.issuer)
  if (!name) return null
  const opened = shadowTask({ code: slip.issuer, name }, slip.number, here, person, tx.now)
  const task = { ...opened, patient, encounter }
  const [stored] = await tx.write([{ kind: 'create', resource: taskResource(task) }])
  if (!stored) throw new Error('the store answered no task')
  await tellShadow(tx, said.by, slip, at, person)
  tx.emit({ kind: 'referral.step', thread: `Task/${stored.id}`, payload: { task: stored.id, event: 'arrive' } })
  const words = finding(SHADOW_BY_FILE, { number: slip.number, from: name })
  return { stored, task: taskFacts(stored.resource()), state: 'arrived', findings: [words], here: true, did: { arrived: true } }
}
