import { useEffect, useState, useSyncExternalStore } from 'react'
import type { FindingView } from '../../data/contracts.ts'
import { type DraftContent, DraftSaver, type DraftSnapshot, type StoredDraft } from './draft-saver.ts'
import { fetchReferral } from './queries.ts'

export interface Draft<T> extends DraftSnapshot<T> {
  set(path: string, value: unknown): void
  /** Version of what was last saved. */
  version: number
  /** Saves at once; true when everything typed is on the server. */
  flush(): Promise<boolean>
  /** After a conflict: shows what somebody else saved. */
  takeTheirs(): Promise<void>
  /** After a conflict: saves this one over it. */
  keepMine(): Promise<void>
  /** Grows when the content was replaced from outside: fields then show it. */
  generation: number
}

/** A draft on screen that saves itself; what is not saved when the page is left goes out at once. */
export function useDraft<T extends DraftContent>(id: string, start: StoredDraft<T>, findings: readonly FindingView[]): Draft<T> {
  const [saver] = useState(() => new DraftSaver(id, start, findings))
  const [generation, setGeneration] = useState(0)
  const snapshot = useSyncExternalStore(saver.subscribe, saver.snapshot)
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent): void => {
      if (saver.pending) event.preventDefault()
    }
    window.addEventListener('beforeunload', leaving)
    return () => {
      window.removeEventListener('beforeunload', leaving)
      void saver.flush()
    }
  }, [saver])
  const theirs = async (): Promise<StoredDraft<T> | undefined> => {
    const view = await fetchReferral(id)
    return (start.content.kind === 'referral' ? view.draft : view.outcomeDraft) as StoredDraft<T> | undefined
  }
  return {
    ...snapshot,
    set: saver.set,
    version: saver.version,
    flush: saver.flush,
    generation,
    takeTheirs: async () => {
      const now = await theirs()
      if (!now) return
      saver.replace(now)
      setGeneration((n) => n + 1)
    },
    keepMine: async () => {
      const now = await theirs()
      if (now) await saver.overwrite(now.draftVersion)
    },
  }
}
