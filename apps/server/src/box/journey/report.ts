/** What the journey prints: one JSON object that a script can judge. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentView } from '../../features/documents/contract.ts'
import type { Person } from './person.ts'
import type { Walked } from './walk.ts'

export interface JourneyReport {
  claim: { records: unknown[]; findings: unknown[] }
  patient: unknown
  referral: { number: string; events: { event: string; state: string; at: string; by: string }[] } | null
  documents: {
    type: string
    identifier: string
    version: number
    digest: string
    file: string
    pdf: string
    signatures: { by: string; role: string; kind: string; verdict: string }[]
  }[]
  outcome: unknown
  audit: { reads: number; writes: number; sealed: number; verified: boolean }
  sites: { name: string; url: string; database: string }[]
  timings: Record<string, number>
  ok: boolean
}

/** Lays the papers of the journey into `folder` as files and lists them with their verdicts. */
export async function papersOf(person: Person, documents: readonly DocumentView[], folder: string): Promise<JourneyReport['documents']> {
  mkdirSync(folder, { recursive: true })
  const out: JourneyReport['documents'] = []
  for (const document of documents) {
    const name = `${document.kind}-${document.issuer}-v${document.version}`
    const file = join(folder, `${name}.json`)
    writeFileSync(file, await person.bytes(document.bytes))
    const pdf = join(folder, `${name}.pdf`)
    if (document.pdf) writeFileSync(pdf, await person.bytes(document.pdf))
    out.push({
      type: document.kind,
      identifier: `${document.issuer}|${document.number}`,
      version: document.version,
      digest: document.digest,
      file,
      pdf: document.pdf ? pdf : '',
      signatures: document.signatures.map((s) => ({ by: s.by, role: s.role, kind: s.kind, verdict: s.verdict })),
    })
  }
  return out
}

/** The loop is closed and every signature of every paper is valid, none missing. */
export function closed(walked: Walked): boolean {
  const view = walked.sent
  if (view?.state !== 'completed' || !view.outcome) return false
  return view.documents.every((d) => {
    const complete = d.required.every((role) =>
      ['jws', 'pades'].every((kind) => d.signatures.some((s) => s.role === role && s.kind === kind)),
    )
    return complete && d.signatures.every((s) => s.verdict === 'valid')
  })
}
