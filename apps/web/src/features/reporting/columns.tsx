import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Definition, DepartmentTable, FacilityRow, FigureId } from '../../data/contracts.ts'
import { say } from '../../text/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { count, day, shortWhen, when } from '../../ui/format.ts'
import { isSilent, LOW, percent } from './figures.ts'
import styles from './reporting.module.css'

/** A figure with, struck through, what the edition before had in its place. */
function Changed({ now, before }: { now: ReactNode; before: ReactNode }) {
  return before === undefined || before === now ? (
    now
  ) : (
    <>
      <s className={styles.before}>{before}</s> <b>{now}</b>
    </>
  )
}

const soft = (text: string) => <span className="soft">{text}</span>
/** Not known sorts below every figure. */
const rank = (value: number | null): number => value ?? -1

function useNameCell() {
  const { t } = useTranslation()
  return (row: FacilityRow) => {
    const notes = [
      row.nameToday && t('department.today', { name: row.nameToday }),
      row.formerCodes.length > 0 && t('department.formerly', { codes: row.formerCodes.join(', ') }),
    ].filter(Boolean)
    return (
      <>
        {row.name}{' '}
        {row.demoCode && (
          <Badge tone="amber" title={t('department.demoCodeHint')}>
            {t('department.demoCode')}
          </Badge>
        )}
        {notes.length > 0 && <small className={styles.note}>{notes.join(' · ')}</small>}
      </>
    )
  }
}

interface Tools {
  t: TFunction
  table: DepartmentTable
  known(value: number | null): string
  share(value: number | null): string
  /** What a number says. */
  hint(id: FigureId): string | undefined
  /** The figure as the edition before had it. */
  was(row: FacilityRow, of: (r: FacilityRow) => string): string | undefined
  /** A cell with the figure, and the one before it where that was another. */
  figure(of: (r: FacilityRow) => string): (row: FacilityRow) => ReactNode
}

/** The table's columns; `before`: the edition before, whose figures stand beside where they differ. */
export function useColumns(table: DepartmentTable, definitions: readonly Definition[], before?: DepartmentTable): Column<FacilityRow>[] {
  const { t } = useTranslation()
  const name = useNameCell()
  const earlier = new Map(before?.rows.map((r) => [r.code, r]))
  const was: Tools['was'] = (row, of) => {
    const found = earlier.get(row.code)
    return found && of(found)
  }
  const tools: Tools = {
    t,
    table,
    was,
    known: (value) => (value === null ? t('department.unknown') : count(value)),
    share: (value) => (value === null ? '—' : percent(value)),
    hint: (id) => {
      const found = definitions.find((d) => d.id === id)
      return found && say(found.counted)
    },
    figure: (of) => (row) => <Changed now={of(row)} before={was(row, of)} />,
  }
  return [...facilityColumns(tools, name), ...figureColumns(tools), ...contactColumns(tools)]
}

function facilityColumns({ t, table: { totals }, hint }: Tools, name: (row: FacilityRow) => ReactNode): Column<FacilityRow>[] {
  return [
    {
      id: 'code',
      header: t('department.columns.code'),
      width: 62,
      value: (r) => r.code,
      cell: (r) => r.code,
    },
    {
      id: 'name',
      header: t('department.columns.name'),
      hint: hint('list'),
      value: (r) => r.name,
      title: (r) =>
        [
          r.name,
          r.nameToday && t('department.today', { name: r.nameToday }),
          r.from && t('department.listedFrom', { from: day(r.from) }),
          r.until && t('department.listedUntil', { until: day(r.until) }),
        ]
          .filter(Boolean)
          .join(' · '),
      cell: name,
      total: t('department.totals', { n: count(totals.facilities) }),
    },
    {
      id: 'connectedSince',
      header: t('department.columns.connectedSince'),
      hint: hint('connectedSince'),
      width: 94,
      value: (r) => r.connectedSince ?? '',
      title: (r) => (r.connectedSince ? when(r.connectedSince) : t(r.lastContact ? 'department.beforeRecordHint' : 'department.neverHint')),
      cell: (r) => (r.connectedSince ? day(r.connectedSince) : soft(t(r.lastContact ? 'department.beforeRecord' : 'department.never'))),
    },
    {
      id: 'lastFile',
      header: t('department.columns.lastFile'),
      hint: hint('lastFile'),
      width: 96,
      value: (r) => r.lastFile ?? '',
      title: (r) => when(r.lastFile),
      cell: (r) => (r.lastFile ? shortWhen(r.lastFile) : soft(t('department.unknown'))),
    },
  ]
}

function figureColumns({ t, table: { totals }, known, share, hint, was, figure }: Tools): Column<FacilityRow>[] {
  return [
    {
      id: 'issued',
      header: t('department.columns.issued'),
      hint: hint('issued'),
      width: 112,
      numeric: true,
      value: (r) => rank(r.issued),
      title: (r) => (r.issued === null ? t('department.unknownHint') : undefined),
      cell: (r) =>
        r.issued === null && (was(r, (o) => known(o.issued)) ?? known(null)) === known(null)
          ? soft(known(null))
          : figure((o) => known(o.issued))(r),
      total: known(totals.issued),
    },
    {
      id: 'daysReported',
      header: t('department.columns.daysReported'),
      hint: hint('issued'),
      width: 74,
      numeric: true,
      value: (r) => r.daysReported,
      title: (r) => t('department.daysHint', { n: r.daysReported, of: r.days, at: r.reportedAt ? when(r.reportedAt) : '—' }),
      cell: (r) => <span data-tone={r.daysReported < r.days ? 'amber' : undefined}>{figure((o) => `${o.daysReported}/${o.days}`)(r)}</span>,
    },
    {
      id: 'exchanged',
      header: t('department.columns.exchanged'),
      hint: hint('exchanged'),
      width: 98,
      numeric: true,
      value: (r) => r.exchanged,
      cell: figure((r) => count(r.exchanged)),
      total: count(totals.exchanged),
    },
    {
      id: 'share',
      header: t('department.columns.share'),
      hint: hint('share'),
      width: 92,
      numeric: true,
      value: (r) => rank(r.share),
      title: (r) =>
        r.share === null
          ? undefined
          : [t('department.ratio', { part: count(r.exchangedReported), whole: known(r.issued) }), r.share > 1 && t('department.over')]
              .filter(Boolean)
              .join('. '),
      cell: (r) => (
        <span className={styles.share} data-tone={r.share !== null && (r.share < LOW || r.share > 1) ? 'amber' : undefined}>
          {figure((o) => share(o.share))(r)}
        </span>
      ),
      total: share(totals.share),
    },
    {
      id: 'answeredShare',
      header: t('department.columns.answeredShare'),
      hint: hint('answeredShare'),
      width: 84,
      numeric: true,
      value: (r) => rank(r.answeredShare),
      title: (r) => (r.answeredShare === null ? undefined : t('department.ratio', { part: count(r.answered), whole: count(r.exchanged) })),
      cell: figure((r) => share(r.answeredShare)),
      total: share(totals.answeredShare),
    },
  ]
}

function contactColumns({ t, table: { asOf }, hint }: Tools): Column<FacilityRow>[] {
  return [
    {
      id: 'oldestUnsent',
      header: t('department.columns.oldestUnsent'),
      hint: hint('oldestUnsent'),
      width: 118,
      value: (r) => r.queue?.oldest ?? '',
      title: (r) => (r.queue ? t('department.saidAt', { at: when(r.queue.at) }) : undefined),
      cell: (r) =>
        !r.queue ? (
          soft(t('department.unknown'))
        ) : r.queue.oldest ? (
          <span className={styles.share} data-tone="amber">
            {shortWhen(r.queue.oldest)}
          </span>
        ) : (
          soft(t('department.nothingWaits'))
        ),
    },
    {
      id: 'lastContact',
      header: t('department.columns.lastContact'),
      hint: hint('lastContact'),
      width: 100,
      value: (r) => r.lastContact ?? '',
      title: (r) => (r.lastContact ? when(r.lastContact) : t('department.neverHint')),
      cell: (r) =>
        r.lastContact ? (
          <span className={styles.share} data-tone={isSilent(r, asOf) ? 'red' : undefined}>
            {shortWhen(r.lastContact)}
          </span>
        ) : (
          soft(t('department.never'))
        ),
    },
  ]
}
