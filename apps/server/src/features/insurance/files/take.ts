/** Files come in: by the desk, by programs, by watched folders, by the server's own command. */
import { createHash, randomUUID } from 'node:crypto'
import { OutcomeError } from '@yba/fhir'
import { foldName } from '@yba/vietnam'
import type { Caller } from '../../../access/index.ts'
import type { Site } from '../../../site.ts'
import { willPass } from '../../../storage-fault.ts'
import type { CameBy, ImportAnswer, ImportedRecord } from '../contract.ts'
import { endCut } from './close.ts'
import { keepHold, LONG_HOLD_SECONDS } from './hold.ts'
import { judgeFile, LetGo } from './judge.ts'
import { dropSpool, type Received, receive } from './spool.ts'
import { type FileRow, fileOfDelivery, type NewFile, putFile, sameUnderWay } from './tables.ts'

export interface FileOrigin {
  name?: string
  cameBy: CameBy
  folder?: string
  /** The sender's own name of this delivery; sent again it is the same file. */
  delivery?: string
}

/** judged: its records are told. waiting: it has its row, and is judged or was. */
export type Taken = { answer: ImportAnswer } | { waiting: FileRow }

const MOST_NAME = 200
/** A fault of ours may be met so often by a file whose sender waits. */
const MOST_FAULTS = 8

/** What is left of a path, and no line that breaks a list. */
export const plainName = (name: string): string =>
  (name.split(/[\\/]/).at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .normalize('NFC')
    .trim()
    .slice(0, MOST_NAME)

function newFile(caller: Caller, got: Pick<Received, 'sha256' | 'size'>, from: FileOrigin): NewFile {
  const name = plainName(from.name ?? '') || `${got.sha256.slice(0, 12)}.xml`
  return {
    name,
    folded: foldName(name),
    sha256: got.sha256,
    size: got.size,
    cameBy: from.cameBy,
    caller,
    ...(from.folder ? { folder: from.folder } : {}),
    ...(from.delivery ? { delivery: from.delivery } : {}),
  }
}

/**
 * Judges bytes that lie in memory, at once. Refusals of the whole file (not XML, entities, bombs) are thrown; those of
 * records are in the answer. What kept it from its end is thrown, and its row says that it was not taken whole.
 */
async function judgeNow(site: Site, caller: Caller, bytes: Buffer, file: FileRow, holder: string): Promise<ImportAnswer> {
  const records: ImportedRecord[] = []
  const hold = keepHold(site, file.id, holder, LONG_HOLD_SECONDS)
  try {
    for (let faults = 1; ; faults++) {
      try {
        const each = (record: ImportedRecord) => records.push(record)
        return importAnswer(await judgeFile({ site, caller, file, from: { bytes }, each, mayGoOn: hold.held }), records)
      } catch (error) {
        if (error instanceof OutcomeError || error instanceof LetGo || willPass(error) || faults === MOST_FAULTS) throw error
      }
    }
  } catch (error) {
    if (!(error instanceof OutcomeError)) await endCut(site, file.id)
    throw error
  } finally {
    hold.end()
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
  const holder = randomUUID()
  const origin: FileOrigin = { ...(name ? { name } : {}), cameBy: 'command' }
  const file = await putFile(site.store, { ...newFile(caller, got, origin), holder }, site.clock.now())
  return judgeNow(site, caller, bytes, file, holder)
}

/**
 * A small file is judged at once; a larger one is on disk and waits for the site's worker. The same delivery again, and the
 * same bytes by the same sender that are still under way, are not taken twice.
 */
export async function takeFile(site: Site, caller: Caller, body: AsyncIterable<Uint8Array>, origin: FileOrigin): Promise<Taken> {
  const got = await receive(site, body)
  if ('spool' in got) return { waiting: await putSpooled(site, caller, got, origin) }
  const holder = randomUUID()
  const file = await putFile(site.store, { ...newFile(caller, got, origin), holder }, site.clock.now())
  if (file.again) return { waiting: file }
  return { answer: await judgeNow(site, caller, got.bytes, file, holder) }
}

/** The row of bytes that lie in the spool. They are dropped when it cannot be written, or when the file has one already. */
export async function putSpooled(
  site: Site,
  caller: Caller,
  got: { sha256: string; size: number; spool: string },
  origin: FileOrigin,
): Promise<FileRow> {
  const known = async (): Promise<FileRow | undefined> =>
    (origin.delivery ? await fileOfDelivery(site.store, caller.id, origin.delivery) : undefined) ??
    (await sameUnderWay(site.store, got.sha256, caller.id))
  try {
    const file = (await known()) ?? (await putFile(site.store, { ...newFile(caller, got, origin), spool: got.spool }, site.clock.now()))
    if (file.spool !== got.spool) await dropSpool(site, got.spool)
    return file
  } catch (error) {
    await dropSpool(site, got.spool)
    throw error
  }
}
