/**
 * $validate-code of CodeSystem and ValueSet (FHIR R4): whether a code is good on a day. A list that is not loaded makes a
 * "no" with its finding, never an error: who asks about a record goes on with what is known.
 */
import { type Concept, type Finding, finding, findingText, OutcomeError, operationOutcome, refuse } from '@yba/fhir'
import { nameKeyA } from '@yba/vietnam'
import type { Coding } from 'fhir/r4.d.ts'
import type { OperationContext } from '../../../feature.ts'
import { isFinding } from '../codes/sources.ts'
import {
  CATALOGUE_NOT_IN_FORCE,
  CATALOGUE_NOT_LOADED,
  CODE_ABSTRACT,
  CODE_DISPLAY_OTHER,
  CODE_NOT_IN_SET,
  PARAMETER_UNFIT,
} from '../outcomes.ts'
import { type Terms, tableFor, unknownCode } from '../value-sets/find.ts'
import { type Members, membersOf } from '../value-sets/members.ts'
import { parameters, terminologyOperation } from './answer.ts'
import { type Asked, askedOf, termsOf } from './asked.ts'
import { askedSet, nameOf, SET_PARAMETERS } from './expand.ts'

const CODE = ['code', 'display', 'coding', 'codeableConcept', 'abstract', 'displayLanguage'] as const
const KNOWN_SYSTEM = ['url', 'version', 'date', ...CODE]
const KNOWN_SET = [...SET_PARAMETERS, 'system', 'systemVersion', ...CODE]

interface Verdict {
  /** The concept that is good, or the first that is known. */
  concept?: Concept
  finding?: Finding
}

/** What the code itself allows: a heading is not coded with, and the name said with it is one of its names. */
function judged(concept: Concept, coding: Coding, asked: Asked): Verdict {
  const code = concept.code
  if (concept.abstract && !asked.flag('abstract')) return { concept, finding: finding(CODE_ABSTRACT, { code }) }
  const names = [concept.display, ...concept.also.map((a) => a.value)].map(nameKeyA)
  if (coding.display !== undefined && !names.includes(nameKeyA(coding.display))) {
    return { concept, finding: finding(CODE_DISPLAY_OTHER, { code, display: concept.display }) }
  }
  return { concept }
}

async function inSystem(terms: Terms, coding: Coding, asked: Asked): Promise<Verdict> {
  const table = await tableFor(terms, coding.system ?? '', coding.version)
  if (isFinding(table)) return { finding: table }
  const code = coding.code ?? ''
  const concept = table.get(code)
  return concept ? judged(concept, coding, asked) : { finding: unknownCode(table, code) }
}

function inMembers(members: Members, coding: Coding, url: string, asked: Asked): Verdict {
  const code = coding.code ?? ''
  const member =
    coding.system === undefined ? [...members.values()].find((m) => m.concept.code === code) : members.get(`${coding.system}\n${code}`)
  return member ? judged(member.concept, coding, asked) : { finding: finding(CODE_NOT_IN_SET, { code: code.slice(0, 60), url }) }
}

/** One good coding makes a concept good. */
function answer(verdicts: readonly Verdict[], context: OperationContext, asked: Asked): object {
  const best = verdicts.find((v) => !v.finding) ?? verdicts[0]
  const problem = best?.finding
  const display = best?.concept && nameOf(best.concept, asked.text('displayLanguage'))
  return parameters([
    { name: 'result', valueBoolean: problem === undefined },
    ...(problem === undefined ? [] : [{ name: 'message', valueString: findingText(problem)[context.lang] }]),
    ...(display === undefined ? [] : [{ name: 'display', valueString: display }]),
    ...(problem === undefined ? [] : [{ name: 'issues', resource: operationOutcome([problem], context.lang) }]),
  ])
}

function codingsOf(asked: Asked): readonly Coding[] {
  const codings = asked.codings()
  if (codings.length === 0) throw refuse(PARAMETER_UNFIT, { name: 'code' })
  return codings
}

async function validateInSystem(context: OperationContext): Promise<object> {
  const asked = askedOf(context, KNOWN_SYSTEM)
  const terms = termsOf(context, asked)
  const own =
    context.id === '' ? undefined : ((await context.store.read('CodeSystem', context.id)).resource() as { url?: string; version?: string })
  const codings = codingsOf(asked).map((coding) => ({ ...coding, ...(own ? { system: own.url, version: own.version } : {}) }))
  if (codings.some((c) => c.system === undefined)) throw refuse(PARAMETER_UNFIT, { name: 'url' })
  return answer(await Promise.all(codings.map((coding) => inSystem(terms, coding, asked))), context, asked)
}

async function validateInSet(context: OperationContext): Promise<object> {
  const asked = askedOf(context, KNOWN_SET)
  const terms = termsOf(context, asked)
  const set = await askedSet(context, asked, terms)
  const codings = codingsOf(asked)
  try {
    const { members } = await membersOf(terms, set)
    return answer(
      codings.map((coding) => inMembers(members, coding, set.url, asked)),
      context,
      asked,
    )
  } catch (error) {
    const missing = error instanceof OutcomeError ? error.findings[0] : undefined
    if (missing?.definition !== CATALOGUE_NOT_LOADED && missing?.definition !== CATALOGUE_NOT_IN_FORCE) throw error
    return answer([{ finding: missing }], context, asked)
  }
}

export const validateCodeOperations = [
  ...terminologyOperation({ name: 'validate-code', type: 'CodeSystem', levels: ['type', 'instance'], handle: validateInSystem }),
  ...terminologyOperation({ name: 'validate-code', type: 'ValueSet', levels: ['type', 'instance'], handle: validateInSet }),
]
