/** The end of a file, told to open screens with the same commit. */
import { finding } from '@yba/fhir'
import { systemCaller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import type { FindingView } from '../../referral/contract.ts'
import { findingView } from '../../referral/index.ts'
import type { FileState } from '../contract.ts'
import { FILE_CUT } from './outcomes.ts'
import { closeFile, type FileRow } from './tables.ts'

/** Closes a file; undefined when it was closed before. */
export function endFile(site: Site, id: string, state: FileState, findings: FindingView[] = []): Promise<FileRow | undefined> {
  const store = site.store.as(systemCaller('import:file', site.settings.facility.code))
  return store.transact(async (tx) => {
    const row = await closeFile(tx, id, state, findings, site.clock.now())
    if (row) tx.emit({ kind: 'claim.file', thread: `ClaimFile/${id}` })
    return row
  })
}

/** Closes a file whose bytes are gone, or whose process died: its sender is told to send it again. */
export const endCut = (site: Site, id: string): Promise<FileRow | undefined> =>
  endFile(site, id, 'stopped', [findingView(finding(FILE_CUT))])
