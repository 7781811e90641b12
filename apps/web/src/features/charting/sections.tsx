import type * as fhir4 from 'fhir/r4.d.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { day, when } from '../../ui/format.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './chart.module.css'
import { type Chart, isTraditional, rankOf } from './model.ts'
import { SourceTag } from './SourceTag.tsx'

interface SectionProps<T> {
  id: string
  title: string
  empty: string
  rows: readonly T[]
  columns: readonly Column<T>[]
}

/** A list of chart lines that ends with where each comes from. */
function Section<T extends fhir4.FhirResource>({ id, title, empty, rows, columns }: SectionProps<T>) {
  const { t } = useTranslation()
  const all = useMemo<Column<T>[]>(
    () => [...columns, { id: 'source', header: t('chart.source'), width: 262, cell: (row) => <SourceTag of={row} /> }],
    [columns, t],
  )
  return (
    <Panel id={id} flush title={title} count={rows.length}>
      {rows.length === 0 ? (
        <Nothing>{empty}</Nothing>
      ) : (
        <div className={`capped ${styles.wide}`} style={{ maxHeight: 420 }}>
          <DataTable label={title} rows={rows} columns={all} rowKey={(row) => row.id ?? ''} />
        </div>
      )}
    </Panel>
  )
}

export function Conditions({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const columns = useMemo<Column<fhir4.Condition>[]>(
    () => [
      { id: 'code', header: t('chart.code'), width: 64, cell: (c) => <span className="strong">{c.code?.coding?.[0]?.code}</span> },
      { id: 'diagnosis', header: t('chart.diagnosis'), cell: (c) => c.code?.text ?? '', title: (c) => c.code?.text },
      {
        id: 'rank',
        header: t('chart.rank'),
        width: 104,
        cell: (c) =>
          isTraditional(c) ? (
            t('chart.traditional')
          ) : rankOf(c) === 1 ? (
            <Badge tone="green">{t('chart.main')}</Badge>
          ) : (
            t('chart.secondary')
          ),
      },
      { id: 'time', header: t('chart.time'), width: 142, cell: (c) => when(c.recordedDate) },
    ],
    [t],
  )
  return (
    <Section id="conditions" title={t('chart.conditions')} empty={t('chart.emptyConditions')} rows={chart.conditions} columns={columns} />
  )
}

export function Procedures({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const columns = useMemo<Column<fhir4.Procedure>[]>(
    () => [
      { id: 'time', header: t('chart.time'), width: 142, value: (p) => p.performedDateTime ?? '', cell: (p) => when(p.performedDateTime) },
      { id: 'code', header: t('chart.code'), width: 130, cell: (p) => p.code?.coding?.[0]?.code ?? '' },
      {
        id: 'service',
        header: t('chart.service'),
        cell: (p) => <span className="strong">{p.code?.text}</span>,
        title: (p) => p.code?.text,
      },
      { id: 'kind', header: t('chart.kind'), width: 170, value: (p) => p.category?.text ?? '', cell: (p) => p.category?.text ?? '' },
      {
        id: 'by',
        header: t('chart.doneBy'),
        width: 190,
        cell: (p) => p.performer?.map((one) => one.actor.display).join(', ') ?? '',
        title: (p) => p.performer?.map((one) => one.actor.display).join(', '),
      },
    ],
    [t],
  )
  return (
    <Section id="procedures" title={t('chart.procedures')} empty={t('chart.emptyProcedures')} rows={chart.procedures} columns={columns} />
  )
}

/** The coded block of vital signs in a note stands in its own table; the words are left. */
const withoutSigns = (text: string | undefined): string => (text ?? '').replaceAll(/\s*CSST\s*<[^<>]*>\s*/gi, ' ').trim()

/** Care level the note orders (hộ lý), 1 the closest. */
const careOf = (note: fhir4.ClinicalImpression): number | undefined =>
  note.extension?.find((e) => e.url.endsWith('/care-level'))?.valueInteger

const timeOfNote = (note: fhir4.ClinicalImpression): string => note.date ?? note.effectiveDateTime ?? ''

function Note({ note }: { note: fhir4.ClinicalImpression }) {
  const { t } = useTranslation()
  const care = careOf(note)
  return (
    <li>
      <div className="row">
        <span className="strong">{when(timeOfNote(note)).slice(11) || when(timeOfNote(note))}</span>
        <span className="soft">{note.assessor?.display}</span>
        {care !== undefined && <Badge tone={care === 1 ? 'amber' : undefined}>{t('chart.care', { n: care })}</Badge>}
        <div className="grow" />
        <SourceTag of={note} />
      </div>
      <p className="pre">{[withoutSigns(note.summary), ...(note.note ?? []).map((n) => n.text)].filter(Boolean).join('\n')}</p>
    </li>
  )
}

/** The course, day by day, the newest first. */
export function Notes({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const days = useMemo(() => [...Map.groupBy(chart.notes, (note) => day(timeOfNote(note)))], [chart.notes])
  return (
    <Panel id="notes" title={t('chart.notes')} count={chart.notes.length}>
      {days.length === 0 && <Nothing>{t('chart.emptyNotes')}</Nothing>}
      {days.map(([date, notes]) => (
        <section key={date} className={styles.notes}>
          <h3 className={styles.noteDay}>{date}</h3>
          <ul>
            {notes.map((note) => (
              <Note key={note.id} note={note} />
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  )
}
