/** The capability statement, made from ownership, search parameters and the features' operations. */
import { CANONICAL, searchParameters } from '@yba/fhir'
import { ownerOf, servedTypes } from '../../access/ownership.ts'
import type { Feature } from '../../feature.ts'
import type { Site } from '../../site.ts'

const READS = ['read', 'vread', 'history-instance', 'search-type'] as const
const WRITES = ['create', 'update', 'delete'] as const

const SEARCH_TYPES = new Set(['number', 'date', 'string', 'token', 'reference', 'composite', 'quantity', 'uri', 'special'])

/** Takes the site and its features; built once at start. */
export function capabilityStatement(site: Site, features: readonly Feature[]) {
  const operations = features.flatMap((f) => f.operations)
  const named = (o: (typeof operations)[number]) => ({
    name: o.name,
    definition: `${CANONICAL}/OperationDefinition/${o.type ?? 'system'}-${o.name.replace(/^\$/, '')}`,
  })
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: site.clock.now().toISOString(),
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['application/fhir+json'],
    implementation: { description: `Y Bạ · ${site.settings.facility.name}`, url: `${site.settings.baseUrl}/fhir` },
    rest: [
      {
        mode: 'server',
        security: {
          cors: false,
          service: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' }] }],
        },
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        resource: servedTypes().map((type) => {
          const command = ownerOf(type)?.mode === 'command'
          return {
            type,
            versioning: 'versioned-update',
            readHistory: true,
            updateCreate: !command,
            interaction: [...READS, ...(command ? [] : WRITES)].map((code) => ({ code })),
            searchParam: [...searchParameters(type).values()]
              .filter((p) => (p.indexed || p.code === '_id' || p.code === '_lastUpdated') && SEARCH_TYPES.has(p.type))
              .map((p) => ({ name: p.code, type: p.type })),
            operation: operations.filter((o) => o.type === type && o.level !== 'system').map(named),
          }
        }),
        operation: operations.filter((o) => o.level === 'system').map(named),
      },
    ],
  }
}
