/** Resolves a source person at the hub: the source's own record, and the golden person it is linked to. */
import { randomUUID } from 'node:crypto'
import { facilitySystem, SYSTEM } from '@yba/fhir'
import type { Patient } from 'fhir/r4.d.ts'
import type { FhirResource, Stored, Transaction } from '../../store/types.ts'
import { judge, type RuleResult, type SourcePerson } from './rules.ts'
import { linkOf, putLink, putReview } from './tables.ts'

export interface IncomingPerson {
  mrn: string
  name: string
  birthDate: string
  sex: '1' | '2' | '3'
  citizenId?: string
  cards: readonly string[]
  phone?: string
}

export interface Resolved {
  /** Patient id of the source record at the hub. */
  source: string
  /** Golden person. */
  person: string
  rule: RuleResult['rule'] | 'new'
}

const GENDER = { '1': 'male', '2': 'female', '3': 'unknown' } as const
const SEX = { male: '1', female: '2' } as const

/**
 * Finds or creates the source record of (facility, MRN), brings it up to date and links it: only certain rules link,
 * doubtful ones become a review, never a link.
 */
export async function resolvePerson(tx: Transaction, facility: string, incoming: IncomingPerson, demo: boolean): Promise<Resolved> {
  const me: SourcePerson = { facility, ...incoming }
  await tx.lockKey(`person:${incoming.citizenId ?? `${facility}|${incoming.mrn}`}`)
  const own = await tx.findByIdentifier('Patient', facilitySystem.mrn(facility), incoming.mrn, { lock: true })
  const candidates = await findCandidates(tx, me, own?.id)
  const clash = candidates.some((c) => c.person.citizenId === me.citizenId && me.citizenId !== undefined)
  const resource = sourcePatient(facility, incoming, clash)
  const [stored] = await tx.write([own ? { kind: 'update', id: own.id, ifChanged: true, resource } : { kind: 'create', resource }])
  if (!stored) throw new Error('the store answered no patient')
  const link = own ? await linkOf(tx, stored.id) : null
  let person = link?.person ?? randomUUID()
  let rule: Resolved['rule'] = link ? 'D4' : 'new'
  if (!link) await putLink(tx, { source: stored.id, person, grade: 'own', rule: 'new', why: [], at: tx.now })
  for (const candidate of candidates) {
    const result = judge(me, candidate.person, demo)
    if (result.verdict === 'review')
      await putReview(tx, { source: stored.id, other: candidate.id, rule: result.rule, why: result.why, at: tx.now })
    const other = result.verdict === 'certain' && !link ? await linkOf(tx, candidate.id) : null
    if (!other) continue
    person = other.person
    rule = result.rule
    await putLink(tx, { source: stored.id, person, grade: 'certain', rule: result.rule, why: result.why, at: tx.now })
  }
  return { source: stored.id, person, rule }
}

async function findCandidates(tx: Transaction, me: SourcePerson, own: string | undefined): Promise<{ id: string; person: SourcePerson }[]> {
  const found = new Map<string, Stored>()
  const keys = [...(me.citizenId ? [`${SYSTEM.cccd}|${me.citizenId}`] : []), ...me.cards.map((c) => `${SYSTEM.bhyt}|${c}`)]
  for (const key of keys) {
    const page = await tx.search('Patient', `identifier=${encodeURIComponent(key)}&_count=20`)
    for (const entry of page.entries) if (entry.id !== own) found.set(entry.id, entry)
  }
  return [...found.values()].map((s) => ({ id: s.id, person: personFacts(s.resource()) }))
}

/** The facts of a Patient resource that the rules look at. */
export function personFacts(resource: FhirResource): SourcePerson {
  const p = resource as unknown as Patient
  const value = (system: string) => p.identifier?.find((i) => i.system === system)?.value
  const mrn = p.identifier?.find((i) => i.system?.startsWith(facilitySystem.mrn('')))
  const citizenId = value(SYSTEM.cccd)
  return {
    facility: mrn?.system?.split('/').at(-1) ?? '',
    mrn: mrn?.value ?? '',
    name: p.name?.[0]?.text ?? '',
    birthDate: p.birthDate ?? '',
    sex: SEX[p.gender as 'male' | 'female'] ?? '3',
    ...(citizenId ? { citizenId } : {}),
    cards: (p.identifier ?? []).filter((i) => i.system === SYSTEM.bhyt).map((i) => i.value ?? ''),
  }
}

/** Two facilities' records of one person carry one number: beside the first it is kept, marked as secondary. */
function sourcePatient(facility: string, incoming: IncomingPerson, clash: boolean): FhirResource {
  const patient: Patient = {
    resourceType: 'Patient',
    identifier: [
      { use: 'usual', system: facilitySystem.mrn(facility), value: incoming.mrn },
      ...(incoming.citizenId
        ? [{ use: clash ? ('secondary' as const) : ('official' as const), system: SYSTEM.cccd, value: incoming.citizenId }]
        : []),
      ...incoming.cards.map((value) => ({ system: SYSTEM.bhyt, value })),
    ],
    name: [{ text: incoming.name }],
    gender: GENDER[incoming.sex],
    birthDate: incoming.birthDate,
    ...(incoming.phone ? { telecom: [{ system: 'phone' as const, value: incoming.phone }] } : {}),
    managingOrganization: { identifier: { system: SYSTEM.facility, value: facility } },
  }
  return patient as unknown as FhirResource
}
