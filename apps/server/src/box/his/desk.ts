/** Who stands at the desk of a demo hospital: everybody whose slip waits there comes, with the paper in hand. */
import type { Comer } from '@yba/people'
import type { ReferralRow } from '../../features/referral/contract.ts'

/** Those of a receptionist's list who have not come yet. */
export function comersOf(rows: readonly ReferralRow[]): Comer[] {
  return rows
    .filter((row) => row.direction === 'received' && (row.state === 'delivered' || row.state === 'accepted'))
    .map(({ from, number, patient: { name, birthDate, sex, citizenId, card } }) => ({
      slip: { issuer: from.code, number },
      name,
      birthDate,
      sex,
      ...(citizenId ? { citizenId } : {}),
      ...(card ? { card } : {}),
    }))
}

export const COMERS = '/fhir/Task/$worklist?list=received'
