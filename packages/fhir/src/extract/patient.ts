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
