import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { idleMilliseconds, touch, watchTouches } from '../data/activity.ts'
import { onSignedOut, post } from '../data/http.ts'
import { goToSignIn, useSession } from '../data/session.tsx'
import { IconLock } from '../ui/icons.ts'
import { Failure } from '../ui/Notice.tsx'
import styles from './shell.module.css'

/** idle: the password opens it again; ended: the server knows no session any more. */
export type LockReason = 'idle' | 'ended'

/** Covers the screen when nobody touched it for the site's idle time, or when the server locked or ended the session. */
export function useIdleLock(): { why: LockReason | undefined; lock(): void; open(): void } {
  const { idleLockSeconds } = useSession()
  const [why, setWhy] = useState<LockReason>()
  const open = useCallback(() => {
    touch()
    setWhy(undefined)
  }, [])
  const lock = useCallback(() => {
    setWhy('idle')
    // Without an answer the screen is covered all the same; the server locks by its own clock.
    post('/auth/lock').catch(() => undefined)
  }, [])
  useEffect(() => onSignedOut((locked) => setWhy((known) => (known === 'ended' ? known : locked ? 'idle' : 'ended'))), [])
  useEffect(() => {
    if (!idleLockSeconds || why) return
    touch()
    const unwatch = watchTouches()
    const timer = setInterval(() => idleMilliseconds() > idleLockSeconds * 1000 && lock(), 5000)
    return () => {
      clearInterval(timer)
      unwatch()
    }
  }, [idleLockSeconds, why, lock])
  return { why, lock, open }
}

interface Props {
  why: LockReason
  name: string
  site: string
  open(): void
  signOut(): void
}

/** Takes the place of the screen: what was on it is not in the page any more. */
export function LockScreen({ why, name, site, open, signOut }: Props) {
  const { t } = useTranslation()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const unlock = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password') ?? '')
    setBusy(true)
    try {
      await post('/auth/unlock', { password })
      open()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  return (
    <main className={styles.locked}>
      <form className={styles.lockCard} onSubmit={(event) => void unlock(event)}>
        <IconLock size={28} color="#0a7a58" aria-hidden />
        <h1>{t(why === 'idle' ? 'lock.title' : 'lock.ended')}</h1>
        <p className="soft">
          {name} · {site}
        </p>
        <p className="soft">{t(why === 'idle' ? 'lock.body' : 'lock.endedBody')}</p>
        {error !== undefined && <Failure error={error} />}
        {why === 'idle' ? (
          <>
            <PasswordInput
              name="password"
              label={t('lock.password')}
              size="sm"
              w="100%"
              autoFocus
              required
              autoComplete="current-password"
            />
            <Button type="submit" size="sm" fullWidth loading={busy}>
              {t('lock.unlock')}
            </Button>
          </>
        ) : (
          <Button size="sm" autoFocus onClick={goToSignIn}>
            {t('lock.again')}
          </Button>
        )}
        <Button variant="subtle" onClick={signOut}>
          {t('lock.other')}
        </Button>
      </form>
    </main>
  )
}
