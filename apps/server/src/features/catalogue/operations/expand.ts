/** ValueSet/$expand (FHIR R4): the codes of a value set on a day, as a whole or in pages, narrowed by what was typed. */
import { randomUUID } from 'node:crypto'
import { refuse } from '@yba/fhir'
import type { OperationContext } from '../../../feature.ts'
import { PARAMETER_UNFIT } from '../outcomes.ts'
import { findSet, type SetSource, setOf, type Terms } from '../value-sets/find.ts'
import { type Found, type Member, membersOf } from '../value-sets/members.ts'
import { typed } from '../value-sets/text-filter.ts'
import { terminologyOperation } from './answer.ts'
import { type Asked, askedOf, termsOf } from './asked.ts'

export const SET_PARAMETERS = ['url', 'valueSet', 'valueSetVersion', 'date', 'system-version', 'force-system-version'] as const
const KNOWN = [...SET_PARAMETERS, 'filter', 'offset', 'count', 'activeOnly', 'includeDesignations', 'displayLanguage']

/** The value set of a question: the instance, one handed over, or one named. Throws `operation-parameter-unfit`, `value-set-unknown`, `not-found`. */
export async function askedSet({ store, id }: OperationContext, asked: Asked, terms: Terms): Promise<SetSource> {
  if (id !== '') return setOf((await store.read('ValueSet', id)).resource())
  const given = asked.resource('valueSet')
  if (given) return setOf(given)
  const url = asked.text('url')
  if (url === undefined) throw refuse(PARAMETER_UNFIT, { name: 'url' })
  const version = asked.text('valueSetVersion')
  return findSet(terms, version === undefined ? url : `${url}|${version}`)
}

/** A member's name in a language, else as its list has it. */
export const nameOf = ({ display, also }: Member['concept'], language: string | undefined): string =>
  also.find((a) => language !== undefined && a.language?.split('-')[0] === language.split('-')[0])?.value ?? display

function contained({ system, concept }: Member, language: string | undefined, designations: boolean) {
  const { code, abstract, inactive, also } = concept
  return {
    system,
    ...(abstract ? { abstract } : {}),
    ...(inactive ? { inactive } : {}),
    code,
    display: nameOf(concept, language),
    ...(designations && also.length > 0 ? { designation: also } : {}),
  }
}

/** What the expansion was made with, so that it can be made again. */
function madeWith(asked: Asked, terms: Terms, found: Found) {
  const said = ['filter', 'offset', 'count', 'activeOnly', 'displayLanguage'].flatMap((name) => {
    const value = asked.text(name)
    return value === undefined ? [] : [{ name, valueString: value }]
  })
  return [
    { name: 'date', valueDateTime: terms.day },
    { name: 'excludeNested', valueBoolean: true },
    ...[...found.used].map((valueUri) => ({ name: 'version', valueUri })),
    ...[...found.unknown].map((valueUri) => ({ name: 'unknown-code', valueUri })),
    ...said,
  ]
}

async function expand(context: OperationContext): Promise<object> {
  const asked = askedOf(context, KNOWN)
  const terms = termsOf(context, asked)
  const set = await askedSet(context, asked, terms)
  const found = await membersOf(terms, set)
  const [offset = 0, count] = [asked.count('offset'), asked.count('count')]
  const language = asked.text('displayLanguage')
  const active = [...found.members.values()].filter((m) => !asked.flag('activeOnly') || !m.concept.inactive)
  const fitting = typed(active, asked.text('filter') ?? '')
  const page = fitting.slice(offset, count === undefined ? undefined : offset + count)
  return {
    resourceType: 'ValueSet',
    ...(set.url === '' ? {} : { url: set.url }),
    ...(set.version === undefined ? {} : { version: set.version }),
    ...(set.title === '' ? {} : { title: set.title }),
    status: 'active',
    expansion: {
      identifier: `urn:uuid:${randomUUID()}`,
      timestamp: context.site.clock.now().toISOString(),
      total: fitting.length,
      ...(count === undefined && offset === 0 ? {} : { offset }),
      parameter: madeWith(asked, terms, found),
      ...(page.length > 0 ? { contains: page.map((m) => contained(m, language, asked.flag('includeDesignations'))) } : {}),
    },
  }
}

export const expandOperations = terminologyOperation({ name: 'expand', type: 'ValueSet', levels: ['type', 'instance'], handle: expand })
