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
  // The receiver reads in the story what it said itself.
  const { matter, to, reason } = view.elsewhere ?? {
    ...view.history.findLast((h) => h.event === 'decline'),
    matter: undefined,
    to: undefined,
  }
  const close = async (id: string): Promise<void> => {
    try {
      await settle.mutateAsync({ id, how: 'accept' })
      done(t('referral.elsewhereClosed'))
    } catch (error) {
      const [first] = failure(error)
      refused(first?.text ?? '', first?.cure)
    }
  }
  return (
    <Alert tone={matter ? 'amber' : 'red'}>
      <div className="row">
        <span>
          <span className="strong">{to ? t('referral.elsewhereTo', { to: to.name }) : t('referral.declineTitle')}</span>
          {reason && `: ${reason}`}
        </span>
        <div className="grow" />
        {matter && view.allowed.includes('readdress') && (
          <>
            <span className="soft">{t('referral.elsewhereDo')}</span>
            <Button size="compact-sm" variant="default" loading={settle.isPending} onClick={() => void close(matter)}>
              {t('referral.elsewhereClose')}
            </Button>
          </>
        )}
      </div>
    </Alert>
  )
}
