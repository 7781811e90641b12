import { SegmentedControl } from '@mantine/core'
import type * as fhir4 from 'fhir/r4.d.ts'
import { Fragment, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { shortWhen, stop, when } from '../../ui/format.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './chart.module.css'
import { byService, type Chart, type Flag, flagOf, type Point, printed, rangeOf, type Series, timeOf, toSeries } from './model.ts'
import { SourceTag } from './SourceTag.tsx'
import { Sparkline } from './Sparkline.tsx'

/** Times shown side by side; older ones are in the view by time. */
const COLUMNS = 5

function Value({ text, flag }: { text: string; flag: Flag }) {
  const { t } = useTranslation()
  if (!flag) return <>{text}</>
  return (
    <span className={styles[flag]} title={t(`chart.${flag}`)}>
      {text} {flag === 'high' ? '↑' : flag === 'low' ? '↓' : '!'}
      <span className="hidden-text">{t(`chart.${flag}`)}</span>
    </span>
  )
}

function lastTimes(series: readonly Series[]): string[] {
  return [...new Set(series.flatMap((s) => s.points.map((p) => p.at)))].sort().slice(-COLUMNS)
}

/** A measured thing whose last value is older than the times shown: that value, with its day. */
function Older({ point, columns }: { point: Point; columns: number }) {
  return (
    <td colSpan={columns} className={styles.value}>
      <span className="soft">{shortWhen(point.at)}: </span>
      <Value text={point.text} flag={point.flag} />
    </td>
  )
}

function SeriesRow({ series, times }: { series: Series; times: readonly string[] }) {
  const { t } = useTranslation()
  const numbers = series.points.flatMap((p) => (p.value === undefined ? [] : [p.value]))
  const last = series.points.at(-1)
  const at = (time: string): Point | undefined => series.points.findLast((p) => p.at === time)
  const spoken = series.points.map((p) => p.text).join(', ')
  return (
    <tr>
      <th scope="row">{series.name}</th>
      {last && !times.includes(last.at) && <Older point={last} columns={times.length} />}
      {last &&
        times.includes(last.at) &&
        times.map((time) => {
          const point = at(time)
          return (
            <td key={time} className={styles.value}>
              {point && <Value text={point.text} flag={point.flag} />}
            </td>
          )
        })}
      <td className="soft">{series.unit}</td>
      <td className="soft">{series.range}</td>
      <td>
        <Sparkline values={numbers} label={t('chart.trendOf', { name: series.name, values: spoken })} />
      </td>
      <td>{last && <SourceTag of={last.observation} />}</td>
    </tr>
  )
}

function FlowHead({ times }: { times: readonly string[] }) {
  const { t } = useTranslation()
  return (
    <thead>
      <tr>
        <th scope="col">{t('chart.item')}</th>
        {times.map((time) => (
          <th key={time} scope="col" className={styles.value} title={when(time)}>
            {shortWhen(time)}
          </th>
        ))}
        <th scope="col">{t('chart.unit')}</th>
        <th scope="col">{t('chart.range')}</th>
        <th scope="col">{t('chart.trend')}</th>
        <th scope="col">{t('chart.source')}</th>
      </tr>
    </thead>
  )
}

/** What was seen; the conclusion follows it. */
const descriptionOf = (report: fhir4.DiagnosticReport): string | undefined =>
  report.extension?.find((e) => e.url.endsWith('/report-description'))?.valueString

function ByService({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const groups = useMemo(() => byService(chart), [chart])
  const times = useMemo(() => lastTimes(groups.flatMap((g) => g.series)), [groups])
  const span = times.length + 5
  return (
    <div className={styles.flowScroll}>
      <table className={styles.flow} aria-label={t('chart.byService')}>
        <FlowHead times={times} />
        <tbody>
          {groups.map((group) => (
            <Fragment key={group.service}>
              <tr className={styles.service}>
                <th scope="rowgroup" colSpan={span}>
                  {group.service}
                </th>
              </tr>
              {group.series.map((series) => (
                <SeriesRow key={`${series.name}${series.unit}`} series={series} times={times} />
              ))}
              {group.reports
                .filter((report) => report.conclusion || descriptionOf(report) || report.status === 'registered')
                .map((report) => (
                  <tr key={report.id}>
                    <td colSpan={span} className={styles.said}>
                      <span className="soft">{when(report.effectiveDateTime ?? report.issued)} · </span>
                      {descriptionOf(report) && <span>{stop(descriptionOf(report) ?? '')} </span>}
                      {report.conclusion && (
                        <>
                          {t('chart.conclusion')}: <b>{report.conclusion}</b>
                        </>
                      )}
                      {report.status === 'registered' && <span className="soft">{t('chart.noResultYet')}</span>} <SourceTag of={report} />
                    </td>
                  </tr>
                ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function ByTime({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const rows = useMemo(() => chart.results.toSorted((a, b) => timeOf(b).localeCompare(timeOf(a))), [chart.results])
  const columns = useMemo<Column<(typeof rows)[number]>[]>(
    () => [
      { id: 'time', header: t('chart.time'), width: 142, value: timeOf, cell: (o) => when(timeOf(o)) },
      { id: 'item', header: t('chart.item'), value: (o) => o.code.text ?? '', title: (o) => o.code.text, cell: (o) => o.code.text },
      {
        id: 'value',
        header: t('chart.value'),
        width: 130,
        numeric: true,
        cell: (o) => <Value text={printed(o)} flag={flagOf(o)} />,
      },
      { id: 'unit', header: t('chart.unit'), width: 80, cell: (o) => o.valueQuantity?.unit ?? '' },
      { id: 'range', header: t('chart.range'), width: 110, cell: (o) => rangeOf(o) },
      { id: 'source', header: t('chart.source'), width: 250, cell: (o) => <SourceTag of={o} /> },
    ],
    [t],
  )
  return (
    <div className="capped" style={{ maxHeight: 520 }}>
      <DataTable label={t('chart.byTime')} rows={rows} columns={columns} rowKey={(o) => o.id ?? timeOf(o)} />
    </div>
  )
}

export function Results({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const [view, setView] = useState<'service' | 'time'>('service')
  const none = chart.results.length === 0 && chart.reports.length === 0
  return (
    <Panel
      id="results"
      flush
      title={t('chart.results')}
      count={chart.results.length}
      tools={
        <SegmentedControl
          size="xs"
          aria-label={t('chart.resultView')}
          value={view}
          onChange={(next) => setView(next === 'time' ? 'time' : 'service')}
          data={[
            { value: 'service', label: t('chart.byService') },
            { value: 'time', label: t('chart.byTime') },
          ]}
        />
      }
    >
      {none && <Nothing>{t('chart.emptyResults')}</Nothing>}
      {!none && (view === 'service' ? <ByService chart={chart} /> : <ByTime chart={chart} />)}
    </Panel>
  )
}

export function VitalSigns({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const series = useMemo(() => toSeries(chart.vitals), [chart.vitals])
  const times = useMemo(() => lastTimes(series), [series])
  return (
    <Panel id="vitals" flush title={t('chart.vitals')} count={chart.vitals.length}>
      {series.length === 0 ? (
        <Nothing>{t('chart.emptyVitals')}</Nothing>
      ) : (
        <div className={styles.flowScroll}>
          <table className={styles.flow} aria-label={t('chart.vitals')}>
            <FlowHead times={times} />
            <tbody>
              {series.map((one) => (
                <SeriesRow key={`${one.name}${one.unit}`} series={one} times={times} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}
