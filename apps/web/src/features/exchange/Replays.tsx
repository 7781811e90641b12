import { useTranslation } from 'react-i18next'
import type { ReplayView } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Empty, Failure, Loading } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useReplays } from './queries.ts'
import { lineWords } from './words.ts'

/** Who replayed what and why, and how far it has come. */
export function Replays() {
  const { t } = useTranslation()
  const answer = useReplays()
  const columns: Column<ReplayView>[] = [
    {
      id: 'kind',
      header: t('exchange.columns.what'),
      width: 150,
      cell: (r) => <span className="strong">{t(`exchange.replay.kinds.${r.kind}`)}</span>,
    },
    { id: 'at', header: t('exchange.replay.at'), width: 92, title: (r) => when(r.at), cell: (r) => shortWhen(r.at) },
    { id: 'by', header: t('exchange.replay.by'), width: 150, cell: (r) => r.by },
    {
      id: 'state',
      header: t('exchange.replay.progress'),
      width: '38%',
      cell: (r) => (
        <>
          <Badge tone={r.failed > 0 || r.note ? 'red' : r.state === 'done' ? 'green' : 'blue'}>
            {t(r.state === 'done' ? 'exchange.replay.finished' : 'exchange.replay.running')}
          </Badge>{' '}
          {count(r.done)} / {count(r.total)}
          {r.failed > 0 && ` · ${t('exchange.replay.failed', { n: r.failed })}`}
          {r.note && ` · ${lineWords(r.note)}`}
          {r.left?.map(({ why, n }) => (
            <div key={why}>{t(`exchange.replay.skip.${why}`, { n: count(n) })}</div>
          ))}
          {r.skipped > 0 && !r.left && ` · ${t('exchange.replay.skipped', { n: r.skipped })}`}
          {r.failed > 0 && <div>{t(`exchange.replay.failedWhere.${r.kind}`)}</div>}
        </>
      ),
    },
    { id: 'reason', header: t('exchange.replay.reason'), title: (r) => r.reason, cell: (r) => r.reason },
  ]
  const rows = answer.data?.rows ?? []
  return (
    <Panel flush id="replays" title={t('exchange.tabs.replays')} count={rows.length}>
      {answer.isPending && <Loading />}
      {answer.error && !answer.data && <Failure error={answer.error} retry={() => void answer.refetch()} />}
      {rows.length > 0 && <DataTable label={t('exchange.tabs.replays')} rows={rows} columns={columns} rowKey={(r) => r.id} wrap cards />}
      {answer.data && rows.length === 0 && <Empty title={t('exchange.emptyReplays')} cure={t('exchange.emptyReplaysCure')} />}
    </Panel>
  )
}
