import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type ReferralView, STATES } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { when } from '../../ui/format.ts'
import { Panel } from '../../ui/Panel.tsx'

/** The visits with one slip, each with its own thread; of a visit, the slip it came with. */
export function Uses({ view }: { view: Pick<ReferralView, 'uses' | 'validity' | 'oneYear'> }) {
  const { t } = useTranslation()
  const { uses = [] } = view
  if (uses.length === 0) return null
  return (
    <Panel id="uses" title={t('referral.uses')} count={uses.length}>
      <ul className="stack" style={{ gap: 4 }}>
        {uses.map((use) => (
          <li key={use.number} className="row" style={{ gap: 8 }}>
            {use.id ? (
              <Link to="/referrals/$id" params={{ id: use.id }} className="strong">
                {t('referral.use', { n: use.use })}
              </Link>
            ) : (
              <span className="strong">{t('referral.use', { n: use.use })}</span>
            )}
            <span className="soft">{when(use.at)}</span>
            {use.state && <span>{say(STATES[use.state])}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
