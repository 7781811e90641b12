/** Patient/$find: the patient a desk is looking for, by whatever they say of themselves, their card or their slip. */
import { defineOutcome, facilitySystem, refuse, SYSTEM } from '@yba/fhir'
import { bhxhOf, foldName, nameKeyA } from '@yba/vietnam'
import type { Patient, Task } from 'fhir/r4.d.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Store, Stored } from '../../store/types.ts'
import type { FindAnswer, PersonRow, Reason, SlipRow } from './contract.ts'
import { formsOf, likeCard, readTerms, searchesOf, type Terms } from './terms.ts'

const LIMIT = 50
const SHORTEST = 2
const LONGEST = 1000

const tooShort = defineOutcome({
  code: 'search-too-short',
  http: 400,
  severity: 'error',
  issue: 'value',
  vi: 'Gõ ít nhất {least} ký tự của họ tên, một mã số hoặc năm sinh kèm tên.',
  en: 'Type at least {least} characters of a name, a number, or a year of birth with a name.',
  cure: { vi: 'Ví dụ: nguyen lan 1990.', en: 'For instance: nguyen lan 1990.' },
})

const SEXES: Record<string, PersonRow['sex']> = { male: '1', female: '2' }

interface Facts {
  row: PersonRow
  oldId: string | undefined
  cards: string[]
}

/** What a desk needs to tell two people apart. */
function factsOf(stored: Stored<unknown>, facility: string): Facts {
  const patient = stored.resource() as Patient
  const name = patient.name?.[0]
  const numbersIn = (system: string) => (patient.identifier ?? []).filter((i) => i.system === system).map((i) => i.value ?? '')
  const cards = numbersIn(SYSTEM.bhyt)
  const optional = {
    mrn: numbersIn(facilitySystem.mrn(facility))[0],
    citizenId: numbersIn(SYSTEM.cccd)[0],
    card: cards[0],
    phone: patient.telecom?.find((t) => t.system === 'phone')?.value,
    address: patient.address?.[0]?.text ?? patient.address?.[0]?.line?.join(', '),
  }
  const row: PersonRow = {
    id: stored.id,
    name: name?.text ?? [name?.family, ...(name?.given ?? [])].filter(Boolean).join(' '),
    birthDate: patient.birthDate ?? '',
    sex: SEXES[patient.gender ?? ''] ?? '3',
    why: [],
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  }
  return { row, oldId: numbersIn(SYSTEM.cmnd)[0], cards }
}

/** Whether each word, in one of its forms, begins a word of the name. */
function named(words: readonly string[], name: string): boolean {
  const parts = foldName(name).split(' ')
  return words.length > 0 && words.every((w) => formsOf(w).some((f) => parts.some((p) => p.startsWith(foldName(f)))))
}

/** Whether it is written as typed, accents and all; a word without any says nothing of that. */
function marked(words: readonly string[], name: string): boolean {
  const parts = nameKeyA(name).split(' ')
  const telling = words.map((w) => nameKeyA(w)).filter((w) => /[^a-z]/.test(w))
  return telling.length > 0 && telling.every((w) => parts.includes(w))
}

/** Why a row is shown: everything typed, scanned or said by the card that fits it. */
function reasonsOf(terms: Terms, { row, oldId, cards }: Facts): Reason[] {
  const given = new Set(terms.identifiers.flat())
  const { card } = terms
  const words = card ? foldName(card.name).split(' ').filter(Boolean) : terms.words
  const born = terms.born ?? (card && card.birthDate.length === 10 ? card.birthDate : undefined)
  const year = terms.year ?? card?.birthDate.slice(0, 4)
  const phone = row.phone?.replace(/\D/g, '').replace(/^84/, '0')
  const why: [Reason, boolean][] = [
    ['name-marks', card ? nameKeyA(card.name) === nameKeyA(row.name) : marked(words, row.name)],
    ['name', named(words, row.name)],
    ['birth-date', born !== undefined && row.birthDate === born],
    ['birth-year', Boolean(year) && row.birthDate.startsWith(year ?? '')],
    ['citizen-id', row.citizenId !== undefined && given.has(row.citizenId)],
    ['old-id', oldId !== undefined && given.has(oldId)],
    ['card', cards.some((c) => given.has(c) || given.has(bhxhOf(c) ?? c))],
    ['mrn', row.mrn !== undefined && given.has(row.mrn)],
    ['phone', phone !== undefined && terms.phones.includes(phone)],
  ]
  const fits = why.filter(([, fit]) => fit).map(([reason]) => reason)
  // The exacter word says the plainer one.
  return fits.filter((r) => !(r === 'name' && fits.includes('name-marks')) && !(r === 'birth-year' && fits.includes('birth-date')))
}

/** Numbers tell more than a name, a name with its accents more than one without. */
const WEIGHT: Partial<Record<Reason, number>> = { 'citizen-id': 8, 'old-id': 4, card: 4, mrn: 8, 'name-marks': 2, 'birth-date': 2, name: 1 }
const weight = (row: PersonRow): number => row.why.reduce((sum, reason) => sum + (WEIGHT[reason] ?? 1), 0)

/** The next search runs only when the likelier one found nobody, so the audit shows one that showed patients. */
async function firstThatFinds(store: Store, searches: readonly string[]) {
  for (const search of searches) {
    const page = await store.search('Patient', search)
    if (page.entries.length > 0) return page
  }
  return { entries: [], next: undefined }
}

/** Referrals of a number, and the persons they are of; for those who see referrals. */
async function bySlip(store: Store, number: string): Promise<SlipRow[]> {
  if (!store.caller.permissions.has('referral.read')) return []
  const page = await store.search('Task', `identifier=${encodeURIComponent(number)}&_count=20`)
  return page.entries.map((entry) => {
    const task = entry.resource() as unknown as Task
    const patient = task.for?.reference?.split('/').at(-1)
    return {
      id: entry.id,
      number: task.identifier?.[0]?.value ?? number,
      name: task.for?.display ?? '',
      from: task.requester?.display ?? '',
      to: task.owner?.display ?? '',
      ...(patient ? { patient } : {}),
    }
  })
}

async function find({ site, store, query, json }: OperationContext): Promise<OperationAnswer> {
  const posted = (json as { q?: unknown } | undefined)?.q
  const typed = (typeof posted === 'string' ? posted : (query.get('q') ?? '')).trim().slice(0, LONGEST)
  if ([...typed].length < SHORTEST) throw refuse(tooShort, { least: SHORTEST })
  const terms = readTerms(typed)
  const { card } = terms
  const facility = site.settings.facility.code
  const found = new Map<string, PersonRow>()
  const show = (entries: readonly Stored[], why: readonly Reason[] = []): void => {
    for (const one of entries) {
      const facts = factsOf(one, facility)
      if (!found.has(one.id)) found.set(one.id, { ...facts.row, why: [...why, ...reasonsOf(terms, facts)] })
    }
  }
  const slips = terms.slip ? await bySlip(store, terms.slip) : []
  const ofSlips = [...new Set(slips.flatMap((s) => s.patient ?? []))]
  if (ofSlips.length > 0) show((await store.search('Patient', `_id=${ofSlips.join(',')}`)).entries, ['slip'])
  const page = await firstThatFinds(store, searchesOf(terms, LIMIT))
  show(page.entries)
  // A card may be new, or borrowed, or its number typed wrongly before: who has the name and the year is shown beside it.
  const like = card && likeCard(card, LIMIT)
  if (like) show((await store.search('Patient', like)).entries)
  const rows = [...found.values()].sort((a, b) => weight(b) - weight(a))
  const answer: FindAnswer = {
    rows,
    more: page.next !== undefined,
    ...(card ? { card } : {}),
    ...(slips.length > 0 ? { slips } : {}),
  }
  return { json: answer }
}

const operation = { name: 'find', level: 'type', type: 'Patient', permission: 'patient.find', handle: find } as const

/** The text of a card is posted: nothing it says stands in an address. */
export const findOperations: readonly Operation[] = [
  { ...operation, method: 'GET', body: 'none' },
  { ...operation, method: 'POST', body: 'json', bodyLimit: 16 * 1024 },
]
