/** One schema for the settings of a site: description, default, check. Unsafe production settings refuse to start. */

export interface SiteSettings {
  /** Short name in addresses and cookies: `^[a-z][a-z0-9-]{1,30}$`. */
  name: string
  role: 'facility' | 'hub' | 'bare'
  /** Demo sites accept demo keys and ids with prefix 000; production sites refuse both. */
  environment: 'demo' | 'production'
  facility: { code: string; name: string; managingBody: string }
  /** PostgreSQL URL of the site's own database. */
  database: string
  listen: { host: string; port: number }
  /** Public base address, no trailing slash. */
  baseUrl: string
  /** Facility role: address of the hub. */
  hubUrl?: string
  /** Folder with keys/ and blobs/. */
  folder: string
  lang: 'vi' | 'en'
  /** Days a department keeps reading a chart after the stay ended. */
  careDaysAfterStay: number
  idleLockSeconds: number
  poolSize: number
}
