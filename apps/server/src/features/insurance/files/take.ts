/** Files come in: by the desk, by programs, by watched folders, by the server's own command. */
import { createHash } from 'node:crypto'
import { finding, OutcomeError } from '@yba/fhir'
import { foldName } from '@yba/vietnam'
import type { Caller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { findingView } from '../../referral/index.ts'
import type { CameBy, ImportAnswer, ImportedRecord } from '../contract.ts'
import { judgeFile } from './judge.ts'
import { FILE_CUT } from './outcomes.ts'
import { dropSpool, type Received, receive } from './spool.ts'
import { closeFile, type FileRow, putFile, sameUnderWay } from './tables.ts'

export interface FileOrigin {
  name?: string
  cameBy: CameBy
  folder?: string
}

const MOST_NAME = 200

/** What is left of a path, and no line that breaks a list. */
export const plainName = (name: string): string =>
  (name.split(/[\\/]/).at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .normalize('NFC')
    .trim()
    .slice(0, MOST_NAME)

function newFile(caller: Caller, got: Pick<Received, 'sha256' | 'size'>, from: FileOrigin) {
  const name = plainName(from.name ?? '') || `${got.sha256.slice(0, 12)}.xml`
  return {
    name,
    folded: foldName(name),
    sha256: got.sha256,
    size: got.size,
    cameBy: from.cameBy,
    caller,
    ...(from.folder ? { folder: from.folder } : {}),
  }
}

/** Judges bytes that lie in memory, at once. Refusals of the whole file (not XML, entities, bombs) are thrown; those of records are in the answer. */
async function judgeNow(site: Site, caller: Caller, bytes: Buffer, file: FileRow): Promise<ImportAnswer> {
  const records: ImportedRecord[] = []
  try {
    const row = await judgeFile({ site, caller, file, from: { bytes }, each: (record) => records.push(record) })
    return importAnswer(row, records)
  } catch (error) {
    // Its sender still has it and is told that it was not taken; the list must not show it as under way.
    if (!(error instanceof OutcomeError))
      await closeFile(site.store, file.id, 'stopped', [findingView(finding(FILE_CUT))], site.clock.now())
    throw error
  }
}

export const importAnswer = (file: FileRow, records: ImportedRecord[]): ImportAnswer => ({
  file: {
    id: file.id,
    name: file.name,
    sha256: file.sha256,
    layout: (file.layout ?? 'unknown') as ImportAnswer['file']['layout'],
    facility: file.facility ?? '',
  },
  records,
  findings: file.findings,
})

/**
 * Imports one file that lies in memory, whatever its size. Refusals of the whole file are thrown; those of records are in
 * the answer.
 */
export async function importClaim(site: Site, caller: Caller, bytes: Buffer, name?: string): Promise<ImportAnswer> {
  const got = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }
  const file = await putFile(site.store, newFile(caller, got, { ...(name ? { name } : {}), cameBy: 'command' }), site.clock.now())
  return judgeNow(site, caller, bytes, file)
}

/** A small file is judged at once; a larger one is on disk and waits for the site's worker. The same bytes by the same sender that are still under way are not taken twice. */
export async function takeFile(
  site: Site,
  caller: Caller,
  body: AsyncIterable<Uint8Array>,
  origin: FileOrigin,
): Promise<{ answer: ImportAnswer } | { waiting: FileRow }> {
  const got = await receive(site, body)
  if ('bytes' in got) {
    const file = await putFile(site.store, newFile(caller, got, origin), site.clock.now())
    return { answer: await judgeNow(site, caller, got.bytes, file) }
  }
  const same = await sameUnderWay(site.store, got.sha256, caller.id)
  if (same) {
    await dropSpool(site, got.spool)
    return { waiting: same }
  }
  return { waiting: await putFile(site.store, { ...newFile(caller, got, origin), spool: got.spool }, site.clock.now()) }
}
