/** Resolves a source person at the hub: the source's own record, and the golden person it is linked to. */
import { facilitySystem, SYSTEM } from '@yba/fhir'
import type { Patient } from 'fhir/r4.d.ts'
import type { FhirResource, Stored, Transaction } from '../../store/types.ts'
import { connectedTo, insuredNumbers } from './connected.ts'
import { groupsOf, type Member } from './groups.ts'
import { relink } from './links.ts'
import { personFacts } from './person-facts.ts'
import { judge, type RuleResult, type SourcePerson } from './rules.ts'
import { decidedAmong, putReview } from './tables.ts'

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

/**
 * Finds or creates the source record of (facility, MRN), brings it up to date, and makes the links of everybody it may have to
 * do with anew: only certain rules link, doubtful ones become a review. Nothing is taken over from the links that stood, so that
 * neither the order in which records come nor that in which their numbers become known decides who is one person.
 */
export async function resolvePerson(tx: Transaction, facility: string, incoming: IncomingPerson, demo: boolean): Promise<Resolved> {
  const me: SourcePerson = { facility, ...incoming }
  // Asked in one breath, answered in this order: who looks holds the locks.
  const locked = lockKeys(me).map((key) => tx.lockKey(`person:${key}`))
  const looking = tx.findByIdentifier('Patient', facilitySystem.mrn(facility), incoming.mrn, { lock: true })
  const holding = me.citizenId ? tx.findByIdentifier('Patient', SYSTEM.cccd, me.citizenId) : null
  const [own, holder] = await Promise.all([looking, holding, ...locked])
  const clash = holder !== null && holder.id !== own?.id
  const resource = sourcePatient(facility, incoming, clash && !holdsOfficially(own, me))
  const [stored] = await tx.write([own ? { kind: 'update', id: own.id, ifChanged: true, resource } : { kind: 'create', resource }])
  if (!stored) throw new Error('the store answered no patient')
  const before = own ? personFacts(own.resource()) : undefined
  const { members, links } = await connectedTo(tx, { id: stored.id, person: me }, before)
  const known = links.get(stored.id)?.person
  const ids = members.map((m) => m.id)
  const grouping = groupsOf(members, members.length > 1 ? await decidedAmong(tx, ids) : [], demo)
  const person = (await relink(tx, grouping, links)).get(stored.id) ?? ''
  await askAbout(tx, { id: stored.id, person: me }, members, demo)
  const joined = grouping.joined.find((j) => [j.one, j.other].includes(stored.id) && j.rule !== 'person')
  const rule = person === known ? 'D4' : joined ? (joined.rule as Resolved['rule']) : own ? 'D4' : 'new'
  return { source: stored.id, person, rule }
}

/** Who speaks of the same number and does not agree is a question for a person, asked once. */
async function askAbout(tx: Transaction, own: Member, members: readonly Member[], demo: boolean): Promise<void> {
  for (const other of members) {
    if (other.id === own.id) continue
    const { rule, verdict, why } = judge(own.person, other.person, demo)
    if (verdict === 'review') await putReview(tx, { source: own.id, other: other.id, rule, why, at: tx.now })
  }
}

/** Everything by which another sending could be the same person, in one order for everybody. */
export const lockKeys = (me: SourcePerson): string[] =>
  [...new Set([`${me.facility}|${me.mrn}`, ...(me.citizenId ? [me.citizenId] : []), ...insuredNumbers(me.cards)])].sort()

function holdsOfficially(own: Stored | null, me: SourcePerson): boolean {
  const identifiers = (own?.resource() as unknown as Patient | undefined)?.identifier ?? []
  return identifiers.some((i) => i.system === SYSTEM.cccd && i.value === me.citizenId && i.use === 'official')
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
      // Of all cards a person ever has the number is one.
      ...insuredNumbers(incoming.cards).map((value) => ({ use: 'secondary' as const, system: SYSTEM.bhyt, value })),
    ],
    name: [{ text: incoming.name }],
    gender: GENDER[incoming.sex],
    birthDate: incoming.birthDate,
    ...(incoming.phone ? { telecom: [{ system: 'phone' as const, value: incoming.phone }] } : {}),
    managingOrganization: { identifier: { system: SYSTEM.facility, value: facility } },
  }
  return patient as unknown as FhirResource
}
