/** The profiles and extensions this process knows. The tables are given once at start; each compiles when first used. */
import { addValueSets } from '../validate/bindings.ts'
import { type KnownExtension, useExtensions } from '../validate/extensions.ts'
import { compileProfile } from './compile.ts'
import type { CompiledProfile, ProfileTable, ProfileTables } from './types.ts'

const profiles = new Map<string, CompiledProfile[]>()
const extensions = new Map<string, KnownExtension>()

/** The check of a table, compiled at its first use. */
function lazily(table: ProfileTable): CompiledProfile['check'] {
  let run: CompiledProfile['check'] | undefined
  return (value, c) => {
    run ??= compileProfile(table, profileOf)
    run(value, c)
  }
}

const newestFirst = (a: CompiledProfile, b: CompiledProfile): number =>
  b.table.version.localeCompare(a.table.version, 'en', { numeric: true })

/** Makes tables known; a profile of the same canonical and version replaces the one before. */
export function useProfiles(tables: ProfileTables): void {
  addValueSets(tables.valueSets)
  for (const table of tables.profiles) {
    const others = (profiles.get(table.url) ?? []).filter((one) => one.table.version !== table.version)
    profiles.set(table.url, [...others, { table, check: lazily(table) }].sort(newestFirst))
  }
  for (const table of tables.extensions) {
    const contexts = table.contexts.map(({ type, expression }) => (type === 'element' ? expression : '*'))
    extensions.set(table.url, { contexts, check: lazily(table) })
  }
  useExtensions((url) => extensions.get(url))
}

/** The profile of a canonical `url|version`, the newest without a version; undefined when it is not ours. */
export function profileOf(canonical: string): CompiledProfile | undefined {
  const [url = '', version] = canonical.split('|')
  const known = profiles.get(url)
  return version === undefined ? known?.[0] : known?.find((one) => one.table.version === version)
}

/** The newest version of every profile, for a CapabilityStatement. */
export function knownProfiles(): ProfileTable[] {
  return [...profiles.values()].flatMap((versions) => versions.slice(0, 1).map((one) => one.table))
}
