import type { OutcomeContent, ReferralContent } from '@yba/vietnam'
import type { FindingView, SaveDraftAnswer } from '../../data/contracts.ts'
import { ApiError } from '../../data/http.ts'
import { saveDraft } from './queries.ts'

export type DraftContent = ReferralContent | OutcomeContent

/** saved: at `at`; conflict: somebody else saved meanwhile, nothing is overwritten before a choice. */
export type SaveState = { is: 'saved'; at: Date } | { is: 'dirty' | 'saving' | 'failed' | 'conflict' }

/** A draft as the server gave it. */
export interface StoredDraft<T> {
  content: T
  draftVersion: number
  updatedAt: string
}

export interface DraftSnapshot<T> {
  content: T
  state: SaveState
  findings: readonly FindingView[]
  /** What the server would write for a text of this draft; the field takes it when nobody is in it. */
  named?: SaveDraftAnswer['named']
}

const QUIET_MS = 700
const RETRY_MS = 5000

/** A copy with the member at `path` (`treatment.method`) set. */
export function withValue<T extends object>(content: T, path: string, value: unknown): T {
  const [head = '', ...rest] = path.split('.')
  const below = (content as Record<string, unknown>)[head]
  const next = rest.length === 0 ? value : withValue(typeof below === 'object' && below !== null ? below : {}, rest.join('.'), value)
  return { ...content, [head]: next }
}

export function valueAt(content: object, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], content)
}

/** Saves a draft a moment after the last key, one request at a time, always over the version it saw. */
export class DraftSaver<T extends DraftContent> {
  readonly #id: string
  readonly #listeners = new Set<() => void>()
  #snapshot: DraftSnapshot<T>
  #version: number
  #saved: T
  #running: Promise<boolean> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(id: string, start: StoredDraft<T>, findings: readonly FindingView[]) {
    this.#id = id
    this.#version = start.draftVersion
    this.#saved = start.content
    this.#snapshot = { content: start.content, state: { is: 'saved', at: new Date(start.updatedAt) }, findings }
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  snapshot = (): DraftSnapshot<T> => this.#snapshot

  /** The version on the server that holds what is shown as saved. */
  get version(): number {
    return this.#version
  }

  /** True while something typed is not on the server. */
  get pending(): boolean {
    return this.#saved !== this.#snapshot.content
  }

  set = (path: string, value: unknown): void => {
    const { state } = this.#snapshot
    this.#show({ content: withValue(this.#snapshot.content, path, value), state: state.is === 'conflict' ? state : { is: 'dirty' } })
    if (state.is !== 'conflict') this.#later(QUIET_MS)
  }

  /** Saves at once; true when everything typed is on the server. */
  flush = async (): Promise<boolean> => {
    clearTimeout(this.#timer)
    if (this.#running) await this.#running
    if (!this.pending) return true
    this.#running = this.#send(this.#snapshot.content)
    const good = await this.#running
    this.#running = undefined
    return good && (!this.pending || this.flush())
  }

  /** Shows what the server has, giving up what is here. */
  replace(start: StoredDraft<T>): void {
    this.#version = start.draftVersion
    this.#saved = start.content
    this.#show({ content: start.content, state: { is: 'saved', at: new Date(start.updatedAt) } })
  }

  /** Saves what is here over the version somebody else made. */
  overwrite(version: number): Promise<boolean> {
    this.#version = version
    return this.flush()
  }

  async #send(content: T): Promise<boolean> {
    this.#show({ state: { is: 'saving' } })
    try {
      const answer = await saveDraft(this.#id, { kind: content.kind, content, draftVersion: this.#version })
      this.#version = answer.draftVersion
      this.#saved = content
      this.#show({
        findings: answer.findings,
        named: answer.named,
        state: this.pending ? { is: 'dirty' } : { is: 'saved', at: new Date() },
      })
      return true
    } catch (error) {
      const conflict = error instanceof ApiError && error.status === 409
      this.#show({ state: { is: conflict ? 'conflict' : 'failed' } })
      if (!conflict) this.#later(RETRY_MS)
      return false
    }
  }

  #later(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), ms)
  }

  #show(change: Partial<DraftSnapshot<T>>): void {
    this.#snapshot = { ...this.#snapshot, ...change }
    for (const listener of this.#listeners) listener()
  }
}
