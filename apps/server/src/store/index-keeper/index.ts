/** Keeps the index at the generation this release writes and searches, and tells whether it is. */
import { setTimeout as sleep } from 'node:timers/promises'
import { INDEX_GENERATION } from '@yba/fhir'
import type { Context } from '../context.ts'
import { isUnwritable } from '../db.ts'
import { type CheckOptions, checkIndex, type IndexFault } from './check.ts'
import { beginGenerations, finishedGeneration, finishGeneration } from './generation.ts'
import { reindexAll, reindexPlace } from './reindex.ts'

export type { CheckOptions, IndexFault } from './check.ts'

export interface IndexKeeper {
  /** The generation all resources are indexed by, and how far the work on the next one is (row numbers). */
  state(): Promise<{ generation: number; done: number; of: number }>
  /** Indexes all resources anew; goes on where an earlier run was ended. */
  reindex(signal: AbortSignal): Promise<void>
  check(options: CheckOptions): Promise<IndexFault[]>
}

/** The keeper as the store holds it. */
interface RunningKeeper extends IndexKeeper {
  stop(): Promise<void>
}

const PAUSE_MS = 60_000

/** Goes on until the index is at this release's generation. */
async function catchUp(keeper: IndexKeeper, signal: AbortSignal, failed: (error: unknown) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      if ((await keeper.state()).generation >= INDEX_GENERATION) return
      await keeper.reindex(signal)
    } catch (error) {
      if (signal.aborted) return
      failed(error)
      await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }
}

/** Opens the keeper on a migrated database; it works in the background while the index is older than this release. */
export async function openIndexKeeper(ctx: Context, failed: (error: unknown) => void): Promise<RunningKeeper> {
  if ((await finishedGeneration(ctx.db)) === 0) {
    // A database that takes no rows at present is begun at the next start.
    await beginGenerations(ctx.db).catch((error: unknown) => {
      if (!isUnwritable(error)) throw error
    })
  }
  const stopping = new AbortController()
  const keeper: IndexKeeper = {
    async state() {
      return { generation: (await finishedGeneration(ctx.db)) || 1, ...(await reindexPlace(ctx)) }
    },
    async reindex(signal) {
      await reindexAll(ctx, signal)
      await finishGeneration(ctx.db)
    },
    check: (options) => checkIndex(ctx, options),
  }
  const behind = catchUp(keeper, stopping.signal, failed)
  return {
    ...keeper,
    async stop() {
      stopping.abort()
      await behind
    },
  }
}
