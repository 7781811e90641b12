/**
 * `$everything` of a patient and of a stay (FHIR R4, patient-operation-everything, encounter-operation-everything): the
 * compartment and what it refers to, in pages.
 */
import { dateRange } from '@yba/fhir'
import type { Operation, OperationContext } from '../../../feature.ts'
import type { EverythingAsk } from '../../../store/types.ts'
import { FHIR_JSON } from '../../errors.ts'
import { searchset } from '../answers.ts'
import { type Asked, askedOf, countOf, instantOf, typesOf } from './asked.ts'

const USUAL_COUNT = 1000
const MOST = 5000

const KNOWN = ['_type', '_since', '_count', '_cursor']
const OF_CARE = ['start', 'end', ...KNOWN]

function day({ query, wrong }: Asked, name: 'start' | 'end'): Pick<EverythingAsk, 'from' | 'to'> {
  const text = query.get(name)
  if (text === null) return {}
  const range = dateRange(text)
  if (!range) throw wrong(name)
  return name === 'start' ? { from: range.lo } : { to: range.hi }
}

async function handle(context: OperationContext) {
  const { site, store, type, id } = context
  const asked = askedOf(context, type === 'Patient' ? OF_CARE : KNOWN)
  const { query } = asked
  const [since, cursor] = [instantOf(asked, '_since'), query.get('_cursor')]
  const page = await store.everythingOf(
    { type, id },
    {
      ...typesOf(asked, '_type'),
      ...day(asked, 'start'),
      ...day(asked, 'end'),
      ...(since ? { since } : {}),
      ...(cursor === null ? {} : { cursor }),
      count: countOf(asked, '_count', USUAL_COUNT, MOST),
    },
  )
  const base = `${site.settings.baseUrl}/fhir`
  const address = (params: URLSearchParams) => `${base}/${type}/${id}/$everything${params.size > 0 ? `?${params}` : ''}`
  const self = address(query)
  if (page.next !== undefined) query.set('_cursor', page.next)
  const links = { self, next: page.next === undefined ? undefined : address(query) }
  return { bytes: Buffer.from(searchset({ ...page, ignored: [], told: [] }, base, links)), contentType: FHIR_JSON }
}

const common = { name: 'everything', level: 'instance', permission: 'fhir.read', body: 'bytes', handle } as const

export const everything: readonly Operation[] = ['Patient', 'Encounter'].flatMap((type) => [
  { ...common, type, method: 'GET' as const },
  { ...common, type, method: 'POST' as const },
])
