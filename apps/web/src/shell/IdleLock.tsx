import { Button } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { onSignedOut } from '../data/http.ts'
import { useSession } from '../data/session.tsx'
import { IconLock } from '../ui/icons.ts'
import styles from './shell.module.css'

export type LockReason = 'idle' | 'ended'

/** Tabs of one browser share the moment of the last touch, so that work in one keeps the others open. */
const LAST_TOUCH = 'yba.last-touch'

/** Covers the screen when nobody touched it for the site's idle time, or when the server ended the session. */
export function useIdleLock(): { why: LockReason | undefined; lock(): void } {
  const { idleLockSeconds } = useSession()
  const [why, setWhy] = useState<LockReason>()
  const lock = useCallback(() => setWhy('idle'), [])
  useEffect(() => onSignedOut(() => setWhy((known) => known ?? 'ended')), [])
  useEffect(() => {
    if (!idleLockSeconds || why) return
    const touch = (): void => localStorage.setItem(LAST_TOUCH, String(Date.now()))
    const check = (): void => {
      if (Date.now() - Number(localStorage.getItem(LAST_TOUCH) ?? 0) > idleLockSeconds * 1000) setWhy('idle')
    }
    touch()
    const timer = setInterval(check, 5000)
    const signs = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const
    for (const sign of signs) window.addEventListener(sign, touch, { passive: true })
    return () => {
      clearInterval(timer)
      for (const sign of signs) window.removeEventListener(sign, touch)
    }
  }, [idleLockSeconds, why])
  return { why, lock }
}

/** Takes the place of the screen: what was on it is not in the page any more. */
export function LockScreen({ why, signIn, signOut }: { why: LockReason; signIn(): void; signOut(): void }) {
  const { t } = useTranslation()
  const { user, site } = useSession()
  return (
    <main className={styles.locked}>
      <div className={styles.lockCard}>
        <IconLock size={28} color="#0a7a58" aria-hidden />
        <h1>{t(why === 'idle' ? 'lock.title' : 'lock.ended')}</h1>
        <p className="soft">
          {user.name} · {site.name}
        </p>
        <p className="soft">{t(why === 'idle' ? 'lock.body' : 'lock.endedBody')}</p>
        <Button size="sm" autoFocus onClick={signIn}>
          {t('lock.again')}
        </Button>
        <Button variant="subtle" onClick={signOut}>
          {t('lock.other')}
        </Button>
      </div>
    </main>
  )
}
