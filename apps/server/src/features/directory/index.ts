/** Door of the directory: who takes part in the exchange, by which keys, and what codes became. */
import type { SlipPublicKey } from '@yba/signing'
import { localDay } from '@yba/vietnam'
import type { Feature, Operation, OperationAnswer, OperationContext } from '../../feature.ts'
import type { Site } from '../../site.ts'
import type { StoreRoot, Transaction } from '../../store/types.ts'
import { codeNow, codesOf } from './aliases.ts'
import { publishDirectory, startPublishing } from './publish.ts'
import { lookUp } from './register.ts'
import { aliases, facilities, kept, migrations } from './tables.ts'

export { aliasFault, codeNow, codesOf } from './aliases.ts'
export {
  type DirectoryAge,
  type DirectoryLine,
  type DirectoryTrouble,
  directoryAge,
  directoryEnds,
  directoryRound,
  fetchDirectory,
  followDirectory,
  keepDirectory,
} from './follow.ts'
export { type DirectoryFile, importDirectory, importDirectoryOperation, readDirectoryFile } from './import.ts'
export type { ListKind } from './lists/columns.ts'
export { type ImportedList, importList, type ListImport } from './lists/import-list.ts'
export { DIRECTORY_OLD } from './outcomes.ts'
export { directorySnapshot, giveDirectory, giveRegister, signSnapshot, takeSlipKey } from './snapshot.ts'
export { type ListEntry, listed, putListed } from './tables/register.ts'
export {
  addFacilities,
  aliases,
  type Facility,
  facilities,
  facility,
  facilityName,
  issuerName,
  putAliases,
  putFacilities,
} from './tables.ts'

export { publishDirectory }

type Sql = Pick<StoreRoot | Transaction, 'sql'>

/** Public slip keys of all facilities, also of those that are gone. */
export async function slipKeys(db: Sql): Promise<SlipPublicKey[]> {
  return (await facilities(db)).flatMap((f) =>
    f.slip_keys.map(({ kid, kty, crv, x, y, from, until, revoked }) => ({
      kid,
      issuer: f.code,
      jwk: { kty, crv, x, y } as SlipPublicKey['jwk'],
      ...(from ? { from } : {}),
      ...(until ? { until } : {}),
      ...(revoked ? { revoked } : {}),
    })),
  )
}

/** The address printed in slips: the hub's public one as far as this site knows. */
export async function publicAddress(site: Site): Promise<string> {
  const { settings } = site
  return (await kept(site.store))?.public_url ?? settings.publicUrl ?? settings.hubUrl ?? settings.baseUrl
}

/** The code the hub signs its directory with, as far as this site holds one. The hub is no facility: nothing is addressed to it. */
export async function hubCode(db: Sql): Promise<string | undefined> {
  const [, payload = ''] = (await kept(db))?.jws.split('.') ?? []
  if (!payload) return undefined
  const { issuer } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { issuer?: string }
  return issuer
}

/** All codes a facility answers for today. */
export async function ownCodes(db: Sql, code: string, now: Date): Promise<string[]> {
  return codesOf(await aliases(db), code, localDay(now))
}

/** Who answers today for what was written under `code` on a day. */
export async function ownerNow(db: Sql, code: string, writtenOn: string, now: Date): Promise<string> {
  return codeNow(await aliases(db), code, writtenOn, localDay(now))
}

/** GET /fhir/Organization/$facilities: choices for "Kính gửi", without keys. */
async function list(context: OperationContext): Promise<OperationAnswer> {
  const rows = (await facilities(context.site.store)).filter((f) => f.active).map((f) => ({ code: f.code, name: f.name }))
  return { json: { rows } }
}

const operations: readonly Operation[] = [
  { name: '$facilities', level: 'type', type: 'Organization', method: 'GET', permission: 'directory.read', body: 'none', handle: list },
  { name: '$register', level: 'type', type: 'Organization', method: 'GET', permission: 'directory.read', body: 'none', handle: lookUp },
]

export const directory: Feature = {
  name: 'directory',
  operations,
  migrations,
  start: async (site) => (site.role === 'hub' ? startPublishing(site) : { stop: async () => undefined }),
}
