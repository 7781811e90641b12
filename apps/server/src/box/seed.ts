/** Fills a demo site at the first start: users, directory, the hub's register of nodes, records. Repeating it changes nothing. */

import { OutcomeError } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import { addUser, registerNode, systemCaller } from '../access/index.ts'
import { userExists } from '../access/outcomes.ts'
import { grantSigningAuthority, hasSigningAuthority } from '../features/delegation/index.ts'
import { addFacilities, type Facility, listed, putListed } from '../features/directory/index.ts'
import type { DirectoryKey } from '../features/exchange/contract.ts'
import { layout } from './layout.ts'
import type { OpenedSite } from './parts.ts'
import { DEMO_PASSWORD, DEMO_SITES, type DemoSite, demoUserId } from './plan.ts'
import { seedRecords } from './seed-records.ts'
import { clientKeyEnd, publicKeyOf } from './site-keys.ts'

/** @param say progress, one short line each */
export async function seedSite(data: string, site: DemoSite, opened: OpenedSite, say: (line: string) => void): Promise<void> {
  await seedUsers(site, opened)
  await seedAuthority(site, opened)
  await addFacilities(opened.store, directory(data), opened.clock.now())
  if (site.role === 'hub') {
    await registerNodes(data, opened)
    await seedPlan(opened)
  }
  say(`${site.users.length} users`)
  const records = await seedRecords(site, opened)
  if (records > 0) say(`${records} records`)
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

/** Who signs for whom, once: what people record later stands beside it. */
async function seedAuthority(site: DemoSite, opened: OpenedSite): Promise<void> {
  const caller = systemCaller('seed', site.facility.code)
  const year = new Date(opened.clock.now().getTime() + 7 * 3_600_000).getUTCFullYear()
  for (const { login, authority } of site.users) {
    const user = demoUserId(site.name, login)
    if (!authority || (await hasSigningAuthority(opened.store, user))) continue
    const { form, decision, title, head = 'Giám đốc', years } = authority
    const day = `${year}-01-02`
    const until = years === undefined ? {} : { until: `${year + years}-12-31` }
    await grantSigningAuthority(opened, caller, {
      user,
      form,
      head,
      title,
      kinds: ['referral'],
      decision,
      decidedOn: day,
      from: day,
      ...until,
    })
  }
}

/** The facilities of the demo province with their public keys; every site begins with the same list. */
function directory(data: string): Facility[] {
  return DEMO_SITES.filter((site) => site.role === 'facility').map((site) => {
    const keys = (name: 'client' | 'slip'): DirectoryKey[] => {
      const { kid, kty, crv, x, y } = publicKeyOf(layout.site(data, site.name), name) ?? {}
      return kid ? [{ kid, kty, crv, x, y }] : []
    }
    const { code, name, managingBody } = site.facility
    return { code, name, managing_body: managingBody, active: true, slip_keys: keys('slip'), client_keys: keys('client') }
  })
}

/** Who takes part, once: a list that was imported since stands. */
async function seedPlan(hub: OpenedSite): Promise<void> {
  if ((await listed(hub.store, 'plan', '0001-01-01', '9999-12-31')).length > 0) return
  const from = `${localDay(hub.clock.now()).slice(0, 4)}-01-01`
  const facilities = DEMO_SITES.filter((site) => site.role === 'facility').map((site) => site.facility)
  await putListed(
    hub.store,
    'plan',
    facilities.map(({ code, name }, place) => ({ code, name, place, from, source: 'Tỉnh thử nghiệm' })),
  )
}

/** The hub knows each node by its public key. */
async function registerNodes(data: string, hub: OpenedSite): Promise<void> {
  for (const site of DEMO_SITES) {
    const jwk = publicKeyOf(layout.site(data, site.name), 'client')
    if (jwk) await registerNode(hub.store.sql, site.facility.code, jwk, hub.clock.now(), clientKeyEnd(layout.site(data, site.name)))
  }
}
