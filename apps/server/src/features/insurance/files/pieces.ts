/**
 * POST /fhir/$import-claim-piece: a large file that comes in pieces and goes on where the line was cut. What has come lies
 * under the digest of the whole and its sender; how much that is, is the only thing to agree on.
 */
import { createHash, randomUUID } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { refuse } from '@yba/fhir'
import type { Caller } from '../../../access/index.ts'
import type { Operation, OperationAnswer, OperationContext } from '../../../feature.ts'
import type { Site } from '../../../site.ts'
import type { PieceAnswer } from '../contract.ts'
import { MOST_BYTES, originOf, takenAnswer } from './hand-in.ts'
import { PIECE_WRONG, PIECES_DIFFER } from './outcomes.ts'
import { PIECES, roomInSpool, spoolFolder } from './spool.ts'
import { fileOfDelivery, sameUnderWay } from './tables.ts'
import { putSpooled } from './take.ts'
import { ringWorker } from './worker.ts'

const MOST_OF_A_PIECE = 16 * 1024 * 1024

interface Whole {
  sha256: string
  size: number
  /** Where its first bytes are, among all received files. */
  path: string
}

function wholeOf(site: Site, caller: Caller, query: URLSearchParams): Whole {
  const sha256 = query.get('sha256') ?? ''
  const size = Number(query.get('size') ?? Number.NaN)
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw refuse(PIECE_WRONG, { what: 'sha256' })
  if (!Number.isSafeInteger(size) || size < 1 || size > MOST_BYTES) throw refuse(PIECE_WRONG, { what: 'size' })
  const sender = createHash('sha256').update(caller.id).digest('hex').slice(0, 16)
  return { sha256, size, path: join(spoolFolder(site), `${sender}-${sha256}${PIECES}`) }
}

const heldBytes = (path: string): Promise<number> =>
  stat(path).then(
    (s) => s.size,
    (error: { code?: string }) => (error.code === 'ENOENT' ? 0 : Promise.reject(error)),
  )

/**
 * Writes what comes at its place; a line that is cut leaves what has come. Two lines that send the same bytes at once do no
 * harm: the same place of the same file holds the same.
 */
async function append({ path, size }: Whole, offset: number, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    let at = offset
    for await (const piece of body) {
      if (at + piece.length > size) throw refuse(PIECE_WRONG, { what: 'size' })
      await file.write(piece, 0, piece.length, at)
      at += piece.length
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) hash.update(piece)
  return hash.digest('hex')
}

/** All of it is here: judged like any other large file. Throws `claim-pieces-differ`, and what was here is forgotten. */
async function complete({ site, caller, query }: OperationContext, whole: Whole): Promise<OperationAnswer> {
  if ((await digestOf(whole.path)) !== whole.sha256) {
    await rm(whole.path, { force: true })
    throw refuse(PIECES_DIFFER)
  }
  const spool = `${randomUUID()}.xml`
  await rename(whole.path, join(spoolFolder(site), spool))
  const file = await putSpooled(site, caller, { sha256: whole.sha256, size: whole.size, spool }, originOf(caller, query))
  ringWorker(site)
  return takenAnswer(file)
}

/**
 * `sha256`, `size` of the whole, `offset` of this piece. Answers how many bytes are here, whatever was sent: a piece that
 * does not begin there is not used. 202 once the file is whole, or when this delivery was taken before.
 */
async function piece(context: OperationContext): Promise<OperationAnswer> {
  const { site, caller, query, stream } = context
  const whole = wholeOf(site, caller, query)
  const { delivery } = originOf(caller, query)
  const known =
    (delivery ? await fileOfDelivery(site.store, caller.id, delivery) : undefined) ??
    (await sameUnderWay(site.store, whole.sha256, caller.id))
  if (known) return takenAnswer(known)
  await mkdir(spoolFolder(site), { recursive: true, mode: 0o700 })
  const offset = Number(query.get('offset') ?? Number.NaN)
  if (!Number.isSafeInteger(offset) || offset < 0) throw refuse(PIECE_WRONG, { what: 'offset' })
  if (offset === (await heldBytes(whole.path))) {
    if (offset === 0) await roomInSpool(site)
    await append(whole, offset, stream)
  }
  const held = await heldBytes(whole.path)
  if (held < whole.size) return { json: { held } satisfies PieceAnswer }
  return complete(context, whole)
}

export const pieceOperation: Operation = {
  name: '$import-claim-piece',
  level: 'system',
  method: 'POST',
  permission: 'claim.import',
  body: 'stream',
  bodyLimit: MOST_OF_A_PIECE,
  handle: piece,
}
