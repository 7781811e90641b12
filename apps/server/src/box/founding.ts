/** What the first start makes once: the demo authority, databases, keys and certificates. Each step may be repeated. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Authority, type issueCertificate, keyIdentifierOf } from '@yba/signing'
import { enrolSigner } from '../features/documents/signers.ts'
import type { GivenSettings } from '../settings.ts'
import { controlToken, issueNoted, sealOf } from './authority/keep.ts'
import { type AuthoritySettings, databaseRole, layout } from './layout.ts'
import { type DemoSite, demoUserId } from './plan.ts'
import type { Postgres } from './postgres.ts'
import { createRole } from './postgres-databases.ts'
import { makeSiteKeys, publicKeyOf, readMasterKey } from './site-keys.ts'

/** What every site of the box is told of the authority's services and switches. */
export function authoritySettings(data: string, authority: Authority, port: number): AuthoritySettings {
  const url = authorityAddress(port)
  const issuer = { keyId: keyIdentifierOf(authority.issuingCert), ocsp: [`${url}/ocsp`], crl: [`${url}/crl`], nonce: true }
  return {
    trustServices: { timestamps: [`${url}/tsa`], issuers: [issuer] },
    demoAuthority: { url, token: controlToken(data) },
  }
}

export const authorityAddress = (port: number): string => `http://127.0.0.1:${port}`

/** The site's own database, owned by its own role. */
export async function prepareDatabase(postgres: Postgres, settings: GivenSettings): Promise<void> {
  const role = databaseRole(settings.name)
  await createRole(postgres.superuserUrl, role, new URL(settings.database).password)
  await postgres.createDatabase(role, { owner: role })
}

/** Keys, trust anchors, the facility's seal and the certificates of those who sign. */
export async function prepareKeys(data: string, authority: Authority, site: DemoSite, settings: GivenSettings): Promise<void> {
  // The hub is founded first: its nodes are told its key, not asked to find it.
  const hub = site.role === 'facility' ? publicKeyOf(layout.site(data, 'hub'), 'directory') : null
  await makeSiteKeys(settings.folder, site.role, [authority.rootCert], hub ? [hub] : [])
  if (site.role !== 'facility') return
  const place = { folder: settings.folder, master: readMasterKey(settings.folder) }
  const organization = site.facility.name
  const enrol = async (id: string, request: Parameters<typeof issueCertificate>[1]): Promise<void> => {
    if (existsSync(join(settings.folder, 'keys', 'signing', `${id}.json`))) return
    const issued = await issueNoted(data, authority, { site: site.name, id }, request)
    await enrolSigner(place, id, { pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer })
  }
  await enrol('seal', sealOf(site.facility))
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
