import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { post } from '../../data/http.ts'
import { may, useSession } from '../../data/session.tsx'
import { useAttempt } from '../../ui/attempt.ts'
import { when } from '../../ui/format.ts'
import { Alert } from '../../ui/Notice.tsx'
import { done } from '../../ui/notify.ts'
import { ReasonDialog } from '../referral/ReasonDialog.tsx'

/** Says why a chart may be empty, and lets a doctor open it in an emergency, with a reason that auditors will read. */
export function BreakGlass({ patient }: { patient: string }) {
  const { t } = useTranslation()
  const session = useSession()
  const client = useQueryClient()
  const attempt = useAttempt()
  const [asking, setAsking] = useState(false)
  const open = useMutation({
    mutationFn: (reason: string) => post<{ until: string }>(`/fhir/Patient/${patient}/$break-glass`, { reason }),
    onSuccess: async ({ until }) => {
      done(t('chart.glassOpen', { until: when(until) }))
      await client.invalidateQueries({ queryKey: ['chart', patient] })
    },
  })
  return (
    <Alert tone="amber">
      <div className="row">
        <span className="grow">{t('chart.bare')}</span>
        {may(session, 'chart.break-glass') && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('chart.breakGlass')}
          </Button>
        )}
      </div>
      {asking && (
        <ReasonDialog
          title={t('chart.breakGlass')}
          label={t('chart.glassWhy')}
          confirm={t('chart.breakGlass')}
          close={() => setAsking(false)}
          done={(reason) => attempt(() => open.mutateAsync(reason))}
        />
      )}
    </Alert>
  )
}
