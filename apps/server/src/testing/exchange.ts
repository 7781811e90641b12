/**
 * A small province for tests: a hub and facility sites in this process, on the shared test cluster, over real HTTP.
 * Each site can be closed and opened again on the same data and port.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { claimFile, type StayOptions, stay } from '@yba/people'
import { type Authority, createAuthority, issueCertificate } from '@yba/signing'
import { pino } from 'pino'
import { addUser, type NewUser, registerNode, systemCaller } from '../access/index.ts'
import { clientKeyEnd, makeSiteKeys, publicKeyOf, readMasterKey } from '../box/site-keys.ts'
import { grantSigningAuthority } from '../features/delegation/index.ts'
import { addFacilities } from '../features/directory/index.ts'
import { enrolSigner } from '../features/documents/index.ts'
import { type HubClient, hubClient } from '../features/exchange/index.ts'
import { type ImportAnswer, importClaim } from '../features/insurance/index.ts'
import { type OpenedSite, openSite } from '../open-site.ts'
import { featuresOf } from '../roles.ts'
import type { SiteSettings } from '../settings.ts'
import type { Clock } from '../site.ts'
import { type TestAuthority, testAuthority } from './authority.ts'
import { migratedTemplate, type TestDatabase, testDatabase } from './database.ts'
import { type Desk, desksOf } from './desk.ts'
import type { LossyLine } from './lossy-line.ts'
import { freePort, TEST_PASSWORD } from './site.ts'
import type { TcpProxy } from './tcp-proxy.ts'

export const FACILITIES = {
  sender: { code: '24997', name: 'Bệnh viện Đa khoa tỉnh Bắc Giang', managingBody: 'Sở Y tế Bắc Ninh' },
  other: { code: '24998', name: 'Trung tâm Y tế Lục Nam', managingBody: 'Sở Y tế Bắc Ninh' },
  receiver: { code: '01929', name: 'Bệnh viện Bạch Mai', managingBody: 'Bộ Y tế' },
} as const

export type FacilityName = keyof typeof FACILITIES

/** Who signs or acts at a facility; each has a signing key. */
const PEOPLE: (NewUser & { id: string })[] = [
  { login: 'bs.mot', name: 'Nguyễn Thị Ánh', role: 'doctor', departments: ['K01', 'K03'], licence: '000031/BG-CCHN' },
  { login: 'bs.hai', name: 'Trần Văn Bảy', role: 'doctor', departments: ['K01', 'K03'], licence: '000032/BG-CCHN' },
  { login: 'ky', name: 'Đỗ Thị Quỳnh', role: 'signer', departments: [], licence: '000033/BG-CCHN' },
  { login: 'vanthu', name: 'Hoàng Minh Ước', role: 'referral-desk', departments: [] },
  { login: 'vanthu2', name: 'Lý Thị Ổn', role: 'referral-desk', departments: [] },
  { login: 'tiepdon', name: 'Vũ Thị Đón', role: 'reception', departments: ['K01'] },
].map((u) => ({ ...u, role: u.role as NewUser['role'], password: TEST_PASSWORD, id: u.login.replace('.', '-') }))

export type { Answer, Desk } from './desk.ts'

export interface TestNode {
  readonly settings: SiteSettings
  /** The open site; throws while it is closed. */
  readonly site: OpenedSite
  open(): Promise<void>
  close(): Promise<void>
  /** Somebody at a desk of this site. */
  at(login: string): Promise<Desk>
  /** This site's own line to the hub, as its outbox uses it. */
  hub(): HubClient
  sql<R extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>
}

export interface TestProvince {
  hub: TestNode
  sender: TestNode
  other: TestNode
  receiver: TestNode
  authority: Authority
  /** Its services; only in a province opened with `online`. */
  readonly online: TestAuthority
  /** Imports an invented stay with XML13 at a facility; its slip lies in the tray. */
  slip(at: TestNode, seed: number, options?: Partial<StayOptions>): Promise<{ id: string; number: string; answer: ImportAnswer }>
  close(): Promise<void>
}

export interface TestProvinceOptions {
  /** The authority answers over HTTP, and the sites ask it. */
  online?: boolean
  /** A line that loses answers, between the facilities and the hub. */
  line?: LossyLine
  /** A line that fails as lines do, in the place of the other. */
  proxy?: TcpProxy
  /** The clock of every site. */
  clock?: Clock
  /** Limits of the hub where those of every day would end the test. */
  hubLimits?: NonNullable<SiteSettings['limits']>
  /** Seconds a facility's clock is off. */
  clockOffset?: Partial<Record<FacilityName, number>>
}

interface Place {
  role: 'hub' | 'facility'
  name: string
  facility: SiteSettings['facility']
  /** Public address where it differs from the listener's. */
  baseUrl?: string
  hubUrl?: string
  /** A facility's: where the hub's keys lie, whose public directory key it is told. */
  hubFolder?: string
  idleLockSeconds?: number
  more?: Partial<SiteSettings>
}

async function makeNode(place: Place, authority: Authority) {
  const { role, name, facility, baseUrl, hubUrl, hubFolder, idleLockSeconds = 900, more } = place
  const folder = mkdtempSync(join(tmpdir(), 'yba-node-'))
  const [database, port] = await Promise.all([testDatabase({ template: migratedTemplate(featuresOf(role)) }), freePort()])
  const hubKey = hubFolder ? publicKeyOf(hubFolder, 'directory') : null
  await makeSiteKeys(folder, role, [authority.rootCert], hubKey ? [hubKey] : [])
  const settings: SiteSettings = {
    name,
    role,
    environment: 'demo',
    facility,
    database: database.url,
    listen: { host: '127.0.0.1', port },
    baseUrl: baseUrl ?? `http://127.0.0.1:${port}`,
    ...(hubUrl ? { hubUrl } : {}),
    folder,
    lang: 'vi',
    careDaysAfterStay: 365,
    idleLockSeconds,
    poolSize: 6,
    ...more,
  }
  return { folder, database, settings }
}

function handle(settings: SiteSettings, database: TestDatabase, clock: Clock | undefined): TestNode {
  let site: OpenedSite | undefined
  const opened = (): OpenedSite => {
    if (!site) throw new Error(`${settings.name} is closed`)
    return site
  }
  return {
    settings,
    get site() {
      return opened()
    },
    async open() {
      const fresh = await openSite(settings, {
        log: pino({ level: process.env.YBA_TEST_LOG ?? 'silent' }),
        webRoot: '',
        ...(clock ? { clock } : {}),
      })
      await fresh.listen()
      site = fresh
    },
    async close() {
      await site?.stop()
      site = undefined
    },
    at: desksOf(settings.baseUrl, TEST_PASSWORD),
    hub: () => hubClient(opened()),
    sql: async <R extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
      (await database.pool.query<R>(text, values)).rows,
  }
}

async function enrol(authority: Authority, settings: SiteSettings, online: TestAuthority | undefined): Promise<void> {
  const place = { folder: settings.folder, master: readMasterKey(settings.folder) }
  const organization = settings.facility.name
  const lay = async (id: string, request: Parameters<typeof issueCertificate>[1]) => {
    const issued = await issueCertificate(authority, request)
    online?.issued.push({ serial: issued.serialHex, site: settings.name, id, name: request.commonName, notAfter: '' })
    await enrolSigner(place, id, { pkcs8: issued.privateKeyPkcs8, certificate: issued.certificateDer, chain: issued.chainDer })
  }
  await lay('seal', { kind: 'facility', commonName: organization, organization, serialNumber: `MST:000${settings.facility.code}` })
  for (const [i, user] of PEOPLE.entries()) {
    if (!user.licence) continue
    await lay(user.id, { kind: 'person', commonName: user.name, organization, serialNumber: `CCCD:0001${settings.facility.code}0${i}` })
  }
}

const HUB_FACILITY = { code: '24000', name: 'Trục liên thông y tế tỉnh', managingBody: 'Sở Y tế' }

const DIRECTORY = Object.values(FACILITIES).map((f) => ({
  code: f.code,
  name: f.name,
  managing_body: f.managingBody,
  active: true,
  slip_keys: [],
  client_keys: [],
}))

/** Directory, people and who may sign for whom, at every site. */
async function introduce(nodes: readonly TestNode[]): Promise<void> {
  for (const one of nodes) {
    await addFacilities(one.site.store, DIRECTORY, new Date())
    if (one.settings.role === 'hub') continue
    for (const user of PEOPLE) await addUser(one.site.store.sql, user, new Date())
    await grantSigningAuthority(one.site, systemCaller('seed', one.settings.facility.code), {
      user: 'ky',
      form: 'KT',
      head: 'Giám đốc',
      title: 'Phó Giám đốc',
      kinds: ['referral'],
      decision: '15/QĐ-BV',
      decidedOn: '2026-01-02',
      from: '2026-01-05',
    })
  }
}

/** Opens hub, sender, another facility and receiver; everybody knows everybody. */
export async function testProvince(options: TestProvinceOptions = {}): Promise<TestProvince> {
  const authority = await createAuthority({ clock: () => options.clock?.now() ?? new Date() })
  const online = options.online ? await testAuthority(authority) : undefined
  const { line, proxy } = options
  const front = line?.url ?? proxy?.url
  // A clock that a test moves must not lock the desks.
  const lock = options.clock ? { idleLockSeconds: 86_400 } : {}
  const limits = options.hubLimits ? { limits: options.hubLimits } : {}
  const hubPlace = {
    role: 'hub',
    name: 'hub',
    facility: HUB_FACILITY,
    ...lock,
    ...(front ? { baseUrl: front } : {}),
    more: limits,
  } as const
  const centre = await makeNode(hubPlace, authority)
  if (proxy) proxy.target = { host: '127.0.0.1', port: centre.settings.listen.port }
  if (line) line.target = `http://127.0.0.1:${centre.settings.listen.port}`
  const hubUrl = centre.settings.baseUrl
  const names = Object.keys(FACILITIES) as FacilityName[]
  const made = await Promise.all(
    names.map((name) => {
      const more = { clockOffsetSeconds: options.clockOffset?.[name] ?? 0 }
      return makeNode({ role: 'facility', name, facility: FACILITIES[name], hubUrl, hubFolder: centre.folder, ...lock, more }, authority)
    }),
  )
  const all = [centre, ...made]
  for (const m of all) Object.assign(m.settings, online?.settings)
  const nodes = all.map((m) => handle(m.settings, m.database, options.clock))
  await Promise.all(made.map((m) => enrol(authority, m.settings, online)))
  const [hub, sender, other, receiver] = nodes as [TestNode, TestNode, TestNode, TestNode]
  await hub.open()
  for (const m of made) {
    const jwk = publicKeyOf(m.folder, 'client')
    if (jwk) await registerNode(hub.site.store.sql, m.settings.facility.code, jwk, new Date(), clientKeyEnd(m.folder))
  }
  await Promise.all([sender, other, receiver].map((one) => one.open()))
  await introduce(nodes)
  return {
    hub,
    sender,
    other,
    receiver,
    authority,
    get online() {
      if (!online) throw new Error('this province was opened without its authority on line')
      return online
    },
    async slip(at, seed, more = {}) {
      const facility = at.settings.facility.code
      const file = claimFile([stay(seed, { kind: 'inpatient-transfer', facility, ...more })])
      const answer = await importClaim(at.site, systemCaller('import:his', facility), file)
      const referral = answer.records[0]?.referral
      if (!referral) throw new Error(`no slip: ${JSON.stringify(answer.records[0]?.findings)}`)
      return { ...referral, answer }
    },
    async close() {
      for (const one of nodes.slice().reverse()) await one.close()
      await online?.close()
      for (const m of all) {
        await m.database.drop()
        rmSync(m.folder, { recursive: true, force: true })
      }
    },
  }
}

/** Number for a random test run: `YBA_SEED`, or a fresh one; printed by who uses it. */
export const testSeed = (): number => Number(process.env.YBA_SEED ?? randomBytes(4).readUInt32BE())
