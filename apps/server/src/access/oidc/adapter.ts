/** Storage of the OpenID provider in the site's database. */
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { oidcRows, type Sql } from '../tables.ts'

/** The adapter factory the provider wants: one object per model. */
export function oidcAdapter(sql: Sql): (model: string) => Adapter {
  const payloadOf = (row: { payload: Record<string, unknown>; consumed_at: Date | null } | undefined): AdapterPayload | undefined =>
    row && { ...row.payload, ...(row.consumed_at ? { consumed: Math.floor(row.consumed_at.getTime() / 1000) } : {}) }
  return (model) => ({
    upsert: (id, payload, expiresIn) =>
      oidcRows.upsert(sql, model, id, { ...payload }, expiresIn ? new Date(Date.now() + expiresIn * 1000) : null),
    find: async (id) => payloadOf(await oidcRows.find(sql, model, id)),
    findByUid: async (uid) => payloadOf(await oidcRows.findByUid(sql, model, uid)),
    // Device codes are not offered.
    findByUserCode: async () => undefined,
    consume: (id) => oidcRows.consume(sql, model, id, new Date()),
    destroy: (id) => oidcRows.destroy(sql, model, id),
    revokeByGrantId: (grantId) => oidcRows.revokeGrant(sql, grantId),
  })
}
