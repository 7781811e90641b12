/** Imported lists as FHIR sees them: a CodeSystem without its concepts, a ConceptMap without its pairs. */
import { CANONICAL } from '@yba/fhir'
import { foldName } from '@yba/vietnam'
import type { FhirResource, Write } from '../../store/types.ts'
import type { CatalogueRow, MapRow } from './tables.ts'

/** The value set of all codes of a system, by the pattern SNOMED CT made known. */
export const WHOLE = '?fhir_vs'

const EFFECTIVE = 'http://hl7.org/fhir/StructureDefinition/resource-effectivePeriod'

/** An id that is the same at every import of the same version. */
const idOf = (...parts: string[]): string => foldName(parts.join(' ')).replaceAll(' ', '-').slice(0, 64).replace(/-$/, '')

/** A name a program can use (csd-0): letters and digits, a capital first. */
const nameOf = (kind: string): string =>
  kind
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

/** The write that keeps the CodeSystem of a version true. */
export function codeSystemWrite(row: CatalogueRow): Write {
  const id = idOf(row.kind, row.version)
  const resource = {
    resourceType: 'CodeSystem',
    id,
    extension: [{ url: EFFECTIVE, valuePeriod: { start: row.from, ...(row.until === undefined ? {} : { end: row.until }) } }],
    url: row.system,
    version: row.version,
    name: nameOf(row.kind),
    title: row.title,
    status: 'active',
    ...(row.publisher === '' ? {} : { publisher: row.publisher }),
    ...(row.copyright === '' ? {} : { copyright: row.copyright }),
    caseSensitive: true,
    valueSet: `${row.system}${WHOLE}`,
    hierarchyMeaning: 'is-a',
    // The concepts lie in tables of their own and are asked for by $expand and $lookup.
    content: 'not-present',
    count: row.codes,
  } as unknown as FhirResource
  return { kind: 'update', id, resource, upsert: true, ifChanged: true }
}

/** Canonical of a map. */
export const mapUrl = (name: string): string => `${CANONICAL}/ConceptMap/${name}`

/** The same of a map. */
export function conceptMapWrite(row: MapRow): Write {
  const id = idOf('map', row.name)
  const resource = {
    resourceType: 'ConceptMap',
    id,
    url: mapUrl(row.name),
    name: nameOf(row.name),
    title: row.title,
    status: 'active',
    ...(row.copyright === '' ? {} : { copyright: row.copyright }),
    sourceUri: `${row.from.system}${WHOLE}`,
    targetUri: `${row.to.system}${WHOLE}`,
  } as unknown as FhirResource
  return { kind: 'update', id, resource, upsert: true, ifChanged: true }
}
