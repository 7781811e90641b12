import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import {
  type AcceptanceSaid,
  EVENT_TEXT,
  type ReferralHistoryEntry,
  type ReferralView,
  SEND_BACK_REASONS,
  STATES,
} from '../../data/contracts.ts'
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

/** Steps, and between them what this facility's acceptance policy said of the slip. */
function inOrder(
  history: readonly ReferralHistoryEntry[],
  said: readonly AcceptanceSaid[] = [],
): (ReferralHistoryEntry | AcceptanceSaid)[] {
  const out: (ReferralHistoryEntry | AcceptanceSaid)[] = [...history]
  for (const one of said.filter((s) => !s.accepted)) {
    const at = out.findIndex((other) => ('event' in other ? other.recordedAt : other.at) > one.at)
    out.splice(at < 0 ? out.length : at, 0, one)
  }
  return out
}

/** The policy's word while a person was needed; when it accepted, the step itself says by which row. */
function Accepted({ said }: { said: AcceptanceSaid }) {
  const { t } = useTranslation()
  const { version, row, decision, doubts } = said
  const name = version === 0 ? t('acceptance.defaultVersion') : t('acceptance.version', { n: version })
  return (
    <li data-acceptance={decision}>
      <div className="row" style={{ gap: 6 }}>
        <span className="strong">{t('acceptance.title')}</span>
        <span className="soft">→ {t(`acceptance.decisionFull.${decision}`)}</span>
      </div>
      <div className="soft">
        {when(said.at)} · {name} · {row ? t('acceptance.row', { n: row }) : t('acceptance.noRow')}
      </div>
      {doubts.map((doubt) => (
        <div key={doubt}>{t(`inbox.why.${doubt}`)}</div>
      ))}
    </li>
  )
}

/** What happened to a referral, by whom and when; our own step last while the hub has not confirmed it. */
export function Timeline({ view }: { view: Pick<ReferralView, 'history' | 'proposed' | 'from' | 'to' | 'direction' | 'acceptance'> }) {
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
        {inOrder(history, view.acceptance).map((told) =>
          'event' in told ? (
            <Step key={`${told.event}${told.recordedAt}`} entry={told} nameOf={nameOf} idOf={idOf} />
          ) : (
            <Accepted key={`acceptance${told.at}`} said={told} />
          ),
        )}
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
