import type * as fhir4 from 'fhir/r4.d.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../ui/DataTable.tsx'
import { when } from '../../ui/format.ts'
import { IconOutside } from '../../ui/icons.ts'
import { Nothing } from '../../ui/Notice.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { IssuesButton } from '../documents/Issues.tsx'
import { VerdictSummary } from '../documents/Signatures.tsx'
import type { Chart } from './model.ts'
import { useSignatures } from './queries.ts'
import { SourceTag } from './SourceTag.tsx'

const pdfOf = (d: fhir4.DocumentReference): string | undefined =>
  d.content.find((c) => c.attachment.contentType === 'application/pdf')?.attachment.url

/** How many things were odd about a document that was taken all the same. */
const issuesOf = (d: fhir4.DocumentReference): number =>
  d.extension?.find((e) => e.url.endsWith('/accepted-with-issues'))?.valueInteger ?? 0

function Verdicts({ document, patient }: { document: string; patient: string }) {
  const view = useSignatures(document, patient)
  return view.data ? <VerdictSummary document={view.data} /> : null
}

/** Papers of the patient: ours and those of other facilities, each with its verdicts. */
export function Documents({ chart }: { chart: Chart }) {
  const { documents } = chart
  const patient = chart.patient.id ?? ''
  const { t } = useTranslation()
  const columns = useMemo<Column<fhir4.DocumentReference>[]>(() => {
    /** A record of the HIS has the time its stay ended. */
    const timeOf = (d: fhir4.DocumentReference): string => {
      const stay = chart.encounters.find((e) => d.context?.encounter?.some((r) => r.reference === `Encounter/${e.id}`))
      return d.date ?? stay?.period?.end ?? stay?.period?.start ?? ''
    }
    return [
      { id: 'time', header: t('chart.time'), width: 142, value: timeOf, cell: (d) => when(timeOf(d)) },
      {
        id: 'kind',
        header: t('chart.kind'),
        width: '22%',
        title: (d) => [d.type?.text, d.content[0]?.attachment.title].filter(Boolean).join(' · '),
        cell: (d) => (
          <>
            <span className="strong">{d.type?.text}</span>{' '}
            {!d.masterIdentifier && <span className="soft">{d.content[0]?.attachment.title}</span>}
          </>
        ),
      },
      {
        id: 'number',
        header: t('chart.number'),
        width: 170,
        cell: (d) => d.masterIdentifier?.value ?? (d.meta?.source ? <SourceTag of={d} /> : d.identifier?.[0]?.value),
        title: (d) => d.masterIdentifier?.value ?? d.identifier?.[0]?.value,
      },
      { id: 'issuer', header: t('chart.issuer'), cell: (d) => d.custodian?.display ?? '', title: (d) => d.custodian?.display },
      {
        id: 'signatures',
        header: t('chart.signatures'),
        width: 250,
        cell: (d) => d.masterIdentifier && <Verdicts document={d.id ?? ''} patient={patient} />,
      },
      {
        id: 'issues',
        header: t('issues.column'),
        width: 92,
        value: issuesOf,
        cell: (d) => issuesOf(d) > 0 && <IssuesButton document={d.id ?? ''} count={issuesOf(d)} name={d.type?.text ?? ''} />,
      },
      {
        id: 'open',
        header: 'PDF',
        width: 110,
        cell: (d) =>
          pdfOf(d) && (
            <a href={`/fhir/${pdfOf(d)}`} target="_blank" rel="noreferrer" className="row" style={{ gap: 4 }}>
              {t('chart.openPdf')} <IconOutside size={14} aria-hidden />
              <span className="hidden-text">{d.masterIdentifier?.value}</span>
            </a>
          ),
      },
    ]
  }, [t, patient, chart.encounters])
  return (
    <Panel id="documents" flush title={t('chart.documents')} count={documents.length}>
      {documents.length === 0 ? (
        <Nothing>{t('chart.emptyDocuments')}</Nothing>
      ) : (
        <DataTable label={t('chart.documents')} rows={documents} columns={columns} rowKey={(d) => d.id ?? ''} />
      )}
    </Panel>
  )
}
