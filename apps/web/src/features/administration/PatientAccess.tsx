import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { api } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { IconBack } from '../../ui/icons.ts'
import { PageHead } from '../../ui/Panel.tsx'
import { AccessLog, VerifyButton } from './AccessLog.tsx'

/** Who read this patient's record, when and why. */
export default function PatientAccess() {
  const { t } = useTranslation()
  const chart = may(useSession(), 'chart.read')
  const { id } = useParams({ from: '/patients/$id/access' })
  const patient = useQuery({
    queryKey: ['patient-name', id],
    queryFn: ({ signal }) => api<{ name?: { text?: string }[] }>(`/fhir/Patient/${id}`, { signal }),
    retry: false,
  })
  return (
    <>
      <PageHead title={t('access.title')} note={patient.data?.name?.[0]?.text ?? `Patient/${id}`}>
        <Button
          component={Link}
          to={chart ? `/patients/${id}` : '/audit'}
          variant="subtle"
          leftSection={<IconBack size={15} aria-hidden />}
        >
          {t(chart ? 'referral.openChart' : 'access.titleAll')}
        </Button>
        <VerifyButton />
      </PageHead>
      <AccessLog patient={id} />
    </>
  )
}
