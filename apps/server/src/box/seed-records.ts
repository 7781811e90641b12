/**
 * The invented records a demo facility begins with. They come in as the hospital's own system would send them: as claim
 * files. A stay's number is its seed; seeds begin high, because the sample files use the low numbers.
 */

import { claimFile, type Stay, type StayKind, stay } from '@yba/people'
import { systemCaller } from '../access/index.ts'
import { importClaim } from '../features/insurance/index.ts'
import type { OpenedSite } from './parts.ts'
import type { DemoSite } from './plan.ts'

interface Wanted {
  seed: number
  kind: StayKind
  picture?: string
  /** First days of earlier stays of the same person for the same illness, so that results show a course. */
  earlier?: readonly string[]
  /** The HIS wrote no XML13: the slip is composed from the chart. */
  withoutReferral?: boolean
}

const RECORDS: Record<string, readonly Wanted[]> = {
  'bac-giang': [
    { seed: 1101, kind: 'inpatient-transfer', picture: 'systemic lupus with nephritis', earlier: ['2026-03-09', '2026-05-18'] },
    { seed: 1102, kind: 'inpatient-transfer', picture: 'exacerbation of COPD', earlier: ['2026-04-06'] },
    { seed: 1103, kind: 'inpatient-transfer', picture: 'pneumonia with respiratory failure' },
    {
      seed: 1104,
      kind: 'inpatient-transfer',
      picture: 'chronic kidney disease, stage 5',
      earlier: ['2026-02-16', '2026-05-11'],
      withoutReferral: true,
    },
    { seed: 1105, kind: 'inpatient', picture: 'congestive heart failure', earlier: ['2026-06-01'] },
    { seed: 1106, kind: 'inpatient', picture: 'dengue with warning signs' },
    { seed: 1107, kind: 'outpatient', picture: 'hypertension, follow-up', earlier: ['2026-05-04', '2026-06-08'] },
    { seed: 1108, kind: 'outpatient', picture: 'type 2 diabetes, follow-up', earlier: ['2026-04-13', '2026-06-15'] },
    { seed: 1109, kind: 'outpatient' },
  ],
  'luc-nam': [
    { seed: 1201, kind: 'inpatient-transfer', picture: 'ischaemic stroke' },
    { seed: 1202, kind: 'inpatient-transfer', picture: 'upper gastrointestinal bleeding' },
    { seed: 1203, kind: 'inpatient' },
    { seed: 1204, kind: 'outpatient' },
    { seed: 1205, kind: 'outpatient' },
  ],
  'bach-mai': [
    { seed: 1301, kind: 'inpatient' },
    { seed: 1302, kind: 'inpatient' },
    { seed: 1303, kind: 'outpatient' },
  ],
}

const EARLIER = 500

/** The stays of one wanted record, earliest first. */
function staysOf(wanted: Wanted, facility: string): Stay[] {
  const picture = wanted.picture ? { picture: wanted.picture } : {}
  const main = stay(wanted.seed, { kind: wanted.kind, facility, ...picture, withReferral: !wanted.withoutReferral })
  const patient = { person: main.person, mrn: main.mrn }
  const kind = wanted.kind === 'outpatient' ? 'outpatient' : 'inpatient'
  const before = (wanted.earlier ?? []).map((start, index) =>
    stay(wanted.seed + EARLIER * (index + 1), { kind, facility, patient, picture: main.picture, start }),
  )
  return [...before, main]
}

/** Imports the records of a facility; repeating it changes nothing. Gives how many there are. */
export async function seedRecords(site: DemoSite, opened: OpenedSite): Promise<number> {
  const facility = site.facility.code
  const stays = (RECORDS[site.name] ?? []).flatMap((wanted) => staysOf(wanted, facility))
  const caller = systemCaller('import:demo', facility)
  for (const one of stays) {
    const answer = await importClaim(opened, caller, claimFile([one]), `${one.maLk}.xml`)
    const refused = answer.records.find((record) => record.result === 'refused')
    if (refused) throw new Error(`demo record ${one.maLk} was refused: ${refused.findings.map((f) => f.code).join(', ')}`)
  }
  return stays.length
}
