import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useActions } from '../actions/context.tsx'
import { may, useSession } from '../data/session.tsx'
import { useAttention, useWorklistCounts } from '../features/referral/queries.ts'
import { workplaceOf } from '../workplaces/workplaces.ts'
import styles from './shell.module.css'

/** Counters beside the lists a person must empty. */
function useCounts(): Record<string, number | undefined> {
  const session = useSession()
  const wanted = session.site.role === 'facility' && may(session, 'referral.read')
  const counts = useWorklistCounts(wanted)
  const attention = useAttention('open', wanted).data?.rows.length
  return { 'go.tray': counts?.tray, 'go.drafts': counts?.drafts, 'go.received': counts?.inbox, 'go.attention': attention }
}

export function SideMenu() {
  const { t } = useTranslation()
  const session = useSession()
  const { actions } = useActions()
  const counts = useCounts()
  const menu = workplaceOf(session)
    .menu.map((id) => actions.find((action) => action.id === id))
    .filter((action) => action !== undefined)
  return (
    <nav className={styles.side} aria-label={t('app.menu')}>
      {menu.map((action) => {
        const label = t(`actions.${action.label}`)
        const Icon = action.icon
        return (
          <Link key={action.id} to={action.path ?? '/'} className={styles.link} title={action.keys ? `${label} (${action.keys})` : label}>
            {Icon && <Icon size={17} stroke={1.8} aria-hidden />}
            <span>{label}</span>
            {Boolean(counts[action.id]) && <b>{counts[action.id]}</b>}
          </Link>
        )
      })}
    </nav>
  )
}
