/** A person known by their card only, registered for the slip that is written for them. */
import { extensionUrl, refuse, SYSTEM } from '@yba/fhir'
import { bhxhOf, isCccd, nameKeyB, type PaperPatient } from '@yba/vietnam'
import type { Coverage } from 'fhir/r4.d.ts'
import { onBehalf } from '../../access/index.ts'
import type { Site } from '../../site.ts'
import type { FhirResource, Store, Stored, Transaction } from '../../store/types.ts'
import { judge, lockKeys, personFacts } from '../person-index/index.ts'
import { findOrRegister } from './arrival.ts'
import type { ComposeRequest, NewPerson } from './contract.ts'
import { PERSON_MAYBE_KNOWN, STAY_UNKNOWN } from './join-outcomes.ts'
import { BAD_REQUEST } from './outcomes.ts'
import { isBirthDate } from './real-time.ts'

const LONGEST = 400

/** The person as they may be registered. Throws `request-incomplete` naming the member. */
export function checkedPerson(person: NewPerson, now: Date): NewPerson {
  const word = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST
  const maybe = (value: unknown): boolean => value === undefined || word(value)
  const wrong = (what: string) => refuse(BAD_REQUEST, { what: `person.${what}` })
  if (!word(person?.name)) throw wrong('name')
  if (!word(person.birthDate) || !isBirthDate(person.birthDate, now)) throw wrong('birthDate')
  if (!['1', '2', '3'].includes(person.sex)) throw wrong('sex')
  if (person.citizenId !== undefined && !isCccd(String(person.citizenId))) throw wrong('citizenId')
  for (const what of ['address', 'otherId', 'phone'] as const) if (!maybe(person[what])) throw wrong(what)
  const { card } = person
  if (card !== undefined && (!word(card?.number) || ![card.validFrom, card.validTo, card.registeredAt].every(maybe))) throw wrong('card')
  return { ...person, name: person.name.trim().normalize('NFC') }
}

/**
 * Gives the Patient id: the person who is certainly this one, else a new one. Throws `person-maybe-known` while nobody has
 * looked at those who may be this one, `admission-required` where the person is new and nobody said when they came.
 */
export async function registerForSlip(site: Site, store: Store, { person, isNew, admitted }: ComposeRequest): Promise<string> {
  if (!person) throw refuse(BAD_REQUEST, { what: 'person' })
  const { caller } = store
  const here = site.settings.facility.code
  const { name, birthDate, sex, address = '', citizenId, otherId, phone, card } = person
  const numbers = [card?.number, bhxhOf(card?.number ?? '')].filter((n) => n !== undefined)
  const paper: PaperPatient = {
    mrn: '',
    name,
    birthDate,
    sex,
    address,
    cards: [...new Set(numbers)].map((number) => ({ number })),
    ...(citizenId ? { citizenId } : {}),
    ...(otherId ? { otherId } : {}),
    ...(phone ? { phone } : {}),
  }
  return site.store.as(onBehalf(caller)).transact(async (tx) => {
    const demo = site.settings.environment === 'demo'
    // Who looks holds the locks: of two clicks the second finds whom the first has registered.
    const cards = paper.cards.map((c) => c.number)
    for (const key of lockKeys({ ...paper, facility: here, cards })) await tx.lockKey(`person:${key}`)
    const { certain, doubtful } = await maybeKnown(tx, paper, demo)
    if (certain) return certain
    if (doubtful > 0 && !isNew) throw refuse(PERSON_MAYBE_KNOWN, { count: doubtful })
    // Who is new here has no stay here: nobody is registered for a slip that cannot be written.
    if (!admitted) throw refuse(STAY_UNKNOWN)
    const id = await findOrRegister(site, tx, paper, here, 'compose')
    if (card) await tx.write([{ kind: 'create', resource: coverage(card, id) }])
    // Nobody else has charted anything of a person who is new here.
    await tx.grantCare({ patient: id, who: caller.id, from: tx.now, basis: 'referral' })
    for (const department of caller.departments) await tx.grantCare({ patient: id, department, from: tx.now, basis: 'referral' })
    return id
  })
}

const MOST = 50

/** Who here is this person by the rules of the person index, and how many may be. */
async function maybeKnown(tx: Transaction, paper: PaperPatient, demo: boolean): Promise<{ certain?: string; doubtful: number }> {
  const me = { ...paper, facility: '', cards: paper.cards.map((c) => c.number) }
  const queries = [
    ...(paper.citizenId ? [`identifier=${encodeURIComponent(`${SYSTEM.cccd}|${paper.citizenId}`)}`] : []),
    ...me.cards.map((number) => `identifier=${encodeURIComponent(`${SYSTEM.bhyt}|${number}`)}`),
    `${nameKeyB(paper.name)
      .split(' ')
      .map((w) => `name=${w}`)
      .join('&')}&birthdate=${paper.birthDate.slice(0, 4)}`,
  ]
  const found = new Map<string, Stored>()
  for (const query of queries) for (const one of (await tx.search('Patient', `${query}&_count=${MOST}`)).entries) found.set(one.id, one)
  let doubtful = 0
  for (const { id, resource } of [...found.values()].map((s) => ({ id: s.id, resource: s.resource() }))) {
    // A number of another register is no number of ours: without one of its own a person is never "the same number".
    const { verdict } = judge(me, { ...personFacts(resource), facility: 'known' }, demo)
    if (verdict === 'certain') return { certain: id, doubtful: 0 }
    if (verdict !== 'no-match') doubtful++
  }
  return { doubtful }
}

function coverage(card: NonNullable<NewPerson['card']>, patient: string): FhirResource {
  const { number, validFrom, validTo, registeredAt } = card
  const resource: Coverage = {
    resourceType: 'Coverage',
    ...(registeredAt
      ? {
          extension: [
            { url: extensionUrl('registered-at'), valueReference: { identifier: { system: SYSTEM.facility, value: registeredAt } } },
          ],
        }
      : {}),
    identifier: [{ system: SYSTEM.bhyt, value: number }],
    status: 'active',
    subscriberId: bhxhOf(number) ?? number,
    beneficiary: { reference: `Patient/${patient}` },
    ...(validFrom || validTo ? { period: { ...(validFrom ? { start: validFrom } : {}), ...(validTo ? { end: validTo } : {}) } } : {}),
    payor: [{ display: 'Bảo hiểm xã hội Việt Nam' }],
  }
  return resource as unknown as FhirResource
}
