/** Bytes are readable only through a document or signature record that points to them. */
import type { Context } from '../context.ts'
import { grantPredicate, Params } from '../grants.ts'
import { ROW, type Row, typeOf } from '../stored.ts'
import { token } from '../tokens.ts'
import type { Reading } from './rows.ts'

const OWNERS = ['DocumentReference', 'Provenance'] as const

/** A readable owner of the bytes; undefined when there is none. */
export async function ownerOfBinary(on: Reading, sha256: string): Promise<Row | undefined> {
  const params = new Params()
  const h = params.add(on.ctx.hashes.of(token.binary(sha256)), 'bigint')
  const may = OWNERS.map((type) => {
    const t = params.add(typeOf(type), 'smallint')
    return `(r.t = ${t} and ${grantPredicate(on.access, 'read', 'r', params, type)})`
  })
  const text = `select ${ROW} from ix_tok k join res r on r.rid = k.rid
    where k.h = ${h} and not r.deleted and r.tok @> array[${h}] and (${may.join(' or ')}) order by k.sd desc limit 1`
  const [row] = await on.db.query<Row>(text, params.values, true)
  return row
}

function attachmentType(value: unknown, url: string): string | undefined {
  if (Array.isArray(value)) {
    for (const v of value) {
      const found = attachmentType(v, url)
      if (found) return found
    }
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const body = value as Record<string, unknown>
  if (body.url === url && typeof body.contentType === 'string') return body.contentType
  return attachmentType(Object.values(body), url)
}

/** The bytes with the type their owner gives them. */
export async function bytesOf(ctx: Context, owner: Row, sha256: string): Promise<{ bytes: Buffer; contentType: string }> {
  const bytes = await ctx.blobs.get(sha256)
  return { bytes, contentType: attachmentType(JSON.parse(owner.content), `Binary/${sha256}`) ?? 'application/octet-stream' }
}
