import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { IconBack } from '../../ui/icons.ts'
import { PageHead } from '../../ui/Panel.tsx'
import { AccessLog, VerifyButton } from './AccessLog.tsx'

/** Who read this patient's record, when and why. */
export default function PatientAccess() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/patients/$id/access' })
  return (
    <>
      <PageHead title={t('access.title')} note={`Patient/${id}`}>
        <Button component={Link} to={`/patients/${id}`} variant="subtle" leftSection={<IconBack size={15} aria-hidden />}>
          {t('referral.openChart')}
        </Button>
        <VerifyButton />
      </PageHead>
      <AccessLog patient={id} />
    </>
  )
}
