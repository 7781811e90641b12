/** One schema for the settings of a site: description, default, check. Unsafe production settings refuse to start. */

import { defineOutcome, refuse } from '@yba/fhir'
import { DEMO_AUTHORITY_NAMES, nameAttribute, readCertificate } from '@yba/signing'
import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

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
    careDaysAfterStay: Type.Integer({
      minimum: 0,
      maximum: 3650,
      description: 'Days a department keeps reading a chart after the stay ended.',
    }),
    idleLockSeconds: Type.Integer({ minimum: 30, maximum: 86_400 }),
    poolSize: Type.Integer({ minimum: 2, maximum: 200, description: 'Most connections to PostgreSQL.' }),
  },
  { additionalProperties: false },
)

export type SiteSettings = Static<typeof Settings>

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

/** Settings as they come from a file, checked. Throws `settings-invalid` naming the first wrong member. */
export function checkedSettings(raw: unknown): SiteSettings {
  if (check.Check(raw)) return raw
  const first = [...check.Errors(raw)][0]
  throw refuse(SETTINGS_INVALID, { where: first?.instancePath.replaceAll('/', '.').slice(1) || '—', what: first?.message ?? '' })
}

/** Refuses what must not serve real patients: plain HTTP, demo trust anchors. Throws `settings-unsafe`. */
export function refuseUnsafe(settings: SiteSettings, trust: readonly Buffer[]): void {
  if (settings.environment !== 'production') return
  if (!settings.baseUrl.startsWith('https://')) throw refuse(SETTINGS_UNSAFE, { what: 'baseUrl http://' })
  if (settings.hubUrl && !settings.hubUrl.startsWith('https://')) throw refuse(SETTINGS_UNSAFE, { what: 'hubUrl http://' })
  const demo = trust.some((der) => nameAttribute(readCertificate(der).parsed.subject, 'organization') === DEMO_AUTHORITY_NAMES.organization)
  if (demo || trust.length === 0) throw refuse(SETTINGS_UNSAFE, { what: 'keys/trust.json: demo authority' })
}
