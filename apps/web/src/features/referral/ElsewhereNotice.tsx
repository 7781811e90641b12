import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ReferralView } from '../../data/contracts.ts'
import { Alert, useFailure } from '../../ui/Notice.tsx'
import { done, refused } from '../../ui/notify.ts'
import { useSettle } from './queries.ts'

/** What the receiver proposed instead. The sender sends the slip there by the step above, or closes the matter. */
export function ElsewhereNotice({ view }: { view: ReferralView }) {
  const { t } = useTranslation()
  const failure = useFailure()
  const settle = useSettle()
  if (view.state !== 'declined') return null
  const told = view.history.findLast((h) => h.event === 'decline')
  const open = view.elsewhere
  const place = open?.to?.name ?? told?.to
  const close = async (): Promise<void> => {
    if (!open) return
    try {
      await settle.mutateAsync({ id: open.matter, how: 'accept' })
      done(t('referral.elsewhereClosed'))
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
  }
  return (
    <Alert tone={open ? 'amber' : 'red'}>
      <div className="row">
        <span>
          <span className="strong">{place ? t('referral.elsewhereTo', { to: place }) : t('referral.declineTitle')}</span>
          {told?.reason && `: ${told.reason}`}
        </span>
        <div className="grow" />
        {open && view.allowed.includes('readdress') && (
          <>
            <span className="soft">{t('referral.elsewhereDo')}</span>
            <Button size="compact-sm" variant="default" loading={settle.isPending} onClick={() => void close()}>
              {t('referral.elsewhereClose')}
            </Button>
          </>
        )}
      </div>
    </Alert>
  )
}
