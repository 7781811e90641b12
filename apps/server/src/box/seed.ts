/** Fills a demo site at the first start: users, the hub's register of nodes, demo records. Repeating it changes nothing. */

import { OutcomeError } from '@yba/fhir'
import { addUser, registerNode } from '../access/index.ts'
import { userExists } from '../access/outcomes.ts'
import { layout } from './layout.ts'
import type { OpenedSite } from './parts.ts'
import { DEMO_PASSWORD, DEMO_SITES, type DemoSite, demoUserId } from './plan.ts'
import { seedDirectory, seedRecords } from './seed-records.ts'
import { publicKeyOf } from './site-keys.ts'

/** @param say progress, one short line each */
export async function seedSite(data: string, site: DemoSite, opened: OpenedSite, say: (line: string) => void): Promise<void> {
  for (const user of site.users) {
    await unlessThere(() =>
      addUser(
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
      ),
    )
  }
  say(`${site.users.length} ✓`)
  await seedDirectory(opened)
  if (site.role === 'hub') await registerNodes(data, opened)
  else say(`${await seedRecords(site, opened)} hồ sơ ✓`)
}

/** The hub knows each node by its public key. */
async function registerNodes(data: string, hub: OpenedSite): Promise<void> {
  for (const site of DEMO_SITES) {
    const jwk = publicKeyOf(layout.site(data, site.name), 'client')
    if (jwk) await registerNode(hub.store.sql, site.facility.code, jwk, hub.clock.now())
  }
}

async function unlessThere(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof OutcomeError) || error.code !== userExists.code) throw error
  }
}
