/** Only licences of the allow-list may be installed: what ships must be free for every hospital to use and change. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ALLOWED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'OFL-1.1',
  'Unlicense',
  'CC0-1.0',
  'BlueOak-1.0.0',
  'Zlib',
  'PostgreSQL',
])
/** Tools that do not ship may also carry these. */
const ALLOWED_FOR_DEV = new Set(['MPL-2.0', 'Python-2.0', 'CC-BY-4.0', 'CC-BY-3.0', 'WTFPL'])

/** Packages whose manifest states the licence in another way; each was read by a person. */
const READ: Record<string, string> = {
  // Dual text in the package: the MPL-2.0 or the Apache-2.0 licence, at choice.
  dompurify: 'Apache-2.0',
  // Its manifest names none; its LICENSE file is the MIT text. Only fsh-sushi uses it, at build.
  'valid-url': 'MIT',
}

interface LockEntry {
  version?: string
  license?: string
  dev?: boolean
  devOptional?: boolean
  link?: boolean
}

/** One sentence per package that is not allowed. */
export function checkLicences(root: string): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> }
  const problems: string[] = []
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (!place.startsWith('node_modules/') || entry.link) continue
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const licence = READ[name] ?? entry.license ?? 'not stated'
    const dev = entry.dev === true || entry.devOptional === true
    if (!allowed(licence, dev)) problems.push(`${name}@${entry.version}: licence ${licence} is not on the list in scripts/licences.ts`)
  }
  return problems
}

/** `A OR B` needs one of them, `A AND B` both. */
export function allowed(expression: string, dev: boolean): boolean {
  const plain = expression.replace(/[()]/g, ' ').trim()
  return plain
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((one) => ALLOWED.has(one.trim()) || (dev && ALLOWED_FOR_DEV.has(one.trim()))))
}
