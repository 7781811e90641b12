/** One claim record to FHIR: pure, without ids, without the clock. */

import { refuse } from '@yba/fhir'
import type { PaperContent } from '../../documents/content.ts'
import { claimXml1Missing } from '../outcomes.ts'
import type { ClaimRecord } from '../types.ts'
import { planEncounter } from './encounter.ts'
import { planForms } from './forms/form.ts'
import { planMedicines } from './medicines.ts'
import { withNames } from './names.ts'
import { planNotes } from './notes.ts'
import { type ClaimOutcome, claimOutcome } from './outcome.ts'
import { claimPapers } from './papers.ts'
import { planPatient } from './patient.ts'
import { type ClaimContext, get, type PlannedResource } from './plan.ts'
import { planRecords } from './records.ts'
import { planServices } from './services.ts'

export interface ClaimPlan {
  /** Patient first, then coverage, encounter and the lines of the chart; links point backward or forward by key. */
  resources: PlannedResource[]
  papers: PaperContent[]
  /** How the stay went, once the record says that it is over. */
  outcome?: ClaimOutcome
}

export interface ClaimOptions {
  /** Code and name as they stand on papers. */
  facility: { code: string; name: string }
  /** Names of the people who work there, by licence. */
  nameOf?: (licence: string) => string | undefined
}

/**
 * Maps a checked record. The same record gives the same plan, byte by byte; a row that goes away in a later sending
 * is missing from the later plan, and the caller decides what that means.
 * A check-in (XML0 without XML1) opens person, cards and encounter; what it names of services the claim repeats with its facts.
 * @throws OutcomeError claim-xml1-missing (neither of the two tables)
 */
export function claimToFhir(record: ClaimRecord, options: ClaimOptions): ClaimPlan {
  const head = record.tables.XML1?.[0] ? 'XML1' : 'XML0'
  const rows = record.tables[head] ?? []
  // A check-in is sent again with a row more on admission: the row that says so speaks of the whole stay.
  const one = (head === 'XML0' ? rows.findLast((row) => get(row, 'NGAY_VAO_NOI_TRU') !== '') : undefined) ?? rows[0]
  if (!one) throw refuse(claimXml1Missing, { table: 'XML1', row: 1, field: 'MA_LK', found: 0 }, 'XML1')
  const ctx: ClaimContext = {
    facility: options.facility,
    record,
    head,
    one,
    maLk: record.maLk,
    keys: { patient: `Patient/${get(one, 'MA_BN')}`, encounter: `Encounter/${record.maLk}` },
  }
  const outcome = claimOutcome(ctx)
  const resources = [
    ...planPatient(ctx),
    ...planEncounter(ctx),
    ...planMedicines(ctx),
    ...planServices(ctx),
    ...planNotes(ctx),
    ...planForms(ctx),
    ...planRecords(ctx),
  ]
  return {
    resources: options.nameOf ? withNames(resources, options.nameOf) : resources,
    papers: head === 'XML1' ? claimPapers(ctx) : [],
    ...(outcome ? { outcome } : {}),
  }
}
