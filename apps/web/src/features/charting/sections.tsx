import type * as fhir4 from 'fhir/r4.d.ts'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Badge } from '../../ui/Badge.tsx'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { when } from '../../ui/format.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import styles from './chart.module.css'
import { type Chart, rankOf } from './model.ts'
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
        <div className="capped" style={{ maxHeight: 420 }}>
          <DataTable label={title} rows={rows} columns={all} rowKey={(row) => row.id ?? ''} />
        </div>
      )}
    </Panel>
  )
}

const CLASS = {
  IMP: 'Nội trú',
  AMB: 'Ngoại trú',
  SS: 'Lưu ngắn',
  OBSENC: 'Lưu theo dõi',
  HH: 'Tại nhà',
  VR: 'Từ xa',
  FLD: 'Lưu động',
  EMER: 'Cấp cứu',
}
const CLASS_EN = {
  IMP: 'Inpatient',
  AMB: 'Outpatient',
  SS: 'Short stay',
  OBSENC: 'Observation',
  HH: 'Home',
  VR: 'Remote',
  FLD: 'Field',
  EMER: 'Emergency',
}

export function Encounters({ chart }: { chart: Chart }) {
  const { t, i18n } = useTranslation()
  const columns = useMemo<Column<fhir4.Encounter>[]>(() => {
    const names: Record<string, string> = i18n.language === 'en' ? CLASS_EN : CLASS
    const text = (e: fhir4.Encounter): string => e.reasonCode?.[0]?.text ?? ''
    return [
      { id: 'from', header: t('chart.from'), width: 142, value: (e) => e.period?.start ?? '', cell: (e) => when(e.period?.start) },
      {
        id: 'to',
        header: t('chart.to'),
        width: 142,
        cell: (e) => (e.period?.end ? when(e.period.end) : <Badge tone="green">{t('chart.ongoing')}</Badge>),
      },
      { id: 'kind', header: t('chart.kind'), width: 84, cell: (e) => names[e.class.code ?? ''] ?? e.class.display ?? '' },
      { id: 'department', header: t('chart.department'), cell: (e) => e.serviceType?.text ?? '', title: (e) => e.serviceType?.text },
      { id: 'reason', header: t('chart.reason'), cell: text, title: text },
    ]
  }, [t, i18n.language])
  return (
    <Section id="encounters" title={t('chart.encounters')} empty={t('chart.emptyEncounters')} rows={chart.encounters} columns={columns} />
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
        cell: (c) => (rankOf(c) === 1 ? <Badge tone="green">{t('chart.main')}</Badge> : t('chart.secondary')),
      },
      { id: 'time', header: t('chart.time'), width: 142, cell: (c) => when(c.recordedDate) },
    ],
    [t],
  )
  return (
    <Section id="conditions" title={t('chart.conditions')} empty={t('chart.emptyConditions')} rows={chart.conditions} columns={columns} />
  )
}

export function Medicines({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const columns = useMemo<Column<fhir4.MedicationRequest>[]>(() => {
    const name = (m: fhir4.MedicationRequest): string => m.medicationCodeableConcept?.text ?? ''
    const usage = (m: fhir4.MedicationRequest): string =>
      m.dosageInstruction
        ?.map((d) => d.text)
        .filter(Boolean)
        .join('; ') ?? ''
    const quantity = (m: fhir4.MedicationRequest): string => {
      const q = m.dispenseRequest?.quantity
      return q ? `${String(q.value ?? '').replace('.', ',')} ${q.unit ?? ''}` : ''
    }
    return [
      { id: 'time', header: t('chart.time'), width: 142, value: (m) => m.authoredOn ?? '', cell: (m) => when(m.authoredOn) },
      { id: 'medicine', header: t('chart.medicine'), value: name, title: name, cell: (m) => <span className="strong">{name(m)}</span> },
      { id: 'usage', header: t('chart.usage'), cell: usage, title: usage },
      { id: 'quantity', header: t('chart.quantity'), width: 110, numeric: true, cell: quantity },
    ]
  }, [t])
  return <Section id="medicines" title={t('chart.medicines')} empty={t('chart.emptyMedicines')} rows={chart.medicines} columns={columns} />
}

export function Procedures({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const columns = useMemo<Column<fhir4.Procedure>[]>(
    () => [
      { id: 'time', header: t('chart.time'), width: 142, value: (p) => p.performedDateTime ?? '', cell: (p) => when(p.performedDateTime) },
      { id: 'code', header: t('chart.code'), width: 130, cell: (p) => p.code?.coding?.[0]?.code ?? '' },
      { id: 'service', header: t('chart.service'), cell: (p) => p.code?.text ?? '', title: (p) => p.code?.text },
    ],
    [t],
  )
  return (
    <Section id="procedures" title={t('chart.procedures')} empty={t('chart.emptyProcedures')} rows={chart.procedures} columns={columns} />
  )
}

/** The coded block of vital signs in a note stands in its own table; the words are left. */
const withoutSigns = (text: string | undefined): string => (text ?? '').replaceAll(/\s*CSST\s*<[^<>]*>\s*/gi, ' ').trim()

export function Notes({ chart }: { chart: Chart }) {
  const { t } = useTranslation()
  const line = (note: fhir4.ClinicalImpression): ReactNode => (
    <li key={note.id}>
      <div className="row">
        <span className="strong">{when(note.date ?? note.effectiveDateTime)}</span>
        <span className="soft">{note.assessor?.display}</span>
        <div className="grow" />
        <SourceTag of={note} />
      </div>
      <p className="pre">{[withoutSigns(note.summary), ...(note.note ?? []).map((n) => n.text)].filter(Boolean).join('\n')}</p>
    </li>
  )
  return (
    <Panel id="notes" title={t('chart.notes')} count={chart.notes.length}>
      {chart.notes.length === 0 ? <Nothing>{t('chart.emptyNotes')}</Nothing> : <ul className={styles.notes}>{chart.notes.map(line)}</ul>}
    </Panel>
  )
}
