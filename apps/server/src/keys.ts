/** Keys and certificates of one site, read from its folder (0600, wrapped). */
import type { KeyObject } from 'node:crypto'

export interface SiteKeys {
  /** private_key_jwt of the node towards the hub (ES384), with its key id. */
  client: { kid: string; privateKey: KeyObject } | null
  /** ES256 slip key (offline QR). */
  slip: { kid: string; privateKey: KeyObject } | null
  /** Trust anchors, DER. */
  trust: Buffer[]
  /** Facility seal and personal signing keys live behind signers: documents/signers.ts. */
  folder: string
  /** Master key that wraps everything in the folder (32 bytes). */
  master: Buffer
}
