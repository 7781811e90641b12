import { useTranslation } from 'react-i18next'
import type { ReconcilingView, ReferralView } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'
import { when } from '../../ui/format.ts'
import { Alert } from '../../ui/Notice.tsx'

type Party = { code: string; name: string }

/** Why a slip is being compared after a restore, and whose step is awaited. `other`: the other facility of the slip. */
export function useComparing(): (found: ReconcilingView, other: Party) => string {
  const { t } = useTranslation()
  return ({ reason, since, awaits }, other) =>
    t('exchange.reconcile.slipWhy', {
      reason: t(`exchange.reconcile.reasons.${reason}`),
      at: when(since),
      awaits: awaits === other.code ? t('exchange.reconcile.awaitsOther', { who: other.name }) : t('exchange.reconcile.awaitsHere'),
    })
}

type Row = Pick<ReferralView, 'reconciling' | 'direction' | 'from' | 'to'>

const otherOf = (row: Row): Party => (row.direction === 'sent' ? row.to : row.from)

/** Beside the state of a row that may still change. */
export function ComparingBadge({ row }: { row: Row }) {
  const { t } = useTranslation()
  const words = useComparing()
  if (!row.reconciling) return null
  return (
    <Badge tone="amber" title={words(row.reconciling, otherOf(row))}>
      {t('exchange.reconcile.slip')}
    </Badge>
  )
}

/** On the page of a slip that may still change. */
export function ComparingNotice({ view }: { view: Row }) {
  const { t } = useTranslation()
  const words = useComparing()
  if (!view.reconciling) return null
  return (
    <Alert tone="amber">
      <div>
        <span className="strong">{t('exchange.reconcile.slip')}</span> · {words(view.reconciling, otherOf(view))}{' '}
        <span className="soft">{t('exchange.reconcile.slipCure')}</span>
      </div>
    </Alert>
  )
}
