/** The capability statement, made from ownership, search parameters and the features' operations. */
import { CANONICAL, compartmentTypes, knownProfiles, resourceTypes, searchParameters } from '@yba/fhir'
import { ownerOf } from '../../access/ownership.ts'
import type { Feature } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { operationsOf } from './operations/index.ts'

const READS = ['read', 'vread', 'history-instance', 'history-type', 'search-type'] as const
const WRITES = ['create', 'update', 'patch', 'delete'] as const
const CONDITIONAL_WRITES = { conditionalCreate: true, conditionalUpdate: true, conditionalDelete: 'multiple' } as const

const SEARCH_TYPES = new Set(['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special'])

/** By what everything is searched at once. */
const OF_EVERYTHING = Object.entries({
  _type: 'token',
  _id: 'token',
  _lastUpdated: 'date',
  _tag: 'token',
  _security: 'token',
  _profile: 'uri',
  _source: 'uri',
}).map(([name, type]) => ({ name, type }))

/** What a resource of a type may bring along. */
const includes = (type: string): string[] =>
  [...searchParameters(type).values()].filter((p) => p.type === 'reference' && p.indexed).map((p) => `${type}:${p.code}`)

/** What refers to each type. */
function referring(): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { name } of resourceTypes()) {
    for (const p of searchParameters(name).values()) {
      if (p.type !== 'reference' || !p.indexed) continue
      for (const target of p.target) found.set(target, [...(found.get(target) ?? []), `${name}:${p.code}`])
    }
  }
  return found
}

/** Takes the site and its features; built once at start. */
export function capabilityStatement(site: Site, features: readonly Feature[]) {
  const revIncludes = referring()
  const operations = operationsOf(features)
  const named = (o: (typeof operations)[number]) => ({
    name: o.name,
    definition: `${CANONICAL}/OperationDefinition/${o.type === '*' ? 'Resource' : (o.type ?? 'system')}-${o.name.replace(/^\$/, '')}`,
  })
  // By GET and by POST, of the type and of one resource: one operation.
  const listed = (some: typeof operations) => [...new Map(some.map((o) => [o.name, named(o)])).values()]
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: site.clock.now().toISOString(),
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    patchFormat: ['application/json-patch+json'],
    implementation: { description: `Y Bạ · ${site.settings.facility.name}`, url: `${site.settings.baseUrl}/fhir` },
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
        },
        interaction: [{ code: 'transaction' }, { code: 'batch' }, { code: 'history-system' }, { code: 'search-system' }],
        compartment: compartmentTypes().map(
          (type) => `http://hl7.org/fhir/CompartmentDefinition/${type.charAt(0).toLowerCase()}${type.slice(1)}`,
        ),
        resource: resourceTypes().map(({ name: type }) => {
          const command = site.role !== 'bare' && ownerOf(type)?.mode === 'command'
          return {
            type,
            versioning: 'versioned-update',
            readHistory: true,
            updateCreate: !command,
            conditionalRead: 'full-support',
            ...(command ? {} : CONDITIONAL_WRITES),
            interaction: [...READS, ...(command ? [] : WRITES)].map((code) => ({ code })),
            supportedProfile: knownProfiles()
              .filter((profile) => profile.type === type)
              .map((profile) => profile.url),
            searchInclude: ['*', `${type}:*`, ...includes(type)],
            searchRevInclude: ['*', ...(revIncludes.get(type) ?? [])],
            searchParam: [...searchParameters(type).values()]
              .filter((p) => (p.indexed || p.code === '_id' || p.code === '_lastUpdated') && SEARCH_TYPES.has(p.type))
              .map((p) => ({ name: p.code, type: p.type })),
            operation: listed(operations.filter((o) => (o.type === type || o.type === '*') && o.level !== 'system')),
          }
        }),
        searchParam: OF_EVERYTHING,
        operation: listed(operations.filter((o) => o.level === 'system')),
      },
    ],
  }
}
