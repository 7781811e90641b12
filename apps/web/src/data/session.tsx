import { createContext, type ReactNode, use } from 'react'
import type { Permission, Role } from './contracts.ts'
import { ApiError, api } from './http.ts'

/** What `GET /auth/session` says. */
export interface Session {
  user: {
    id: string
    name: string
    role: Role
    permissions: Permission[]
    departments: string[]
    licence?: string
  }
  site: { name: string; role: 'facility' | 'hub' | 'bare'; facility: { code: string; name: string }; environment: string }
  lang: 'vi' | 'en'
  idleLockSeconds: number
}

export interface SessionAnswer extends Omit<Session, 'user'> {
  user: Session['user'] | null
  /** Signed in, but locked for being idle: the password opens it again. */
  locked?: { id: string; name: string }
}

export const loadSession = (): Promise<SessionAnswer> => api<SessionAnswer>('/auth/session')

/** Whether anything answers at the other end of the line. */
export const serverAnswers = (): Promise<boolean> =>
  loadSession().then(
    () => true,
    (error: unknown) => !(error instanceof ApiError && error.status === 0),
  )

/** Leaves the app for the sign-in pages and comes back to where the person was. */
export function goToSignIn(): void {
  location.assign(`/auth/login?return=${encodeURIComponent(location.pathname + location.search)}`)
}

const SessionContext = createContext<Session | null>(null)

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('useSession outside of a signed-in shell')
  return session
}

/** True when the person holds the permission, or one of several. */
export function may(session: Session, permission?: Permission | readonly Permission[]): boolean {
  if (!permission) return true
  const wanted = Array.isArray(permission) ? permission : [permission]
  return wanted.some((p) => session.user.permissions.includes(p))
}
