/** Slips of Bắc Giang's own system for what a test is about: imported as claim files, signed by those who must. */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimFile, stay } from '@yba/people'
import { type Person, signIn } from '../apps/server/src/box/journey/person.ts'
import { DEMO_PASSWORD } from '../apps/server/src/box/plan.ts'
import type { ImportAnswer } from '../apps/server/src/features/insurance/contract.ts'
import type { ReferralView } from '../apps/server/src/features/referral/contract.ts'
import type { PrivateProvince } from './province.ts'

export interface Slips {
  /** A slip in the tray; `oneYear`: it holds for a year. */
  make(seed: number, oneYear?: boolean): Promise<{ id: string; number: string }>
  /** The doctor it names signs, then the authorised signer; the seal follows by itself. */
  sign(slip: { id: string; number: string }): Promise<void>
  view(id: string): Promise<ReferralView>
  /** The print as it is now. */
  print(id: string): Promise<Buffer>
}

export async function slipsOf(box: PrivateProvince): Promise<Slips> {
  const url = box.province.site('bac-giang').settings.baseUrl
  const people = await Promise.all(['chuyenvien', 'gd.truong', 'bs.an', 'bs.yen'].map((login) => signIn(url, login, DEMO_PASSWORD)))
  const [desk, signer, ...doctors] = people as [Person, Person, ...Person[]]
  const view = (id: string): Promise<ReferralView> => desk.get(`/fhir/Task/${id}/$view`)
  /** The slip names one doctor; the other is refused by name. */
  const byDoctor = async (work: (doctor: Person) => Promise<unknown>): Promise<void> => {
    const tried = await Promise.allSettled(doctors.map(work))
    assert.ok(
      tried.some((one) => one.status === 'fulfilled'),
      'no doctor may',
    )
  }
  return {
    view,
    print: (id) => desk.bytes(`/fhir/Task/${id}/$preview?kind=referral`),
    async make(seed, oneYear = false) {
      const file = claimFile([stay(seed, { kind: 'inpatient-transfer' })])
      const { json } = await desk.upload<ImportAnswer>('/fhir/$import-claim', file, 'application/xml')
      const slip = json.records[0]?.referral
      assert.ok(slip, JSON.stringify(json))
      if (!oneYear) return slip
      const { draft } = await view(slip.id)
      assert.ok(draft)
      const request = { kind: 'referral', content: { ...draft.content, oneYear }, draftVersion: draft.draftVersion }
      await byDoctor((doctor) => doctor.post(`/fhir/Task/${slip.id}/$save-draft`, request))
      return slip
    },
    async sign({ id }) {
      await byDoctor((doctor) => doctor.post(`/fhir/Task/${id}/$sign`, { kind: 'referral', role: 'doctor' }))
      while ((await view(id)).waitingFor.some((one) => one.role === 'doctor')) await sleep(100)
      await signer.post(`/fhir/Task/${id}/$sign`, { kind: 'referral', role: 'authorised' })
    },
  }
}
