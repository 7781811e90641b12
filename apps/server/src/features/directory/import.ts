/** The hub operator's file: facilities that join or change, and what codes became. All of it, or nothing. */
import { refuse } from '@yba/fhir'
import type { OperationAnswer, OperationContext } from '../../feature.ts'
import type { Transaction } from '../../store/types.ts'
import type { DirectoryAlias, DirectoryKey } from '../exchange/contract.ts'
import { aliasFault } from './aliases.ts'
import { ALIAS_UNFIT, DIRECTORY_FILE_UNREADABLE, FACILITY_UNFIT } from './outcomes.ts'
import { publishDirectory } from './publish.ts'
import { aliases, type Facility, facilities, putAliases, putFacilities } from './tables.ts'

export interface DirectoryFile {
  facilities?: { code: string; name: string; managingBody?: string; active?: boolean; revokedSlipKeys?: Record<string, string> }[]
  aliases?: (DirectoryAlias & { reason?: string })[]
}

export interface ImportedDirectory {
  facilities: number
  aliases: number
}

const unreadable = (what: string) => refuse(DIRECTORY_FILE_UNREADABLE, { what })

/** A file's bytes. Throws `directory-file-unreadable`: no UTF-8, no JSON, or another thing than a directory. */
export function readDirectoryFile(bytes: Uint8Array): DirectoryFile {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable('UTF-8')
  }
  try {
    return directoryFile(JSON.parse(text))
  } catch (error) {
    throw error instanceof SyntaxError ? unreadable(`JSON: ${error.message}`) : error
  }
}

const isList = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((one) => one !== null && typeof one === 'object'))

function directoryFile(content: unknown): DirectoryFile {
  const file = (content ?? {}) as DirectoryFile
  if (file.facilities === undefined && file.aliases === undefined) throw unreadable('facilities, aliases')
  if (!isList(file.facilities)) throw unreadable('facilities')
  if (!isList(file.aliases)) throw unreadable('aliases')
  return file
}

/** Writes a file's facilities and aliases in one transaction. Throws `directory-facility-unfit`, `directory-alias-unfit`. */
export async function importDirectory(tx: Transaction, file: DirectoryFile, by: string): Promise<ImportedDirectory> {
  await tx.lockKey('directory')
  const known = new Map((await facilities(tx)).map((f) => [f.code, f]))
  const rows = (file.facilities ?? []).map((f) => changed(known.get(f.code), f))
  for (const row of rows) known.set(row.code, row)
  await putFacilities(tx, rows, tx.now)
  const all = await aliases(tx)
  for (const alias of file.aliases ?? []) {
    const others = all.filter((a) => a.code !== alias.code || a.from !== alias.from)
    const fault = aliasFault(others, alias) ?? ([alias.code, alias.becomes].every((c) => known.has(c)) ? null : 'facility unknown')
    if (fault) throw refuse(ALIAS_UNFIT, { code: String(alias.code), what: fault })
    all.push(alias)
  }
  await putAliases(tx, file.aliases ?? [], by, tx.now)
  return { facilities: rows.length, aliases: file.aliases?.length ?? 0 }
}

/** Keys come from the nodes themselves; the operator's file can only take trust away from one. */
function changed(before: Facility | undefined, f: NonNullable<DirectoryFile['facilities']>[number]): Facility {
  const named = typeof f.name === 'string' && f.name.trim() !== '' && f.name.length <= 200
  if (!/^\d{2}[0-9A-Z]{3}$/.test(String(f.code)) || !named) throw refuse(FACILITY_UNFIT, { code: String(f.code) })
  const revoked = f.revokedSlipKeys ?? {}
  const keys: DirectoryKey[] = (before?.slip_keys ?? []).map((k) => (revoked[k.kid] ? { ...k, revoked: revoked[k.kid] ?? '' } : k))
  return {
    ...before,
    code: f.code,
    name: f.name,
    managing_body: f.managingBody ?? before?.managing_body ?? '',
    active: f.active ?? before?.active ?? true,
    suspended: before?.suspended ?? false,
    slip_keys: keys,
    client_keys: before?.client_keys ?? [],
  }
}

/** POST /fhir/Organization/$import-directory, for the hub's operator. */
export async function importDirectoryOperation({ site, caller, json, store }: OperationContext): Promise<OperationAnswer> {
  const file = directoryFile(json)
  const done = await store.transact((tx) => importDirectory(tx, file, caller.id))
  await publishDirectory(site)
  await site.store.audit.record(caller, {
    action: 'operation',
    outcome: 'ok',
    detail: `directory ${done.facilities} facilities ${done.aliases} aliases`,
  })
  return { json: done }
}
