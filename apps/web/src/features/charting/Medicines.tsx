import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day, when } from '../../ui/format.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from '../../ui/ui.module.css'
import chartStyles from './chart.module.css'
import { type MedicineCourse, medicineCourses } from './courses.ts'
import { type Chart, sourceOf } from './model.ts'
import { SourceTag } from './SourceTag.tsx'

/** `27/07 – 30/07/2026`, or one time when it was ordered once. */
function dates({ from, to }: MedicineCourse): string {
  if (from.slice(0, 10) === to.slice(0, 10)) return when(from)
  const sameYear = from.slice(0, 4) === to.slice(0, 4)
  return `${day(from).slice(0, sameYear ? 5 : 10)} – ${day(to)}`
}

/** One order by its row; several by their number. */
function Orders({ course: { orders } }: { course: MedicineCourse }) {
  const { t } = useTranslation()
  const [first] = orders
  const source = first && sourceOf(first)
  if (orders.length === 1 || source?.kind !== 'claim') return first ? <SourceTag of={first} /> : null
  return <span className={styles.source}>{[t('chart.orders', { n: orders.length }), t('chart.sourceTable', source)].join(' · ')}</span>
}

/** Medicines as a ward reads them: one line per medicine and stay. */
export function Medicines({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const rows = useMemo(() => medicineCourses(chart.medicines), [chart.medicines])
  const columns = useMemo<Column<MedicineCourse>[]>(() => {
    // A way of use that only repeats the route has its column already.
    const usage = (m: MedicineCourse): string =>
      [m.dose, m.usage.toLowerCase() === m.route.toLowerCase() ? '' : m.usage].filter(Boolean).join('; ')
    return [
      { id: 'dates', header: t('chart.dates'), width: 150, value: (m) => m.to, cell: dates },
      {
        id: 'medicine',
        header: t('chart.medicine'),
        width: '24%',
        value: (m) => m.name,
        cell: (m) => <span className="strong">{m.name}</span>,
      },
      { id: 'usage', header: t('chart.usage'), cell: usage },
      { id: 'route', header: t('chart.route'), width: 118, value: (m) => m.route, cell: (m) => m.route },
      { id: 'days', header: t('chart.days'), width: 68, numeric: true, value: (m) => m.days, cell: (m) => m.days },
      { id: 'quantity', header: t('chart.quantity'), width: 112, numeric: true, cell: (m) => m.quantity },
      {
        id: 'source',
        header: t('chart.source'),
        width: 262,
        cell: (m) => <Orders course={m} />,
      },
    ]
  }, [t])
  return (
    <Panel id="medicines" flush title={t('chart.medicines')} count={rows.length}>
      {rows.length === 0 ? (
        <Nothing>{t('chart.emptyMedicines')}</Nothing>
      ) : (
        <div className={`capped ${chartStyles.wide}`} style={{ maxHeight: 420 }}>
          <DataTable wrap label={t('chart.medicines')} rows={rows} columns={columns} rowKey={(m) => m.key} />
        </div>
      )}
    </Panel>
  )
}
