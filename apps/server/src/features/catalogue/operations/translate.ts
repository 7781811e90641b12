/**
 * ConceptMap/$translate (FHIR R4): what a code of one list is in another, and back: old communes → new ones, services →
 * ICD-9-CM. Where an old commune went to several the answer holds them all, as `inexact`: a person chooses.
 */
import { refuse } from '@yba/fhir'
import type { OperationContext } from '../../../feature.ts'
import { isFinding } from '../codes/sources.ts'
import { CONCEPT_MAP_UNKNOWN, PARAMETER_UNFIT } from '../outcomes.ts'
import { mapUrl } from '../resources.ts'
import { type KeptMap, maps, type Pair, pairsOf } from '../tables.ts'
import { type Terms, tableFor } from '../value-sets/find.ts'
import { type OutParameter, parameters, terminologyOperation } from './answer.ts'
import { askedOf, termsOf } from './asked.ts'

const KNOWN = ['url', 'code', 'system', 'version', 'coding', 'codeableConcept', 'targetsystem', 'reverse']

/** A map as it is read: from its own side, or from the other. */
interface Way {
  map: KeptMap
  reverse: boolean
  source: KeptMap['from']
  goal: KeptMap['from']
}

async function match(terms: Terms, { map, goal, reverse }: Way, pair: Pair): Promise<OutParameter> {
  const code = reverse ? pair.code : pair.target
  const table = await tableFor(terms, goal.system, goal.version)
  const display = isFinding(table) ? undefined : table.get(code)?.display
  return {
    name: 'match',
    part: [
      // Seen from the other side what was wider is narrower.
      { name: 'equivalence', valueCode: reverse && pair.equivalence === 'wider' ? 'narrower' : pair.equivalence },
      { name: 'concept', valueCoding: { ...goal, code, ...(display === undefined ? {} : { display }) } },
      { name: 'source', valueUri: mapUrl(map.name) },
    ],
  }
}

async function translate(context: OperationContext): Promise<object> {
  const asked = askedOf(context, KNOWN)
  const terms = termsOf(context, asked)
  const codings = asked.codings()
  if (codings.length === 0) throw refuse(PARAMETER_UNFIT, { name: 'code' })
  const [url, target, reverse] = [asked.text('url'), asked.text('targetsystem'), asked.flag('reverse')]
  const all = await maps(context.site.store)
  const ways = all
    .map((map): Way => ({ map, reverse, ...(reverse ? { source: map.to, goal: map.from } : { source: map.from, goal: map.to }) }))
    .filter((way) => (url === undefined || mapUrl(way.map.name) === url) && (target === undefined || way.goal.system === target))
  if (ways.length === 0) throw refuse(CONCEPT_MAP_UNKNOWN, { known: all.map((map) => mapUrl(map.name)).join(', ') })
  const matches: OutParameter[] = []
  for (const way of ways) {
    for (const { code = '', system } of codings) {
      if (system !== undefined && system !== way.source.system) continue
      for (const pair of await pairsOf(context.site.store, way.map.id, code, reverse)) matches.push(await match(terms, way, pair))
    }
  }
  return parameters([{ name: 'result', valueBoolean: matches.length > 0 }, ...matches])
}

export const translateOperations = terminologyOperation({ name: 'translate', type: 'ConceptMap', levels: ['type'], handle: translate })
