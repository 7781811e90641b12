/** `yba keys …`: what runs out when, and renewing it. A running node takes a new key by itself within moments. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import { type CertificateRequest, nameAttribute, readCertificate } from '@yba/signing'
import type { JWK } from 'jose'
import { registerNode } from '../access/index.ts'
import { issueNoted, openAuthority, sealOf } from '../box/authority/keep.ts'
import { layout } from '../box/layout.ts'
import { keyUnknown } from '../box/outcomes.ts'
import { clientKeyEnd, makeNextClientKey, readMasterKey, renewSlipKey } from '../box/site-keys.ts'
import { withSites } from '../box/with-site.ts'
import { keyEnds } from '../features/administration/index.ts'
import { enrolSigner } from '../features/documents/index.ts'
import type { GivenSettings } from '../settings.ts'
import type { Lang } from './text.ts'

export async function listKeys(data: string, site: string | undefined, lang: Lang): Promise<void> {
  const vi = lang === 'vi'
  const [place, key, whose, end] = vi ? ['Cơ sở', 'Khóa', 'Của', 'Hết hạn'] : ['Site', 'Key', 'Whose', 'Ends']
  const line = (...cells: [string, string, string, string]) =>
    console.log(`${cells[0].padEnd(12)} ${cells[1].padEnd(24)} ${cells[2].padEnd(34)} ${cells[3]}`)
  line(place ?? '', key ?? '', whose ?? '', end ?? '')
  await withSites(data, site, async (opened) => {
    const ends = await keyEnds(opened)
    for (const { subject, name, notAfter, days } of ends) {
      const left = days < 0 ? (vi ? 'đã hết hạn' : 'over') : vi ? `còn ${days} ngày` : `${days} days left`
      const owner = name ?? (vi ? 'nút, để nối trục' : 'the node, towards the hub')
      line(opened.name, subject, owner, `${notAfter.slice(0, 10)}  ${left}`)
    }
    if (ends.length === 0) line(opened.name, '—', vi ? 'không có khóa nào có hạn' : 'no key that ends', '')
  })
}

const settingsAt = (data: string, site: string): GivenSettings =>
  JSON.parse(readFileSync(site.endsWith('.json') ? site : layout.settings(data, site), 'utf8')) as GivenSettings

/** Throws `key-unknown`. */
export async function rotateKey(data: string, site: string, key: string, lang: Lang): Promise<void> {
  const settingsFolder = site.endsWith('.json') ? settingsAt(data, site).folder : layout.site(data, site)
  if (key === 'client') return rotateClient(data, site, settingsFolder, lang)
  if (key === 'slip') {
    const kid = await renewSlipKey(settingsFolder)
    console.log(
      lang === 'vi' ? `Khóa QR mới ${kid}; có hiệu lực khi cơ sở mở lại.` : `New slip key ${kid}; in use when the site is started again.`,
    )
    return
  }
  await rotateSigner(data, site, settingsFolder, key, lang)
}

/** A node announces its next key with the present one; one that ran out is taken in at the hub of the same box. */
async function rotateClient(data: string, site: string, folder: string, lang: Lang): Promise<void> {
  const end = clientKeyEnd(folder)
  const { jwk, notAfter } = await makeNextClientKey(folder)
  const over = end !== null && end <= new Date()
  const request = join(folder, 'keys', 'client-next.public.json')
  writeFileSync(request, JSON.stringify({ jwk, notAfter: notAfter.toISOString() }), { mode: 0o600 })
  if (!over)
    return console.log(
      lang === 'vi'
        ? 'Đã tạo khóa mới; cơ sở tự báo trục và đổi sang trong ít phút.'
        : 'The new key is made; the node tells the hub and changes by itself.',
    )
  const facility = settingsAt(data, site).facility.code
  if (existsSync(layout.settings(data, 'hub'))) await acceptKey(data, 'hub', request, facility, lang)
  else
    console.log(
      lang === 'vi'
        ? `Khóa cũ đã hết hạn: gửi ${request} cho người vận hành trục.`
        : `The old key ran out: send ${request} to the hub's operator.`,
    )
}

/** At the hub: takes in the public half that a facility's administrator handed over. */
export async function acceptKey(data: string, hub: string, file: string, facility: string, lang: Lang): Promise<void> {
  const { jwk, notAfter } = JSON.parse(readFileSync(file, 'utf8')) as { jwk: JWK; notAfter: string }
  await withSites(data, hub, (opened) => registerNode(opened.store.sql, facility, jwk, opened.clock.now(), new Date(notAfter)))
  console.log(lang === 'vi' ? `Trục đã nhận khóa mới của ${facility}.` : `The hub has taken in the new key of ${facility}.`)
}

/** The same name again. */
function renewalOf(file: string, id: string): CertificateRequest {
  const { certificate } = JSON.parse(readFileSync(file, 'utf8')) as { certificate: string }
  const { subject } = readCertificate(Buffer.from(certificate, 'base64')).parsed
  const of = (name: 'commonName' | 'organization' | 'title' | 'serialNumber') => nameAttribute(subject, name)
  return {
    kind: id === 'seal' ? 'facility' : 'person',
    commonName: of('commonName') ?? '',
    organization: of('organization'),
    title: of('title'),
    serialNumber: of('serialNumber'),
  }
}

/** A demo facility that joined has no seal yet; one of production gets its own from a real authority. */
function firstSeal(data: string, site: string): CertificateRequest | undefined {
  const { environment, role, facility } = settingsAt(data, site)
  return environment === 'demo' && role === 'facility' ? sealOf(facility) : undefined
}

async function rotateSigner(data: string, site: string, folder: string, id: string, lang: Lang): Promise<void> {
  const file = join(folder, 'keys', 'signing', `${id}.json`)
  const request = /^[\w.-]+$/.test(id) && existsSync(file) ? renewalOf(file, id) : id === 'seal' ? firstSeal(data, site) : undefined
  if (!request) throw refuse(keyUnknown, { key: id })
  const issued = await issueNoted(data, await openAuthority(data), { site: settingsAt(data, site).name, id }, request)
  const place = { folder, master: readMasterKey(folder) }
  await enrolSigner(place, id, { pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer })
  console.log(
    lang === 'vi'
      ? `Chứng thư mới của ${request.commonName}; văn bản đang chờ được ký tự động.`
      : `New certificate for ${request.commonName}; what waits is signed by itself.`,
  )
}
