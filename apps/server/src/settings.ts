/** One schema for the settings of a site: description, default, check. Unsafe production settings refuse to start. */

import { defineOutcome, refuse } from '@yba/fhir'
import { DEMO_AUTHORITY_NAMES, nameAttribute, readCertificate } from '@yba/signing'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

const whole = (least: number, most: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: least, maximum: most, description }))

/** Limits of one client; what is not said is as in LIMITS. */
const LimitSettings = Type.Object(
  {
    perSecond: whole(1, 10_000, 'Requests a second of one node.'),
    burst: whole(1, 100_000, 'Requests a node may send at once after a rest.'),
    perMinute: whole(10, 1_000_000, 'Requests a minute of one node; accepted messages do not count.'),
    statPerSecond: whole(2, 1000, 'Emergency requests a second that pass when the ordinary limit is used up.'),
    anonymousPerSecond: whole(1, 10_000, 'Requests a second of one address without sign-in.'),
    anonymousBurst: whole(10, 100_000, 'The same at once after a rest.'),
    connectionsPerAddress: whole(10, 100_000, 'Open connections of one address.'),
    misdeeds: whole(5, 1_000_000, 'Weight of misdeeds in an hour that suspends a node (hub).'),
    atOnce: whole(2, 1000, 'Requests of one caller in work at the same time, waiting ones included.'),
    signInsPerSecond: whole(1, 1000, 'Sign-ins a second that one address may begin or try.'),
    signInBurst: whole(10, 10_000, 'The same at once after a rest.'),
    bodyMegabytes: whole(30, 10_000, 'Bodies being received at the same time, all callers together.'),
    bodyMegabytesOfOne: whole(30, 10_000, 'The same of one caller.'),
    slowSeconds: whole(1, 600, 'Seconds for the headers of a request; a body must flow after as many.'),
  },
  { additionalProperties: false },
)

const addresses = (description: string) => Type.Array(Type.String({ pattern: '^https?://' }), { maxItems: 5, description })

const TrustServices = Type.Object(
  {
    timestamps: addresses('RFC 3161 services, tried in order.'),
    issuers: Type.Array(
      Type.Object(
        {
          keyId: Type.String({ pattern: '^[0-9a-f]{40}$', description: 'Key identifier of the issuing authority, hex.' }),
          ocsp: addresses('Asked instead of what its certificates name.'),
          crl: addresses('Asked instead of what its certificates name.'),
          nonce: Type.Optional(Type.Boolean({ description: 'Its OCSP service sends nonces back: an answer without one is refused.' })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const Settings = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$', description: 'Short name in addresses and cookies.' }),
    role: Type.Union([Type.Literal('facility'), Type.Literal('hub'), Type.Literal('bare')]),
    environment: Type.Union([Type.Literal('demo'), Type.Literal('production')], {
      description: 'Demo sites accept demo keys and ids with prefix 000; production sites refuse both.',
    }),
    facility: Type.Object({
      code: Type.String({ pattern: '^\\d{2}[0-9A-Z]{3}$', description: 'Facility code (mã CSKCB).' }),
      name: Type.String({ minLength: 1, maxLength: 200 }),
      managingBody: Type.String({ maxLength: 200, description: 'Cơ quan chủ quản, printed in the header of papers.' }),
    }),
    database: Type.String({ pattern: '^postgres(ql)?://', description: "PostgreSQL URL of the site's own database." }),
    listen: Type.Object({ host: Type.String({ minLength: 1 }), port: Type.Integer({ minimum: 0, maximum: 65_535 }) }),
    baseUrl: Type.String({ pattern: '^https?://[^/]+$', description: 'Public base address, no trailing slash.' }),
    publicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^/]+$',
        maxLength: 100,
        description: 'Hub role: address a phone in the street reaches, printed in slips; default: baseUrl.',
      }),
    ),
    proxies: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Addresses or networks of the proxies before this site, whose word about the visitor’s address is taken.',
      }),
    ),
    hubUrl: Type.Optional(Type.String({ pattern: '^https?://[^/]+$', description: 'Facility role: address of the hub.' })),
    folder: Type.String({ minLength: 1, description: 'Folder with keys/ and blobs/.' }),
    lang: Type.Union([Type.Literal('vi'), Type.Literal('en')]),
    careDaysAfterStay: whole(0, 3650, 'Days a department keeps reading a chart after the stay ended; default: 365.'),
    idleLockSeconds: whole(30, 86_400, 'Seconds without a key or click after which a session is locked; default: 900.'),
    trustServices: Type.Optional(TrustServices),
    demoAuthority: Type.Optional(
      Type.Object(
        { url: Type.String({ pattern: '^http://' }), token: Type.String({ minLength: 8 }) },
        { additionalProperties: false, description: 'Switches of the demo authority; demo sites only.' },
      ),
    ),
    poolSize: whole(2, 200, 'Most connections to PostgreSQL; default: 8.'),
    subscriptionReceivers: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^\\s/]+:\\d+$' }), {
        description:
          'Receivers of notifications inside the own network that may be called, as host:port; others must have public addresses.',
      }),
    ),
    limits: Type.Optional(LimitSettings),
    clockOffsetSeconds: Type.Optional(
      Type.Integer({
        minimum: -2_592_000,
        maximum: 2_592_000,
        description: 'Tests: runs this site with a clock that is wrong. Demo only.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** As they stand in a file. */
export type GivenSettings = Static<typeof Settings>

/** What a site runs with where its file says nothing. */
const DEFAULTS = { careDaysAfterStay: 365, idleLockSeconds: 900, poolSize: 8 } as const satisfies Partial<GivenSettings>

export type SiteSettings = GivenSettings & Required<Pick<GivenSettings, keyof typeof DEFAULTS>>
export type Limits = Required<Static<typeof LimitSettings>>

export const LIMITS: Limits = {
  perSecond: 20,
  burst: 100,
  perMinute: 600,
  statPerSecond: 2,
  anonymousPerSecond: 50,
  anonymousBurst: 500,
  connectionsPerAddress: 500,
  misdeeds: 20,
  atOnce: 48,
  signInsPerSecond: 4,
  signInBurst: 240,
  bodyMegabytes: 256,
  bodyMegabytesOfOne: 80,
  slowSeconds: 20,
}

export const limitsOf = (settings: Pick<SiteSettings, 'limits'>): Limits => ({ ...LIMITS, ...settings.limits })

const check = Compile(Settings)

export const SETTINGS_INVALID = defineOutcome({
  code: 'settings-invalid',
  http: 500,
  severity: 'fatal',
  issue: 'invalid',
  vi: 'Cấu hình cơ sở sai ở mục {where}: {what}.',
  en: 'The settings of the site are wrong at {where}: {what}.',
  cure: {
    vi: 'Sửa tệp cấu hình theo docs/operations.md rồi khởi động lại.',
    en: 'Correct the settings file (docs/operations.md) and start again.',
  },
})

export const SETTINGS_UNSAFE = defineOutcome({
  code: 'settings-unsafe',
  http: 500,
  severity: 'fatal',
  issue: 'security',
  vi: 'Cơ sở chính thức không được chạy với {what}.',
  en: 'A production site does not start with {what}.',
  cure: {
    vi: 'Thay bằng giá trị chính thức, hoặc đặt environment là "demo".',
    en: 'Use a production value, or set environment to "demo".',
  },
})

/** Settings as they come from a file, checked and with what they leave out. Throws `settings-invalid` naming the first wrong member. */
export function checkedSettings(raw: unknown): SiteSettings {
  if (check.Check(raw)) return { ...DEFAULTS, ...raw }
  const first = [...check.Errors(raw)][0]
  throw refuse(SETTINGS_INVALID, { where: first?.instancePath.replaceAll('/', '.').slice(1) || '—', what: first?.message ?? '' })
}

/** Refuses what must not serve real patients: plain HTTP, demo trust anchors. Throws `settings-unsafe`. */
export function refuseUnsafe(settings: SiteSettings, trust: readonly Buffer[]): void {
  if (settings.environment !== 'production') return
  if (!settings.baseUrl.startsWith('https://')) throw refuse(SETTINGS_UNSAFE, { what: 'baseUrl http://' })
  if (settings.hubUrl && !settings.hubUrl.startsWith('https://')) throw refuse(SETTINGS_UNSAFE, { what: 'hubUrl http://' })
  if (settings.clockOffsetSeconds) throw refuse(SETTINGS_UNSAFE, { what: 'clockOffsetSeconds' })
  if (settings.demoAuthority) throw refuse(SETTINGS_UNSAFE, { what: 'demoAuthority' })
  if (!settings.trustServices) throw refuse(SETTINGS_UNSAFE, { what: 'no trustServices' })
  const demo = trust.some((der) => nameAttribute(readCertificate(der).parsed.subject, 'organization') === DEMO_AUTHORITY_NAMES.organization)
  if (demo || trust.length === 0) throw refuse(SETTINGS_UNSAFE, { what: 'keys/trust.json: demo authority' })
}
