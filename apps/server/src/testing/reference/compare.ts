/** Asks a site and the reference the same, for every parameter of every type that is there. */
import type { TypedValue } from '@medplum/core'
import type { FhirClient } from '../fhir-client.ts'
import { judge, type Verdict } from './judge.ts'
import { type Parameter, parametersOf, type Resource, valuesOf } from './parameters.ts'
import { queryOf, questionsOf } from './questions.ts'

export interface Compared {
  questions: number
  parameters: number
  /** Questions with at least one sure answer, and of them those that find something. */
  judged: number
  finding: number
  differences: string[]
}

export const nothingCompared = (): Compared => ({ questions: 0, parameters: 0, judged: 0, finding: 0, differences: [] })

interface Page {
  entry?: { resource: { id: string }; search?: { mode?: string } }[]
  link?: { relation: string; url: string }[]
}

/** Everything on the site, by type. */
export async function everything(client: FhirClient, types: readonly string[]): Promise<Map<string, Resource[]>> {
  const found = new Map<string, Resource[]>()
  for (const type of types) {
    const all = await answers(client, `/fhir/${type}?_count=500`)
    if (all.length > 0) found.set(type, all as unknown as Resource[])
  }
  return found
}

/** All matches of a search, page by page. Throws with what was said when it is refused. */
async function answers(client: FhirClient, path: string): Promise<{ id: string }[]> {
  const all: { id: string }[] = []
  for (let next: string | undefined = path; next; ) {
    const { status, text, json } = await client.send('GET', next)
    if (status !== 200) throw new Error(`${path}: ${status} ${text.slice(0, 200)}`)
    const page = json<Page>()
    all.push(...(page.entry ?? []).filter((e) => e.search?.mode !== 'outcome').map((e) => e.resource))
    const url = page.link?.find((l) => l.relation === 'next')?.url
    next = url?.slice(url.indexOf('/fhir/'))
  }
  return all
}

/** @param most samples per parameter */
export async function compareType(client: FhirClient, type: string, all: readonly Resource[], most: number): Promise<Compared> {
  const compared = nothingCompared()
  for (const parameter of parametersOf(type)) {
    const values = all.map((resource) => valuesOf(resource, parameter))
    if (values.every((v) => v.length === 0)) continue
    compared.parameters += 1
    await compareParameter(client, type, parameter, all, values, most, compared)
  }
  return compared
}

/** One question to the site, beside what is right of each resource. */
export async function compareQuestion(
  client: FhirClient,
  query: string,
  all: readonly Resource[],
  verdicts: readonly Verdict[],
  compared: Compared,
  told: (at: number) => unknown,
): Promise<void> {
  compared.questions += 1
  const said = await answers(client, `${query}&_elements=id&_count=200`).catch((error: Error) => error)
  if (said instanceof Error) {
    compared.differences.push(said.message)
    return
  }
  const found = new Set(said.map((r) => r.id))
  if (found.size !== said.length) compared.differences.push(`${query}: one twice`)
  if (verdicts.some((v) => v !== undefined)) compared.judged += 1
  if (verdicts.includes(true)) compared.finding += 1
  const wrong = all.filter((r, i) => verdicts[i] !== undefined && verdicts[i] !== found.has(r.id))
  const [first] = wrong
  if (!first) return
  const value = JSON.stringify(told(all.indexOf(first))).slice(0, 300)
  const did = found.has(first.id) ? 'finds' : 'misses'
  compared.differences.push(`${decodeURIComponent(query)}: ${did} ${first.id} (${wrong.length} such) with ${value}`)
}

async function compareParameter(
  client: FhirClient,
  type: string,
  parameter: Parameter,
  all: readonly Resource[],
  values: readonly TypedValue[][],
  most: number,
  compared: Compared,
): Promise<void> {
  for (const question of questionsOf(parameter, values.flat(), most)) {
    const now = Date.now()
    const verdicts = values.map((v): Verdict => judge(question, v, now))
    await compareQuestion(client, `/fhir/${type}?${queryOf(question)}`, all, verdicts, compared, (at) => values[at])
  }
}
