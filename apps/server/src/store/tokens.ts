/** How values become the texts whose keyed hashes stand in `res.tok` and `ix_tok`. Write and search share this page. */

export const token = {
  /** Any system. The only form with rows in ix_tok: the exact one is filtered from the array. */
  any: (type: string, param: string, code: string) => `${type}.${param}~${code}`,
  /** With its system; `''` says there is none. */
  exact: (type: string, param: string, system: string, code: string) => `${type}.${param}=${system}|${code}`,
  system: (type: string, param: string, system: string) => `${type}.${param}:${system}`,
  reference: (type: string, param: string, target: string) => `${type}.${param}>${target}`,
  /** A reference by identifier. */
  logical: (type: string, param: string, system: string, value: string) => `${type}.${param}@${system}|${value}`,
  uri: (type: string, param: string, uri: string) => `${type}.${param}=${uri}`,
  text: (type: string, param: string, text: string) => `${type}.${param}"${text}`,
  /** An address that lies at or below another. */
  below: (type: string, param: string, above: string) => `${type}.${param}/${above}`,
  /** An identifier's value with a coding of its type. */
  typed: (type: string, param: string, system: string, code: string, value: string) => `${type}.${param}#${system}|${code}|${value}`,
  /** Two values of one element, each as `valueKeys` spells it. */
  pair: (type: string, param: string, a: string, b: string) => `${type}.${param}$${a}$${b}`,
  unit: (type: string, param: string, code: string) => `${type}.${param}%${code}`,
  present: (type: string, param: string) => `${type}.${param}?`,
  /** A Binary the resource carries: bytes are readable only through an owner. */
  binary: (sha256: string) => `owner of Binary/${sha256}`,
}

/** Frequent and useless alone: kept in the array as filters, not in ix_tok. */
const FILTERS = new Set([
  'gender',
  'active',
  'deceased',
  'language',
  'category',
  'class',
  'intent',
  'priority',
  'address-use',
  'clinical-status',
  'verification-status',
  'experimental',
  'component-data-absent-reason',
  'data-absent-reason',
  '_security',
  '_tag',
])

/** Types whose status is a worklist. */
const WORKLISTS = new Set(['Task', 'ServiceRequest', 'Appointment', 'Slot', 'DocumentReference', 'CommunicationRequest'])

/** Whether a token parameter may drive a search. */
export function drives(type: string, param: string): boolean {
  if (param === 'status') return WORKLISTS.has(type)
  return !FILTERS.has(param)
}

/** The names that are searched by several of their words among very many: each word has a row in ix_word. */
export const hasWords = (type: string, param: string): boolean => type === 'Patient' && param === 'name'

/** `combo-x` is `x` and `component-x` together, and searched as both: it has no rows of its own. */
export function comboParts(param: string): [string, string] | undefined {
  return param.startsWith('combo-') ? [param.slice(6), `component-${param.slice(6)}`] : undefined
}

/** R4 gives the same elements two names; one is indexed. */
export function indexedName(type: string, param: string, has: (code: string) => boolean): string {
  if (param === 'patient' && has('subject') && type !== 'Patient') return 'subject'
  // Of an organization it asks for the name alone, where `name` asks for the aliases as well.
  if (param === 'phonetic' && type !== 'Organization') return 'name'
  if (param.startsWith('combo-')) return param.slice(6)
  return param
}
