import { Button } from '@mantine/core'
import { type ErrorComponentProps, Link, Navigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../data/http.ts'
import { serverAnswers, useSession } from '../data/session.tsx'
import { Empty, Failure } from '../ui/Notice.tsx'
import { PageHead } from '../ui/Panel.tsx'
import { workplaceOf } from '../workplaces/workplaces.ts'

/** `/` leads to where this person's desk begins. */
export function Home() {
  return <Navigate to={workplaceOf(useSession()).start} replace />
}

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Empty page title={t('errors.missing')} cure={t('errors.missingCure')}>
      <Link to="/">{t('app.home')}</Link>
    </Empty>
  )
}

const ASK_AGAIN_MS = 3_000

/** The page that did not come is loaded anew as soon as there is somebody to give it. */
async function backAgain(): Promise<void> {
  if (await serverAnswers()) location.reload()
}

/** A fault of a screen stays inside the frame: menu and keys go on working. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  const router = useRouter()
  const away = error instanceof ApiError && error.status === 0
  useEffect(() => {
    const timer = away ? setInterval(() => void backAgain(), ASK_AGAIN_MS) : undefined
    return () => clearInterval(timer)
  }, [away])
  return (
    <div className="stack">
      <PageHead title={t(away ? 'app.unreachable' : 'errors.screen')} note={away ? t('errors.comesBack') : undefined} />
      <Failure error={error} retry={() => void (away ? backAgain() : router.invalidate())} />
      <div className="row">
        <Button component={Link} to="/" variant="default">
          {t('app.home')}
        </Button>
      </div>
    </div>
  )
}
