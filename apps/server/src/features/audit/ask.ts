/** What is asked of the trail by FHIR's search parameters of AuditEvent. */
import { type Filter, parseSearch, refuse, type SearchValue, searchUnsupportedParameter } from '@yba/fhir'
import type { AuditFilter } from '../../store/types.ts'
import { INTERACTIONS } from './render.ts'

const MOST = 500
const DEFAULT = 50
/** The number of a line. */
const SEQ = /^\d{1,18}$/

type Value<T extends SearchValue['type']> = Extract<SearchValue, { type: T }>

export interface Asked {
  filter: AuditFilter
  /** Nothing can answer it: an id that is no number. */
  nothing: boolean
}

/** Instants from which and before which: ends of a day are where the next begins. */
function within({ prefix, lo, hi }: Value<'date'>, param: string): Pick<AuditFilter, 'from' | 'to'> {
  const [first, after] = [new Date(lo), new Date(hi + 1)]
  switch (prefix) {
    case 'eq':
      return { from: first, to: after }
    case 'ge':
      return { from: first }
    case 'gt':
    case 'sa':
      return { from: after }
    case 'lt':
    case 'eb':
      return { to: first }
    case 'le':
      return { to: after }
    default:
      throw refuse(searchUnsupportedParameter, { type: 'AuditEvent', param: `${param}=${prefix}` })
  }
}

const later = (a: Date | undefined, b: Date | undefined): Date | undefined => (a && b ? new Date(Math.max(+a, +b)) : (a ?? b))
const earlier = (a: Date | undefined, b: Date | undefined): Date | undefined => (a && b ? new Date(Math.min(+a, +b)) : (a ?? b))

/** Acts of the trail that a code of `action` or `subtype` stands for. */
const actsOf = (param: string, code: string): string[] => {
  const known = Object.entries(INTERACTIONS).filter(([, is]) => (param === 'action' ? is.action : is.code) === code)
  return known.length > 0 ? known.map(([act]) => act) : param === 'subtype' ? [code] : []
}

function add(asked: Asked, f: Filter): void {
  const unsupported = () => refuse(searchUnsupportedParameter, { type: 'AuditEvent', param: f.kind === 'has' ? '_has' : f.param })
  if (f.kind !== 'parameter' || f.modifier !== undefined) throw unsupported()
  const { filter } = asked
  const codes = f.values.flatMap((v) => (v.type === 'token' && v.code !== undefined ? [v.code] : []))
  const [value] = f.values
  const [code] = codes
  if (f.param === 'action' || f.param === 'subtype') {
    const acts = codes.flatMap((one) => actsOf(f.param, one))
    filter.actions = filter.actions ? filter.actions.filter((act) => acts.includes(act)) : acts
    return
  }
  // Each of the others names one thing.
  if (f.values.length !== 1 || !value) throw unsupported()
  if (f.param === 'date' && value.type === 'date') {
    const { from, to } = within(value, f.param)
    Object.assign(filter, { from: later(filter.from, from), to: earlier(filter.to, to) })
  } else if (f.param === '_id' && code !== undefined) {
    if (SEQ.test(code)) filter.seq = code
    else asked.nothing = true
  } else if (f.param === 'altid' && code !== undefined) filter.caller = code
  else if (f.param === 'outcome' && code !== undefined) filter.succeeded = code === '0'
  else if (f.param === 'patient' && value.type === 'reference') filter.patient = value.target.replace(/^Patient\//, '')
  else if (f.param === 'entity' && value.type === 'reference' && /^[A-Z][A-Za-z]+\/[^/]+$/.test(value.target)) {
    const [type = '', id = ''] = value.target.split('/')
    filter.about = { type, id }
  } else throw unsupported()
}

/**
 * The question as the trail understands it: `_id`, `date`, `patient`, `entity`, `altid` (who), `action`, `subtype`, `outcome`;
 * newest first. Throws what a search is refused with.
 */
export function askOf(query: URLSearchParams, handling: 'strict' | 'lenient' | undefined) {
  const plain = new URLSearchParams([...query].filter(([name]) => name !== '_format' && name !== '_pretty'))
  const request = parseSearch('AuditEvent', plain, handling ? { handling } : {})
  const { filters, sort, count, cursor, include, revinclude, ignored } = request
  const newestFirst = sort.every((key) => key.param === 'date' && key.descending)
  if (!newestFirst) throw refuse(searchUnsupportedParameter, { type: 'AuditEvent', param: '_sort' })
  if (include.length + revinclude.length > 0) throw refuse(searchUnsupportedParameter, { type: 'AuditEvent', param: '_include' })
  const asked: Asked = { filter: { limit: Math.min(count ?? DEFAULT, MOST) }, nothing: cursor !== undefined && !SEQ.test(cursor) }
  if (cursor !== undefined && SEQ.test(cursor)) asked.filter.before = cursor
  for (const f of filters) add(asked, f)
  return { ...asked, ignored }
}
