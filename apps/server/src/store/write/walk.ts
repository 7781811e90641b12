/** What the store must know of a resource besides its search parameters: where it points, whose it is, how secret. */
import { CANONICAL, referenceTarget, SYSTEM } from '@yba/fhir'
import type { FhirResource } from '../types.ts'
import { isLocal } from './extract.ts'

type Json = Record<string, unknown>
const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)
const list = (v: unknown): unknown[] => (Array.isArray(v) ? v : v === undefined || v === null ? [] : [v])

export interface Pointers {
  /** Local literal references: `Type/id` → first path. */
  references: Map<string, string>
  /** sha-256 of Binaries. */
  binaries: Set<string>
  /** Path of a reference by condition (`Practitioner?identifier=…`), which only a transaction resolves. */
  conditional?: string
  /** Paths of references by a name that only a bundle explains (`urn:uuid:…`), and only while it is carried out. */
  unexplained: string[]
  /** References to one version of a local resource. */
  versions: { key: string; version: string; path: string }[]
}

const BINARY = /^Binary\/([0-9a-f]{64})$/

const CONDITIONAL = /^[A-Z][A-Za-z]+\?/
const URN = /^urn:(?:uuid|oid):/i
const AFTER_KEY = '/_history/'

function note(value: string, path: string, out: Pointers): void {
  if (CONDITIONAL.test(value)) out.conditional ??= path
  if (URN.test(value)) out.unexplained.push(path)
  const target = referenceTarget(value)
  if (target === undefined || !isLocal(target)) return
  if (value.length > target.length) out.versions.push({ key: target, version: value.slice(target.length + AFTER_KEY.length), path })
  const sha = BINARY.exec(target)?.[1]
  if (sha) out.binaries.add(sha)
  else if (!out.references.has(target)) out.references.set(target, path)
}

const EDUCATION = /^Immunization\.(?:contained\[\d+\]\.)?education\[\d+\]$/

/** `reference` is a uri, and no Reference's, in an Expression (which has a language), a DetectedIssue and Immunization.education. */
const isUri = (holder: Json, path: string): boolean => 'language' in holder || 'resourceType' in holder || EDUCATION.test(path)

function visit(value: unknown, path: string, out: Pointers): void {
  if (Array.isArray(value)) {
    value.forEach((v, i) => {
      visit(v, `${path}[${i}]`, out)
    })
    return
  }
  if (!isObject(value)) return
  for (const key in value) {
    const v = value[key]
    if (typeof v === 'string') {
      if (key === 'reference') {
        if (!isUri(value, path)) note(v, path, out)
      } else if (key === 'url' && BINARY.test(v)) note(v, path, out)
    } else if (typeof v === 'object') visit(v, `${path}.${key}`, out)
  }
}

/** All literal references of a resource, search parameter or not, contained resources and extensions included. */
export function pointers(resource: FhirResource): Pointers {
  const out: Pointers = { references: new Map(), binaries: new Set(), unexplained: [], versions: [] }
  // A Bundle's entries refer among themselves; the store keeps it as it is.
  if (resource.resourceType !== 'Bundle') visit(resource, resource.resourceType, out)
  return out
}

/** The reference that names the stay or visit a resource happened in. */
export function encounterOf(resource: FhirResource): string | undefined {
  const context = isObject(resource.context) ? (resource.context.encounter ?? resource.context) : undefined
  for (const at of [resource.encounter, ...list(context)]) {
    if (!isObject(at) || typeof at.reference !== 'string') continue
    const target = referenceTarget(at.reference)
    if (target?.startsWith('Encounter/')) return target
  }
  return undefined
}

/** Elements that name the facilities a resource belongs to or is addressed to. */
const PARTIES: Record<string, string[]> = {
  Task: ['requester', 'owner', 'restriction.recipient'],
  DocumentReference: ['author', 'custodian'],
  Provenance: ['agent.who', 'agent.onBehalfOf'],
  Communication: ['sender', 'recipient'],
  ServiceRequest: ['requester', 'performer'],
  Patient: ['managingOrganization'],
}

function values(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path
  if (name === undefined) return list(value)
  return list(value).flatMap((v) => (isObject(v) ? values(v[name], rest) : []))
}

/** Facility codes: parties named by facility identifier, and tags of the facility system (`meta.tag`) for explicit addressing. */
export function facilitiesOf(resource: FhirResource): string[] {
  const out = new Set<string>()
  const identifiers = (PARTIES[resource.resourceType] ?? []).flatMap((p) => values(resource, [...p.split('.'), 'identifier']))
  if (resource.resourceType === 'Organization') identifiers.push(...values(resource, ['identifier']))
  for (const i of identifiers) if (isObject(i) && i.system === SYSTEM.facility && typeof i.value === 'string') out.add(i.value)
  for (const tag of values(resource, ['meta', 'tag'])) {
    if (isObject(tag) && tag.system === SYSTEM.facility && typeof tag.code === 'string') out.add(tag.code)
  }
  return [...out]
}

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'

/** 0 normal, 1 restricted (R), 2 very restricted (V). */
export function sensitivityOf(resource: FhirResource): number {
  let level = 0
  for (const label of values(resource, ['meta', 'security'])) {
    if (!isObject(label) || (label.system !== undefined && label.system !== CONFIDENTIALITY)) continue
    if (label.code === 'V') level = 2
    else if (label.code === 'R') level = Math.max(level, 1)
  }
  return level
}

export interface BusinessId {
  system: string
  value: string
  /** At most one resource of the type carries it. */
  one: boolean
  /** A clash does not stop the write. */
  soft: boolean
}

const KEPT = new Set(['Patient', 'Practitioner', 'Organization', 'Encounter', 'Task', 'DocumentReference', 'Coverage', 'Location'])

const LONGEST_ID = 500

const UNIQUE: Record<string, string[]> = {
  Patient: [`${CANONICAL}/sid/mrn/`],
  Encounter: [`${CANONICAL}/sid/ma-lk/`],
  Task: [`${CANONICAL}/sid/phieu-chuyen/`, `${CANONICAL}/sid/van-ban/`],
  Organization: [SYSTEM.facility],
}

/** Whether `findByIdentifier` of this type reads table uniq. */
export const keepsIdentifiers = (type: string): boolean => KEPT.has(type)

/** Business identifiers of a resource. Identifiers marked `old` are kept for finding, not for uniqueness. */
export function businessIds(resource: FhirResource): BusinessId[] {
  const type = resource.resourceType
  if (!KEPT.has(type)) return []
  const out: BusinessId[] = []
  for (const i of values(resource, ['identifier'])) {
    if (!isObject(i) || typeof i.system !== 'string' || typeof i.value !== 'string') continue
    const { system, value } = i
    // Nothing a register gives out is that long, and an index row must stay small.
    if (system.length + value.length > LONGEST_ID) continue
    const soft = type === 'Patient' && system === SYSTEM.cccd
    const one = i.use !== 'old' && (soft || (UNIQUE[type] ?? []).some((prefix) => system.startsWith(prefix)))
    out.push({ system, value, one, soft })
  }
  const master = resource.masterIdentifier
  if (isObject(master) && typeof master.system === 'string' && typeof master.value === 'string' && master.value.length < LONGEST_ID / 2) {
    // Versions of one paper share the number; number and version together are one document.
    const versions = out.map((i) => i.value).sort()
    if (versions.length > 0) out.push({ system: master.system, value: `${master.value}#${versions.join('#')}`, one: true, soft: false })
    out.push({ system: master.system, value: master.value, one: false, soft: false })
  }
  return out
}
