/** Findings about an entry name it. */
import { finding, OutcomeError } from '@yba/fhir'

function withPlace(error: unknown, at: string): unknown {
  if (!(error instanceof OutcomeError)) return error
  return new OutcomeError(
    error.findings.map((f) => (f.path?.startsWith('Bundle.entry') ? f : finding(f.definition, f.values, at))),
    error.extra,
  )
}

/** Does the work of an entry; what it is refused with names the entry, unless it says a place already. */
export function placed<T>(at: string, work: () => T): T {
  try {
    const out = work()
    return (
      out instanceof Promise
        ? out.catch((error: unknown) => {
            throw withPlace(error, at)
          })
        : out
    ) as T
  } catch (error) {
    throw withPlace(error, at)
  }
}
