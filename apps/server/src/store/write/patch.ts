/** PATCH: the update that steps make of the version that stands. */
import { applyPatch, OutcomeError, type PatchStep, parseFhirText, refuse } from '@yba/fhir'
import type { AuditLine } from '../audit/rows.ts'
import { gone, notFound } from '../outcomes.ts'
import { currentRow, lineOf } from '../read/rows.ts'
import { checkReplaced } from '../shown.ts'
import type { FhirResource, Versions, Write } from '../types.ts'
import type { WriteJob } from './index.ts'

/** What is to be patched: of what type and id, by which steps, in which version. */
export interface PatchOf {
  type: string
  id: string
  steps: readonly PatchStep[]
  ifMatch?: Versions | undefined
}

/**
 * Locks the row and applies the steps to the whole stored text, so numbers and spellings stay. Who sees a part is refused
 * before a step is tried: a `test` would tell what is not shown.
 */
export async function patched(job: WriteJob, note: (line: AuditLine) => void, asked: PatchOf): Promise<Write> {
  const { ctx, db, access } = job
  const { type, id, steps } = asked
  const row = await currentRow({ ctx, db, access }, type, id, 'write', true)
  note(await lineOf({ ctx, db, access }, 'read', type, id, row))
  if (!row) throw refuse(notFound, { type })
  if (row.deleted) throw refuse(gone, { type })
  checkReplaced(access, type, row.content)
  if (job.plain && ctx.gate) {
    const resource = JSON.parse(row.content) as FhirResource
    const closed = ctx.gate({ kind: 'update', id, resource }, access.caller, resource)
    if (closed) throw new OutcomeError([closed])
  }
  const text = applyPatch(row.content, steps)
  return { kind: 'update', id, resource: parseFhirText(text) as FhirResource, text, ifMatch: asked.ifMatch ?? row.ver }
}
