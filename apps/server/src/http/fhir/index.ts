/** FHIR R4 REST under /fhir: what FHIR itself defines. Operations of care areas stand in their features. */
import type { FastifyInstance } from 'fastify'
import type { Feature } from '../../feature.ts'
import type { Site } from '../../site.ts'
import { type CheckAddress, checkReserved } from './addresses.ts'
import { sendJson } from './answers.ts'
import { answerBrowsers } from './browser-page.ts'
import { capabilityStatement } from './metadata.ts'
import { negotiateForms } from './negotiate.ts'
import { bundleRoute } from './routes-bundle.ts'
import { readRoutes } from './routes-read.ts'
import { searchRoutes } from './routes-search.ts'
import { writeRoutes } from './routes-write.ts'

export function fhirRoutes(server: FastifyInstance, site: Site, features: readonly Feature[], check: CheckAddress): void {
  const statement = JSON.stringify(capabilityStatement(site, features))
  server.register(async (fhir) => {
    checkReserved(fhir, check)
    negotiateForms(fhir)
    answerBrowsers(fhir, site)
    for (const url of ['/fhir', '/fhir/metadata'])
      fhir.get(url, { config: { policy: { open: 'The capability statement is public by specification.' } } }, (_request, reply) =>
        sendJson(reply, statement),
      )
    readRoutes(fhir, site)
    searchRoutes(fhir, site)
    writeRoutes(fhir, site)
    bundleRoute(fhir, site)
  })
}
