/** From the authorised signer's request at the sender until the receiver's list holds the slip. */

import { setTimeout as sleep } from 'node:timers/promises'
import { claimFile, stay } from '@yba/people'
import { type Person, StepFailed } from '../apps/server/src/box/journey/person.ts'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import type { ReferralView, WorklistAnswer } from '../apps/server/src/features/referral/contract.ts'
import type { Box } from './box.ts'
import { quantile, report, say } from './report.ts'

const REFERRALS = 60
const WARM = 3
const LOOK_EVERY_MS = 25
const PATIENCE_MS = 30_000

interface Slip {
  id: string
  number: string
}

/** Imports slips, lets the doctors sign them, then times one after the other. */
export async function measureSend(box: Box): Promise<void> {
  const [desk, signer, receiver] = await Promise.all([
    box.signIn('bac-giang', 'chuyenvien'),
    box.signIn('bac-giang', 'gd.truong'),
    box.signIn('bach-mai', 'chuyenvien'),
  ])
  const doctors = await Promise.all(['bs.an', 'bs.yen'].map((login) => box.signIn('bac-giang', login)))
  say(`send of ${REFERRALS} referrals`)
  const slips: Slip[] = []
  for (let index = 0; index < REFERRALS + WARM; index++) {
    const slip = await importOne(desk, 60_000 + index)
    await doctorSigns(doctors, slip)
    slips.push(slip)
  }
  for (const slip of slips) await until(signer, slip)
  const answers: number[] = []
  const times: number[] = []
  for (const [index, slip] of slips.entries()) {
    const begun = performance.now()
    await signer.post(`/fhir/Task/${slip.id}/$sign`, { kind: 'referral', role: 'authorised' })
    const answered = performance.now() - begun
    while (!(await shows(receiver, slip.number))) {
      if (performance.now() - begun > PATIENCE_MS) throw new Error(`${slip.number} does not appear at the receiver`)
      await sleep(LOOK_EVERY_MS)
    }
    if (index < WARM) continue
    answers.push(answered)
    times.push(performance.now() - begun)
  }
  report('send', { measure: 'send-to-visible.p50', value: quantile(times, 0.5) / 1000, unit: 's', bar: '<= 1' })
  report('send', { measure: 'send-to-visible.p99', value: quantile(times, 0.99) / 1000, unit: 's', bar: '<= 3' })
  report('send', { measure: 'send-to-visible.max', value: Math.max(...times) / 1000, unit: 's' })
  report('send', { measure: 'send.sign-answered.p50', value: quantile(answers, 0.5) / 1000, unit: 's' })
  report('send', { measure: 'send.referrals', value: times.length, unit: 'referrals' })
}

async function importOne(desk: Person, seed: number): Promise<Slip> {
  const file = claimFile([stay(seed, { kind: 'inpatient-transfer' })])
  const { status, json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', file, 'application/xml')
  const slip = json.records?.[0]?.referral
  if (status !== 200 || !slip) throw new Error(`import answered ${status}: ${JSON.stringify(json).slice(0, 500)}`)
  return slip
}

/** The slip names one doctor; the others are refused by name. */
async function doctorSigns(doctors: readonly Person[], slip: Slip): Promise<void> {
  for (const doctor of doctors) {
    try {
      await doctor.post(`/fhir/Task/${slip.id}/$sign`, { kind: 'referral', role: 'doctor' })
      return
    } catch (error) {
      if (!(error instanceof StepFailed) || error.status !== 403 || doctor === doctors.at(-1)) throw error
    }
  }
}

async function until(signer: Person, slip: Slip): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const view = await signer.get<ReferralView>(`/fhir/Task/${slip.id}/$view`)
    if (!view.waitingFor.some((one) => one.role === 'doctor')) return
    if (Date.now() > end) throw new Error(`the doctor's signature on ${slip.number} does not come`)
    await sleep(100)
  }
}

async function shows(receiver: Person, number: string): Promise<boolean> {
  const answer = await receiver.get<WorklistAnswer>(`/fhir/Task/$worklist?list=received&q=${encodeURIComponent(number)}`)
  return answer.rows.some((row) => row.number === number)
}
