import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActionHandler } from '../../actions/context.tsx'
import type { DepartmentAnswer, DepartmentTable } from '../../data/contracts.ts'
import { may, useSession } from '../../data/session.tsx'
import type { DepartmentSearch } from '../../shell/router.tsx'
import { currentLanguage } from '../../text/index.ts'
import '../../text/pages/department.ts'
import { useAttempt } from '../../ui/attempt.ts'
import { DataTable } from '../../ui/DataTable.tsx'
import { count, day, stop, when } from '../../ui/format.ts'
import { IconDownload } from '../../ui/icons.ts'
import { Alert, Empty, Failure, Loading } from '../../ui/Notice.tsx'

import { PageHead, Panel } from '../../ui/Panel.tsx'
import { Figures } from '../exchange/Figures.tsx'
import { ReasonDialog } from '../referral/ReasonDialog.tsx'
import { useColumns } from './columns.tsx'
import { Definitions } from './Definitions.tsx'
import { chosenRows, FILTERS, type Filter, isOver, percent } from './figures.ts'
import { PeriodChoice } from './PeriodChoice.tsx'
import { useDepartment, useFreeze, useSnapshots } from './queries.ts'
import styles from './reporting.module.css'
import { Snapshots } from './Snapshots.tsx'

const route = getRouteApi('/department')

function Totals({ totals }: DepartmentTable) {
  const { t } = useTranslation()
  const figures = [
    {
      id: 'facilities',
      label: t('department.facilities'),
      value: count(totals.facilities),
      note: t('department.connected', { n: count(totals.connected) }),
    },
    {
      id: 'reporting',
      label: t('department.reporting'),
      value: `${count(totals.reporting)}/${count(totals.facilities)}`,
      note: t('department.reportingNote', { n: count(totals.daysReported), of: count(totals.days) }),
    },
    {
      id: 'issued',
      label: t('department.columns.issued'),
      value: totals.issued === null ? t('department.unknown') : count(totals.issued),
    },
    { id: 'exchanged', label: t('department.columns.exchanged'), value: count(totals.exchanged) },
    {
      id: 'share',
      label: t('department.columns.share'),
      value: totals.share === null ? '—' : percent(totals.share),
      ...(totals.issued === null
        ? {}
        : { note: t('department.ratio', { part: count(totals.exchangedReported), whole: count(totals.issued) }) }),
    },
    {
      id: 'answered',
      label: t('department.columns.answeredShare'),
      value: totals.answeredShare === null ? '—' : percent(totals.answeredShare),
      note: t('department.ratio', { part: count(totals.answered), whole: count(totals.exchanged) }),
    },
  ]
  return <Figures figures={figures} />
}

/** What must be known of a table before its numbers are read. */
function Notes({ table, snapshot, changed }: DepartmentAnswer) {
  const { t } = useTranslation()
  const names = new Map(table.rows.map((r) => [r.code, r.name]))
  return (
    <>
      {snapshot && snapshot.edition > 1 && (
        <Alert tone="blue">
          {t('department.correction', {
            n: snapshot.edition,
            by: snapshot.by ?? t('department.automatic'),
            reason: stop(snapshot.reason),
          })}
        </Alert>
      )}
      {changed && changed.length > 0 && (
        <Alert tone="amber">
          {t('department.changed', { n: count(changed.length), names: changed.map((code) => names.get(code) ?? code).join(', ') })}
        </Alert>
      )}
      {!table.listImported && <Alert tone="amber">{t('department.noList')}</Alert>}
      {table.outside.exchanged > 0 && (
        <Alert tone="amber">
          {t('department.outside', { exchanged: count(table.outside.exchanged), facilities: count(table.outside.facilities) })}
        </Alert>
      )}
    </>
  )
}

/** Figures of now and every edition of the period on screen, side by side to be chosen. */
function Views({ answer, go }: { answer: DepartmentAnswer; go(search: DepartmentSearch): void }) {
  const { t } = useTranslation()
  const { kind, from } = answer.table
  const editions = (useSnapshots().data?.rows ?? [])
    .filter((s) => s.kind === kind && s.from === from)
    .toSorted((a, b) => a.edition - b.edition)
  if (kind === 'days' || editions.length === 0) return null
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('department.views')}
      value={answer.snapshot?.id ?? 'now'}
      onChange={(id) => go(id === 'now' ? { kind, from } : { snapshot: id })}
      data={[
        { value: 'now', label: t('department.live') },
        ...editions.map((s) => ({ value: s.id, label: t('department.edition', { n: s.edition }) })),
      ]}
    />
  )
}

function Freeze({ table, go }: { table: DepartmentTable; go(search: DepartmentSearch): void }) {
  const { t } = useTranslation()
  const attempt = useAttempt()
  const freeze = useFreeze()
  const [asking, setAsking] = useState(false)
  const { kind, from, until } = table
  if (kind === 'days' || !isOver(table)) return null
  const send = (reason: string): Promise<boolean> =>
    attempt(async () => {
      const { id } = await freeze.mutateAsync({ kind, from, reason })
      go({ snapshot: id })
    }, t('department.frozen'))
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
        {t('department.freeze')}
      </Button>
      {asking && (
        <ReasonDialog
          title={t('department.freezeTitle', { range: t('department.range', { from: day(from), until: day(until) }) })}
          about={<p className="soft">{t('department.freezeHint')}</p>}
          label={t('department.freezeWhy')}
          confirm={t('department.freeze')}
          close={() => setAsking(false)}
          done={send}
        />
      )}
    </>
  )
}

function Rows({ answer }: { answer: DepartmentAnswer }) {
  const { t } = useTranslation()
  const { table } = answer
  const [typed, setTyped] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const box = useRef<HTMLInputElement>(null)
  useActionHandler('list.filter', () => box.current?.focus())
  const columns = useColumns(table, answer.definitions, answer.before?.table)
  const rows = chosenRows(table, filter, typed)
  const tools = (
    <div className={styles.choice}>
      <TextInput
        ref={box}
        size="xs"
        className={styles.filter}
        placeholder={t('department.filter')}
        aria-label={t('department.filter')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <NativeSelect
        size="xs"
        aria-label={t('department.only')}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value as Filter)}
        data={FILTERS.map((value) => ({ value, label: t(`department.filters.${value}`) }))}
      />
    </div>
  )
  return (
    <Panel flush id="department" title={t('department.facilities')} count={rows.length} tools={tools}>
      {rows.length > 0 && <DataTable label={t('department.title')} rows={rows} columns={columns} rowKey={(r) => r.code} cards />}
      {rows.length === 0 &&
        (table.rows.length === 0 ? (
          <Empty title={t('department.noFacilities')} cure={t('department.noFacilitiesCure')} />
        ) : (
          <Empty title={t('department.empty')} cure={t('department.emptyCure')} />
        ))}
    </Panel>
  )
}

/** The health department's first page: a row per facility of the list, what each number says, and what was frozen. */
export default function Department() {
  const { t } = useTranslation()
  const session = useSession()
  const search = route.useSearch()
  const navigate = useNavigate()
  const asked = useDepartment(search)
  const go = (next: DepartmentSearch): void => void navigate({ to: '/department', search: next })
  const answer = asked.data
  if (!answer)
    return asked.error ? (
      <>
        <PageHead title={t('department.title')} />
        <Failure error={asked.error} retry={() => void asked.refetch()} />
        <Snapshots open={(id) => go({ snapshot: id })} shown={undefined} />
      </>
    ) : (
      <Loading />
    )
  const { table, snapshot } = answer
  const shown: DepartmentSearch = snapshot
    ? { snapshot: snapshot.id }
    : table.kind === 'days'
      ? { from: table.from, until: table.until }
      : { kind: table.kind, from: table.from }
  const file = `/fhir/Organization/$department-workbook?${new URLSearchParams({ ...shown, lang: currentLanguage() })}`
  return (
    <>
      <PageHead
        title={t('department.title')}
        note={t(snapshot ? 'department.frozenAt' : 'department.asOf', { at: when(table.asOf), counted: day(table.counted) })}
      >
        {may(session, 'reporting.freeze') && <Freeze table={table} go={go} />}
        <Button component="a" href={file} download size="compact-sm" leftSection={<IconDownload size={15} aria-hidden />}>
          {t('department.export')}
        </Button>
      </PageHead>
      <p className={styles.onPaper}>{t('department.range', { from: day(table.from), until: day(table.until) })}</p>
      <div className={styles.choice}>
        <PeriodChoice table={table} go={go} />
        <div className="grow" />
        <Views answer={answer} go={go} />
      </div>
      {asked.error && <Failure error={asked.error} retry={() => void asked.refetch()} />}
      <Totals {...table} />
      <Notes {...answer} />
      <Rows answer={answer} />
      <Snapshots open={(id) => go({ snapshot: id })} shown={snapshot?.id} />
      <Definitions definitions={answer.definitions} />
    </>
  )
}
