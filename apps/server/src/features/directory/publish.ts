/**
 * The directory as FHIR resources at the hub (IHE mCSD, ITI-90): Organization and Location of each facility, the Endpoint
 * by which it is reached (the hub: nothing calls into a facility), HealthcareService, Practitioner, PractitionerRole. Made
 * from the tables; nobody writes them by hand, and what has ended stays as inactive.
 */
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { codeSystemUrl, extensionUrl, SYSTEM } from '@yba/fhir'
import { localDay } from '@yba/vietnam'
import type { Endpoint, HealthcareService, Location, Organization, Period, Practitioner, PractitionerRole } from 'fhir/r4.d.ts'
import { onBehalf, systemCaller } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { FhirResource } from '../../store/types.ts'
import { startLoop } from '../../worker-loop.ts'
import {
  type Dated,
  type DepartmentRow,
  departmentRows,
  type NameRow,
  nameRows,
  type PractitionerRow,
  practitionerRows,
} from './tables/register.ts'
import { type Facility, facilities } from './tables.ts'

const BATCH = 300
const EVERY_MS = 3_600_000
const MCSD = 'https://profiles.ihe.net/ITI/mCSD/StructureDefinition/IHE.mCSD.'
const PERIOD_URL = 'http://hl7.org/fhir/StructureDefinition/organization-period'
const DATED_NAME_URL = extensionUrl('dated-name')
const DEPARTMENT_SYSTEM = codeSystemUrl('department')

const reference = (type: string, id: string) => ({ reference: `${type}/${id}` })
const facilityId = (code: string): string => `facility-${code}`
const serviceId = (d: { facility: string; code: string }): string => `department-${d.facility}-${d.code.replace(/\W/g, '-')}`
const hashed = (...words: string[]): string => createHash('sha256').update(words.join('|')).digest('hex').slice(0, 32)
const practitionerId = (licence: string): string => `practitioner-${hashed(licence)}`

function periodOf({ from, until }: Pick<Dated, 'from' | 'until'>): Period | undefined {
  return from === '' && until === undefined ? undefined : { ...(from === '' ? {} : { start: from }), ...(until ? { end: until } : {}) }
}
const holds = ({ from, until }: Pick<Dated, 'from' | 'until'>, today: string): boolean =>
  from <= today && (until === undefined || until >= today)

/** The names it has had, each with its days. */
function datedName(n: NameRow) {
  const when = periodOf(n)
  return {
    url: DATED_NAME_URL,
    extension: [
      { url: 'name', valueString: n.name },
      ...(when ? [{ url: 'period', valuePeriod: when }] : []),
      ...(n.source ? [{ url: 'source', valueString: n.source }] : []),
    ],
  }
}

function organization(f: Facility, names: readonly NameRow[]): Organization {
  const period = periodOf({ from: f.valid_from ?? '', ...(f.valid_until ? { until: f.valid_until } : {}) })
  const others = [...new Set(names.map((n) => n.name))].filter((name) => name !== f.name)
  const extension = [...(period ? [{ url: PERIOD_URL, valuePeriod: period }] : []), ...names.map(datedName)]
  return {
    resourceType: 'Organization',
    meta: { profile: [`${MCSD}FacilityOrganization`] },
    ...(extension.length > 0 ? { extension } : {}),
    // HL7 identifier-use: a provisional code is temporary.
    identifier: [{ use: f.demo_code ? 'temp' : 'official', system: SYSTEM.facility, value: f.code, ...(period ? { period } : {}) }],
    active: f.active,
    type: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/organization-type', code: 'prov' }],
        ...(f.level ? { text: f.level } : {}),
      },
    ],
    name: f.name,
    ...(others.length > 0 ? { alias: others } : {}),
    ...(f.managing_body ? { partOf: { display: f.managing_body } } : {}),
    endpoint: [reference('Endpoint', facilityId(f.code))],
  }
}

function location(f: Facility): Location {
  return {
    resourceType: 'Location',
    meta: { profile: [`${MCSD}FacilityLocation`] },
    identifier: [{ system: SYSTEM.facility, value: f.code }],
    status: f.active ? 'active' : 'inactive',
    name: f.name,
    mode: 'instance',
    type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'HOSP' }] }],
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'si' }] },
    managingOrganization: reference('Organization', facilityId(f.code)),
  }
}

function endpoint(f: Facility, hub: string): Endpoint {
  return {
    resourceType: 'Endpoint',
    meta: { profile: [`${MCSD}Endpoint`] },
    status: f.suspended ? 'suspended' : f.active ? 'active' : 'off',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7-fhir-rest' },
    name: f.name,
    managingOrganization: reference('Organization', facilityId(f.code)),
    payloadType: [{ text: 'Phiếu chuyển cơ sở khám bệnh, chữa bệnh' }],
    payloadMimeType: ['application/fhir+json'],
    address: `${hub}/fhir`,
  }
}

function service(d: DepartmentRow, today: string): HealthcareService {
  return {
    resourceType: 'HealthcareService',
    meta: { profile: [`${MCSD}HealthcareService`] },
    identifier: [{ system: `${DEPARTMENT_SYSTEM}/${d.facility}`, value: d.code }],
    active: holds(d, today),
    providedBy: reference('Organization', facilityId(d.facility)),
    type: [{ coding: [{ system: DEPARTMENT_SYSTEM, code: d.code, display: d.name }] }],
    location: [reference('Location', facilityId(d.facility))],
    name: d.name,
  }
}

function practitioner(p: PractitionerRow, active: boolean): Practitioner {
  return {
    resourceType: 'Practitioner',
    meta: { profile: [`${MCSD}Practitioner`] },
    identifier: [{ system: SYSTEM.licence, value: p.licence }],
    active,
    name: [{ text: p.name }],
  }
}

function role(p: PractitionerRow, departments: ReadonlySet<string>, today: string): PractitionerRole {
  const department = serviceId({ facility: p.facility, code: p.department })
  const period = periodOf(p)
  return {
    resourceType: 'PractitionerRole',
    meta: { profile: [`${MCSD}PractitionerRole`] },
    active: holds(p, today),
    ...(period ? { period } : {}),
    practitioner: reference('Practitioner', practitionerId(p.licence)),
    organization: reference('Organization', facilityId(p.facility)),
    ...(p.title ? { code: [{ text: p.title }] } : {}),
    location: [reference('Location', facilityId(p.facility))],
    ...(departments.has(department) ? { healthcareService: [reference('HealthcareService', department)] } : {}),
  }
}

type Published = { id: string; resource: FhirResource }

/** Every resource of the directory as it stands, what others refer to first. */
async function resourcesOf(site: Site): Promise<Published[]> {
  const [known, names, departments, people] = await Promise.all([
    facilities(site.store),
    nameRows(site.store),
    departmentRows(site.store),
    practitionerRows(site.store),
  ])
  const today = localDay(site.clock.now())
  const hub = site.settings.publicUrl ?? site.settings.baseUrl
  const byCode = Map.groupBy(names, (n) => n.code)
  const published = (id: string, resource: object): Published => ({ id, resource: resource as FhirResource })
  // Of a code that was given twice the newest row speaks.
  const services = new Map(departments.map((d) => [serviceId(d), d]))
  const roles = new Map(people.map((p) => [`role-${hashed(p.licence, p.facility, p.department)}`, p]))
  const doctors = new Map(people.map((p) => [p.licence, p]))
  const works = new Set(people.filter((p) => holds(p, today)).map((p) => p.licence))
  return [
    ...known.flatMap((f) => [
      published(facilityId(f.code), organization(f, byCode.get(f.code) ?? [])),
      published(facilityId(f.code), location(f)),
      published(facilityId(f.code), endpoint(f, hub)),
    ]),
    ...[...services].map(([id, d]) => published(id, service(d, today))),
    ...[...doctors].map(([licence, p]) => published(practitionerId(licence), practitioner(p, works.has(licence)))),
    ...[...roles].map(([id, p]) => published(id, role(p, new Set(services.keys()), today))),
  ]
}

const last = new WeakMap<Site, string>()

/** Writes what is new or has changed. Gives how many resources that were. */
export async function publishDirectory(site: Site): Promise<number> {
  const all = await resourcesOf(site)
  const digest = createHash('sha256').update(JSON.stringify(all)).digest('hex')
  if (last.get(site) === digest) return 0
  const store = site.store.as(onBehalf(systemCaller('directory', site.settings.facility.code)))
  let changed = 0
  for (let at = 0; at < all.length; at += BATCH) {
    const some = all.slice(at, at + BATCH)
    const results = await store.transact((tx) =>
      tx.write(some.map(({ id, resource }) => ({ kind: 'update', upsert: true, ifChanged: true, id, resource }))),
    )
    changed += results.filter((r) => r.changed).length
  }
  last.set(site, digest)
  return changed
}

/** At the hub: at once, then every hour, for days pass and nodes are suspended. */
export function startPublishing(site: Site): { stop(): Promise<void> } {
  return startLoop(site, 'publishing the directory', async (signal) => {
    await publishDirectory(site)
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined)
  })
}
