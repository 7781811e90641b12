import { useTranslation } from 'react-i18next'
import type { ReconcileAnswer } from '../../data/contracts.ts'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, shortWhen, when } from '../../ui/format.ts'
import { Alert, Failure } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './exchange.module.css'
import { useReconcile } from './queries.ts'

type Row = ReconcileAnswer['reports'][number]

const stageOf = ({ report: { stage, offeredAll } }: Row): 'offered' | 'waiting' | 'done' =>
  stage === 'offered' && offeredAll ? 'waiting' : stage

const trouble = (r: Row): number => r.report.differing.length + r.report.stayMissing.length

function useColumns(): Column<Row>[] {
  const { t } = useTranslation()
  const figure = (id: 'compared' | 'same' | 'fetched' | 'messages', of: (r: Row) => number): Column<Row> => ({
    id,
    header: t(`exchange.reconcile.${id}`),
    width: 104,
    numeric: true,
    cell: (r) => count(of(r)),
  })
  return [
    { id: 'facility', header: t('exchange.facility'), title: (r) => r.name, cell: (r) => <span className="strong">{r.name}</span> },
    { id: 'at', header: t('exchange.reconcile.at'), width: 100, title: (r) => when(r.at), cell: (r) => shortWhen(r.at) },
    { id: 'reason', header: t('exchange.columns.why'), width: 210, cell: (r) => t(`exchange.reconcile.reasons.${r.report.reason}`) },
    {
      id: 'state',
      header: t('exchange.state'),
      width: 190,
      cell: (r) => (
        <Badge tone={trouble(r) > 0 ? 'red' : r.report.stage === 'done' ? 'green' : 'blue'}>
          {trouble(r) > 0 ? t('exchange.reconcile.differs', { n: trouble(r) }) : t(`exchange.reconcile.stages.${stageOf(r)}`)}
        </Badge>
      ),
    },
    figure('compared', (r) => r.report.compared),
    figure('same', (r) => r.report.same),
    figure('fetched', (r) => r.report.fetched.length),
    figure('messages', (r) => r.report.messages),
  ]
}

/** The numbers a person must look at, each named. */
function Named({ rows }: { rows: readonly Row[] }) {
  const { t } = useTranslation()
  return rows
    .filter((r) => trouble(r) > 0)
    .map((r) => (
      <Alert key={r.facility} tone="red">
        <div className="stack" style={{ gap: 2 }}>
          <strong>{r.name}</strong>
          {r.report.stayMissing.length > 0 && (
            <span>{t('exchange.reconcile.stayMissing', { numbers: r.report.stayMissing.join(', ') })}</span>
          )}
          {r.report.differing.length > 0 && <span>{t('exchange.reconcile.differing', { numbers: r.report.differing.join(', ') })}</span>}
        </div>
      </Alert>
    ))
}

/** What came of comparing node and hub after a restore; nothing where nothing was ever put back. */
export function Reconcile() {
  const { t } = useTranslation()
  const columns = useColumns()
  const answer = useReconcile()
  if (answer.error && !answer.data) return <Failure error={answer.error} retry={() => void answer.refetch()} />
  if (!answer.data || (answer.data.reports.length === 0 && answer.data.waitingFor.length === 0)) return null
  const { epoch, reports, waitingFor } = answer.data
  // An operator knows a hub by its latest restore: what came of those before is history.
  const newest = reports.filter((r) => !reports.some((o) => o.facility === r.facility && o.at > r.at))
  return (
    <Panel
      flush
      id="reconcile"
      title={t('exchange.reconcile.title')}
      tools={
        epoch.number > 1 && <span className="soft">{t('exchange.reconcile.epoch', { n: epoch.number, at: when(epoch.started) })}</span>
      }
    >
      {(waitingFor.length > 0 || newest.some((r) => trouble(r) > 0)) && (
        <div className={`stack ${styles.notes}`}>
          {waitingFor.length > 0 && (
            <Alert tone="amber">{t('exchange.reconcile.waitingFor', { names: waitingFor.map((f) => f.name).join(', ') })}</Alert>
          )}
          <Named rows={newest} />
        </div>
      )}
      {newest.length > 0 && (
        <DataTable label={t('exchange.reconcile.title')} rows={newest} columns={columns} rowKey={(r) => `${r.facility} ${r.at}`} />
      )}
    </Panel>
  )
}
