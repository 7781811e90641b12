import { useTranslation } from 'react-i18next'
import { EVENT_TEXT, type ReferralRow, type ReferralState, STATES } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge, type Tone } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import styles from '../../ui/ui.module.css'

const TONE: Record<ReferralState, Tone> = {
  draft: 'grey',
  'to-sign': 'amber',
  queued: 'blue',
  sent: 'blue',
  delivered: 'blue',
  accepted: 'green',
  'info-needed': 'amber',
  scheduled: 'green',
  'no-show': 'amber',
  'cancel-requested': 'amber',
  'multi-use': 'green',
  arrived: 'green',
  'in-care': 'green',
  interim: 'green',
  returned: 'blue',
  'closed-no-outcome': 'amber',
  completed: 'grey',
  declined: 'red',
  cancelled: 'grey',
  redirected: 'grey',
  died: 'grey',
  void: 'red',
}

/** State of a referral, with our own step beside it while the hub has not confirmed it. */
export function StateBadge({ row, full }: { row: Pick<ReferralRow, 'state' | 'proposed' | 'use' | 'stopped'>; full?: boolean }) {
  const { t } = useTranslation()
  const { state, proposed } = row
  const refused = proposed?.refusedBecause
  return (
    <span className="row" style={{ gap: '3px 4px' }} data-state={state} data-proposed={proposed?.event}>
      {row.stopped ? (
        <Badge tone="red" title={t('worklist.stoppedFull', { at: when(row.stopped.at) })}>
          {t('worklist.stopped')}
        </Badge>
      ) : (
        <span className={styles.badge} data-tone={TONE[state]}>
          {say(STATES[state])}
        </span>
      )}
      {row.use !== undefined && <Badge tone="grey">{t('referral.use', { n: row.use })}</Badge>}
      {proposed && (
        <Badge
          tone={refused ? 'red' : 'amber'}
          title={
            refused
              ? t('worklist.refusedFull', { event: say(EVENT_TEXT[proposed.event]), reason: refused })
              : t('worklist.proposedFull', { event: say(EVENT_TEXT[proposed.event]) })
          }
        >
          {refused ? t('worklist.refused') : t(full ? 'worklist.proposed' : 'worklist.proposedShort')}
        </Badge>
      )}
    </span>
  )
}
