/**
 * A line of the trail as AuditEvent, in the shapes of IHE BALP (Basic Audit Log Patterns): who asked, by which server, about
 * whom, what of them, and under which request.
 */
import { CANONICAL } from '@yba/fhir'
import type { AuditEvent, AuditEventAgent, AuditEventEntity, Coding } from 'fhir/r4.d.ts'
import type { AuditRow } from '../../store/types.ts'

const SYSTEMS = {
  type: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
  subtype: 'http://hl7.org/fhir/restful-interaction',
  act: `${CANONICAL}/CodeSystem/audit-action`,
  role: `${CANONICAL}/CodeSystem/role`,
  user: `${CANONICAL}/sid/user`,
  request: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType',
  purpose: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  participation: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  dicom: 'http://dicom.nema.org/resources/ontology/DCM',
  objectType: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
  objectRole: 'http://terminology.hl7.org/CodeSystem/object-role',
}

/** FHIR's own interactions: the word of the trail, R4's code for it, and what it does to the thing. */
export const INTERACTIONS: Record<string, { code: string; action: NonNullable<AuditEvent['action']> }> = {
  read: { code: 'read', action: 'R' },
  vread: { code: 'vread', action: 'R' },
  history: { code: 'history', action: 'R' },
  search: { code: 'search', action: 'E' },
  create: { code: 'create', action: 'C' },
  update: { code: 'update', action: 'U' },
  patch: { code: 'patch', action: 'U' },
  delete: { code: 'delete', action: 'D' },
  operation: { code: 'operation', action: 'E' },
}

/** Names the trail keeps only numbers of. */
export interface RenderedBy {
  /** The server that wrote the line. */
  server: { code: string; name: string }
  nameOf(caller: string): string | undefined
}

const of = (system: string, code: string): Coding => ({ system, code })

const isGood = (outcome: string): boolean => outcome === 'ok' || outcome === 'success'

function agents(row: AuditRow, { server, nameOf }: RenderedBy): AuditEventAgent[] {
  const name = nameOf(row.caller)
  const reads = INTERACTIONS[row.action]?.action === 'R' || row.action === 'search'
  return [
    {
      type: { coding: [of(SYSTEMS.participation, reads ? 'IRCP' : 'AUT')] },
      role: [{ coding: [of(SYSTEMS.role, row.role)] }],
      who: { identifier: { system: SYSTEMS.user, value: row.caller }, ...(name ? { display: name } : {}) },
      altId: row.caller,
      ...(name ? { name } : {}),
      requestor: true,
      purposeOfUse: [{ coding: [of(SYSTEMS.purpose, row.purpose)], ...(row.reason ? { text: row.reason } : {}) }],
    },
    {
      type: { coding: [of(SYSTEMS.dicom, reads ? '110153' : '110152')] },
      who: { identifier: { value: server.code }, display: server.name },
      requestor: false,
    },
  ]
}

function entities(row: AuditRow): AuditEventEntity[] {
  const patients = row.patients.map((id, i): AuditEventEntity => {
    const name = row.patientNames[i]
    return {
      what: { reference: `Patient/${id}`, ...(name ? { display: name } : {}) },
      type: of(SYSTEMS.objectType, '1'),
      role: of(SYSTEMS.objectRole, '1'),
    }
  })
  const version = row.versionId === undefined ? '' : `/_history/${row.versionId}`
  const thing: AuditEventEntity[] =
    row.type && row.id
      ? [
          {
            what: { reference: `${row.type}/${row.id}${version}`, ...(row.label ? { display: row.label } : {}) },
            type: of(SYSTEMS.objectType, '2'),
            role: of(SYSTEMS.objectRole, '4'),
          },
        ]
      : []
  // What was typed into a search is not kept, only what was asked by.
  const asked: AuditEventEntity[] = row.detail
    ? [
        {
          type: of(SYSTEMS.objectType, '2'),
          role: of(SYSTEMS.objectRole, row.action === 'search' ? '24' : '4'),
          ...(row.type ? { name: row.type } : {}),
          description: row.detail,
        },
      ]
    : []
  const request: AuditEventEntity = { what: { identifier: { value: row.requestId } }, type: of(SYSTEMS.request, 'XrequestId') }
  return [...patients, ...thing, ...asked, request]
}

/** The line as a resource; `id` is its number. R4 AuditEvent; IHE BALP 1.1. */
export function auditEvent(row: AuditRow, by: RenderedBy): AuditEvent & { id: string } {
  const interaction = INTERACTIONS[row.action]
  return {
    resourceType: 'AuditEvent',
    id: row.seq,
    meta: { versionId: '1', lastUpdated: row.at.toISOString() },
    type: of(SYSTEMS.type, 'rest'),
    subtype: [interaction ? of(SYSTEMS.subtype, interaction.code) : of(SYSTEMS.act, row.action)],
    action: interaction?.action ?? 'E',
    recorded: row.at.toISOString(),
    outcome: isGood(row.outcome) ? '0' : '4',
    ...(isGood(row.outcome) ? {} : { outcomeDesc: row.outcome }),
    agent: agents(row, by),
    source: { observer: { identifier: { value: by.server.code }, display: by.server.name } },
    entity: entities(row),
  }
}
