/** Invented records for a demo site's first start: the directory everywhere, claim files of the facility's own HIS. */

import { claimFile, person, stay } from '@yba/people'
import { systemCaller } from '../access/index.ts'
import { putFacilities } from '../features/directory/index.ts'
import { importClaim } from '../features/insurance/index.ts'
import type { OpenedSite } from './parts.ts'
import { DEMO_SITES, type DemoSite } from './plan.ts'

/** Every site knows who takes part in the exchange. */
export async function seedDirectory(opened: OpenedSite): Promise<void> {
  const list = DEMO_SITES.filter((s) => s.role === 'facility').map((s) => ({
    code: s.facility.code,
    name: s.facility.name,
    managing_body: s.facility.managingBody,
    active: true,
    slip_keys: [],
    client_keys: [],
  }))
  await putFacilities(opened.store, list, opened.clock.now())
}

interface Wanted {
  seed: number
  kind: 'inpatient-transfer' | 'inpatient' | 'outpatient'
  /** An earlier stay of the same person, so that results show a trend. */
  before?: boolean
  withReferral?: boolean
}

/** What lies in the demo hospitals at the first start; the seeds fix who and what. */
const RECORDS: Record<string, readonly Wanted[]> = {
  'bac-giang': [
    { seed: 11, kind: 'inpatient-transfer', before: true },
    { seed: 12, kind: 'inpatient-transfer' },
    { seed: 13, kind: 'inpatient-transfer', withReferral: false, before: true },
    { seed: 14, kind: 'inpatient' },
    { seed: 15, kind: 'inpatient', before: true },
    { seed: 16, kind: 'outpatient' },
    { seed: 17, kind: 'outpatient', before: true },
    { seed: 18, kind: 'outpatient' },
  ],
  'luc-nam': [
    { seed: 31, kind: 'inpatient-transfer' },
    { seed: 32, kind: 'inpatient' },
    { seed: 33, kind: 'outpatient' },
    { seed: 34, kind: 'outpatient' },
  ],
  'bach-mai': [
    { seed: 51, kind: 'inpatient' },
    { seed: 52, kind: 'outpatient' },
  ],
}

/** Imports the demo records of a facility through the same door a HIS uses; repeating it changes nothing. */
export async function seedRecords(site: DemoSite, opened: OpenedSite): Promise<number> {
  let count = 0
  const caller = systemCaller('import:his', site.facility.code)
  for (const wanted of RECORDS[site.name] ?? []) {
    const patient = { person: person(wanted.seed), mrn: `BN-${site.facility.code}-${wanted.seed}` }
    const stays = [
      stay(wanted.seed, { kind: wanted.kind, facility: site.facility.code, patient, withReferral: wanted.withReferral ?? true }),
    ]
    if (wanted.before)
      stays.unshift(stay(wanted.seed + 500, { kind: 'outpatient', facility: site.facility.code, patient, start: '2026-06-08' }))
    for (const one of stays) {
      const answer = await importClaim(opened, caller, claimFile([one]))
      const refused = answer.records.find((r) => r.result === 'refused')
      if (refused) throw new Error(`demo record ${one.maLk}: ${refused.findings.map((f) => `${f.code} ${f.path ?? ''}`).join(', ')}`)
      count += 1
    }
  }
  return count
}
