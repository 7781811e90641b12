/** Our profiles as the build step left them. */
import { defineOutcome, type ProfileTables, refuse, useProfiles } from '@yba/fhir'

const NOT_BUILT = defineOutcome({
  code: 'profiles-not-built',
  http: 500,
  severity: 'fatal',
  issue: 'exception',
  vi: 'Chưa có các hồ sơ FHIR Việt Nam (packages/vietnam/generated/profiles.json).',
  en: 'The Vietnamese FHIR profiles are missing (packages/vietnam/generated/profiles.json).',
  cure: {
    vi: 'Chạy lệnh: node packages/vietnam/build/profiles.ts',
    en: 'Run: node packages/vietnam/build/profiles.ts',
  },
})

/** Reads the tables from the disk. Throws `profiles-not-built`. */
export function ourProfiles(): ProfileTables {
  // Asked for at run time only: the web app imports this package without tables.
  const fs = globalThis.process?.getBuiltinModule?.('node:fs')
  const path = `${import.meta.dirname}/../../generated/profiles.json`
  if (!fs?.existsSync(path)) throw refuse(NOT_BUILT)
  return JSON.parse(fs.readFileSync(path, 'utf8')) as ProfileTables
}

let inUse = false

/** Makes our profiles known to the validator, once in a process. Throws `profiles-not-built`. */
export function useOurProfiles(): void {
  if (inUse) return
  useProfiles(ourProfiles())
  inUse = true
}
