import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ActionProvider, useActionHandler, useActions } from '../actions/context.tsx'
import { useActionKeys } from '../actions/keys.ts'
import { onScan } from '../actions/scan.ts'
import { post } from '../data/http.ts'
import { startLive } from '../data/live.ts'
import { useSession } from '../data/session.tsx'
import { IconOffline } from '../ui/icons.ts'
import { Loading } from '../ui/Notice.tsx'
import { useKeptFocus } from './focus.ts'
import { LockScreen, useIdleLock } from './IdleLock.tsx'
import { SideMenu } from './SideMenu.tsx'
import styles from './shell.module.css'
import { TopBar } from './TopBar.tsx'

const Palette = lazy(() => import('./Palette.tsx'))
const ScanDialog = lazy(() => import('../features/referral/ScanDialog.tsx'))
const HelpSheet = lazy(() => import('./HelpSheet.tsx'))

function useLive(): boolean {
  const client = useQueryClient()
  const [up, setUp] = useState(true)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = startLive(client, (line) => {
      clearTimeout(timer)
      // A reconnect within three seconds is nothing a person needs to read about.
      if (line) setUp(true)
      else timer = setTimeout(() => setUp(false), 3000)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [client])
  return up
}

/** Ends the session and leaves nothing on screen. */
export async function signOut(): Promise<void> {
  await post('/auth/logout').catch(() => undefined)
  location.assign('/')
}

function Frame() {
  const { t } = useTranslation()
  const session = useSession()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const [scan, setScan] = useState<string | null>(null)
  const main = useRef<HTMLElement>(null)
  const up = useLive()
  const lock = useIdleLock()
  useKeptFocus(main)
  useActionHandler('app.palette', () => setPalette(true))
  useActionHandler('referral.scan', () => setScan(''))
  useEffect(() => onScan(setScan), [])
  const part = async (way: 1 | -1) => main.current && (await import('./parts.ts')).toPart(main.current, way)
  useActionHandler('app.next-part', () => void part(1))
  useActionHandler('app.previous-part', () => void part(-1))
  useActionHandler('app.help', () => setHelp(true))
  useActionHandler('app.lock', lock.lock)
  useActionHandler('app.sign-out', () => void signOut())
  const { actions, run } = useActions()
  useActionKeys(lock.why ? [] : actions, run)
  if (lock.why) {
    return (
      <LockScreen
        why={lock.why}
        name={session.user.name}
        site={session.site.facility.name}
        open={lock.open}
        signOut={() => void signOut()}
      />
    )
  }
  return (
    <div className={styles.frame}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {t('app.skip')}
      </button>
      <TopBar />
      <SideMenu />
      <main className={styles.main} id="main" tabIndex={-1} ref={main}>
        {!up && (
          <div className={styles.offline} role="status">
            <IconOffline size={16} aria-hidden /> {t('app.offline')}
          </div>
        )}
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      <Suspense>{palette && <Palette close={() => setPalette(false)} />}</Suspense>
      <Suspense>{scan !== null && <ScanDialog text={scan} close={() => setScan(null)} />}</Suspense>
      <Suspense>{help && <HelpSheet close={() => setHelp(false)} />}</Suspense>
    </div>
  )
}

export function Layout() {
  return (
    <ActionProvider>
      <Frame />
    </ActionProvider>
  )
}
