import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ReferralRow } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { PageHead } from '../../ui/Panel.tsx'
import { Reviews } from '../person-index/Reviews.tsx'
import { Worklist } from '../referral/Worklist.tsx'
import { Alerts } from './Alerts.tsx'
import { Conduct } from './Conduct.tsx'
import { DemoSwitches } from './DemoSwitches.tsx'
import { HubFigures } from './HubFigures.tsx'
import { Nodes } from './Nodes.tsx'
import { Quarantine } from './Quarantine.tsx'
import { useAlerts } from './queries.ts'
import { Reconcile } from './Reconcile.tsx'
import { Replays } from './Replays.tsx'

const THREADS = ['number', 'patient', 'from', 'to', 'departure', 'state', 'updated'] as const
const address = (row: ReferralRow): string => `/referrals/${row.id}`
const route = getRouteApi('/exchange')

/** The hub's console: who is connected, what is stuck and why, every thread that crossed. */
export default function Console() {
  const { t } = useTranslation()
  const operates = may(useSession(), 'hub.console')
  const judges = may(useSession(), 'person.review')
  const alerts = useAlerts().data?.open ?? []
  const all = route.useSearch().tab === 'alerts'
  return (
    <>
      <PageHead title={t('exchange.hubTitle')}>
        <a href="/status" target="_blank" rel="noreferrer">
          {t('exchange.publicPage')}
        </a>
      </PageHead>
      {(alerts.length > 0 || all) && <Alerts />}
      <Nodes />
      <HubFigures part="month" />
      <HubFigures part="trouble" />
      {operates && <Reconcile />}
      {judges && <Reviews />}
      {operates && <Worklist list="all" columns={THREADS} address={address} heading="panel" />}
      <Replays />
      <Quarantine />
      {operates && <Conduct />}
      <DemoSwitches />
    </>
  )
}
