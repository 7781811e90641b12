/** Fills a demo site at the first start: users, directory, the hub's register of nodes, records. Repeating it changes nothing. */

import { OutcomeError } from '@yba/fhir'
import { claimFile, stay } from '@yba/people'
import { addUser, registerNode, systemCaller } from '../access/index.ts'
import { userExists } from '../access/outcomes.ts'
import { type Facility, putFacilities } from '../features/directory/index.ts'
import { importClaim } from '../features/insurance/index.ts'
import { layout } from './layout.ts'
import type { OpenedSite } from './parts.ts'
import { DEMO_PASSWORD, DEMO_SITES, type DemoSite, demoUserId } from './plan.ts'
import { publicKeyOf } from './site-keys.ts'

/**
 * How many stays of each kind a demo facility begins with. Seeds differ by facility, so nobody is in two by chance; they
 * begin high, because a stay's number is its seed and the sample files use the low ones.
 */
const STAYS: Record<string, { from: number; transfers: number; inpatients: number; outpatients: number }> = {
  'bac-giang': { from: 1101, transfers: 3, inpatients: 3, outpatients: 4 },
  'luc-nam': { from: 1201, transfers: 2, inpatients: 1, outpatients: 3 },
  'bach-mai': { from: 1301, transfers: 0, inpatients: 2, outpatients: 2 },
}

/** @param say progress, one short line each */
export async function seedSite(data: string, site: DemoSite, opened: OpenedSite, say: (line: string) => void): Promise<void> {
  await seedUsers(site, opened)
  await putFacilities(opened.store, directory(data), opened.clock.now())
  if (site.role === 'hub') await registerNodes(data, opened)
  say(`${site.users.length} users`)
  await seedRecords(site, opened, say)
}

async function seedUsers(site: DemoSite, opened: OpenedSite): Promise<void> {
  for (const user of site.users) {
    try {
      await addUser(
        opened.store.sql,
        {
          id: demoUserId(site.name, user.login),
          login: user.login,
          name: user.name,
          role: user.role,
          departments: user.departments,
          password: DEMO_PASSWORD,
          ...(user.licence ? { licence: user.licence } : {}),
          ...(user.title ? { title: user.title } : {}),
        },
        opened.clock.now(),
      )
    } catch (error) {
      if (!(error instanceof OutcomeError) || error.code !== userExists.code) throw error
    }
  }
}

/** The facilities of the demo province with their public keys; every site begins with the same list. */
function directory(data: string): Facility[] {
  return DEMO_SITES.filter((site) => site.role === 'facility').map((site) => {
    const keys = (name: 'client' | 'slip') => [publicKeyOf(layout.site(data, site.name), name)].filter((key) => key !== null)
    const { code, name, managingBody } = site.facility
    return { code, name, managing_body: managingBody, active: true, slip_keys: keys('slip'), client_keys: keys('client') }
  })
}

/** The hub knows each node by its public key. */
async function registerNodes(data: string, hub: OpenedSite): Promise<void> {
  for (const site of DEMO_SITES) {
    const jwk = publicKeyOf(layout.site(data, site.name), 'client')
    if (jwk) await registerNode(hub.store.sql, site.facility.code, jwk, hub.clock.now())
  }
}

/** Records come in as the hospital's own system would send them: as claim files. */
async function seedRecords(site: DemoSite, opened: OpenedSite, say: (line: string) => void): Promise<void> {
  const wanted = STAYS[site.name]
  if (!wanted) return
  const facility = site.facility.code
  const make = (kind: 'inpatient-transfer' | 'inpatient' | 'outpatient', count: number, offset: number) =>
    Array.from({ length: count }, (_, index) => stay(wanted.from + offset + index, { kind, facility }))
  const stays = [
    ...make('inpatient-transfer', wanted.transfers, 0),
    ...make('inpatient', wanted.inpatients, 20),
    ...make('outpatient', wanted.outpatients, 40),
  ]
  const caller = systemCaller('import:demo', facility)
  for (const one of stays) {
    const answer = await importClaim(opened, caller, claimFile([one]), `${one.maLk}.xml`)
    const refused = answer.records.find((record) => record.result === 'refused')
    if (refused) throw new Error(`demo record ${one.maLk} was refused: ${refused.findings.map((finding) => finding.code).join(', ')}`)
  }
  say(`${stays.length} records`)
}
