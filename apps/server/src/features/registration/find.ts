/** GET /fhir/Patient/$find?q=: the patient a desk is looking for, by whatever they say of themselves. */
import { defineOutcome, facilitySystem, refuse, SYSTEM } from '@yba/fhir'
import type { Patient } from 'fhir/r4.d.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Stored } from '../../store/types.ts'
import type { PersonRow } from './contract.ts'
import { type Reason, readTerms, searchesOf, type Terms } from './terms.ts'

const LIMIT = 50
const SHORTEST = 2

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

function reasonsOf(terms: Terms, row: PersonRow): Reason[] {
  const given = new Set(terms.identifiers.flat())
  const why: Reason[] = []
  if (terms.words.length > 0) why.push('name')
  if (terms.year) why.push('birth-year')
  if (row.citizenId && given.has(row.citizenId)) why.push('citizen-id')
  if (row.card && (given.has(row.card) || given.has(row.card.slice(-10)))) why.push('card')
  if (row.mrn && given.has(row.mrn)) why.push('mrn')
  if (row.phone && terms.phones.includes(row.phone.replace(/\D/g, '').replace(/^84/, '0'))) why.push('phone')
  return why
}

/** What a desk needs to tell two people apart. */
function rowOf(stored: Stored<unknown>, facility: string, terms: Terms): PersonRow {
  const patient = stored.resource() as Patient
  const name = patient.name?.[0]
  const numberIn = (system: string) => patient.identifier?.find((i) => i.system === system)?.value
  const optional = {
    mrn: numberIn(facilitySystem.mrn(facility)),
    citizenId: numberIn(SYSTEM.cccd),
    card: numberIn(SYSTEM.bhyt),
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
  return { ...row, why: reasonsOf(terms, row) }
}

async function find({ site, store, query }: OperationContext): Promise<OperationAnswer> {
  const typed = (query.get('q') ?? '').trim().slice(0, 200)
  const terms = readTerms(typed)
  if ([...typed].length < SHORTEST) throw refuse(tooShort, { least: SHORTEST })
  // The next search runs only when the likelier one found nobody, so the audit shows one that showed patients.
  for (const search of searchesOf(terms, LIMIT)) {
    const page = await store.search('Patient', search)
    if (page.entries.length === 0) continue
    return { json: { rows: page.entries.map((e) => rowOf(e, site.settings.facility.code, terms)), more: page.next !== undefined } }
  }
  return { json: { rows: [], more: false } }
}

export const findOperation: Operation = {
  name: 'find',
  level: 'type',
  type: 'Patient',
  method: 'GET',
  permission: 'patient.find',
  body: 'none',
  handle: find,
}
