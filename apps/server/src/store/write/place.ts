/** Where in what was sent a finding about one write stands. */
import { type Finding, finding, OutcomeError } from '@yba/fhir'

const OWN_TYPE = /^[A-Z][A-Za-z]*(?=[.[]|$)/

/** The finding with its path below `at`: `Patient.name` of the third entry is `Bundle.entry[2].resource.name`. */
export function placedFinding(f: Finding, at: string | undefined): Finding {
  if (at === undefined) return f
  const path = f.path !== undefined && OWN_TYPE.test(f.path) ? f.path.replace(OWN_TYPE, at) : at
  return finding(f.definition, f.values, path)
}

/** The same of all findings of an error; other errors stay what they are. */
export function placed(error: unknown, at: string | undefined): unknown {
  if (at === undefined || !(error instanceof OutcomeError)) return error
  return new OutcomeError(
    error.findings.map((f) => placedFinding(f, at)),
    error.extra,
  )
}
