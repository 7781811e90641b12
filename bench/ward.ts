/** A hospital at work: people who find a patient, open the chart, look at their lists, each in their own rhythm. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '../apps/server/src/box/journey/person.ts'
import type { WorklistAnswer } from '../apps/server/src/features/referral/contract.ts'
import type { FindAnswer } from '../apps/server/src/features/registration/contract.ts'
import type { Box } from './box.ts'

/** Twenty people, each an act every two seconds: ten acts a second, the busiest hour of a district hospital. */
const DESKS = [
  ['bs.an', 12],
  ['chuyenvien', 8],
] as const
const RHYTHM_MS = 2000

export interface Ward {
  /** Ends the shift; how long each act took in ms. Throws the first refusal. */
  end(): Promise<number[]>
}

/** Begins the shift at Bắc Giang. `names`: of patients who are there. */
export async function startWard(box: Box, names: readonly string[]): Promise<Ward> {
  const took: number[] = []
  let on = true
  const people = await Promise.all(DESKS.map(async ([login, count]) => ({ person: await box.signIn('bac-giang', login), count })))
  const shifts = people.flatMap(({ person, count }) =>
    Array.from({ length: count }, async (_, i) => {
      await sleep((RHYTHM_MS / count) * i)
      for (let n = i; on; n += 7) {
        const began = performance.now()
        await act(person, n, names[n % names.length] ?? '')
        const passed = performance.now() - began
        took.push(passed)
        await sleep(Math.max(0, RHYTHM_MS - passed))
      }
    }),
  )
  const all = Promise.all(shifts)
  // A refusal is told at the end of the shift, not as an unhandled one in the middle.
  all.catch(() => undefined)
  return {
    async end() {
      on = false
      await all
      return took
    },
  }
}

async function act(person: Person, n: number, name: string): Promise<void> {
  if (n % 3 === 0) {
    const { rows } = await person.get<WorklistAnswer>('/fhir/Task/$worklist?list=sent')
    const [first] = rows
    if (first) await person.get(`/fhir/Task/${first.id}/$view`)
    return
  }
  const { rows } = await person.get<FindAnswer>(`/fhir/Patient/$find?q=${encodeURIComponent(name)}`)
  const [found] = rows
  if (found && person.login === 'bs.an') await person.get(`/fhir/Patient/${found.id}/$everything`)
}
