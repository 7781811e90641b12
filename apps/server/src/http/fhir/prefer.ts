/** The header Prefer (RFC 7240; FHIR R4, http.html#ops and search.html#errors). */

const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const
const HANDLINGS = ['strict', 'lenient'] as const

export interface Preference {
  return?: (typeof RETURNS)[number]
  handling?: (typeof HANDLINGS)[number]
}

/** What the client prefers. A preference nobody knows is ignored, and of two the first counts, as the RFC says. */
export function preferOf(header: string | readonly string[] | undefined): Preference {
  const out: Preference = {}
  if (header === undefined) return out
  for (const part of [header].flat().join(',').split(',')) {
    const [name = '', value = ''] = (part.split(';')[0] ?? '').split('=').map((s) => s.trim())
    const bare = value.replace(/^"(.*)"$/, '$1')
    if (name.toLowerCase() === 'return') out.return ??= RETURNS.find((r) => r === bare)
    if (name.toLowerCase() === 'handling') out.handling ??= HANDLINGS.find((h) => h === bare)
  }
  return out
}
