import type { Permission } from '../data/contracts.ts'
import type { Session } from '../data/session.tsx'
import type { vi } from '../text/vi/index.ts'
import type { IconSearch } from '../ui/icons.ts'

export type ActionLabel = keyof typeof vi.actions

/** What an action may use; pages add what they can do by `useActionHandler`. */
export interface ActionContext {
  session: Session
  go(path: string): void
  /** What the page on screen offers for an action, if anything. */
  handler(id: string): (() => void) | undefined
}

/** One thing a person can do. Menu, keys, palette and help are all built from the same list of these. */
export interface Action {
  id: string
  /** Key of its name in the texts; a step of the transition table brings its own name in `text`. */
  label: ActionLabel
  text?: { vi: string; en: string }
  group: 'go' | 'page' | 'app'
  keys?: string
  permission?: Permission | readonly Permission[]
  /** Only on sites of this role. */
  site?: 'facility' | 'hub'
  icon?: typeof IconSearch
  /** Address, for `go` actions: the menu makes a link of it. */
  path?: string
  perform(context: ActionContext): void
}
