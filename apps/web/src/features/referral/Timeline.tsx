import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { EVENT_TEXT, type ReferralHistoryEntry, type ReferralView, SEND_BACK_REASONS, STATES } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { day, when } from '../../ui/format.ts'
import { Empty } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useFacilities, useWorklist } from './queries.ts'
import styles from './referral.module.css'

function Step({
  entry,
  nameOf,
  idOf,
}: {
  entry: ReferralHistoryEntry
  nameOf(code: string): string
  idOf(number: string): string | undefined
}) {
  const { t } = useTranslation()
  const place = nameOf(entry.facility)
  const why = entry.code ? SEND_BACK_REASONS[entry.code] : undefined
  const [happened, recorded] = [when(entry.occurredAt), when(entry.recordedAt)]
  return (
    <li data-event={entry.event}>
      <div className="row" style={{ gap: 6 }}>
        <span className="strong">{say(EVENT_TEXT[entry.event])}</span>
        {say(STATES[entry.state]) !== say(EVENT_TEXT[entry.event]) && <span className="soft">→ {say(STATES[entry.state])}</span>}
      </div>
      <div className="soft">
        {happened}
        {recorded !== happened && ` (${t('referral.recorded', { at: recorded })})`} · {entry.by}
        {place !== entry.by && ` · ${place}`}
      </div>
      {entry.on && <div>{t('referral.appointment', { on: day(entry.on) })}</div>}
      {entry.to && <div>{t('referral.sentOn', { to: nameOf(entry.to) })}</div>}
      {entry.child && <Child number={entry.child} id={idOf(entry.child)} />}
      {why && <div className="strong">{say(why)}</div>}
      {entry.reason && <div>{entry.reason}</div>}
    </li>
  )
}

/** The visit a step opened; the way there, where this site has it. */
function Child({ number, id }: { number: string; id: string | undefined }) {
  const { t } = useTranslation()
  const text = t('referral.child', { number })
  return (
    <div>
      {id ? (
        <Link to="/referrals/$id" params={{ id }}>
          {text}
        </Link>
      ) : (
        text
      )}
    </div>
  )
}

/** What happened to a referral, by whom and when; our own step last while the hub has not confirmed it. */
export function Timeline({ view }: { view: Pick<ReferralView, 'history' | 'proposed' | 'from' | 'to' | 'direction'> }) {
  const { t } = useTranslation()
  const { history, proposed } = view
  const facilities = useFacilities(history.some((entry) => entry.to))
  const rows = useWorklist(
    view.direction === 'sent' ? 'sent' : 'received',
    history.some((entry) => entry.child),
  ).data?.rows
  const idOf = (number: string): string | undefined => rows?.find((row) => row.number === number)?.id
  const nameOf = (code: string): string => [view.from, view.to, ...(facilities.data?.rows ?? [])].find((f) => f.code === code)?.name ?? code
  return (
    <Panel id="timeline" title={t('referral.timeline')}>
      {history.length === 0 && !proposed && <Empty title={t('referral.noHistory')} />}
      <ol className={styles.timeline}>
        {history.map((entry) => (
          <Step key={`${entry.event}${entry.recordedAt}`} entry={entry} nameOf={nameOf} idOf={idOf} />
        ))}
        {proposed && (
          <li data-proposed={proposed.event}>
            <div className="row">
              <span className="strong">{say(EVENT_TEXT[proposed.event])}</span>
              <Badge tone={proposed.refusedBecause ? 'red' : 'amber'}>
                {proposed.refusedBecause ? t('worklist.refused', { reason: proposed.refusedBecause }) : t('referral.expected')}
              </Badge>
            </div>
            <div className="soft">{when(proposed.at)}</div>
          </li>
        )}
      </ol>
    </Panel>
  )
}
