/** CodeSystem/$lookup (FHIR R4): what a list says of one code on a day: names, place, rules of use. */
import { OutcomeError, type PropertyValue, refuse } from '@yba/fhir'
import type { OperationContext } from '../../../feature.ts'
import { isFinding } from '../codes/sources.ts'
import type { CodeTable } from '../codes/table.ts'
import { PARAMETER_UNFIT } from '../outcomes.ts'
import { tableFor, unknownCode } from '../value-sets/find.ts'
import { type OutParameter, parameters, terminologyOperation } from './answer.ts'
import { askedOf, termsOf } from './asked.ts'
import { nameOf } from './expand.ts'

const KNOWN = ['code', 'system', 'version', 'coding', 'date', 'displayLanguage', 'property']

const property = (code: string, value: string | boolean): OutParameter => ({
  name: 'property',
  part: [
    { name: 'code', valueCode: code },
    typeof value === 'boolean' ? { name: 'value', valueBoolean: value } : { name: 'value', valueString: value },
  ],
})

const properties = (code: string, value: PropertyValue): OutParameter[] =>
  typeof value === 'object' ? value.map((one) => property(code, one)) : [property(code, value)]

/** All that is known of a code, or the named properties of it. */
function propertiesOf(table: CodeTable, code: string, wanted: readonly string[]): OutParameter[] {
  const concept = table.get(code)
  if (!concept) return []
  const all: [string, PropertyValue][] = [
    ['parent', concept.parents],
    ['child', table.children(code)],
    ['inactive', concept.inactive],
    ['notSelectable', concept.abstract],
    ...Object.entries(concept.props).filter(([name]) => !['inactive', 'notSelectable', 'abstract'].includes(name)),
  ]
  return all.filter(([name]) => wanted.length === 0 || wanted.includes(name)).flatMap(([name, value]) => properties(name, value))
}

async function lookup(context: OperationContext): Promise<object> {
  const asked = askedOf(context, KNOWN)
  const terms = termsOf(context, asked)
  const [coding] = asked.codings()
  if (coding?.code === undefined) throw refuse(PARAMETER_UNFIT, { name: 'code' })
  if (coding.system === undefined) throw refuse(PARAMETER_UNFIT, { name: 'system' })
  const table = await tableFor(terms, coding.system, coding.version)
  if (isFinding(table)) throw new OutcomeError([table])
  const concept = table.get(coding.code)
  const { title, version } = table.facts
  if (!concept) throw new OutcomeError([unknownCode(table, coding.code)])
  const also = concept.also.map(
    (one): OutParameter => ({
      name: 'designation',
      part: [...(one.language ? [{ name: 'language', valueCode: one.language }] : []), { name: 'value', valueString: one.value }],
    }),
  )
  return parameters([
    { name: 'name', valueString: title },
    ...(version === '' ? [] : [{ name: 'version', valueString: version }]),
    { name: 'display', valueString: nameOf(concept, asked.text('displayLanguage')) },
    ...also,
    ...propertiesOf(table, concept.code, asked.texts('property')),
  ])
}

export const lookupOperations = terminologyOperation({ name: 'lookup', type: 'CodeSystem', levels: ['type'], handle: lookup })
