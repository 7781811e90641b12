import { useNavigate } from '@tanstack/react-router'
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { may, useSession } from '../data/session.tsx'
import { ACTIONS } from './list.ts'
import type { Action, ActionContext } from './types.ts'

type Handler = () => void

/** What the pages on screen can do right now. */
class Handlers {
  readonly #now = new Map<string, Handler>()
  readonly #listeners = new Set<Handler>()
  #version = 0

  get = (id: string): Handler | undefined => this.#now.get(id)
  version = (): number => this.#version
  subscribe = (listener: Handler): Handler => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  set(id: string, handler: Handler): Handler {
    this.#now.set(id, handler)
    this.#tell()
    return () => {
      if (this.#now.get(id) !== handler) return
      this.#now.delete(id)
      this.#tell()
    }
  }
  #tell(): void {
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }
}

const HandlersContext = createContext<Handlers | null>(null)

export function ActionProvider({ children }: { children: ReactNode }) {
  const handlers = useMemo(() => new Handlers(), [])
  return <HandlersContext value={handlers}>{children}</HandlersContext>
}

function useHandlers(): Handlers {
  const handlers = use(HandlersContext)
  if (!handlers) throw new Error('actions outside of the shell')
  return handlers
}

/** A page says what it does for an action while it is on screen; `undefined` = not now. */
export function useActionHandler(id: string, handler: Handler | undefined): void {
  const handlers = useHandlers()
  const latest = useRef(handler)
  latest.current = handler
  const offered = handler !== undefined
  useEffect(() => (offered ? handlers.set(id, () => latest.current?.()) : undefined), [handlers, id, offered])
}

/** Several at once: actions of the same page whose number changes with what it shows. */
export function useActionHandlers(offered: Readonly<Record<string, Handler>>): void {
  const handlers = useHandlers()
  const latest = useRef(offered)
  latest.current = offered
  const ids = Object.keys(offered).join(' ')
  useEffect(() => {
    const stops = ids
      .split(' ')
      .filter(Boolean)
      .map((id) => handlers.set(id, () => latest.current[id]?.()))
    return () => {
      for (const stop of stops) stop()
    }
  }, [handlers, ids])
}

/** Everything this person can do here and now, and the way to do it. */
export function useActions(): { actions: Action[]; run(action: Action): void } {
  const session = useSession()
  const navigate = useNavigate()
  const handlers = useHandlers()
  useSyncExternalStore(handlers.subscribe, handlers.version)
  const context: ActionContext = { session, go: (path) => void navigate({ to: path }), handler: handlers.get }
  const actions = ACTIONS.filter(
    (action) =>
      may(session, action.permission) &&
      (!action.site || action.site === session.site.role) &&
      (action.group === 'go' || handlers.get(action.id) !== undefined),
  )
  return { actions, run: (action) => action.perform(context) }
}
