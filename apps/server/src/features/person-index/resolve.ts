/** Resolves a source person at the hub: the source's own record, and the golden person it is linked to. */
import { randomUUID } from 'node:crypto'
import { facilitySystem, SYSTEM } from '@yba/fhir'
import { bhxhOf } from '@yba/vietnam'
import type { Patient } from 'fhir/r4.d.ts'
import type { FhirResource, Stored, Transaction } from '../../store/types.ts'
import type { Member } from './groups.ts'
import { judge, type RuleResult, type SourcePerson, type Why } from './rules.ts'
import { decidedAmong, linkOf, mergePersons, putLink, putReview, sourcesOf } from './tables.ts'

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
 * doubtful ones become a review, never a link. Asked again each time, so that the order in which records come, or in
 * which their numbers become known, does not decide who is one person.
 */
export async function resolvePerson(tx: Transaction, facility: string, incoming: IncomingPerson, demo: boolean): Promise<Resolved> {
  const me: SourcePerson = { facility, ...incoming }
  // Asked in one breath, answered in this order: who looks holds the locks.
  const locked = lockKeys(me).map((key) => tx.lockKey(`person:${key}`))
  const looking = tx.findByIdentifier('Patient', facilitySystem.mrn(facility), incoming.mrn, { lock: true })
  const [own, found] = await Promise.all([looking, findByNumbers(tx, me), ...locked])
  const candidates = found.filter((c) => c.id !== own?.id)
  const clash = candidates.some((c) => c.person.citizenId === me.citizenId && me.citizenId !== undefined)
  const resource = sourcePatient(facility, incoming, clash && !holdsOfficially(own, me))
  const [stored] = await tx.write([own ? { kind: 'update', id: own.id, ifChanged: true, resource } : { kind: 'create', resource }])
  if (!stored) throw new Error('the store answered no patient')
  const link = own ? await linkOf(tx, stored.id) : null
  let person = link?.person ?? randomUUID()
  let rule: Resolved['rule'] = link ? 'D4' : 'new'
  if (!link) await putLink(tx, { source: stored.id, person, grade: 'own', rule: 'new', why: [], at: tx.now })
  for (const candidate of candidates) {
    const result = judge(me, candidate.person, demo)
    const review = (why: Why[]) => putReview(tx, { source: stored.id, other: candidate.id, rule: result.rule, why, at: tx.now })
    if (result.verdict === 'review') await review(result.why)
    const other = result.verdict === 'certain' ? await linkOf(tx, candidate.id) : null
    if (!other || other.person === person) continue
    if (await contradict(tx, person, other.person, demo)) {
      await review([...result.why, 'groups-apart'])
      continue
    }
    rule = result.rule
    await putLink(tx, { source: stored.id, person, grade: 'certain', rule: result.rule, why: result.why, at: tx.now })
    // Who was known first keeps the golden id.
    await mergePersons(tx, person, other.person)
    person = other.person
  }
  return { source: stored.id, person, rule }
}

/** Everything by which another sending could be the same person, in one order for everybody. */
export function lockKeys(me: SourcePerson): string[] {
  const numbers = me.cards.map((c) => bhxhOf(c)).filter((n) => n !== undefined)
  return [...new Set([`${me.facility}|${me.mrn}`, ...(me.citizenId ? [me.citizenId] : []), ...numbers])].sort()
}

/**
 * A source between two groups must not make one person of two who are certainly not: by their numbers (rule D5), or by the
 * word of a person who compared them.
 */
async function contradict(tx: Transaction, one: string, two: string, demo: boolean): Promise<boolean> {
  const [mine, theirs] = [await membersOf(tx, [one]), await membersOf(tx, [two])]
  const told = await decidedAmong(
    tx,
    [...mine, ...theirs].map((m) => m.id),
  )
  const apart = (a: Member, b: Member): boolean =>
    judge(a.person, b.person, demo).verdict === 'no-match' ||
    told.some((d) => !d.same && [d.one, d.other].includes(a.id) && [d.one, d.other].includes(b.id))
  return mine.some((a) => theirs.some((b) => apart(a, b)))
}

/** The records of these golden persons. */
export async function membersOf(tx: Transaction, persons: readonly string[]): Promise<Member[]> {
  const ids = (await Promise.all(persons.map((person) => sourcesOf(tx, person)))).flat()
  const found = await tx.readMany(ids.map((id) => `Patient/${id}`))
  return [...found.values()].map((s) => ({ id: s.id, person: personFacts(s.resource()) }))
}

function holdsOfficially(own: Stored | null, me: SourcePerson): boolean {
  const identifiers = (own?.resource() as unknown as Patient | undefined)?.identifier ?? []
  return identifiers.some((i) => i.system === SYSTEM.cccd && i.value === me.citizenId && i.use === 'official')
}

async function findByNumbers(tx: Transaction, me: SourcePerson): Promise<{ id: string; person: SourcePerson }[]> {
  const found = new Map<string, Stored>()
  const keys = [...(me.citizenId ? [`${SYSTEM.cccd}|${me.citizenId}`] : []), ...me.cards.map((c) => `${SYSTEM.bhyt}|${c}`)]
  const pages = await Promise.all(keys.map((key) => tx.search('Patient', `identifier=${encodeURIComponent(key)}&_count=20`)))
  for (const page of pages) for (const entry of page.entries) found.set(entry.id, entry)
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
