/** Questions that join: chains, what refers to one (`_has`), values of one element (composites), several parameters, several values. */
import type { TypedValue } from '@medplum/core'
import type { FhirClient } from '../fhir-client.ts'
import { type Compared, compareQuestion, nothingCompared } from './compare.ts'
import { judge, type Question, referencesOf, type Verdict } from './judge.ts'
import { type Composite, compositesOf, type Parameter, parametersOf, partsOf, type Resource, valuesOf } from './parameters.ts'
import { partOfQuery, queryOf, questionsOf } from './questions.ts'

export type Everything = ReadonlyMap<string, readonly Resource[]>

const and = (verdicts: readonly Verdict[]): Verdict => (verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true)
const or = (verdicts: readonly Verdict[]): Verdict => (verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false)

interface Sure {
  parameter: Parameter
  question: Question
}

/** Questions about a resource that surely find it, of different parameters. */
function sureOf(resource: Resource, most: number): Sure[] {
  const now = Date.now()
  return parametersOf(resource.resourceType)
    .flatMap((parameter) => {
      const values = valuesOf(resource, parameter)
      // What is joined to is asked for by what it has, not by what it lacks.
      const asked = questionsOf(parameter, values, 1).filter((q) => q.modifier === undefined && judge(q, values, now) === true)
      return asked[0] ? [{ parameter, question: asked[0] }] : []
    })
    .slice(0, most)
}

const answersTo = (resource: Resource, { parameter, question }: Sure): Verdict => judge(question, valuesOf(resource, parameter), Date.now())

const nameOf = (resource: Resource): string => `${resource.resourceType}/${resource.id}`

/** Local targets of a reference parameter that are there. */
function targets(resource: Resource, parameter: Parameter, byName: ReadonlyMap<string, Resource>): Resource[] {
  return valuesOf(resource, parameter)
    .flatMap(referencesOf)
    .flatMap((reference) => byName.get(reference) ?? [])
}

async function chains(client: FhirClient, type: string, all: Everything, byName: ReadonlyMap<string, Resource>, compared: Compared) {
  const mine = all.get(type) ?? []
  for (const parameter of parametersOf(type).filter((p) => p.type === 'reference')) {
    const target = mine.flatMap((resource) => targets(resource, parameter, byName))[0]
    if (!target) continue
    compared.parameters += 1
    for (const sure of sureOf(target, 3)) {
      const verdicts = mine.map((resource) =>
        or(targets(resource, parameter, byName).map((t) => t.resourceType === target.resourceType && answersTo(t, sure))),
      )
      const query = `/fhir/${type}?${parameter.code}:${target.resourceType}.${queryOf(sure.question)}`
      await compareQuestion(client, query, mine, verdicts, compared, (at) => valuesOf(mine[at] as Resource, parameter))
    }
    const referring = mine.find((resource) => targets(resource, parameter, byName).includes(target)) as Resource
    const targetsAll = all.get(target.resourceType) ?? []
    for (const sure of sureOf(referring, 3)) {
      const verdicts = targetsAll.map((t) => or(mine.map((r) => and([targets(r, parameter, byName).includes(t), answersTo(r, sure)]))))
      const query = `/fhir/${target.resourceType}?_has:${type}:${parameter.code}:${queryOf(sure.question)}`
      await compareQuestion(client, query, targetsAll, verdicts, compared, (at) => nameOf(targetsAll[at] as Resource))
    }
  }
}

/** All of several questions, and any of several values. */
async function together(client: FhirClient, type: string, mine: readonly Resource[], compared: Compared) {
  for (const resource of [mine[0], mine.at(-1)]) {
    if (!resource) continue
    const sure = sureOf(resource, 6)
    for (const [i, one] of sure.entries()) {
      const other = sure[i + 1]
      if (!other) break
      const verdicts = mine.map((r) => and([answersTo(r, one), answersTo(r, other)]))
      const query = `/fhir/${type}?${queryOf(one.question)}&${queryOf(other.question)}`
      await compareQuestion(client, query, mine, verdicts, compared, (at) => nameOf(mine[at] as Resource))
    }
    for (const { parameter, question } of sure) {
      const others = questionsOf(
        parameter,
        mine.flatMap((r) => valuesOf(r, parameter)),
        2,
      ).filter((q) => q.modifier === undefined)
      const second = others.at(-1)
      if (!second) continue
      const verdicts = mine.map((r) => or([answersTo(r, { parameter, question }), answersTo(r, { parameter, question: second })]))
      const query = `/fhir/${type}?${queryOf(question)},${partOfQuery(second)}`
      await compareQuestion(client, query, mine, verdicts, compared, (at) => valuesOf(mine[at] as Resource, parameter))
    }
  }
}

function compositeVerdict(parts: readonly TypedValue[][][], questions: readonly Question[]): Verdict {
  return or(parts.map((element) => and(questions.map((q, i) => judge(q, element[i] ?? [], Date.now())))))
}

/** A question of each part, made of the values of one element. */
function compositeQuestions(composite: Composite, element: readonly TypedValue[][]): Question[] | undefined {
  // A system alone is asked for by itself only.
  const isWhole = (q: Question): boolean => q.modifier === undefined && !(q.type === 'token' && q.parts[1] === '')
  const questions = composite.parts.map((part, i) => questionsOf(part, element[i] ?? [], 1).find(isWhole))
  return questions.every((q) => q !== undefined) ? (questions as Question[]) : undefined
}

async function composites(client: FhirClient, type: string, mine: readonly Resource[], compared: Compared) {
  for (const composite of compositesOf(type)) {
    const parts = mine.map((resource) => partsOf(resource, composite))
    const asked = parts.flat().flatMap((element) => compositeQuestions(composite, element) ?? [])
    const size = composite.parts.length
    if (asked.length === 0) continue
    compared.parameters += 1
    // One element's own values, and a value of one with another's beside it.
    const crossed = [...asked.slice(0, 1), ...asked.slice(-size + 1)]
    for (const questions of [asked.slice(0, size), asked.slice(-size), crossed]) {
      const verdicts = parts.map((elements) => compositeVerdict(elements, questions))
      const query = `/fhir/${type}?${composite.code}=${questions.map(partOfQuery).join('$')}`
      await compareQuestion(client, query, mine, verdicts, compared, (at) => parts[at])
    }
  }
}

/** Joins of one type with all others. */
export async function compareJoins(client: FhirClient, type: string, all: Everything): Promise<Compared> {
  const compared = nothingCompared()
  const mine = all.get(type) ?? []
  const byName = new Map([...all.values()].flat().map((resource) => [nameOf(resource), resource]))
  await chains(client, type, all, byName, compared)
  await together(client, type, mine, compared)
  await composites(client, type, mine, compared)
  return compared
}
