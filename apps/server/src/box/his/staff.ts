/**
 * The people of a demo hospital beside its scripted system: whoever is named on a slip that a file brought signs it with the
 * demo key, as a person would in the tray. What lay in the tray before they came they leave to the visitors of the demo.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ReferralRow, WorklistAnswer } from '../../features/referral/contract.ts'
import { type Person, StepFailed, wordsOf } from '../journey/person.ts'

export interface StaffOptions {
  /** Sees everything on its way to be signed. */
  desk: Person
  doctors: readonly Person[]
  signer: Person
  /** Slips that are left alone; what lay in the tray when they first came is put in. */
  left: Set<string>
  /** What a site refused to have signed, by slip: said once, and tried again, for the slip or the directory may be put right. */
  refused: Map<string, string>
  told(line: string): void
  signal: AbortSignal
}

const LOOK_MS = 1500
const TRAY = '/fhir/Task/$worklist?list=tray'

/** When the people of a house came: what was there before is not theirs. */
export const BEGUN = '(begun)'

/** Signs what the slip waits for next. */
async function signNext({ doctors, signer, told, refused }: StaffOptions, row: ReferralRow): Promise<void> {
  const next = row.waitingFor[0]
  if (next?.state !== 'open') return
  const people = next.role === 'doctor' ? doctors : next.role === 'authorised' ? [signer] : []
  for (const person of people) {
    try {
      await person.post(`/fhir/Task/${row.id}/$sign`, { kind: 'referral', role: next.role })
      return told(`${row.number}: ${person.login} ✎`)
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      // The slip names one of the doctors; the others are refused.
      if (error.status === 403) continue
      if (error.status !== 422) throw error
      const words = wordsOf(error.body) ?? error.message
      if (refused.get(row.id) !== words) told(`${row.number}: ${words}`)
      refused.set(row.id, words)
      return
    }
  }
}

/** Signs until the signal. Throws what the site throws; its caller begins again. */
export async function playStaff(options: StaffOptions): Promise<void> {
  const { desk, left, signal } = options
  while (!signal.aborted) {
    const { rows } = await desk.get<WorklistAnswer>(TRAY)
    if (!left.has(BEGUN)) for (const id of [BEGUN, ...rows.map((row) => row.id)]) left.add(id)
    for (const row of rows) if (!left.has(row.id) && row.state === 'to-sign') await signNext(options, row)
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}
