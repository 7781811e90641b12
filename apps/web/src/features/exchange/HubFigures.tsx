import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type HubFigures as Figs, type ReferralState, STATES } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { Figures } from './Figures.tsx'
import { useFigures } from './queries.ts'
import { whyWords } from './words.ts'

const STEPS = ['sent', 'delivered', 'accepted', 'arrived', 'answered', 'completed'] as const
const MEDIANS = { delivered: 'toDelivered', accepted: 'toAccepted', arrived: 'toArrived', answered: 'toAnswered' } as const

function useDuration(): (minutes: number) => string {
  const { t } = useTranslation()
  return (minutes) =>
    minutes < 90
      ? t('exchange.minutes', { n: count(Math.round(minutes * 10) / 10) })
      : minutes < 48 * 60
        ? t('exchange.hours', { n: count(Math.round(minutes / 6) / 10) })
        : t('exchange.days', { n: count(Math.round(minutes / 144) / 10) })
}

function Month({ f }: { f: Figs }) {
  const { t } = useTranslation()
  const duration = useDuration()
  const seconds = (n: number | null): string => (n === null ? '—' : count(Math.round(n * 10) / 10))
  const month = f.funnel.month.split('-').reverse().join('/')
  const steps = STEPS.map((id) => {
    const median = id in MEDIANS ? f.funnel[MEDIANS[id as keyof typeof MEDIANS]] : null
    return {
      id,
      label: t(`exchange.funnel.${id}`),
      value: count(f.funnel[id]),
      ...(median === null ? {} : { note: t('exchange.median', { t: duration(median) }) }),
    }
  })
  return (
    <Panel
      id="figures"
      title={t('exchange.figures', { month })}
      tools={
        <span className="soft">
          {f.lag.count > 0 && `${t('exchange.lag24')}: ${t('exchange.lagText', { p50: seconds(f.lag.p50), p99: seconds(f.lag.p99) })} · `}
          {`${t('exchange.backup')}: ${f.backupAt ? when(f.backupAt) : t('exchange.never')}`}
        </span>
      }
    >
      <Figures figures={steps} />
    </Panel>
  )
}

function Stuck({ f }: { f: Figs }) {
  const { t } = useTranslation()
  const opens = may(useSession(), 'hub.console')
  const columns: Column<Figs['stuck'][number]>[] = [
    {
      id: 'number',
      header: t('exchange.columns.number'),
      width: 150,
      cell: (s) =>
        opens ? (
          <Link to="/referrals/$id" params={{ id: s.id }}>
            {s.number}
          </Link>
        ) : (
          s.number
        ),
    },
    { id: 'from', header: t('worklist.from'), value: (s) => s.from.name, cell: (s) => s.from.name },
    { id: 'to', header: t('worklist.to'), value: (s) => s.to.name, cell: (s) => s.to.name },
    {
      id: 'state',
      header: t('exchange.state'),
      width: 170,
      cell: (s) => <Badge tone="amber">{say(STATES[s.state as ReferralState])}</Badge>,
    },
    {
      id: 'since',
      header: t('exchange.columns.sinceWhen'),
      width: 100,
      value: (s) => s.since,
      title: (s) => when(s.since),
      cell: (s) => shortWhen(s.since),
    },
    {
      id: 'why',
      header: t('exchange.columns.why'),
      cell: (s) =>
        `${t(`exchange.stuckWhy.${s.why}`)}${s.silentSince ? `, ${t('exchange.silentSince', { at: shortWhen(s.silentSince) })}` : ''}`,
    },
  ]
  return (
    <Panel flush id="stuck" title={t('exchange.stuck')} count={f.stuck.length}>
      {f.stuck.length === 0 ? (
        <Nothing>{t('exchange.noStuck')}</Nothing>
      ) : (
        <DataTable label={t('exchange.stuck')} rows={f.stuck} columns={columns} rowKey={(s) => s.id} />
      )}
    </Panel>
  )
}

function Refusals({ f }: { f: Figs }) {
  const { t } = useTranslation()
  const columns: Column<Figs['refusals'][number]>[] = [
    { id: 'facility', header: t('exchange.facility'), width: 90, value: (r) => r.facility, cell: (r) => r.facility },
    { id: 'number', header: t('exchange.columns.number'), width: 150, cell: (r) => r.number || '—' },
    { id: 'why', header: t('exchange.columns.why'), title: (r) => r.why.code, cell: (r) => whyWords(r.why) },
    { id: 'times', header: t('exchange.times'), width: 76, numeric: true, value: (r) => r.times, cell: (r) => count(r.times) },
    {
      id: 'last',
      header: t('exchange.alerts.to'),
      width: 100,
      value: (r) => r.last,
      title: (r) => when(r.last),
      cell: (r) => shortWhen(r.last),
    },
  ]
  return (
    <Panel flush id="refusals" title={t('exchange.refusals')} count={f.refusals.length}>
      {f.refusals.length === 0 ? (
        <Nothing>{t('exchange.noRefusals')}</Nothing>
      ) : (
        <DataTable
          label={t('exchange.refusals')}
          rows={f.refusals}
          columns={columns}
          rowKey={(r) => `${r.facility}${r.number}${r.why.code}`}
        />
      )}
    </Panel>
  )
}

/** The month's figures, what is stuck and why, what the hub refused. */
export function HubFigures({ part }: { part: 'month' | 'trouble' }) {
  const figures = useFigures()
  if (figures.isPending) return <Loading lines={3} />
  if (!figures.data) return <Failure error={figures.error} retry={() => void figures.refetch()} />
  if (part === 'month') return <Month f={figures.data} />
  return (
    <>
      <Stuck f={figures.data} />
      <Refusals f={figures.data} />
    </>
  )
}
