/** The Patient compartment of a resource. */
import { resourceTable } from '../definitions.ts'
import { isResourceType } from '../types-numbers.ts'
import { compileParameter, type Extractor } from './compile.ts'
import { DEFAULT_ZONE } from './dates.ts'
import type { Sink } from './entries.ts'

/**
 * Parameters that name the patient a resource is about, where R4's compartment is silent or too wide for ownership:
 * a Task's focus and a Coverage's payor do not decide whose record it is.
 */
const OWN: Record<string, string[]> = {
  Task: ['patient'],
  Coverage: ['beneficiary'],
  Patient: [],
}

const compiled = new Map<string, Extractor[]>()

function extractors(type: string): Extractor[] {
  let known = compiled.get(type)
  if (!known) {
    const table = resourceTable(type)
    const wanted = OWN[type] ?? table.patient
    known = table.search.filter((row) => wanted.includes(row.c)).flatMap((row) => compileParameter(row, type))
    compiled.set(type, known)
  }
  return known
}

/**
 * The patients a resource belongs to, as `Patient/id`, each once: the Patient itself, or the references that the R4
 * Patient compartment names. Absolute references to patients elsewhere are not ours and left out.
 */
export function patientOf(resource: object): string[] {
  const body = resource as Record<string, unknown>
  const type = body.resourceType
  if (!isResourceType(type)) return []
  if (type === 'Patient') return typeof body.id === 'string' ? [`Patient/${body.id}`] : []
  const sink: Sink = { entries: [], zone: DEFAULT_ZONE }
  for (const run of extractors(type)) run(body, sink)
  const out: string[] = []
  for (const entry of sink.entries) {
    if (entry.type !== 'reference' || entry.target === undefined) continue
    if (entry.target.startsWith('Patient/') && !out.includes(entry.target)) out.push(entry.target)
  }
  return out
}

const owners = new Map<string, ReadonlySet<string>>()

/** Where a parameter looks, each place without the type it asks of a reference. */
const placesOf = (expression: string): string[] => expression.split(' | ').map((path) => path.replace(/\.where\(resolve\(\) is \w+\)$/, ''))

/** Whether a parameter finds patients only where `patientOf` does: a patient it names then owns what is found. */
export function namesOwner(type: string, param: string): boolean {
  let known = owners.get(type)
  if (!known) {
    const { search, patient } = resourceTable(type)
    const wanted = OWN[type] ?? patient
    const places = new Set(search.filter((row) => wanted.includes(row.c)).flatMap((row) => placesOf(row.e)))
    known = new Set(
      search.filter((row) => row.t === 'reference' && placesOf(row.e).every((place) => places.has(place))).map((row) => row.c),
    )
    owners.set(type, known)
  }
  return known.has(param)
}
