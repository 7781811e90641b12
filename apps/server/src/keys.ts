/** Keys and certificates of one site, read from its folder (0600, wrapped). */
import type { JsonWebKey, KeyObject } from 'node:crypto'

export interface SiteKeys {
  /** private_key_jwt of the node towards the hub (ES384), with its key id. */
  client: { kid: string; privateKey: KeyObject; notAfter: Date | null } | null
  /** The key made to follow `client`, until the hub knows it. */
  nextClient(): { kid: string; privateKey: KeyObject; publicJwk: JsonWebKey; notAfter: Date } | null
  /** Puts the next client key in the place of the present one, which stays beside it. */
  adoptNextClient(): void
  /** ES256 slip key (offline QR). */
  slip: { kid: string; privateKey: KeyObject } | null
  /** The hub's ES384 key over the directory it gives out. */
  directory: { kid: string; privateKey: KeyObject; publicJwk: JsonWebKey } | null
  /** The hub's public directory keys a node believes, laid down when it joined. */
  directoryTrust: (JsonWebKey & { kid?: string })[]
  /** Public half of `slip`, for the directory. */
  slipPublic: (JsonWebKey & { kid?: string }) | null
  /** Trust anchors, DER. */
  trust: Buffer[]
  /** Facility seal and personal signing keys live behind signers: documents/signers.ts. */
  folder: string
  /** Master key that wraps everything in the folder (32 bytes). */
  master: Buffer
}
