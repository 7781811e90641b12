import { Button } from '@mantine/core'
import { type ErrorComponentProps, Link, Navigate, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../data/session.tsx'
import { Empty, Failure } from '../ui/Notice.tsx'
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

/** A fault of a screen stays inside the frame: menu and keys go on working. */
export function Broken({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  const router = useRouter()
  return (
    <div className="stack">
      <Failure error={error} retry={() => void router.invalidate()} />
      <div className="row">
        <Button component={Link} to="/" variant="default">
          {t('app.home')}
        </Button>
      </div>
    </div>
  )
}
