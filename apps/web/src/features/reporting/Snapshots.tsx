import { useTranslation } from 'react-i18next'
import type { SnapshotHead } from '../../data/contracts.ts'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { count, day, when } from '../../ui/format.ts'
import { Failure, Loading, Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { percent } from './figures.ts'
import { useSnapshots } from './queries.ts'

/** Every frozen edition, the newest period first; Enter opens one. */
export function Snapshots({ open, shown }: { open(id: string): void; shown: string | undefined }) {
  const { t } = useTranslation()
  const snapshots = useSnapshots()
  const rows = snapshots.data?.rows ?? []
  const columns: Column<SnapshotHead>[] = [
    {
      id: 'period',
      header: t('department.snapshotPeriod'),
      width: 250,
      value: (s) => s.from,
      cell: (s) => `${t(`department.${s.kind}`)} ${t('department.range', { from: day(s.from), until: day(s.until) })}`,
    },
    { id: 'edition', header: t('department.snapshotEdition'), width: 60, numeric: true, value: (s) => s.edition, cell: (s) => s.edition },
    { id: 'at', header: t('department.snapshotAt'), width: 124, value: (s) => s.at, cell: (s) => when(s.at) },
    {
      id: 'by',
      header: t('department.snapshotBy'),
      width: 150,
      value: (s) => s.by ?? '',
      cell: (s) => s.by ?? <span className="soft">{t('department.automatic')}</span>,
    },
    {
      id: 'reason',
      header: t('department.snapshotReason'),
      title: (s) => s.reason,
      cell: (s) => s.reason || <span className="soft">{t('department.first')}</span>,
    },
    {
      id: 'issued',
      header: t('department.columns.issued'),
      width: 116,
      numeric: true,
      cell: (s) => (s.totals.issued === null ? t('department.unknown') : count(s.totals.issued)),
    },
    { id: 'exchanged', header: t('department.columns.exchanged'), width: 110, numeric: true, cell: (s) => count(s.totals.exchanged) },
    {
      id: 'share',
      header: t('department.columns.share'),
      width: 100,
      numeric: true,
      cell: (s) => (s.totals.share === null ? '—' : percent(s.totals.share)),
    },
  ]
  return (
    <Panel flush={rows.length > 0} id="snapshots" title={t('department.snapshots')} count={rows.length}>
      {snapshots.isPending && <Loading lines={3} />}
      {snapshots.error && !snapshots.data && <Failure error={snapshots.error} retry={() => void snapshots.refetch()} />}
      {snapshots.data && rows.length === 0 && <Nothing>{t('department.noSnapshots')}</Nothing>}
      {rows.length > 0 && (
        <DataTable
          label={t('department.snapshots')}
          rows={rows}
          columns={columns}
          rowKey={(s) => s.id}
          onOpen={(s) => open(s.id)}
          {...(shown ? { marked: shown } : {})}
        />
      )}
    </Panel>
  )
}
