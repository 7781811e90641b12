/** What the first start makes once: the demo authority, databases, keys and certificates. Each step may be repeated. */

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import {
  type Authority,
  createAuthority,
  type ExportedAuthority,
  exportAuthority,
  importAuthority,
  issueCertificate,
  newMasterKey,
  unwrapKey,
  wrapKey,
} from '@yba/signing'
import { enrolSigner } from '../features/documents/signers.ts'
import type { SiteSettings } from '../settings.ts'
import { databaseRole, layout } from './layout.ts'
import { provinceDamaged } from './outcomes.ts'
import { type DemoSite, demoUserId } from './plan.ts'
import type { Postgres } from './postgres.ts'
import { createRole } from './postgres-databases.ts'
import { makeSiteKeys, publicKeyOf, readMasterKey, writeWhole } from './site-keys.ts'

const WRAP_NAME = 'authority'

/** Opens the demo authority, making it at the first start. Its keys lie wrapped in `authority/`. */
export async function openAuthority(data: string): Promise<Authority> {
  const folder = layout.authority(data)
  const [sealed, master] = [join(folder, 'authority.sealed'), join(folder, 'master.key')]
  const clock = () => new Date()
  if (existsSync(sealed)) {
    if (!existsSync(master)) throw refuse(provinceDamaged, { file: master })
    const key = Buffer.from(readFileSync(master, 'utf8'), 'base64')
    const text = unwrapKey(readFileSync(sealed, 'utf8'), key, WRAP_NAME).toString('utf8')
    return importAuthority(JSON.parse(text) as ExportedAuthority, clock)
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const authority = await createAuthority({ clock })
  const key = newMasterKey()
  writeWhole(master, key.toString('base64'))
  writeWhole(sealed, wrapKey(Buffer.from(JSON.stringify(exportAuthority(authority))), key, WRAP_NAME))
  return authority
}

/** The site's own database, owned by its own role. */
export async function prepareDatabase(postgres: Postgres, settings: SiteSettings): Promise<void> {
  const role = databaseRole(settings.name)
  await createRole(postgres.superuserUrl, role, new URL(settings.database).password)
  await postgres.createDatabase(role, { owner: role })
}

/** Keys, trust anchors, the facility's seal and the certificates of those who sign. */
export async function prepareKeys(data: string, authority: Authority, site: DemoSite, settings: SiteSettings): Promise<void> {
  // The hub is founded first: its nodes are told its key, not asked to find it.
  const hub = site.role === 'facility' ? publicKeyOf(layout.site(data, 'hub'), 'directory') : null
  await makeSiteKeys(settings.folder, site.role, [authority.rootCert], hub ? [hub] : [])
  if (site.role !== 'facility') return
  const place = { folder: settings.folder, master: readMasterKey(settings.folder) }
  const organization = site.facility.name
  const enrol = async (id: string, request: Parameters<typeof issueCertificate>[1]): Promise<void> => {
    if (existsSync(join(settings.folder, 'keys', 'signing', `${id}.json`))) return
    const issued = await issueCertificate(authority, request)
    await enrolSigner(place, id, { pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer })
  }
  await enrol('seal', { kind: 'facility', commonName: organization, organization, serialNumber: `MST:000${site.facility.code}` })
  for (const [index, user] of site.users.entries()) {
    if (!user.signs) continue
    await enrol(demoUserId(site.name, user.login), {
      kind: 'person',
      commonName: user.name,
      organization,
      title: user.title,
      // Demo citizen ids begin with 000; the facility's digits keep them apart.
      serialNumber: `CCCD:000${site.facility.code.padStart(5, '0')}${String(index).padStart(4, '0')}`,
    })
  }
}
