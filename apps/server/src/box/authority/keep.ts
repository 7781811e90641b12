/**
 * The demo authority on disk, in `authority/` of the province:
 *   authority.sealed, master.key   its keys
 *   issued.jsonl                   one line per certificate it issued
 *   revocations.jsonl              one line per revocation; only ever appended, so command line and service may both write
 *   behaviour.json                 how its services answer just now (switches of the demo)
 *   control.token                  who may press the switches
 */
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import {
  type Authority,
  type CertificateRequest,
  createAuthority,
  type ExportedAuthority,
  exportAuthority,
  type IssuedCertificate,
  importAuthority,
  issueCertificate,
  newMasterKey,
  readCertificate,
  unwrapKey,
  wrapKey,
} from '@yba/signing'
import { layout } from '../layout.ts'
import { provinceDamaged } from '../outcomes.ts'
import { writeWhole } from '../site-keys.ts'
import { type Behaviours, NORMAL } from './behaviour.ts'

const WRAP_NAME = 'authority'

export interface IssuedRecord {
  serial: string
  /** Whose it is: site and signer id. */
  site: string
  id: string
  name: string
  notAfter: string
}

export interface RevocationRecord {
  serial: string
  at: string
  reason: number
}

/** Opens the demo authority, making it at the first start. `address` of its services is written into new certificates. */
export async function openAuthority(data: string, address?: string): Promise<Authority> {
  const folder = layout.authority(data)
  const [sealed, master] = [join(folder, 'authority.sealed'), join(folder, 'master.key')]
  const clock = () => new Date()
  const urls = address ? { ocspUrl: `${address}/ocsp`, crlUrl: `${address}/crl` } : {}
  if (existsSync(sealed)) {
    if (!existsSync(master)) throw refuse(provinceDamaged, { file: master })
    const key = Buffer.from(readFileSync(master, 'utf8'), 'base64')
    const text = unwrapKey(readFileSync(sealed, 'utf8'), key, WRAP_NAME).toString('utf8')
    return { ...importAuthority(JSON.parse(text) as ExportedAuthority, clock), ...urls }
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const authority = await createAuthority({ clock, ...urls })
  const key = newMasterKey()
  writeWhole(master, key.toString('base64'))
  writeWhole(sealed, wrapKey(Buffer.from(JSON.stringify(exportAuthority(authority))), key, WRAP_NAME))
  return authority
}

/** Issues a certificate and notes whose it is. */
export async function issueNoted(
  data: string,
  authority: Authority,
  whose: { site: string; id: string },
  request: CertificateRequest,
): Promise<IssuedCertificate> {
  const issued = await issueCertificate(authority, request)
  const notAfter = readCertificate(issued.certificateDer).validTo.toISOString()
  append<IssuedRecord>(data, 'issued.jsonl', { serial: issued.serialHex, ...whose, name: request.commonName, notAfter })
  return issued
}

/** What the demo authority certifies a facility's seal for. */
export const sealOf = ({ code, name }: { code: string; name: string }): CertificateRequest => ({
  kind: 'facility',
  commonName: name,
  organization: name,
  serialNumber: `MST:000${code}`,
})

/** Revokes a certificate from now on; the first revocation of a serial number stands. */
export function revokeNoted(data: string, serial: string, now: Date, reason = 0): void {
  append<RevocationRecord>(data, 'revocations.jsonl', { serial: serial.toLowerCase(), at: now.toISOString(), reason })
}

export const issuedCertificates = (data: string): IssuedRecord[] => lines<IssuedRecord>(data, 'issued.jsonl')

/** Revocations in force, the first of each serial number. */
export function revocations(data: string): RevocationRecord[] {
  const first = new Map<string, RevocationRecord>()
  for (const one of lines<RevocationRecord>(data, 'revocations.jsonl')) if (!first.has(one.serial)) first.set(one.serial, one)
  return [...first.values()]
}

export function readBehaviours(data: string): Behaviours {
  const file = join(layout.authority(data), 'behaviour.json')
  return existsSync(file) ? { ...NORMAL, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Behaviours>) } : NORMAL
}

export const writeBehaviours = (data: string, behaviours: Behaviours): void =>
  writeWhole(join(layout.authority(data), 'behaviour.json'), JSON.stringify(behaviours))

/** The word that opens the switches; made at the first start, 0600. */
export function controlToken(data: string): string {
  const file = join(layout.authority(data), 'control.token')
  if (!existsSync(file)) writeWhole(file, randomBytes(24).toString('hex'))
  return readFileSync(file, 'utf8')
}

function append<T>(data: string, name: string, line: T): void {
  appendFileSync(join(layout.authority(data), name), `${JSON.stringify(line)}\n`, { mode: 0o600 })
}

function lines<T>(data: string, name: string): T[] {
  const file = join(layout.authority(data), name)
  if (!existsSync(file)) return []
  const whole = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return whole.map((line) => JSON.parse(line) as T)
}
