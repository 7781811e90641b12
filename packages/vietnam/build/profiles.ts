/**
 * Compiles the FSH of `packages/vietnam/fsh/` and writes `generated/profiles.json`, the compact tables of our profiles.
 * Run: `node packages/vietnam/build/profiles.ts [--force]`. A stamp makes a second run return at once. Needs no network.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CANONICAL } from '@yba/fhir'
import { profileTables, type Source } from './reduce.ts'
import { generatedFsh } from './sources.ts'
import { compileFsh } from './sushi.ts'

/** Version of the profiles; a change that refuses what was valid before is a new one. */
export const VERSION = '1.0.0'

const PACKAGE = join(import.meta.dirname, '..')
const TARGET = join(PACKAGE, 'generated')

/** The texts that SUSHI compiles: those of the folder, and those made from our tables. */
export function fshTexts(): string[] {
  const folder = join(PACKAGE, 'fsh')
  const files = readdirSync(folder).filter((name) => name.endsWith('.fsh'))
  return [generatedFsh(), ...files.sort().map((name) => readFileSync(join(folder, name), 'utf8'))]
}

/** Digest of everything the tables depend on. */
function currentStamp(texts: readonly string[]): string {
  const hash = createHash('sha256').update(VERSION)
  for (const name of readdirSync(import.meta.dirname).sort()) {
    if (!name.endsWith('.test.ts')) hash.update(readFileSync(join(import.meta.dirname, name)))
  }
  for (const text of texts) hash.update(text)
  return hash.digest('hex')
}

/** The compact tables of all profiles. Throws with everything SUSHI found wrong. */
export async function buildTables(texts: string[]): Promise<ReturnType<typeof profileTables>> {
  const { resources, errors } = await compileFsh(texts, CANONICAL, VERSION)
  if (errors.length > 0) throw new Error(`The profiles do not compile:\n${errors.join('\n')}`)
  return profileTables(resources as unknown as Source[])
}

if (import.meta.main) {
  const texts = fshTexts()
  const stamp = currentStamp(texts)
  const file = join(TARGET, 'profiles.json')
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { stamp: string }).stamp : ''
  if (known !== stamp || process.argv.includes('--force')) {
    const tables = await buildTables(texts)
    mkdirSync(TARGET, { recursive: true })
    writeFileSync(`${file}.${process.pid}`, JSON.stringify({ stamp, ...tables }))
    renameSync(`${file}.${process.pid}`, file)
    process.stdout.write(`${tables.profiles.length} profiles and ${tables.extensions.length} extensions written\n`)
  }
}
