import { Button, MantineProvider } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/Notice.tsx'
import { contrast, theme } from '../ui/theme.ts'
import { LockScreen } from './IdleLock.tsx'
import { signOut } from './Layout.tsx'
import styles from './shell.module.css'

/** Shown when the app itself is there but its server is not. */
export function Unreachable({ error, retry }: { error: unknown; retry(): void }) {
  const { t } = useTranslation()
  return (
    <MantineProvider theme={theme} cssVariablesResolver={contrast} forceColorScheme="light">
      <main className={styles.alone}>
        <h1>{t('app.unreachable')}</h1>
        <p className="soft">{t('app.unreachableCure')}</p>
        <Failure error={error} />
        <Button onClick={retry}>{t('app.retry')}</Button>
      </main>
    </MantineProvider>
  )
}

/** A session that was locked before the page was opened. */
export function LockedOut({ name, site }: { name: string; site: string }) {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={contrast} forceColorScheme="light">
      <LockScreen why="idle" name={name} site={site} open={() => location.reload()} signOut={() => void signOut()} />
    </MantineProvider>
  )
}
