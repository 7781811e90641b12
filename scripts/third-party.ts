/** THIRD-PARTY.md: what ships with Y Bạ and under which licence, made from the lock file. `--write` refreshes it. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface LockEntry {
  version?: string
  license?: string
  dev?: boolean
  devOptional?: boolean
  link?: boolean
}

/** The page as it should stand: every package that is not for development alone, by licence. */
export function thirdParty(root: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> }
  const byLicence = new Map<string, Set<string>>()
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (!place.includes('node_modules/') || entry.link || entry.dev || entry.devOptional) continue
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const licence = entry.license ?? 'see the package'
    byLicence.set(licence, (byLicence.get(licence) ?? new Set()).add(`${name} ${entry.version}`))
  }
  const sections = [...byLicence]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([licence, names]) => `## ${licence}\n${[...names].sort().join(', ')}.`)
  return [
    '# Third-party software',
    'Y Bạ is Apache-2.0. It runs with these packages, each under its own licence; the texts lie in the packages. Made by `node scripts/third-party.ts --write`.',
    ...sections,
    '',
  ].join('\n\n')
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  if (process.argv.includes('--write')) writeFileSync(join(root, 'THIRD-PARTY.md'), thirdParty(root))
  else console.log(thirdParty(root))
}
